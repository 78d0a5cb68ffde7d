"""Many histories of the real publisher, store and plugins, on a virtual clock and a failing wire: nothing is doubled, nothing lost.

Thousands of them: python -m tests.simulation --seeds 5000
"""

from __future__ import annotations

import pytest

from tests.simulation.happenings import FATES, FAULTS, Happening, Planned, Schedule, schedule_of
from tests.simulation.run import Run
from tests.simulation.searching import first_broken
from tests.simulation.shrinking import story
from tests.simulation.tried import TRIED

SEEDS = 150
AT_ONCE = 30


@pytest.mark.parametrize("first", range(1, SEEDS, AT_ONCE))
def test_no_history_breaks_a_law(first: int) -> None:
    """Whatever meets the requests, the answers, the process and its clock; a broken law is told as its shortest history."""
    found = first_broken(range(first, first + AT_ONCE))

    assert found.seed is None, "\n".join(found.shortest())
    assert found.ended["published"] > AT_ONCE / 2


@pytest.mark.parametrize("seed", [3, 14, 159])
def test_a_seed_is_one_history(seed: int) -> None:
    """The same requests at the same moments, the same end: what one machine finds another can look at."""
    first, second = Run(schedule_of(seed), tells=True).go(), Run(schedule_of(seed), tells=True).go()

    assert first.story
    assert [*first.story, *first.ending()] == [*second.story, *second.ending()]


@pytest.mark.parametrize("network", TRIED)
def test_every_form_goes_out_on_a_calm_day(network: str) -> None:
    """Without any happening everything is published; otherwise the histories would prove little."""
    posts = tuple(Planned(form, 0) for form in TRIED[network].forms)

    run = Run(Schedule(network, posts, ())).go()

    assert not run.violations
    assert {row.state.value for row in run.rows()} == {"published"}


@pytest.mark.parametrize("what", FAULTS | FATES)
def test_every_happening_is_met(what: str) -> None:
    """At the first visible call of a post; it changes the history, and the laws hold."""
    calm = Run(Schedule("gotosocial", (Planned("text", 0),), ()), tells=True).go()
    seconds = {"late": 100.0, "slow-down": 120.0, "jump": -3_600.0}.get(what, 200.0)
    schedule = Schedule("gotosocial", (Planned("text", 0),), (Happening("visible", 1, what, seconds),), alone=False)

    told, broken = story(schedule)

    assert not broken, "\n".join(told)
    assert Run(schedule, tells=True).go().story != calm.story
