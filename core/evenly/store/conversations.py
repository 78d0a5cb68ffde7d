"""Where people have written something: counts of comments, never who wrote them or what."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, select

from evenly.store.metrics import LONGEST_AGE
from evenly.store.models import delivery, metric, part

_FRESH = timedelta(days=7)
"""A reading that is older tells nothing of this week."""


@dataclass(frozen=True, slots=True)
class Commented:
    """A delivery with comments that the reading before the last did not count yet."""

    id: int
    post_id: int
    account: str
    url: str | None
    new: int


def commented(connection: Connection, now: datetime, names: Collection[str]) -> list[Commented]:
    """Those of these accounts whose last reading, of the last week, counts more comments than the one before; most new ones first."""
    told, named = metric.c.figures["comments"].as_integer(), metric.c.counted_as["comments"].as_string()
    counted = (metric.c.taken_at, told.label("comments"), named.label("counted_as"))
    query = (
        select(metric.c.delivery_id, *counted, delivery.c.post_id, delivery.c.account, part.c.url)
        .join(delivery, delivery.c.id == metric.c.delivery_id)
        .join(part, part.c.delivery_id == delivery.c.id)
        .where(part.c.position == 0, part.c.published_at > now - LONGEST_AGE, delivery.c.taken_down_at.is_(None), told.is_not(None))
        .order_by(metric.c.delivery_id, metric.c.taken_at)
    )
    rows = connection.execute(query.where(part.c.account.in_(names)))
    found = [each for _, readings in groupby(rows, key=attrgetter("delivery_id")) for each in _new([*readings], now)]
    return sorted(found, key=lambda each: (-each.new, each.id))


def _new(readings: list[Any], now: datetime) -> Iterator[Commented]:
    last = readings[-1]
    if len(readings) > 1 and None not in {was := readings[-2].counted_as, last.counted_as} and was != last.counted_as:
        return  # what is counted in another way is not compared
    before = readings[-2].comments if len(readings) > 1 else 0
    new = last.comments - before
    if new > 0 and last.taken_at > now - _FRESH:
        yield Commented(last.delivery_id, last.post_id, last.account, last.url, new)
