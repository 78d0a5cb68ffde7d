"""`evenly approve`: plan a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app

if TYPE_CHECKING:
    from evenly.app import App


@click.command("approve")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@json_option
@with_app
def command(app: App, ids: tuple[str, ...], as_json: bool) -> int:
    """Plan drafts: at their own time where they have one, else evenly."""
    from evenly.cli import changed
    from evenly.planning import changing

    return changed.tell(app, changing.approve(app.desk, ids, now=app.clock.now()), as_json)
