"""From the inbox into the queue, or away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenly import fields, planning
from evenly.following.offers import about, credit_of
from evenly.following.refusing import FollowingRefused, number
from evenly.plugin import Message
from evenly.store import feeds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Added, Desk

_SOURCE = {
    "en": "Source: {credit}",
    "fr": "Source\N{NO-BREAK SPACE}: {credit}",
    "de": "Quelle: {credit}",
    "es": "Fuente: {credit}",
    "it": "Fonte: {credit}",
    "pt": "Fonte: {credit}",
    "nl": "Bron: {credit}",
}
"""How a credit is written, by the brand's language: it is part of what readers see."""


def take(desk: Desk, written: str, said: Mapping[str, Any], *, root: Path, now: datetime) -> Added:
    """Queue the post that an item makes, with the fields that a person `said` (a text, accounts, a time …), which go before its own.

    It has the item's link, the origin that its feed is marked with, its topic, and a credit line at the end of each wording that does not
    name the source anyway; an empty credit leaves that away. Raises FollowingRefused, PostRefused and FieldsRefused.
    """
    with desk.store.read() as connection:
        row = _named(connection, written)
    _refuse_taken(row)
    wanted = fields.read(_document(desk, row, said))
    new = planning.NewPost(fields=wanted, root=root, digest=hashlib.sha256(f"item {row.link_digest}".encode()).hexdigest())
    added = planning.add(desk, new, now=now)
    with desk.store.write() as connection:
        feeds.taken(connection, row.id, added.post)
    if added.unchanged:
        raise _taken(row.id, added.post)
    return added


def skip(desk: Desk, named: Sequence[str]) -> list[str]:
    """Take items out of the inbox; their titles. Raises FollowingRefused, and then none was."""
    with desk.store.write() as connection:
        rows = [_named(connection, each) for each in named]
        for row in rows:
            _refuse_taken(row)
            feeds.skipped(connection, row.id)
    return [str(row.title) for row in rows]


def _document(desk: Desk, row: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the post: what a person said, and for the rest what is known of the item."""
    own = {"text": row.title, "link": row.link, "origin": "owned" if row.owned else "third-party", "topic": about(desk, row).topic}
    credit = credit_of(row) if said.get("origin") in {None, "third-party"} else None
    document: dict[str, Any] = {**own, **({"credit": credit} if credit else {}), **said}
    if not document.get("credit"):
        return document
    line = _SOURCE.get(desk.settings.brand.language.partition("-")[0], _SOURCE["en"]).format(credit=document["credit"])
    texts = {name: _credited(text, document["credit"], line) for name, text in document.get("text_for", {}).items()}
    text = _credited(str(document["text"]), document["credit"], line)
    return {**document, "text": text, **({"text_for": texts} if texts else {})}


def _credited(text: str, credit: str, line: str) -> str:
    return text if credit.casefold() in text.casefold() else f"{text.rstrip()}\n\n{line}"


def _named(connection: Connection, written: str) -> Any:
    item_id = number(written)
    row = None if item_id is None else feeds.item_of(connection, item_id)
    if row is None:
        raise FollowingRefused(Message("There is no item {id}: `evenly inbox` shows their numbers.", id=written))
    return row


def _refuse_taken(row: Any) -> None:
    if row.state == "taken":
        raise _taken(row.id, row.post_id)


def _taken(item_id: int, post_id: int) -> FollowingRefused:
    return FollowingRefused(Message("Item {id} was taken already: it is post p{post}.", id=item_id, post=post_id))
