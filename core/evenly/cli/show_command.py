"""`evenly show`: one post with its deliveries and attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.app import App


@click.command("show")
@click.argument("id_", metavar="ID")
@json_option
@with_app
def command(app: App, id_: str, as_json: bool) -> None:
    """Show a post (p7) or a delivery (12) with everything that was tried."""
    from evenly.cli import show
    from evenly.cli.ids import rows_of
    from evenly.store import queue, repetitions

    with app.store.read() as connection:
        rows = rows_of(connection, id_)
        post = queue.post_row(connection, rows[0].post_id)
        original = repetitions.original_of(connection, rows[0].post_id)
        deliveries = [_with_history(app, connection, row) for row in rows]
    document = {
        "post": f"p{rows[0].post_id}",
        "repeats": None if original is None else f"p{original}",
        "fields": post.fields if post is not None else {},
        "deliveries": deliveries,
    }
    if as_json:
        show.print_json(document)
    else:
        _tell(document)


def _with_history(app: App, connection: Connection, row: Any) -> dict[str, Any]:
    from evenly.messages import shown as said
    from evenly.planning import listing, verdicts
    from evenly.store import queue

    verdict = verdicts.of(row)
    zone = listing.zone_of(app.desk, row.account)
    shown = listing.document(app.desk, row)
    shown["reasons"] = {} if verdict is None else {name: said(reason) for name, reason in verdict.reasons.items()}
    shown["parts"] = [listing.part_document(part, zone) for part in queue.parts_of(connection, row.id)]
    shown["attempts"] = [listing.attempt_document(attempt, zone) for attempt in queue.attempts_of(connection, row.id)]
    return shown


def _tell(document: dict[str, Any]) -> None:
    from evenly.cli import show

    fields = document["fields"]
    click.secho(f"{document['post']}", bold=True)
    if document["repeats"]:
        click.echo(_("It repeats {post}.", post=document["repeats"]))
    click.echo(show.printable(fields.get("text", "")))
    for name, value in fields.items():
        if name not in {"text", "effort_minutes"}:
            click.echo(show.printable(f"  {name}: {value}"))
    for delivery in document["deliveries"]:
        click.echo()
        when = delivery["published_at"] or delivery["due"] or _("no time yet")
        click.secho(f"{delivery['id']} · {delivery['account']} · {delivery['state']} · {when}", bold=True)
        for name, reason in delivery["reasons"].items():
            click.echo(show.printable(f"  {name}: {reason}"))
        for name in ("reason", "url"):
            if delivery[name]:
                click.echo(f"  {delivery[name]}")
        for attempt in delivery["attempts"]:
            click.echo(f"  {_attempt(attempt)}")


def _attempt(attempt: dict[str, Any]) -> str:
    outcome = attempt["outcome"] or _("begun")
    said = f": {attempt['evidence']}" if attempt["evidence"] else ""
    return f"{attempt['started_at']}  {attempt['step']} {attempt['number']}  {outcome}{said}"
