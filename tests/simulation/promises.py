"""Whether anybody calls before the network said that it may be called again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.wire import Clock

_SAID_NOTHING = 10.0  #: the least wait after a 429 that does not say for how long
_COMMITS = 2  #: the end of the call, and the word to the other processes
_REFUSED = 429


@dataclass
class Asked:
    """A network asked one process to wait; the others know of it once it is written down."""

    process: int
    until: float
    commits: int = 0


class Promises:
    """Every wait that a network asked for in one history, on the monotonic clock."""

    def __init__(self, violations: list[str]) -> None:
        self._violations = violations
        self._waits: list[Asked] = []

    def answered(self, process: int, status: int, retry_after: str | None, clock: Clock) -> None:
        if status == _REFUSED:
            self._waits.append(Asked(process, clock.elapsed + float(retry_after or _SAID_NOTHING)))

    def committed(self, process: int) -> None:
        for wait in self._waits:
            wait.commits += wait.process == process

    def asked(self, process: int, said: str, clock: Clock) -> None:
        """A call is made."""
        early = [each for each in self._waits if (each.process == process or each.commits >= _COMMITS) and clock.elapsed < each.until - 0.5]
        if early:
            self._violations.append(f"process {process} calls {said} {early[0].until - clock.elapsed:.0f} s before it may")

    def died(self, process: int) -> None:
        """What it had not written down nobody knows."""
        self._waits = [each for each in self._waits if each.process != process or each.commits >= _COMMITS]

    def jumped(self) -> None:
        """A wall clock that was set moves every moment that was written down."""
        self._waits.clear()
