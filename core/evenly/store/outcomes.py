"""What was to go out in a period and did not, and how the planner saw what did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from evenly.store.models import delivery, post

_NOT_TO_GO_OUT = ("draft", "cancelled", "held")


def unmet(connection: Connection, names: Collection[str], since: datetime, until: datetime, *, end: datetime) -> Sequence[Any]:
    """The accounts' deliveries that were to go out in [since, end), by their last time, and did not in [since, until).

    Not those that somebody keeps back. `published_at` is when one went out at another time.
    """
    columns = (delivery.c.account, delivery.c.due, delivery.c.published_at, post.c.campaign, post.c.offer)
    query = select(*columns).join(post, post.c.id == delivery.c.post_id)
    query = query.where(delivery.c.account.in_(names), _within(delivery.c.due, since, end), delivery.c.state.not_in(_NOT_TO_GO_OUT))
    went_out = and_(delivery.c.state == "published", _within(delivery.c.published_at, since, until))
    return connection.execute(query.where(or_(delivery.c.published_at.is_(None), not_(went_out)))).all()


def planned(connection: Connection, ids: Collection[int]) -> Sequence[Any]:
    """Of these deliveries, some hundreds, by what the planner balanced them: id, kind, topic, and whether somebody had pinned them."""
    columns = (delivery.c.id, delivery.c.kind, delivery.c.topic, delivery.c.pinned)
    return connection.execute(select(*columns).where(delivery.c.id.in_(ids))).all()


def began(connection: Connection) -> Mapping[str, datetime]:
    """When each account published for the first time."""
    query = (
        select(delivery.c.account, func.min(delivery.c.published_at)).where(delivery.c.state == "published").group_by(delivery.c.account)
    )
    return {name: first for name, first in connection.execute(query) if first is not None}


def _within(moment: ColumnElement[datetime | None] | ColumnElement[datetime], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(moment >= since, moment < until)
