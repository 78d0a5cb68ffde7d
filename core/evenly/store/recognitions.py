"""What posts are taken for, kept with them; and what the mix holds back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from evenly.store.models import delivery, item, part, post
from evenly.store.queue import listed

_COMING = ("draft", "planned", "claimed", "sending", "unknown", "held", "failed", "missed", "uncertain")
_NEWEST = 400


def keep(connection: Connection, post_id: int, recognised: Mapping[str, Any], *, by: str, origin: str, topic: str | None) -> None:
    """Write down what a post is, and the digest of what it was judged by."""
    values = {"recognised": dict(recognised), "recognised_by": by, "origin": origin, "topic": topic}
    connection.execute(post.update().where(post.c.id == post_id).values(values))


def label(connection: Connection, delivery_id: int, *, kind: str | None, topic: str | None, apart: str | None) -> None:
    """What the planner balances a delivery by. The kind of a published one stays as it was planned by."""
    mine = delivery.c.id == delivery_id
    connection.execute(delivery.update().where(mine).values(topic=topic, apart=apart))
    connection.execute(
        delivery.update().where(mine, delivery.c.state != "published", delivery.c.kind.is_distinct_from(kind)).values(kind=kind)
    )


def stale(connection: Connection, by: Collection[str], *, since: datetime, most: int) -> Sequence[Any]:
    """The posts that were judged by none of these digests and are still to come or were published since then: the first to come first."""
    matters = or_(delivery.c.state.in_(_COMING), and_(delivery.c.state == "published", delivery.c.published_at >= since))
    query = select(post.c.id, post.c.fields, post.c.recognised).join(delivery, delivery.c.post_id == post.c.id)
    query = query.where(or_(post.c.recognised_by.is_(None), post.c.recognised_by.not_in(by)), matters).group_by(
        post.c.id, post.c.recognised_by
    )
    return connection.execute(query.order_by(func.min(delivery.c.due), post.c.id).limit(most)).all()


def deliveries_of(connection: Connection, post_id: int) -> Sequence[Any]:
    """Id, account, network, state and kind of a post's deliveries, with the `content` of their first part."""
    columns = (delivery.c.id, delivery.c.account, delivery.c.network, delivery.c.state, part.c.content)
    query = select(*columns).join(part, and_(part.c.delivery_id == delivery.c.id, part.c.position == 0))
    return connection.execute(query.where(delivery.c.post_id == post_id).order_by(delivery.c.id)).all()


def mixed_before(connection: Connection, name: str, delivery_id: int) -> int:
    """How many earlier deliveries of the account are both ours and somebody else's: the next one takes its turn after them."""
    query = select(func.count()).select_from(delivery).join(post, post.c.id == delivery.c.post_id)
    mine = (delivery.c.account == name, delivery.c.id < delivery_id, post.c.origin == "mixed")
    return int(connection.execute(query.where(*mine)).scalar_one())


def published(connection: Connection, since: datetime, *, name: str | None = None) -> Sequence[Any]:
    """Rows of `queue.listed` of what went out since then and was not taken down."""
    query = listed().where(delivery.c.state == "published", delivery.c.published_at >= since, delivery.c.taken_down_at.is_(None))
    return connection.execute(query if name is None else query.where(delivery.c.account == name)).all()


def answers(connection: Connection) -> dict[str, Any]:
    """What people's labels have told of addresses, as it was kept with their posts; of two about the same the later post's."""
    told = post.c.recognised["answers"].as_string()
    rows = connection.execute(select(told).where(told.is_not(None)).order_by(post.c.id)).scalars()
    return {address: side for row in rows for address, side in json.loads(row).items()}


def held_by_mix(connection: Connection, name: str | None = None) -> Sequence[Any]:
    """Rows of `queue.listed` of what the mix holds back, by their time."""
    query = listed().where(delivery.c.state == "held", delivery.c.held_by == "mix")
    return connection.execute(query if name is None else query.where(delivery.c.account == name)).all()


def offered(connection: Connection) -> Sequence[Any]:
    """Title and summary of what the followed feeds have offered, newest first."""
    return connection.execute(select(item.c.title, item.c.summary).order_by(item.c.id.desc()).limit(_NEWEST)).all()
