"""Where events wait until they are told: rows in the store, so that they outlast the process."""

from __future__ import annotations

import logging
import threading
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

from evenly.store import StoreError, notices

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.planning import Desk
    from evenly.plugin import Event

_log = logging.getLogger("evenly.notifying")

PLUGINS = "plugins"
"""The channel of those who implement the hook `notify`: they hear of everything, each event by itself."""

_MOST_KEPT = 1000


def channels(desk: Desk) -> tuple[str, ...]:
    """Everybody who is told of anything."""
    return (*desk.settings.notify.channels, *([PLUGINS] if desk.networks.anyone_offers("notify") else []))


class Outbox:
    """Takes events of one process. Safe to call from several threads."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._kept: deque[tuple[Event, datetime]] = deque(maxlen=_MOST_KEPT)
        self._catching_up = threading.Lock()

    def put(self, event: Event) -> None:
        """Write the event down, to be told soon. One small transaction after that of the delivery; it waits for no channel.

        Where the store is in trouble, the event is kept in memory, and `catch_up` writes it down.
        """
        wanting = self._wanting(event)
        if not wanting:
            return
        now = self._clock.now()
        try:
            self._write(event, now)
        except StoreError as error:
            _log.warning("a notification waits for the store: %s", error)
            self._kept.append((event, now))

    def catch_up(self) -> None:
        """Write down what could not be written before, and sign-ins that were found to be over elsewhere. Raises `StoreError`."""
        with self._catching_up:
            while self._kept:
                event, at = self._kept.popleft()
                try:
                    self._write(event, at)
                except StoreError:
                    self._kept.appendleft((event, at))
                    raise
            for event in self._sign_ins():
                self._write(event, self._clock.now())

    def _sign_ins(self) -> list[Event]:
        """The accounts that wait for a sign-in, as far as nobody was told: renewing tokens finds them, too, and sends no event."""
        with self._desk.store.read() as connection:
            needed = [each for each in notices.waiting_for_sign_in(connection) if each.account in self._desk.settings.accounts]
            return [each for each in needed if self._wanting(each) and not notices.is_known(connection, each)]

    def _write(self, event: Event, at: datetime) -> None:
        with self._desk.store.write() as connection:
            notices.put(connection, self._wanting(event), event, now=at)

    def _wanting(self, event: Event) -> list[str]:
        told = event.kind in self._desk.settings.notify.on
        return [channel for channel in channels(self._desk) if told or channel == PLUGINS]
