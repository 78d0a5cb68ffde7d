"""Each scenario of publishing has a test; those that need no real process are histories, on every network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.simulation.happenings import Happening, Planned, Schedule
from tests.simulation.run import Run
from tests.simulation.scenarios import BY_NAME, ELSEWHERE
from tests.simulation.tried import TRIED

TESTS = Path(__file__).parents[1]
NETWORKS = [name for name, tried in TRIED.items() if not tried.person]


def ended(network: str, *happenings: Happening, posts: int = 1) -> set[str]:
    """In which states the posts of such a history end; it keeps the laws."""
    run = Run(Schedule(network, (Planned(TRIED[network].forms[0], 0),) * posts, happenings)).go()
    assert not run.violations, run.violations
    return {row.state.value for row in run.rows()}


def test_every_scenario_is_tested() -> None:
    """By its number in a test's name, or by the tests that the table names; all of these exist."""
    texts = {path.relative_to(TESTS).as_posix(): path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")}
    named = {int(number) for text in texts.values() for number in re.findall(r"def test_scenario_(\d+)_", text)}
    missing = [f"{path}: {test}" for tests in ELSEWHERE.values() for path, test in tests if f"def {test}(" not in texts.get(path, "")]

    assert not missing
    assert named | set(ELSEWHERE) == set(BY_NAME)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("lost", ["lose", "drop", "hang", "hang-after"])
def test_scenario_5_the_answer_is_dropped(network: str, lost: str) -> None:
    """On each network, whether the post got there or not: it is published in the end."""
    assert ended(network, Happening("visible", 1, lost)) == {"published"}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("fault", ["fail", "fail-after"])
def test_scenario_6_a_500_before_and_after(network: str, fault: str) -> None:
    """They look the same, and neither doubles nor loses anything."""
    assert ended(network, Happening("visible", 1, fault)) == {"published"}


@pytest.mark.parametrize("network", NETWORKS)
def test_scenario_7_the_post_appears_after_the_reset(network: str) -> None:
    """A minute and a half later, when the first look has missed it."""
    assert ended(network, Happening("visible", 1, "late", 90)) == {"published"}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("refused", ["slow-down", "refuse", "sign-out"])
def test_scenario_8_a_retry_that_is_refused_proves_nothing(network: str, refused: str) -> None:
    """The post is out, its answer lost, and the retry, where there is one, is refused.

    A member of LinkedIn who signs in again after 20 minutes comes too late: then a person is asked.
    """
    late = network == "linkedin-member" and refused == "sign-out"
    assert ended(network, Happening("visible", 1, "lose"), Happening("visible", 2, refused, 120)) == {"uncertain" if late else "published"}


@pytest.mark.parametrize("network", TRIED)
@pytest.mark.parametrize("asked", ["slow-down", "slow-down-somehow"])
def test_scenario_9_nobody_calls_before_retry_after(network: str, asked: str) -> None:
    """429 to the first of two posts: neither is sent before its time, and both get out."""
    assert ended(network, Happening("visible", 1, asked, 900), posts=2) == {"published"}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("fault", ["break", "truncate", "stale"])
def test_scenario_18_an_answer_that_is_broken_cut_short_or_anothers(network: str, fault: str) -> None:
    """What cannot be read says nothing, and an answer belongs to its own call."""
    assert ended(network, Happening("call", 2, fault) if fault == "stale" else Happening("visible", 1, fault)) == {"published"}
