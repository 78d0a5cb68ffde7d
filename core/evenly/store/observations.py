"""What went out in a period, with what is known of it; for the report. Only the columns it needs: there may be very many rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, and_, case, cast, func, or_, select

from evenly.store.models import delivery, effort, effort_post, metric, part, post, repetition

_AT_ONCE = 5_000
_MAKING = (
    delivery.c.id,
    delivery.c.account,
    delivery.c.post_id,
    post.c.effort_minutes,
    post.c.origin.label("made_as"),
    post.c.fields[("media", 0, "path")].as_string().is_not(None).label("has_media"),
    repetition.c.original_id.is_not(None).label("repeats"),
)
"""What tells what a delivery's post took to make."""


def published(connection: Connection, name: str, *, since: datetime, until: datetime, mark: str) -> list[Row[Any]]:
    """The account's deliveries of the period by time, each with its labels and the figures of its reading at this mark, if any.

    `actions` and `counted_as` are JSON text; `made_as` is the post's own origin, whatever its wording for the account makes of it.
    """
    theirs = post.c.recognised[("accounts", name, "origin")].as_string()
    own_topic = post.c.recognised[("accounts", name, "topic")].as_string()
    own_actions = post.c.recognised[("accounts", name, "actions")].as_string()
    own, base = (post.c.recognised[path].as_boolean() for path in (("accounts", name, "on_topic"), ("base", "on_topic")))
    actions = func.coalesce(post.c.recognised[("base", "actions")].as_string(), post.c.fields["actions"].as_string())
    query = (
        select(
            *_MAKING,
            part.c.published_at,
            delivery.c.due,
            delivery.c.taken_down_at.is_not(None).label("is_taken_down"),
            post.c.campaign,
            post.c.offer,
            func.coalesce(theirs, post.c.origin).label("origin"),
            case((theirs.is_not(None), own_topic), else_=post.c.topic).label("topic"),
            case((theirs.is_not(None), own), else_=base).label("on_topic"),
            case((theirs.is_not(None), own_actions), else_=actions).label("actions"),
            part.c.content["format"].as_string().label("format"),
            cast(metric.c.figures, Text).label("figures"),
            cast(metric.c.counted_as, Text).label("counted_as"),
        )
        .select_from(part)
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .join(post, post.c.id == delivery.c.post_id)
        .outerjoin(repetition, repetition.c.post_id == post.c.id)
        .outerjoin(metric, and_(metric.c.delivery_id == delivery.c.id, metric.c.mark == mark))
        .where(*_out(since, until), part.c.account == name)
        .order_by(part.c.published_at)
    )
    found = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    return [row for some in found.partitions() for row in some]


def named(connection: Connection, name: str, *, since: datetime, until: datetime, mark: str) -> Sequence[Any]:
    """Of the same readings (and of some that are not told) those with names: delivery, when it was read, and the names as JSON text."""
    out = (part.c.position == 0, part.c.published_at >= since, part.c.published_at < until, part.c.account == name)
    known = (part.c.delivery_id, metric.c.taken_at, cast(metric.c.counted_as, Text))
    query = select(*known).join(metric, metric.c.delivery_id == part.c.delivery_id)
    return connection.execute(query.where(*out, metric.c.mark == mark, metric.c.counted_as.is_not(None))).all()


def count(connection: Connection, names: Collection[str], *, since: datetime, until: datetime) -> int:
    """How many deliveries of the accounts went out in the period."""
    query = select(func.count()).select_from(part).join(delivery, delivery.c.id == part.c.delivery_id)
    return int(connection.execute(query.where(*_out(since, until), part.c.account.in_(names))).scalar_one())


def count_read(connection: Connection, names: Collection[str], *, since: datetime, until: datetime, mark: str) -> tuple[int, int]:
    """The same, and how many of these were read at a mark."""
    query = select(func.count(), func.count(metric.c.id)).select_from(part).join(delivery, delivery.c.id == part.c.delivery_id)
    query = query.outerjoin(metric, and_(metric.c.delivery_id == delivery.c.id, metric.c.mark == mark))
    every, read = connection.execute(query.where(*_out(since, until), part.c.account.in_(names))).one()
    return int(every), int(read)


def followers(connection: Connection, *, since: datetime, until: datetime) -> Sequence[Any]:
    """How many followers each account had, as often as that was counted in the period, and the network's name of it; oldest first."""
    told = metric.c.figures["followers"].as_integer()
    days = metric.c.mark.between(since.date().isoformat(), until.date().isoformat())
    # The account is left to the reader: with it, SQLite may search all readings of the account, of which there are very many.
    known = (told.label("followers"), metric.c.counted_as["followers"].as_string().label("counted_as"))
    query = select(metric.c.account, metric.c.taken_at, *known).where(metric.c.delivery_id.is_(None), days)
    return connection.execute(query.where(told.is_not(None)).order_by(metric.c.mark, metric.c.id)).all()


def siblings(connection: Connection, names: Collection[str], *, since: datetime, until: datetime) -> Iterator[Row[Any]]:
    """Of the posts with a delivery in the period those that went out at another time, with what tells what they took to make."""
    theirs = select(delivery.c.post_id).select_from(part).join(delivery, delivery.c.id == part.c.delivery_id)
    theirs = theirs.where(*_out(since, until), part.c.account.in_(names))
    query = (
        select(*_MAKING)
        .select_from(delivery)
        .join(post, post.c.id == delivery.c.post_id)
        .outerjoin(repetition, repetition.c.post_id == post.c.id)
        .where(delivery.c.post_id.in_(theirs), delivery.c.state == "published", delivery.c.account.in_(names))
        .where(or_(delivery.c.published_at < since, delivery.c.published_at >= until))
    )
    yield from connection.execution_options(yield_per=_AT_ONCE).execute(query)


def logged(connection: Connection, names: Collection[str], *, since: datetime, until: datetime) -> Sequence[Any]:
    """What was logged for the same posts: post, seconds, task, and the account if it was for one alone."""
    query = select(effort_post.c.post_id, effort_post.c.seconds, effort.c.task, effort.c.account).join(
        effort, effort.c.id == effort_post.c.effort_id
    )
    return connection.execute(query.where(_went_out(effort_post.c.post_id, names, since, until))).all()


def days(connection: Connection, first: date, last: date) -> Sequence[Any]:
    """What is known of each account on each of these days: account and figures; oldest first."""
    theirs = (metric.c.delivery_id.is_(None), metric.c.mark.between(first.isoformat(), last.isoformat()))
    return connection.execute(select(metric.c.account, metric.c.figures).where(*theirs).order_by(metric.c.mark, metric.c.id)).all()


def paid(connection: Connection, names: Collection[str], *, since: datetime, until: datetime) -> Sequence[Any]:
    """For every sum that was paid for one of these posts all deliveries of the post that are out on the accounts, together."""
    query = (
        select(delivery.c.id, delivery.c.account, effort.c.account.label("for_account"), effort_post)
        .join(effort, effort.c.id == effort_post.c.effort_id)
        .join(delivery, delivery.c.post_id == effort_post.c.post_id)
        .where(delivery.c.state == "published", delivery.c.account.in_(names))
        .where(effort_post.c.cents > 0, _went_out(effort_post.c.post_id, names, since, until))
    )
    return connection.execute(query.order_by(effort_post.c.effort_id, effort_post.c.post_id, delivery.c.id)).all()


def _out(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return delivery.c.state == "published", *_within(since, until)


def _went_out(post_id: ColumnElement[int], names: Collection[str], since: datetime, until: datetime) -> ColumnElement[bool]:
    """Whether a delivery of that post went out in the period."""
    theirs = delivery.alias()
    mine = select(theirs.c.id).join(part, part.c.delivery_id == theirs.c.id).where(theirs.c.post_id == post_id, theirs.c.account.in_(names))
    return mine.where(theirs.c.state == "published", *_within(since, until)).exists()


def _within(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return part.c.position == 0, part.c.published_at >= since, part.c.published_at < until
