"""`evenly move`: give a delivery a fixed time, or let it float."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App


@click.command("move")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--at", metavar="TIME", help="Pin it to this time: 2026-12-01T10:00.")
@click.option("--float", "floating", is_flag=True, help="Leave the time to the planner.")
@json_option
@with_app
def command(app: App, ids: tuple[str, ...], at: str | None, floating: bool, as_json: bool) -> int:
    """Give planned deliveries a fixed time, or let them float."""
    from evenly.cli import changed
    from evenly.fields import When
    from evenly.planning import changing

    if (at is None) != floating:
        raise click.UsageError(_("Say either --at TIME or --float."))
    now = app.clock.now()
    moved = changing.let_float(app.desk, ids, now=now) if at is None else changing.move_to(app.desk, ids, When.parse(at), now=now)
    return changed.tell(app, moved, as_json)
