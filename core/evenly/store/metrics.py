"""Figures as they were read, with their age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, literal, select

from evenly.store.models import delivery, metric, part

MARKS = {
    "0": timedelta(0),
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
    "7d": timedelta(days=7),
    "28d": timedelta(days=28),
}
"""The ages at which posts are compared, by their names."""
LONGEST_AGE = timedelta(days=35)
"""A post that is older is not read any more: too late for the last mark, and some networks tell nothing then."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one delivery (of the account, where `delivery_id` is None) at one mark; none where the network gave none."""

    account: str
    delivery_id: int | None
    mark: str  #: of MARKS for deliveries, the date for accounts
    taken_at: datetime
    figures: Mapping[str, float]
    counted_as: Mapping[str, str] = field(default_factory=dict)  #: the network's own names of figures, as far as they are known


def mark(age: timedelta) -> str:
    """The last mark that has passed at this age."""
    return [name for name, least in MARKS.items() if least <= max(age, timedelta(0))][-1]


def published(connection: Connection, name: str, *, now: datetime) -> Sequence[Any]:
    """The root parts of what the account has published, is not taken down and young enough to be read; newest first."""
    return connection.execute(_readable(name).where(part.c.published_at > now - LONGEST_AGE)).all()


def due(connection: Connection, name: str, *, now: datetime, most: int) -> Sequence[Any]:
    """The same, but only those that were not read yet at the mark at which they are now; the mark 0 is nobody's."""
    is_read = exists().where(metric.c.delivery_id == part.c.delivery_id, metric.c.mark == _mark_at(now), metric.c.unasked.is_not(True))
    of_age = (part.c.published_at > now - LONGEST_AGE, part.c.published_at <= now - MARKS["1h"])
    return connection.execute(_readable(name).where(*of_age, ~is_read).limit(most)).all()


def is_account_read(connection: Connection, name: str, day: str) -> bool:
    """Whether the account's own figures were read on this day."""
    read = (metric.c.delivery_id.is_(None), metric.c.mark == day, metric.c.account == name, metric.c.unasked.is_not(True))
    return connection.execute(select(metric.c.id).where(*read)).first() is not None


def keep(connection: Connection, readings: Sequence[Reading]) -> None:
    """Store what networks told; a second reading for the same mark replaces the first, unless it is empty.

    Of what a file has told at this mark those figures stay that the network does not tell.
    """
    for reading in readings:
        names = dict(sorted(reading.counted_as.items()))  # always in one order: the same names are the same text
        values = {"taken_at": reading.taken_at, "figures": dict(reading.figures), "counted_as": names or None}
        known = connection.execute(select(metric.c.figures, metric.c.imported, metric.c.unasked).where(*same(reading))).first()
        if known is None:
            new = {"account": reading.account, "delivery_id": reading.delivery_id, "mark": reading.mark, **values}
            connection.execute(metric.insert().values(new))
        elif reading.figures:
            left = {name: at for name, at in (known.imported or {}).items() if name not in reading.figures}
            values |= {"figures": {name: known.figures[name] for name in left} | dict(reading.figures), "imported": left or None}
            connection.execute(metric.update().where(*same(reading)).values(**values, unasked=None))
        elif known.unasked:
            connection.execute(metric.update().where(*same(reading)).values(unasked=None))


def latest(connection: Connection, delivery_id: int) -> Mapping[str, int]:
    """The newest figures of a delivery; none where the network gave none yet."""
    query = select(metric.c.figures).where(metric.c.delivery_id == delivery_id).order_by(metric.c.taken_at.desc())
    return next((figures for figures in connection.execute(query).scalars() if figures), {})


def _readable(name: str) -> Select[Any]:
    return (
        select(part.c.delivery_id, part.c.remote_id, part.c.url, part.c.published_at, part.c.data)
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .where(
            part.c.account == name,
            part.c.position == 0,
            part.c.remote_id.is_not(None),
            delivery.c.state == "published",
            delivery.c.taken_down_at.is_(None),
        )
        .order_by(part.c.published_at.desc())
    )


def _mark_at(now: datetime) -> ColumnElement[str]:
    """The mark at which a part is, by when it was published."""
    reached = [(part.c.published_at <= now - age, literal(name)) for name, age in reversed(MARKS.items())]
    return case(*reached, else_="0")


def same(reading: Reading) -> tuple[ColumnElement[bool], ...]:
    """What the row of this delivery or account, at this mark, fulfils."""
    # Not "is not distinct from", for which PostgreSQL uses no index.
    whose = metric.c.delivery_id.is_(None) if reading.delivery_id is None else metric.c.delivery_id == reading.delivery_id
    return whose, metric.c.mark == reading.mark, metric.c.account == reading.account
