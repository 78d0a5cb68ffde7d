"""Figures as they were read, with their age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from evenly.store.models import delivery, metric, part


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one delivery (of the account, where `delivery_id` is None) at one mark."""

    account: str
    delivery_id: int | None
    mark: str  #: of MARKS for deliveries, the date for accounts
    taken_at: datetime
    figures: Mapping[str, int]


def published(connection: Connection, name: str, *, since: datetime) -> Sequence[Any]:
    """The root parts the account has published since then and not taken down."""
    return connection.execute(
        select(part.c.delivery_id, part.c.remote_id, part.c.url, part.c.published_at, part.c.data)
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .where(
            delivery.c.account == name,
            delivery.c.state == "published",
            delivery.c.taken_down_at.is_(None),
            delivery.c.published_at >= since,
            part.c.position == 0,
            part.c.remote_id.is_not(None),
        )
        .order_by(part.c.published_at)
    ).all()


def keep(connection: Connection, readings: Sequence[Reading]) -> None:
    """Store readings; a second one for the same mark replaces the first."""
    for reading in readings:
        same = and_(
            metric.c.account == reading.account,
            metric.c.mark == reading.mark,
            metric.c.delivery_id.is_not_distinct_from(reading.delivery_id),
        )
        values = {"taken_at": reading.taken_at, "figures": dict(reading.figures)}
        if connection.execute(metric.update().where(same).values(values)).rowcount == 0:
            new = {"account": reading.account, "delivery_id": reading.delivery_id, "mark": reading.mark, **values}
            connection.execute(metric.insert().values(new))


def latest(connection: Connection, delivery_id: int) -> Mapping[str, int]:
    """The newest figures of a delivery; none where nothing was read yet."""
    query = select(metric.c.figures).where(metric.c.delivery_id == delivery_id).order_by(metric.c.taken_at.desc()).limit(1)
    return connection.execute(query).scalar() or {}
