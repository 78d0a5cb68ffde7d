"""What was to go out in a period and what went out, in few columns: a report reads very many of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from evenly.store.models import delivery, post

_NOT_TO_GO_OUT = ("draft", "cancelled", "held")
_AT_ONCE = 2000


def between(connection: Connection, name: str, since: datetime, until: datetime, *, campaign: str | None = None) -> Iterator[Any]:
    """The account's deliveries that went out in [since, until) or were to, by their last time: not those that somebody keeps back.

    `on_topic` is what the account's wording was taken for, None where nobody knows.
    """
    columns = (delivery.c.id, delivery.c.due, delivery.c.published_at, delivery.c.taken_down_at, delivery.c.kind, delivery.c.topic)
    theirs = post.c.recognised[("accounts", name, "origin")].as_string()
    own, base = (post.c.recognised[path].as_boolean() for path in (("accounts", name, "on_topic"), ("base", "on_topic")))
    query = select(*columns, delivery.c.pinned, case((theirs.is_not(None), own), else_=base).label("on_topic"))
    was_due = and_(_within(delivery.c.due, since, until), delivery.c.state.not_in(_NOT_TO_GO_OUT))
    query = query.join(post, post.c.id == delivery.c.post_id)
    query = query.where(delivery.c.account == name, or_(_within(delivery.c.published_at, since, until), was_due))
    if campaign is not None:
        query = query.where(post.c.campaign == campaign)
    yield from connection.execution_options(yield_per=_AT_ONCE).execute(query.order_by(delivery.c.id))


def began(connection: Connection) -> Mapping[str, datetime]:
    """When each account published for the first time."""
    query = (
        select(delivery.c.account, func.min(delivery.c.published_at)).where(delivery.c.state == "published").group_by(delivery.c.account)
    )
    return {name: first for name, first in connection.execute(query) if first is not None}


def _within(moment: ColumnElement[datetime | None] | ColumnElement[datetime], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(moment >= since, moment < until)
