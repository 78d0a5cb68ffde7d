"""`evenly release`: let go what is held, missed or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App


@click.command("release")
@click.argument("names", metavar="ID|ACCOUNT...", nargs=-1, required=True)
@json_option
@with_app
def command(app: App, names: tuple[str, ...], as_json: bool) -> int:
    """Let go on what is held, missed or failed, or an account that is held."""
    from evenly.cli import changed
    from evenly.planning import changing

    released = changing.release(app.desk, names, now=app.clock.now())
    for name in dict.fromkeys(names):
        if name in app.settings.accounts:
            click.echo(_("{account} goes on.", account=name), err=True)
    return changed.tell(app, released, as_json)
