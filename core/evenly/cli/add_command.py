"""`evenly add`: queue a post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.cli.fields_options import field_options, written
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.planning import Added


@click.command("add")
@click.argument("text", required=False)
@field_options
@json_option
@with_app
def command(app: App, text: str | None, as_json: bool, **options: Any) -> int:
    """Queue a post. TEXT may be - to read it from standard input."""
    from evenly import fields, planning

    if text is None and not options["file"] and not options["media"]:
        raise click.UsageError(_("What should be posted? Give a TEXT, - for standard input, or --file."))
    document, root = written(text, options)
    wanted = fields.read(document)
    added = planning.add(app.desk, planning.NewPost(fields=wanted, root=root), now=app.clock.now())
    for warning in fields.warnings(wanted):
        click.echo(shown(warning), err=True)
    tell(app, added, as_json)
    return 1 if added.left_out else 0


def tell(app: App, added: Added, as_json: bool) -> None:
    """Show a post that was just queued, and what was left out or changed."""
    from evenly.cli import show
    from evenly.planning import listing
    from evenly.store import queue

    with app.store.read() as connection:
        documents = [listing.document(app.desk, row) for row in queue.by_ids(connection, added.deliveries)]
    for said in (*added.changes, *added.warnings):
        click.echo(shown(said), err=True)
    for account, problems in added.left_out.items():
        for problem in problems:
            click.echo(_("not on {account}: {why}", account=account, why=shown(problem.message)), err=True)
    if as_json:
        show.print_json({"post": f"p{added.post}", "deliveries": documents})
        return
    click.echo(_("Post p{id} is queued:", id=added.post))
    show.deliveries(documents)
