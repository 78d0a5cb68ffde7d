"""How much is written: what a queue is fed with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from evenly.store.models import delivery

_NOT_MEANT_TO_GO_OUT = ("draft", "cancelled")


def written(connection: Connection, *, since: datetime, until: datetime) -> dict[str, int]:
    """How many deliveries were queued for each account in the period, and are still meant to go out or have."""
    meant = delivery.c.state.not_in(_NOT_MEANT_TO_GO_OUT)
    query = select(delivery.c.account, func.count()).where(meant, delivery.c.created_at >= since, delivery.c.created_at < until)
    return {name: int(count) for name, count in connection.execute(query.group_by(delivery.c.account))}


def begun(connection: Connection) -> dict[str, datetime]:
    """When each account was first queued for."""
    query = select(delivery.c.account, func.min(delivery.c.created_at)).group_by(delivery.c.account)
    return {name: first for name, first in connection.execute(query) if first is not None}
