"""`evenly skip`: take items out of the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App


@click.command("skip")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@with_app
def command(app: App, ids: tuple[str, ...]) -> None:
    """Take items out of the inbox; they do not come back."""
    from evenly import following
    from evenly.cli import show

    for title in following.skip(app.desk, ids):
        click.echo(_("Skipped: {title}", title=show.printable(title)))
