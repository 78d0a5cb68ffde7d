"""Where time comes from: the machine's clock, a faster one for tests, or a virtual one for demo and rehearsal."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from evenly.plugin import Clock as PluginClock
from evenly.plugin import Message


class Clock(PluginClock, Protocol):
    """What the core asks of a clock, beyond what plugins see."""

    def seconds_until(self, moment: datetime) -> float:
        """How many seconds of real time are left until `moment`; 0 when it has come."""

    def wait_until(self, moment: datetime, wake: threading.Event) -> None:
        """Return when `moment` has come or `wake` was set."""


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def seconds_until(self, moment: datetime) -> float:
        return max((moment - self.now()).total_seconds(), 0.0)

    def wait_until(self, moment: datetime, wake: threading.Event) -> None:
        wake.wait(self.seconds_until(moment))


class FastClock:
    """Wall time that starts at `start` and runs `speed` times as fast; seconds of leases and time-outs stay real."""

    def __init__(self, start: datetime, speed: float, *, since: float | None = None) -> None:
        """`since` is the machine's time, as `time.time()`, at which this clock showed `start` (default: now)."""
        self._start, self._speed = start, speed
        self._since = time.time() if since is None else since

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.time() - self._since) * self._speed)

    def monotonic(self) -> float:
        return time.monotonic()

    def seconds_until(self, moment: datetime) -> float:
        return max((moment - self.now()).total_seconds() / self._speed, 0.0)

    def wait_until(self, moment: datetime, wake: threading.Event) -> None:
        wake.wait(self.seconds_until(moment))


@dataclass
class VirtualClock:
    """A clock that only moves when it is told to, or waited on. For one thread."""

    moment: datetime
    elapsed: float = field(default=0.0)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.elapsed

    def advance(self, by: timedelta) -> None:
        self.moment += by
        self.elapsed += by.total_seconds()

    def seconds_until(self, moment: datetime) -> float:  # noqa: ARG002 - the others need it
        return 0.0

    def wait_until(self, moment: datetime, wake: threading.Event) -> None:  # noqa: ARG002 - nothing wakes a virtual sleeper
        if moment > self.moment:
            self.advance(moment - self.moment)


class ClockRefused(ValueError):
    """`EVENLY_CLOCK` does not say when and how fast."""

    def __init__(self, written: str) -> None:
        self.message = Message(
            "EVENLY_CLOCK is {written}; it is for tests, and reads START@SINCExSPEED, such as 2026-12-01T00:00:00Z@1795212000x3600",
            written=written,
        )
        super().__init__(str(self.message))


def clock_of(environment: Mapping[str, str]) -> Clock:
    """The machine's clock, or the faster one that `EVENLY_CLOCK` sets up for a test.

    START is what it showed when the machine's clock (seconds since 1970) showed SINCE; SPEED is how much faster it runs. Every process
    that is given the same text shows the same time, also after it was killed and started again.
    """
    written = environment.get("EVENLY_CLOCK")
    if not written:
        return RealClock()
    try:
        start, rest = written.split("@")
        since, speed = rest.split("x")
        moment = datetime.fromisoformat(start)
        return FastClock(moment.astimezone(UTC), float(speed), since=float(since))
    except ValueError:
        raise ClockRefused(written) from None
