"""What every engine does beside publishing: heartbeat, leases, upkeep, and noticing what changes around it."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from apscheduler.schedulers.background import BackgroundScheduler

from evenly.store import StoreError, deliveries, heartbeats, waking
from evenly.store.leading import Leading

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.engines.upkeep import Chore
    from evenly.publishing import Publisher

_log = logging.getLogger("evenly.engine")

SOONEST = timedelta(milliseconds=200)  #: a wake-up armed in the past would spin
_WATCH_SECONDS = 0.5
_JUMP_SECONDS = 2.0
_LONGEST_SLEEP = timedelta(days=8)  #: nothing that was begun waits for longer, unless the clock was wrong that wrote it down
_HEARTBEAT = timedelta(seconds=10)
_SWEEP = timedelta(hours=1)


class Household:
    """One process's share. Of several on one database one leads, and does what need not be done twice."""

    def __init__(
        self, publisher: Publisher, clock: Clock, chores: list[Chore], *, changed: Callable[[], None], wake_all: Callable[[], None]
    ) -> None:
        """`changed` is called when another process has changed the store, `wake_all` when no account may go on sleeping."""
        self._publisher = publisher
        self._troubles = publisher.troubles
        self._room = publisher.room
        self._store = publisher.desk.store
        self._clock = clock
        self._chores = chores
        self._changed = changed
        self._wake_all = wake_all
        self._leading = Leading(self._store)
        self.scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})

    def start(self, stop: threading.Event) -> None:
        """Begin everything that goes on by itself; leases are kept until `stop` is set, and longer for what is in flight."""
        # A chore that waits for a store in trouble is told of already; that its next turn is left out is no news.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self.scheduler.start()
        self._arm_chores()
        threading.Thread(target=self._keep_leases, args=(stop,), name="leases", daemon=True).start()

    def watch(self, stop: threading.Event) -> None:
        """Until `stop`: notice other processes' changes, and a wall clock that jumps, which APScheduler would sleep or flood through."""
        changes, wall, monotonic = self._changes(), time.time(), time.monotonic()
        while not stop.wait(_WATCH_SECONDS):
            jump = (time.time() - wall) - (time.monotonic() - monotonic)
            wall, monotonic = time.time(), time.monotonic()
            jumped = abs(jump) > _JUMP_SECONDS
            if jumped:
                _log.warning("the machine's clock has jumped by %s; everything is armed anew", timedelta(seconds=round(jump)))
                self._arm_chores()
                self.quiet("looking again", lambda: self._look_again(beyond=timedelta(0)))()
            now = self._changes()
            if now is not None and self._troubles.are_known("store"):
                self._prove()
            if self._has_room_again() or jumped:
                self._wake_all()
            elif now not in {None, changes}:
                self._changed()
            changes = now

    def end(self, threads: list[threading.Thread]) -> list[str]:
        """Wait for these threads and the upkeep, as long as a call may take; the names of those that hang. Then leave."""
        ending = threading.Thread(target=self.scheduler.shutdown, name="upkeep", daemon=True)
        ending.start()
        hanging = self._hanging([*threads, ending])
        self._leave()
        return hanging

    def _hanging(self, threads: list[threading.Thread]) -> list[str]:
        """The names of the threads that have not ended when no call can be in flight any more."""
        engine = self._publisher.desk.settings.engine
        until = time.monotonic() + (engine.lease + engine.request).total_seconds()
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        hanging = [thread.name for thread in threads if thread.is_alive()]
        for name in hanging:
            _log.error("%s does not answer and is left behind; what it did last is found out when evenly runs again", name)
        return hanging

    def quiet(self, name: str, run: Callable[[], Any]) -> Callable[[], None]:
        """The same, but a failure is told, and tried again next time."""

        def chore() -> None:
            try:
                run()
            except StoreError as error:
                self._room.store_failed(error)
            except Exception as error:  # noqa: BLE001 - a chore that fails is tried again
                self._troubles.failed(name, error)
            else:
                self._troubles.over(name, f"{name} succeeds again")

        return chore

    # ---- the clock, the store and its troubles

    def _look_again(self, *, beyond: timedelta) -> None:
        """What sleeps for longer than that may do so because the clock was wrong: an outcome in doubt must not wait for weeks."""
        now = self._clock.now()
        with self._store.write() as connection:
            waking.look_again(connection, now=now, beyond=now + beyond)

    def _has_room_again(self) -> bool:
        """Whether what was short is there again: nobody waits for the next look then."""
        were_short = [subject for subject in ("disk", "handles") if self._troubles.are_known(subject)]
        with suppress(StoreError):
            self._room.for_handles()
            self._room.on_disk()
        return any(not self._troubles.are_known(subject) for subject in were_short)

    def _changes(self) -> int | None:
        """A number that changes with the store; None while it cannot be told, so that everything is looked at afterwards."""
        try:
            return self._store.changes()
        except StoreError as error:
            self._room.store_failed(error)
            return None

    def _prove(self) -> None:
        """The store can be read again: where it can be written as well, its trouble is over."""
        try:
            self._beat()
        except StoreError as error:
            self._room.store_failed(error)
        else:
            self._troubles.over("store", "the store works again")
            self._wake_all()

    # ---- leases and chores

    def _keep_leases(self, stop: threading.Event) -> None:
        every = self._publisher.desk.settings.engine.lease.total_seconds() / 6
        while not stop.wait(min(every, 5.0)):
            self._publisher.leases.keep_alive()

    def _arm_chores(self) -> None:
        self._arm("heartbeat", _HEARTBEAT, self._beat)
        self._arm("sweep", _SWEEP, self._sweep)
        for chore in self._chores:
            self._arm(chore.name, chore.every, chore.run if chore.by_each else self._if_leading(chore.run))

    def _arm(self, name: str, every: timedelta, run: Callable[[], Any]) -> None:
        first = datetime.now(UTC) + SOONEST
        self.scheduler.add_job(
            self.quiet(name, run), "interval", seconds=every.total_seconds(), id=name, replace_existing=True, next_run_time=first
        )

    def _if_leading(self, run: Callable[[], None]) -> Callable[[], None]:
        def chore() -> None:
            if self._leading.is_ours():
                run()

        return chore

    def _beat(self) -> None:
        """Show that this process lives."""
        with self._store.write() as connection:
            heartbeats.beat(connection, self._publisher.owner, pid=os.getpid(), host=socket.gethostname(), now=self._clock.now())

    def _sweep(self) -> None:
        self._look_again(beyond=_LONGEST_SLEEP)
        with self._store.read() as connection:
            for lost in deliveries.unwoken(connection):
                _log.error("delivery %s would never be looked at again; please report this", lost)

    def _leave(self) -> None:
        try:
            self._leading.close()
            with self._store.write() as connection:
                heartbeats.leave(connection, self._publisher.owner)
        except StoreError as error:
            _log.warning("%s", error)
