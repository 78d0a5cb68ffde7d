"""The protocol, explored: two daemons in every order, pauses anywhere, deaths, lost and late answers, forgotten keys, lagging lists.

Each world that can be reached is one state; from every one of them everybody is killed and a newcomer must come to a true end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evenly import ledger
from evenly.ledger import OnUnknown, State, rules
from tests.ledger.model import Explored, Model, Variant

FACILITIES = {
    "key": Variant(("key",), faults=1, crashes=0, window=6),
    "key and list": Variant(("key", "read-back"), faults=1, crashes=0, window=3),
    "record": Variant(("record",), faults=1, crashes=1),
    "two-phase": Variant(("two-phase",), faults=2, crashes=0),
    "refusal that names": Variant(("refusal",), faults=1, crashes=0, window=6),
    "refusal and list": Variant(("refusal", "read-back"), faults=1, crashes=0, names_duplicates=False, window=3),
    "list": Variant(("read-back",), faults=1, crashes=0),
    "list, cancelled": Variant(("read-back",), faults=1, crashes=0, drops=1),
    "a thread": Variant(("two-phase",), parts=2, faults=0, crashes=1),
}


def explore(name: str, variant: Variant) -> Explored:
    explored = Model(variant).explore()
    print(f"{name}: {explored.states} states, {explored.violation or 'nothing doubled, nothing lost'}")  # noqa: T201 - the test's report
    return explored


@pytest.mark.parametrize("name", FACILITIES)
def test_where_a_facility_exists_nothing_is_doubled_or_lost(name: str) -> None:
    """With any facility to settle a lost answer, every world ends with the post public once, or refused and not public."""
    explored = explore(name, FACILITIES[name])

    assert explored.violation is None
    assert State.PUBLISHED in explored.ended


def test_without_any_facility_a_person_is_asked() -> None:
    """A network that can neither be asked nor made to refuse doubles: never sent again, uncertain instead."""
    explored = explore("none", Variant(("none",), faults=2, crashes=1))

    assert explored.violation is None
    assert State.UNCERTAIN in explored.ended


def test_without_any_facility_the_user_may_choose_to_drop() -> None:
    """`on_unknown = "drop"` gives up what may be public; it is not sent again."""
    explored = explore("none, drop", Variant(("none",), faults=0, crashes=1, on_unknown=OnUnknown.DROP))

    assert explored.violation == "part 0 is public, and the row says cancelled (cancelled)"


def test_without_any_facility_the_user_may_choose_to_risk_a_double() -> None:
    """`on_unknown = "resend"` sends again, and may double: the user was told so."""
    explored = explore("none, resend", Variant(("none",), faults=1, crashes=0, on_unknown=OnUnknown.RESEND))

    assert explored.violation == "part 0 is public twice"


def without_settle_time(part: ledger.Part, terms: ledger.Terms, *, now: Any, known_for: Any) -> bool:
    window = terms.key_window
    return window is not None and part.first_attempt is not None and now - part.first_attempt < window


def asleep(state: State, at: Any) -> Any:
    return None if state in {State.CLAIMED, State.SENDING} else at


def from_the_start(delivery: ledger.Delivery) -> ledger.Part | None:
    return delivery.parts[0] if not delivery.complete else None


BROKEN: dict[str, tuple[str, Callable[..., Any], str]] = {
    "1: a refusal of a retry is believed": ("refusal_counts", lambda _: True, "key"),
    "2: a key is trusted until its window ends": ("key_is_trusted", without_settle_time, "key"),
    "3: absence counts at once": ("absence_counts", lambda *_: True, "list"),
    "5: a lost answer is taken for a refusal": ("is_definite", lambda *_: True, "list"),
    "6: a write does not look who holds the row": ("unchanged", lambda *_: True, "two-phase"),
    "6: a sleeper does not look at its deadline": ("may_send", lambda *_: True, "two-phase"),
    "7: a row at work is not looked at again": ("wake_at", asleep, "two-phase"),
    "8: a thread starts from its first part": ("next_part", from_the_start, "a thread"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_is_needed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one of the rules that are easy to miss, the exploration finds a post that is doubled, lost or misreported."""
    name, broken, facility = BROKEN[rule]
    monkeypatch.setattr(rules, name, broken)

    explored = explore(f"without {rule}", FACILITIES[facility])

    assert explored.violation is not None
