"""Every point between two writes at which a process can die, found by counting them once and then dying at each.

Four to each pair: just before a commit of the store and just after it, just before a call is sent and after the network took it, before
its answer is heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulation.happenings import Happening, Planned, Point, Schedule
from tests.simulation.run import Run
from tests.simulation.tried import TRIED

_POINTS: tuple[Point, ...] = ("commit", "call", "visible")


@dataclass(frozen=True, slots=True)
class Crash:
    """One death, and what became of the post afterwards."""

    at: Happening
    violations: tuple[str, ...]
    states: tuple[str, ...]


def crash_points(network: str, form: str, *, alone: bool = True) -> list[Happening]:
    """Where a process can die on the way of one such post, as a calm run goes it."""
    calm = Run(_schedule(network, form, alone=alone)).go()
    if calm.violations:
        raise AssertionError(calm.violations)
    return [
        Happening(point, nth, what) for point in _POINTS for nth in range(1, calm.counts[point] + 1) for what in ("die-before", "die-after")
    ]


def crashes(network: str, form: str, *, alone: bool = True) -> Iterator[Crash]:
    """Die at each of them, once; a successor goes on."""
    for at in crash_points(network, form, alone=alone):
        run = Run(_schedule(network, form, at, alone=alone)).go()
        yield Crash(at, tuple(run.violations), tuple(row.state.value for row in run.rows()))


def every() -> list[tuple[str, str]]:
    """Each network with each form of post."""
    return [(network, form) for network, tried in TRIED.items() for form in tried.forms]


def _schedule(network: str, form: str, *happenings: Happening, alone: bool) -> Schedule:
    return Schedule(network, (Planned(form, 0),), happenings, alone=alone)
