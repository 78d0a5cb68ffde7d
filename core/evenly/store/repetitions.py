"""Posts that come back, and what they came back as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from evenly.store.models import delivery, part, post, repetition


def evergreens(connection: Connection, name: str) -> Sequence[Any]:
    """Id and fields of every post with a rule by which it comes back on the account, oldest first."""
    has_rule = post.c.fields["evergreen"].as_string().is_not(None)
    query = select(post.c.id, post.c.fields).join(delivery, delivery.c.post_id == post.c.id)
    return connection.execute(query.where(delivery.c.account == name, has_rule).order_by(post.c.id)).all()


def earlier(connection: Connection, original_id: int, name: str) -> Sequence[Any]:
    """Every delivery of the post and of what repeats it on the account, oldest first, with the `content` of its first part."""
    repeating = select(repetition.c.post_id).where(repetition.c.original_id == original_id)
    query = select(delivery, part.c.content).join(part, part.c.delivery_id == delivery.c.id)
    mine = or_(delivery.c.post_id == original_id, delivery.c.post_id.in_(repeating))
    return connection.execute(query.where(mine, delivery.c.account == name, part.c.position == 0).order_by(delivery.c.id)).all()


def waiting(connection: Connection, name: str, until: datetime) -> int:
    """How many planned deliveries of the account can go out before that moment: pinned ones by then, and those that float."""
    pinned = and_(delivery.c.pinned, delivery.c.due < until)
    floating = and_(~delivery.c.pinned, or_(delivery.c.not_before.is_(None), delivery.c.not_before < until))
    query = select(func.count()).select_from(delivery).where(delivery.c.account == name, delivery.c.state.in_(("planned", "claimed")))
    return int(connection.execute(query.where(or_(pinned, floating))).scalar_one())


def note(connection: Connection, post_id: int, original_id: int) -> None:
    """The post repeats the other one."""
    connection.execute(repetition.insert().values(post_id=post_id, original_id=original_id))


def original_of(connection: Connection, post_id: int) -> int | None:
    """The post that this one repeats; None where it is no repetition."""
    return connection.execute(select(repetition.c.original_id).where(repetition.c.post_id == post_id)).scalar()
