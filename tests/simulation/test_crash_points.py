"""Every crash point between two writes is visited, and the run says how many there are: `pytest -s`, or the sum at the end of this file."""

from __future__ import annotations

from collections import Counter

import pytest

from tests import counted
from tests.simulation.crash_points import crash_points, crashes
from tests.simulation.tried import TRIED

#: How many there were when this was written. Fewer would mean that somebody looks less closely; more is what a longer way brings.
LEAST = {
    "mastodon": {"text": 8, "picture": 10, "carousel": 14, "video": 28, "thread": 28},
    "gotosocial": {"text": 8, "picture": 10, "thread": 28},
    "facebook": {"text": 8, "picture": 10, "carousel": 14, "video": 14, "comment": 18},
    "instagram": {"picture": 36, "carousel": 64, "video": 36, "comment": 46},
    "x": {"text": 8, "picture": 22, "video": 36, "thread": 28, "comment": 18},
    "linkedin-page": {"text": 8, "picture": 22, "carousel": 32, "video": 30, "comment": 18},
    "linkedin-member": {"text": 8, "picture": 20, "carousel": 26, "video": 28, "comment": 18},
    "board-key": {"picture": 26, "comment": 18},
    "board-record": {"picture": 26, "comment": 18},
    "board-two-phase": {"picture": 28, "comment": 22},
    "board-read-back": {"picture": 26, "comment": 18},
    "board-refusal": {"picture": 26, "comment": 18},
    "board-none": {"picture": 26, "comment": 18},
}
EVERY = [(network, form) for network, forms in LEAST.items() for form in forms]


@pytest.mark.parametrize(("network", "form"), EVERY, ids=[f"{network}: {form}" for network, form in EVERY])
def test_killed_at_every_point(pytestconfig: pytest.Config, network: str, form: str) -> None:
    """Whoever comes after finishes it: public once, as the row says; where nothing settles a lost answer, a person is asked."""
    visited: Counter[str] = Counter()
    for crash in crashes(network, form):
        assert not crash.violations, (crash.at, crash.violations)
        if not TRIED[network].person:
            assert set(crash.states) == {"published"}, (crash.at, crash.states)
        visited[f"{crash.at.what} a {crash.at.point}"] += 1

    counted.count(pytestconfig, "crash points were visited, before and after each write and each call", visited.total())
    assert visited.total() >= LEAST[network][form]


@pytest.mark.parametrize("network", ["gotosocial", "x", "board-two-phase"])
def test_killed_at_every_point_while_another_works(network: str) -> None:
    """Two processes on one database: the one that lives waits for the dead one's lease, and nothing is doubled."""
    for crash in crashes(network, "thread" if network != "board-two-phase" else "comment", alone=False):
        assert not crash.violations, (crash.at, crash.violations)
        assert set(crash.states) == {"published"}, (crash.at, crash.states)


def test_every_network_and_form_is_visited() -> None:
    """What can be tried is tried: a network's new form has its crash points, too."""
    for network, tried in TRIED.items():
        if tried.network != "board":
            assert set(LEAST[network]) == set(tried.forms)
    assert sum(sum(forms.values()) for forms in LEAST.values()) > 900


def test_a_lost_claim_is_taken_over_not_begun_anew() -> None:
    """A point is a place on the way: as many before as after, and the visible call among them."""
    points = crash_points("mastodon", "text")

    assert Counter(each.what for each in points) == {"die-before": len(points) // 2, "die-after": len(points) // 2}
    assert {each.point for each in points} == {"commit", "visible"}
