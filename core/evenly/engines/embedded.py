"""One machine: APScheduler says when, a thread for each account does the work.

The rows are the schedule. APScheduler holds, in memory, one wake-up for each account (at its next due instant) and the upkeep; a wake-up
only sets an event, so nothing is lost when it is late, doubled or skipped.
"""

from __future__ import annotations

import functools
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from evenly.engines.hands import Hands
from evenly.engines.household import SOONEST, Household

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.engines.upkeep import Chore
    from evenly.publishing import Publisher

_LATEST = timedelta(minutes=5)  #: look again then, whatever the clock says


class EmbeddedEngine:
    """Publishes everything in its time until `stop` is set."""

    def __init__(self, publisher: Publisher, clock: Clock, chores: list[Chore]) -> None:
        self._clock = clock
        self._hands = Hands(publisher, clock, self._arm)
        self._household = Household(publisher, clock, chores, changed=self._hands.wake_all, wake_all=self._hands.wake_all)

    def run(self, stop: threading.Event) -> list[str]:
        """Work until `stop`; calls in flight are finished before it returns.

        Gives the names of what still hangs when every call must have ended by its time-out; what it wrote down before tells the rest.
        """
        self._household.start(stop)
        threads = self._hands.start(stop)
        try:
            self._household.watch(stop)
        finally:
            stop.set()
            self._hands.wake_all()
            hanging = self._household.end(threads)
        return hanging

    def _arm(self, name: str, at: datetime | None) -> None:
        """Wake the account at that instant; the one wake-up it had before is replaced."""
        seconds = _LATEST.total_seconds() if at is None else min(self._clock.seconds_until(at), _LATEST.total_seconds())
        when = datetime.now(UTC) + max(timedelta(seconds=seconds), SOONEST)
        scheduler = self._household.scheduler
        if scheduler.running:
            scheduler.add_job(functools.partial(self._hands.wake, name), "date", run_date=when, id=f"wake {name}", replace_existing=True)
