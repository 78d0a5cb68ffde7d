"""`evenly take`: make a post of an item of the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.cli.fields_options import field_options, written

if TYPE_CHECKING:
    from evenly.app import App


@click.command("take")
@click.argument("id_", metavar="ID")
@click.option("--text", metavar="TEXT", help="Your own words about it (default: its title); - reads standard input.")
@field_options
@json_option
@with_app
def command(app: App, id_: str, text: str | None, as_json: bool, **options: Any) -> int:
    """Queue a post of item ID of the inbox, with its link, its topic and a line that credits its source."""
    from evenly import following
    from evenly.cli import add_command

    said, root = written(text, options)
    added = following.take(app.desk, id_, said, root=root, now=app.clock.now())
    add_command.tell(app, added, as_json)
    return 1 if added.left_out else 0
