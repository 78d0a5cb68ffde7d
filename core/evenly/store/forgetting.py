"""What of long ago can go: detail, not the posts themselves nor that they were published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Delete, Text, Update, and_, cast, exists, or_, select

from evenly.store.models import attempt, delivery, effort, elsewhere, item, metric, notice, part

Kind = Literal["readings", "evidence", "elsewhere", "notes", "items", "notices"]

_ENDED = and_(
    delivery.c.state.in_(["published", "cancelled"]),
    delivery.c.next_action_at.is_(None),
    delivery.c.owner.is_(None),
    or_(delivery.c.take_down_at.is_(None), delivery.c.taken_down_at.is_not(None)),
)
"""Nothing more will happen to it."""


def old(connection: Connection, before: datetime) -> Mapping[Kind, Sequence[int]]:
    """The rows that can go, by what they are: all that belongs to a time before, and to nothing that has not ended."""
    return {
        "readings": [*_readings(connection, before), *_account_readings(connection, before)],
        "evidence": _evidence(connection, before),
        "elsewhere": _ids(connection, elsewhere.c.id, elsewhere.c.at < before),
        "notes": _ids(connection, effort.c.id, effort.c.at < before, effort.c.note.is_not(None)),
        "items": _ids(connection, item.c.id, item.c.seen_at < before, ~_is_awaited()),
        "notices": _ids(connection, notice.c.id, notice.c.at < before, notice.c.state != "waiting"),
    }


def forget(connection: Connection, kind: Kind, some: Sequence[int]) -> int:
    """Let these rows go, or what they tell too much; how many there were."""
    return connection.execute(_STATEMENTS[kind].where(_KEYS[kind].in_(some))).rowcount


def _readings(connection: Connection, before: datetime) -> Sequence[int]:
    """All readings of a delivery but the last that told something."""
    later = metric.alias("later")
    tells_more = exists().where(
        later.c.delivery_id == metric.c.delivery_id, later.c.taken_at > metric.c.taken_at, cast(later.c.figures, Text) != "{}"
    )
    query = select(metric.c.id).join(delivery, delivery.c.id == metric.c.delivery_id)
    return connection.execute(query.where(delivery.c.published_at < before, _ENDED, tells_more)).scalars().all()


def _account_readings(connection: Connection, before: datetime) -> Iterable[int]:
    """All readings of an account but the last of each month."""
    query = select(metric.c.id, metric.c.account, metric.c.mark).where(metric.c.delivery_id.is_(None), metric.c.taken_at < before)
    rows = connection.execute(query.order_by(metric.c.mark)).all()
    last = {(row.account, row.mark[: len("2026-12")]): row.id for row in rows}
    kept = set(last.values())
    return [row.id for row in rows if row.id not in kept]


def _evidence(connection: Connection, before: datetime) -> Sequence[int]:
    query = (
        select(attempt.c.id)
        .join(part, part.c.id == attempt.c.part_id)
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .where(attempt.c.outcome.is_not(None), attempt.c.evidence.is_not(None), attempt.c.started_at < before, _ENDED)
        .where(or_(delivery.c.published_at.is_(None), delivery.c.published_at < before))
    )
    return connection.execute(query).scalars().all()


def _is_awaited() -> ColumnElement[bool]:
    """Whether what was made of the item is still to come."""
    return exists().where(delivery.c.post_id == item.c.post_id, ~_ENDED)


def _ids(connection: Connection, key: ColumnElement[int], *where: ColumnElement[bool]) -> Sequence[int]:
    return connection.execute(select(key).where(*where)).scalars().all()


_STATEMENTS: Mapping[Kind, Delete | Update] = {
    "readings": metric.delete(),
    "evidence": attempt.update().values(evidence=None),
    "elsewhere": elsewhere.delete(),
    "notes": effort.update().values(note=None),
    "items": item.delete(),
    "notices": notice.delete(),
}
_KEYS: Mapping[Kind, ColumnElement[int]] = {
    "readings": metric.c.id,
    "evidence": attempt.c.id,
    "elsewhere": elsewhere.c.id,
    "notes": effort.c.id,
    "items": item.c.id,
    "notices": notice.c.id,
}
