"""What an account's network lets be published, and when: its counters, its Retry-Afters and its daily cap."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly import ledger
from evenly.store import quotas

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk
    from evenly.plugin import Limits

_DAY = timedelta(days=1)


def network_pace(desk: Desk, connection: Connection, name: str, *, limits: Limits | None, now: datetime) -> ledger.Pace:
    """The tighter of what the network's own counters leave and what its daily cap does."""
    allowed = quotas.allowance(connection, name, desk.network_of(name), now=now)
    left, limit, resets_at = allowed.remaining, allowed.limit, allowed.resets_at
    if limits is not None and limits.daily is not None:
        sent, oldest = quotas.published_since(connection, name, now - _DAY)
        if left is None or limits.daily - sent < left:
            left, limit, resets_at = limits.daily - sent, None, None if oldest is None else oldest + _DAY
    return ledger.Pace(not_before=allowed.not_before, left=left, limit=limit, resets_at=resets_at)


def opens_at(desk: Desk, connection: Connection, name: str, now: datetime) -> datetime | None:
    """When the network will take posts again; None while it does."""
    limits = desk.limits(desk.account(name)) if desk.network_of(name) in desk.networks else None
    opens = ledger.open_at(network_pace(desk, connection, name, limits=limits, now=now), now=now)
    return opens if opens > now else None
