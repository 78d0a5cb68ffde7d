"""The simulation finds a broken rule, and tells it as a short history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from evenly import ledger
from evenly.ledger import pace, rules
from evenly.plugin import Http
from tests.simulation.happenings import Happening, Planned, Schedule
from tests.simulation.searching import first_broken
from tests.simulation.shrinking import breaks, story

MOST_SEEDS = 600


@dataclass(frozen=True)
class Broken:
    """One rule taken away, on the networks where that matters most."""

    where: Any
    name: str
    instead: Callable[..., Any]
    networks: tuple[str, ...]
    most: int = 2  #: happenings that its shortest history needs


def for_ever(part: ledger.Part, terms: ledger.Terms, **_times: Any) -> bool:
    return terms.key_window is not None


def nowhere(*_: Any, **__: Any) -> None:
    """Nothing is written down."""


RULES = {
    "a 500 is taken for a refusal": Broken(rules, "is_definite", lambda *_: True, ("gotosocial", "board-read-back")),
    "absence counts at once": Broken(rules, "absence_counts", lambda *_: True, ("gotosocial", "board-read-back")),
    "the refusal of a retry is believed": Broken(rules, "refusal_counts", lambda _: True, ("board-refusal",)),
}
_TEXT = (Planned("text", 0),)
#: Rules that matter only when several things come together: the history is given, and where it breaks the law.
TOGETHER: dict[str, tuple[Any, str, Callable[..., Any], Schedule, str]] = {
    "a key is taken after its window": (
        rules,
        "key_is_trusted",
        for_ever,
        Schedule("linkedin-member", _TEXT, (Happening("visible", 1, "lose"), Happening("idle", 1, "pause-before", 90_000))),
        "public 2 times",
    ),
    "a sleeper does not look at its deadline": (
        Http,
        "_check_deadline",
        nowhere,
        Schedule("gotosocial", _TEXT, (Happening("visible", 1, "pause-before", 1_000),), alone=False),
        "public 2 times",
    ),
    "a Retry-After is not kept": (
        pace,
        "call_at",
        lambda _pace, *, now: now,
        Schedule("mastodon", _TEXT * 2, (Happening("visible", 1, "slow-down", 900),)),
        "before it may",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_found_and_told_shortly(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within some hundred seeds, and with no more happenings than it takes; each of these is needed."""
    broken = RULES[rule]
    monkeypatch.setattr(broken.where, broken.name, broken.instead)

    found = first_broken(range(1, MOST_SEEDS), broken.networks)
    shortest = found.shortest_schedule()
    told, breaks_a_law = story(shortest)

    print(f"{rule}: seed {found.seed}", *told, sep="\n")  # noqa: T201 - the test's report
    assert breaks_a_law
    assert any(line.startswith("BROKEN: ") for line in told)
    assert len(shortest.happenings) <= broken.most
    for each in shortest.happenings:
        assert not breaks(replace(shortest, happenings=tuple(other for other in shortest.happenings if other is not each)))


@pytest.mark.parametrize("rule", TOGETHER)
def test_a_broken_rule_breaks_this_history(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rule the history keeps the laws, without it one is broken, and the story says which."""
    where, name, instead, schedule, said = TOGETHER[rule]
    assert not breaks(schedule)

    monkeypatch.setattr(where, name, instead)

    told, breaks_a_law = story(schedule)
    assert breaks_a_law
    assert any(line.startswith("BROKEN: ") and said in line for line in told)
