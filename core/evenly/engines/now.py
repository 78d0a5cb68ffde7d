"""Publish chosen deliveries at once: here, or by following whoever publishes already."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly import ledger
from evenly.store import accounts, deliveries

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.publishing import Publisher
    from evenly.store import Store

_PATIENCE = timedelta(minutes=10)
_LOOK_AGAIN = timedelta(milliseconds=300)


def publish_here(publisher: Publisher, clock: Clock, ids: Iterable[int], stop: threading.Event) -> None:
    """Advance the deliveries until each has ended, wants a person, or waits for longer than ten minutes."""
    store = publisher.desk.store
    while not stop.is_set():
        waiting = [each for each in ids if not has_ended(store, each)]
        for each in waiting:
            publisher.advance(each)
        publisher.leases.keep_alive()
        moments = [at for each in waiting if (at := _next_look(store, each)) is not None and at <= clock.now() + _PATIENCE]
        if not moments:
            return
        clock.wait_until(max(min(moments), clock.now() + _LOOK_AGAIN), stop)


def follow(store: Store, clock: Clock, ids: Iterable[int], stop: threading.Event) -> None:
    """Wait while another process publishes them; for as long as they do not end or wait for longer than ten minutes."""
    while not stop.is_set():
        waiting = [each for each in ids if not has_ended(store, each)]
        if not any((at := _next_look(store, each)) is not None and at <= clock.now() + _PATIENCE for each in waiting):
            return
        clock.wait_until(clock.now() + _LOOK_AGAIN, stop)


def has_ended(store: Store, delivery_id: int) -> bool:
    """Whether nothing more will happen to it by itself; for a published one its first comment does not count."""
    with store.read() as connection:
        current = deliveries.load(connection, delivery_id)
    return current is None or current.state not in {ledger.State.PLANNED, *ledger.AT_WORK}


def _next_look(store: Store, delivery_id: int) -> datetime | None:
    """When somebody looks at it again; None while its account waits for a sign-in, or is held before anything of it was begun."""
    with store.read() as connection:
        current = deliveries.load(connection, delivery_id)
        known = None if current is None else accounts.known_one(connection, current.account)
    if current is None or known is None or known.sign_in != "ok":
        return None
    return None if known.held and current.state is ledger.State.PLANNED and not current.out else current.next_action_at
