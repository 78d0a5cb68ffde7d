"""What was advised, week by week, and what the person made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from evenly.plugin import Message
from evenly.store.contents import as_message, message_of
from evenly.store.models import advice
from evenly.store.upserting import insert_new

State = Literal["offered", "taken", "declined", "overtaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An advice of a week. `steps` are the values to change: path, before, after."""

    id: int = 0
    week: str
    number: int
    key: str
    kind: str
    account: str | None
    state: State = "offered"
    reason: Message
    change: Message
    gain: float | None
    low: float | None
    high: float | None
    steps: Sequence[Mapping[str, Any]]
    weights: Sequence[float] | None = None
    offered_at: datetime
    decided_at: datetime | None = None
    because: str | None = None


def of_week(connection: Connection, week: str) -> list[Offer]:
    """The advices of a week by their numbers, whatever became of them."""
    return [_offer(row) for row in connection.execute(select(advice).where(advice.c.week == week).order_by(advice.c.number))]


def decided(connection: Connection, since: datetime) -> list[Offer]:
    """What was taken or declined since then, the earliest first."""
    known = advice.c.state.in_(("taken", "declined"))
    query = select(advice).where(known, advice.c.decided_at >= since).order_by(advice.c.decided_at, advice.c.id)
    return [_offer(row) for row in connection.execute(query)]


def add(connection: Connection, offer: Offer) -> bool:
    """Write an advice down; False where the week has this number or this advice already."""
    values = {name: getattr(offer, name) for name in Offer.__slots__ if name not in {"id", "reason", "change"}}
    messages = {"reason": as_message(offer.reason), "change": as_message(offer.change)}
    return insert_new(connection, advice, {**values, **messages, "steps": [dict(each) for each in offer.steps]})


def next_number(connection: Connection, week: str) -> int:
    """The first number that the week has not given yet."""
    return int(connection.execute(select(func.coalesce(func.max(advice.c.number), 0)).where(advice.c.week == week)).scalar_one()) + 1


def decide(connection: Connection, offer: Offer, state: State, *, now: datetime, because: str | None = None) -> bool:
    """Say what became of an advice; False where that has been said already."""
    still_open = (advice.c.id == offer.id, advice.c.state == "offered")
    changed = connection.execute(advice.update().where(*still_open).values(state=state, decided_at=now, because=because))
    return changed.rowcount == 1


def learnt(connection: Connection) -> dict[str, tuple[float, ...]]:
    """Of each account the weights of the hours of the week that were taken last."""
    known = (advice.c.state == "taken", advice.c.kind == "times", advice.c.weights.is_not(None))
    rows = connection.execute(select(advice.c.account, advice.c.weights).where(*known).order_by(advice.c.decided_at, advice.c.id))
    return {row.account: tuple(map(float, row.weights)) for row in rows if row.account is not None}


def _offer(row: Row[Any]) -> Offer:
    messages = {name: message_of(getattr(row, name)) for name in ("reason", "change")}
    return Offer(**{**row._asdict(), **messages})
