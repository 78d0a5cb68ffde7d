"""What went out in a period, with what is known of it; for the report. Only the columns it needs: there may be very many rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from evenly.store.models import delivery, effort, effort_post, metric, part, post, repetition

_AT_ONCE = 5_000


def published(connection: Connection, name: str, *, since: datetime, until: datetime, mark: str) -> Iterator[Row[Any]]:
    """The account's deliveries of the period by time, each with its labels and the figures of its reading at this mark, if any.

    `actions` is JSON text.
    """
    theirs = post.c.recognised[("accounts", name, "origin")].as_string()
    own_topic = post.c.recognised[("accounts", name, "topic")].as_string()
    own_actions = post.c.recognised[("accounts", name, "actions")].as_string()
    actions = func.coalesce(post.c.recognised[("base", "actions")].as_string(), post.c.fields["actions"].as_string())
    query = (
        select(
            delivery.c.id,
            part.c.published_at,
            post.c.campaign,
            func.coalesce(theirs, post.c.origin).label("origin"),
            case((theirs.is_not(None), own_topic), else_=post.c.topic).label("topic"),
            case((theirs.is_not(None), own_actions), else_=actions).label("actions"),
            part.c.content["format"].as_string().label("format"),
            metric.c.figures,
        )
        .select_from(part)
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .join(post, post.c.id == delivery.c.post_id)
        .outerjoin(metric, and_(metric.c.delivery_id == delivery.c.id, metric.c.mark == mark))
        .where(*_out(since, until), part.c.account == name)
        .order_by(part.c.published_at)
    )
    yield from connection.execution_options(yield_per=_AT_ONCE).execute(query)


def count(connection: Connection, names: Collection[str], *, since: datetime, until: datetime, read_at: str | None = None) -> int:
    """How many deliveries of the accounts went out in the period; of these only those that were read at a mark, where one is given."""
    query = select(func.count()).select_from(part).join(delivery, delivery.c.id == part.c.delivery_id)
    if read_at is not None:
        query = query.join(metric, and_(metric.c.delivery_id == delivery.c.id, metric.c.mark == read_at))
    return int(connection.execute(query.where(*_out(since, until), part.c.account.in_(names))).scalar_one())


def followers(connection: Connection, *, since: datetime, until: datetime) -> Sequence[Any]:
    """How many followers each account had, as often as that was counted in the period; oldest first."""
    told = metric.c.figures["followers"].as_integer()
    days = metric.c.mark.between(since.date().isoformat(), until.date().isoformat())
    # The account is left to the reader: with it, SQLite may search all readings of the account, of which there are very many.
    query = select(metric.c.account, metric.c.taken_at, told.label("followers")).where(metric.c.delivery_id.is_(None), days)
    return connection.execute(query.where(told.is_not(None)).order_by(metric.c.mark, metric.c.id)).all()


def siblings(connection: Connection, names: Collection[str], *, since: datetime, until: datetime) -> Iterator[Row[Any]]:
    """Of every post with a delivery in the period all that is out on these accounts, whenever; with what tells what it took to make.

    Ordered by post, so that its deliveries stand together.
    """
    theirs = _posts(names, since, until).distinct().subquery()
    query = (
        select(
            delivery.c.id,
            delivery.c.account,
            delivery.c.post_id,
            post.c.effort_minutes,
            post.c.origin,
            post.c.fields[("media", 0, "path")].as_string().is_not(None).label("has_media"),
            repetition.c.original_id.is_not(None).label("repeats"),
        )
        .select_from(theirs)
        .join(post, post.c.id == theirs.c.post_id)
        .join(delivery, delivery.c.post_id == post.c.id)
        .outerjoin(repetition, repetition.c.post_id == post.c.id)
        .where(delivery.c.state == "published", delivery.c.account.in_(names))
        .order_by(delivery.c.post_id, delivery.c.id)
    )
    yield from connection.execution_options(yield_per=_AT_ONCE).execute(query)


def logged(connection: Connection, names: Collection[str], *, since: datetime, until: datetime) -> Sequence[Any]:
    """What was logged for the same posts: post, seconds, task, and the account if it was for one alone."""
    query = select(effort_post.c.post_id, effort_post.c.seconds, effort.c.task, effort.c.account).join(
        effort, effort.c.id == effort_post.c.effort_id
    )
    return connection.execute(query.where(effort_post.c.post_id.in_(_posts(names, since, until)))).all()


def _out(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return part.c.position == 0, part.c.published_at >= since, part.c.published_at < until, delivery.c.state == "published"


def _posts(names: Collection[str], since: datetime, until: datetime) -> Select[Any]:
    query = select(delivery.c.post_id).select_from(part).join(delivery, delivery.c.id == part.c.delivery_id)
    return query.where(*_out(since, until), part.c.account.in_(names))
