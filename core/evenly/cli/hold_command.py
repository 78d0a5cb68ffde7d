"""`evenly hold`: keep a delivery or an account back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App


@click.command("hold")
@click.argument("names", metavar="ID|ACCOUNT...", nargs=-1, required=True)
@json_option
@with_app
def command(app: App, names: tuple[str, ...], as_json: bool) -> int:
    """Keep deliveries (12), posts (p7) or whole accounts back until they are released."""
    from evenly.cli import changed
    from evenly.planning import changing

    held = changing.hold(app.desk, names, now=app.clock.now())
    for name in dict.fromkeys(names):
        if name in app.settings.accounts:
            click.echo(
                _("{account} is held: nothing new goes out there. To let it go on: evenly release {account}", account=name), err=True
            )
    return changed.tell(app, held, as_json)
