"""Figures that a file tells, kept beside those that the networks tell themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from evenly.store.metrics import Reading, same
from evenly.store.models import delivery, metric, part

OF_A_DAY = "day_"
"""Before the name of a figure of an account: what that day alone brought."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a reading of a file has changed: whether any figure is new or another one, and how many stay as the network told them."""

    is_new: bool
    told_otherwise: int = 0


def add(connection: Connection, reading: Reading, *, dry_run: bool = False) -> Kept:
    """Keep what a file tells at a mark. What the network itself has told at this mark stays; of two files the later reading counts.

    With `dry_run` nothing is written.
    """
    columns = (metric.c.id, metric.c.taken_at, metric.c.figures, metric.c.imported, metric.c.unasked)
    known = connection.execute(select(*columns).where(*same(reading))).first()
    figures, imported = ({}, {}) if known is None else (dict(known.figures), dict(known.imported or {}))
    otherwise = sum(name in figures and name not in imported and figures[name] != value for name, value in reading.figures.items())
    new = {name: value for name, value in reading.figures.items() if _counts(name, value, reading.taken_at, figures, imported)}
    if new and not dry_run:
        values: dict[str, Any] = {
            "figures": figures | new,
            "imported": imported | dict.fromkeys(new, reading.taken_at.isoformat()),
        }
        if known is None:
            where = {"account": reading.account, "delivery_id": reading.delivery_id, "mark": reading.mark}
            connection.execute(metric.insert().values(**where, **values, taken_at=reading.taken_at, unasked=True))
        else:
            moment = max(known.taken_at, reading.taken_at) if known.unasked else known.taken_at
            connection.execute(metric.update().where(metric.c.id == known.id).values(**values, taken_at=moment))
    return Kept(bool(new), otherwise)


def _counts(name: str, value: float, at: datetime, figures: Mapping[str, float], imported: Mapping[str, str]) -> bool:
    """Whether a file's figure is to be kept, in place of what is known."""
    if name not in figures:
        return True
    return name in imported and figures[name] != value and datetime.fromisoformat(imported[name]) <= at


def published(connection: Connection) -> Sequence[Any]:
    """Of every delivery that is out, or was: its id, post, account, address and since when."""
    query = (
        select(delivery.c.id, delivery.c.post_id, delivery.c.account, part.c.url, part.c.published_at)
        .join(part, part.c.delivery_id == delivery.c.id)
        .where(part.c.position == 0, part.c.published_at.is_not(None), delivery.c.state == "published")
    )
    return connection.execute(query.order_by(delivery.c.id)).all()
