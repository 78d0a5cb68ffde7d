"""`evenly show`: one post with its deliveries, and the story of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from evenly.app import App
    from evenly.planning.outlook import Circumstances
    from evenly.planning.story import Told


@click.command("show")
@click.argument("id_", metavar="ID")
@json_option
@with_app
def command(app: App, id_: str, as_json: bool) -> None:
    """Show a post (p7) or a delivery (12) with everything that was tried."""
    from evenly.cli import show
    from evenly.cli.ids import rows_of
    from evenly.store import queue, repetitions

    now = app.clock.now()
    with app.store.read() as connection:
        rows = rows_of(connection, id_)
        post = queue.post_row(connection, rows[0].post_id)
        original = repetitions.original_of(connection, rows[0].post_id)
        deliveries = [_with_history(app, connection, row, now) for row in rows]
    document = {
        "post": f"p{rows[0].post_id}",
        "repeats": None if original is None else f"p{original}",
        "fields": post.fields if post is not None else {},
        "deliveries": deliveries,
    }
    if as_json:
        show.print_json(document)
    else:
        _tell(document, now)


def _with_history(app: App, connection: Connection, row: Any, now: datetime) -> dict[str, Any]:
    from evenly.messages import shown as said
    from evenly.planning import listing, verdicts
    from evenly.planning.outlook import outlook
    from evenly.planning.story import Told, story
    from evenly.store import queue

    verdict = verdicts.of(row)
    zone = listing.zone_of(app.desk, row.account)
    parts, attempts = queue.parts_of(connection, row.id), queue.attempts_of(connection, row.id)
    told = story(row, parts, attempts, now=now, zone=zone)
    told.append(Told(None, outlook(row, parts, attempts, _circumstances(app, connection, row, now), now=now, zone=zone)))
    shown = listing.document(app.desk, row)
    shown["reasons"] = {} if verdict is None else {name: said(reason) for name, reason in verdict.reasons.items()}
    shown["parts"] = [listing.part_document(part, zone) for part in parts]
    shown["attempts"] = [listing.attempt_document(attempt, zone) for attempt in attempts]
    shown["story"] = [_sentence(each, zone) for each in told]
    return shown


def _sentence(told: Told, zone: ZoneInfo) -> dict[str, Any]:
    from evenly.messages import shown as said

    at = None if told.at is None else told.at.astimezone(zone).isoformat(timespec="seconds")
    return {"at": at, "text": said(told.text)}


def _circumstances(app: App, connection: Connection, row: Any, now: datetime) -> Circumstances:
    """What holds for the delivery's account, as far as evenly.toml still has it."""
    from evenly.cli.doubts import page_of
    from evenly.planning.outlook import Circumstances
    from evenly.plugin import Message
    from evenly.signing_in.owners import is_gone
    from evenly.store import accounts, quotas

    if row.account not in app.settings.accounts:
        return Circumstances()
    known = accounts.known_one(connection, row.account)
    needed = Message("Nobody has signed in yet.") if known is None or known.sign_in == "none" else known.reason or Message("It has ended.")
    return Circumstances(
        page=page_of(app, connection, row.account),
        sign_in=None if known is not None and known.sign_in == "ok" else needed,
        held=known is not None and known.held,
        owner_gone=row.owner is not None and is_gone(row.owner),
        reason=quotas.allowance(connection, row.account, row.network, now=now).reason,
    )


# ---- for people


def _tell(document: Mapping[str, Any], now: datetime) -> None:
    from evenly.cli import show

    click.secho(f"{document['post']}", bold=True)
    if document["repeats"]:
        click.echo(_("It repeats {post}.", post=document["repeats"]))
    click.echo(show.printable(document["fields"].get("text", "")))
    for line in _fields(document["fields"]):
        click.echo(show.printable(f"  {line}"))
    for delivery in document["deliveries"]:
        click.echo()
        _tell_delivery(delivery, now)


def _tell_delivery(delivery: Mapping[str, Any], now: datetime) -> None:
    from evenly.cli import show

    when = show.when(delivery["published_at"] or delivery["due"]) if delivery["published_at"] or delivery["due"] else _("no time yet")
    click.secho(f"{delivery['id']} · {delivery['account']} · {delivery['state']} · {when}", bold=True)
    for name, reason in delivery["reasons"].items():
        click.echo(show.printable(f"  {name}: {reason}"))
    if delivery["url"]:
        click.echo(show.printable(f"  {delivery['url']}"))
    times = [_time(sentence["at"], now) for sentence in delivery["story"]]
    width = max(len(time) for time in times)
    for time, sentence in zip(times, delivery["story"], strict=True):
        click.echo(show.printable(f"  {time.ljust(width)}  {sentence['text']}"))


def _time(written: str | None, now: datetime) -> str:
    from datetime import UTC, datetime

    from evenly.messages import shown
    from evenly.planning.moments import readable

    if written is None:
        return _("next")
    moment = datetime.fromisoformat(written)
    return shown(readable(moment, now=now, zone=moment.tzinfo or UTC))


def _fields(fields: Mapping[str, Any]) -> Iterator[str]:
    """What was written, but for the text, a line or more for each field."""
    for name, value in fields.items():
        if name not in {"text", "effort_minutes"}:
            yield from _field(name, value)


def _field(name: str, value: Any) -> Iterator[str]:
    match value:
        case {"path": path, **more}:
            yield f"{name}: {path}" + (f" ({more['alt']})" if more.get("alt") else "")
        case Mapping():
            for key, each in value.items():
                yield from _field(f"{name}.{key}", each)
        case [str(), *_] if all(isinstance(each, str) and _is_short(each) for each in value) and name != "thread":
            yield f"{name}: {', '.join(value)}"
        case [*several]:
            for number, each in enumerate(several, start=1):
                yield from _field(f"{name} {number}" if len(several) > 1 else name, each)
        case bool():
            yield f"{name}: " + (_("yes") if value else _("no"))
        case _:
            yield _indented(name, str(value))


def _is_short(text: str) -> bool:
    return "\n" not in text and "," not in text


def _indented(name: str, text: str) -> str:
    """A text of several lines, each under the first."""
    return f"{name}: {text}".replace("\n", "\n" + " " * (len(name) + 4))
