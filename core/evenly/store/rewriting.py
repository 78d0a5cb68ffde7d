"""Rows as a person's word rewrites them: what a post says, what its parts say, and times for the planner to choose anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select

from evenly.plugin import Message, Part
from evenly.store.contents import as_content, as_message
from evenly.store.models import attempt, delivery, part, post
from evenly.store.queue import insert_parts

_LABELS = ("campaign", "offer", "effort_minutes")


def rewrite_post(connection: Connection, post_id: int, fields: Mapping[str, Any]) -> None:
    """Put other fields in the place of those that were written before. Origin and topic stay as they were recognised."""
    labels = {name: fields.get(name) for name in _LABELS}
    connection.execute(post.update().where(post.c.id == post_id).values(fields=dict(fields), **labels))


def rewrite_delivery(connection: Connection, delivery_id: int, **columns: Any) -> None:
    """Set columns that the ledger does not decide about: priority, bounds, labels, digest."""
    connection.execute(delivery.update().where(delivery.c.id == delivery_id).values(columns))


def tried_beyond(connection: Connection, delivery_id: int, count: int) -> bool:
    """Whether a part after the first `count` was tried already: attempts are kept, and so must be the part they speak of."""
    query = select(exists().where(part.c.delivery_id == delivery_id, part.c.position >= count, attempt.c.part_id == part.c.id))
    return bool(connection.execute(query).scalar())


def rewrite_parts(connection: Connection, delivery_id: int, account: str, parts: Sequence[Part], *, revision: int) -> None:
    """Give the delivery these parts: those that are not out say something else now; further ones are new, surplus ones go."""
    mine = part.c.delivery_id == delivery_id
    connection.execute(part.delete().where(mine, part.c.position >= len(parts)))
    known = dict(connection.execute(select(part.c.position, part.c.published_at).where(mine)).all())
    for each in parts:
        if each.position in known and known[each.position] is None:
            values = {"kind": each.kind, "content": as_content(each)}
            connection.execute(part.update().where(mine, part.c.position == each.position).values(values))
    new = [each for each in parts if each.position not in known]
    if new:
        insert_parts(connection, delivery_id, account, new, revision=revision)


def fix_time(connection: Connection, delivery_id: int, due: datetime | None) -> None:
    """The time that a draft will have once it is approved; None: the planner chooses then."""
    values = {"due": due, "pinned": due is not None}
    connection.execute(delivery.update().where(delivery.c.id == delivery_id, delivery.c.state == "draft").values(values))


def let_float(connection: Connection, delivery_id: int) -> None:
    """Take the time of a planned delivery away, for the planner to choose one in the same transaction."""
    values = {"due": None, "pinned": False, "provisional": False, "why": None}
    connection.execute(delivery.update().where(delivery.c.id == delivery_id, delivery.c.state == "planned").values(values))


def explain(connection: Connection, delivery_id: int, why: Message) -> None:
    """Say which rule chose the time of a delivery."""
    connection.execute(delivery.update().where(delivery.c.id == delivery_id).values(why=as_message(why)))
