"""Publish what is due, go on with everything begun, and end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.store import deliveries

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.publishing import Publisher

_PATIENCE = timedelta(minutes=10)


def run_once(publisher: Publisher, clock: Clock, stop: threading.Event) -> None:
    """Work until nothing is due and no begun delivery wants to be looked at within ten minutes, or `stop` is set."""
    names = publisher.accounts()
    if not names:
        return
    with ThreadPoolExecutor(max_workers=len(names), thread_name_prefix="account") as pool:
        while not stop.is_set():
            list(pool.map(lambda name: publisher.work(name, stop), names))
            publisher.leases.keep_alive()
            at = _go_on_at(publisher, names, clock.now())
            if at is None:
                return
            clock.wait_until(max(at, clock.now() + timedelta(milliseconds=200)), stop)


def _go_on_at(publisher: Publisher, names: list[str], now: datetime) -> datetime | None:
    """The next moment at which there is something to do that is due or begun; None when there is none soon."""
    moments = [moment for name in names if (moment := _next(publisher, name, now)) is not None]
    soon = [moment for moment in moments if moment <= now + _PATIENCE]
    return min(soon, default=None)


def _next(publisher: Publisher, name: str, now: datetime) -> datetime | None:
    next_action = publisher.next_action(name)
    if next_action is None:
        return None
    if next_action <= now:
        return now
    with publisher.desk.store.read() as connection:
        return deliveries.begun(connection, name)
