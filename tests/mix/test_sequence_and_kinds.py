"""What should not follow what, and the kinds the planner balances."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evenly.mix import Counted, Kinds, breaks

marks = st.frozensets(st.sampled_from(["question", "promotion"]))
origins: Any = st.sampled_from(["owned", "third-party", "mixed", "unknown"])
shares = st.fractions(0, 1, max_denominator=20)


def post(key: int, *actions: str, origin: Any = "owned", account: str = "page") -> Counted:
    return Counted(key=str(key), account=account, network="facebook", origin=origin, actions=frozenset(actions))


def test_two_promotions_in_a_row_are_told() -> None:
    """On the same account only."""
    line = [post(1, "promotion", "question"), post(2, account="fedi"), post(3, "promotion"), post(4)]

    assert [str(each.message) for each in breaks(line)] == ["1 and 3 are two promotions in a row."]


def test_two_third_party_posts_in_a_row_are_told() -> None:
    """A mixed one between them parts them."""
    line = [
        post(1, origin="third-party"),
        post(2, origin="third-party"),
        post(3, origin="mixed"),
        post(4, "question", origin="third-party"),
    ]

    assert [(each.rule, each.account, each.first, each.last) for each in breaks(line)] == [("third-party", "page", "1", "2")]


def test_seven_posts_without_a_question_are_told() -> None:
    """Six are not."""
    six = [post(0, "question"), *(post(n) for n in range(1, 7)), post(7, "question")]

    assert breaks(six) == ()
    assert [str(each.message) for each in breaks([*six[:7], post(7)])] == ["From 1 to 7, 7 posts in a row ask nothing."]


@given(st.lists(st.tuples(marks, origins), max_size=30))
def test_no_break_means_that_the_rules_hold(line: list[tuple[frozenset[str], Any]]) -> None:
    """Checked once more, window by window."""
    posts = [post(n, *actions, origin=origin) for n, (actions, origin) in enumerate(line)]
    rules = {each.rule for each in breaks(posts)}
    pairs = list(itertools.pairwise(line))

    assert ("promotion" in rules) == any("promotion" in one and "promotion" in other for (one, _), (other, _) in pairs)
    assert ("third-party" in rules) == any(one == other == "third-party" for (_, one), (_, other) in pairs)
    assert ("question" in rules) == any(all("question" not in each for each, _ in line[at : at + 7]) for at in range(len(line) - 6))


def test_kinds_are_the_products_of_both_shares() -> None:
    """Four kinds with both aims, two with one, none without."""
    assert {
        "owned-on": Fraction(14, 25),
        "owned-off": Fraction(7, 50),
        "third-party-on": Fraction(6, 25),
        "third-party-off": Fraction(3, 50),
    } == Kinds(Fraction(7, 10), Fraction(4, 5)).shares
    assert {"owned": Fraction(7, 10), "third-party": Fraction(3, 10)} == Kinds(owned=Fraction(7, 10)).shares
    assert {"on": Fraction(4, 5), "off": Fraction(1, 5)} == Kinds(on_topic=Fraction(4, 5)).shares
    assert Kinds().shares == {}


@given(shares, shares)
def test_the_shares_of_kinds_make_one(owned: Fraction, on_topic: Fraction) -> None:
    """Exactly."""
    assert sum(Kinds(owned, on_topic).shares.values()) == 1


_KINDS = ("owned-on", "owned-off", "third-party-on", "third-party-off")


@given(shares, shares, st.dictionaries(st.sampled_from((*_KINDS, None)), st.integers(0, 40)))
def test_each_origin_keeps_its_share_whatever_its_posts_are_about(
    owned: Fraction, on_topic: Fraction, counts: dict[str | None, int]
) -> None:
    """What an origin has too little of leaves its share to the rest of that origin, and to nothing else."""
    among = Kinds(owned, on_topic).among(counts)

    for origin, share in (("owned", owned), ("third-party", 1 - owned)):
        on, off = counts.get(f"{origin}-on", 0), counts.get(f"{origin}-off", 0)
        assert among[f"{origin}-on"] + among[f"{origin}-off"] == share
        assert among[f"{origin}-off"] == 0 or off or not on
        assert among[f"{origin}-on"] == 0 or on or not off
        assert among[f"{origin}-off"] <= share * (1 - on_topic) or not on


def test_with_enough_of_every_kind_the_shares_are_the_products() -> None:
    """As they are wanted."""
    kinds = Kinds(Fraction(7, 10), Fraction(4, 5))

    assert kinds.among(dict.fromkeys(_KINDS, 25)) == kinds.shares


def test_without_an_aim_for_topics_nothing_moves() -> None:
    """There is nobody to leave a share to."""
    assert Kinds(owned=Fraction(7, 10)).among({"owned": 3}) == Kinds(owned=Fraction(7, 10)).shares


def test_unknown_topics_are_off_and_unknown_origins_are_no_kind() -> None:
    """The latter stay out of the shares; without an aim for origins they are like any other."""
    both = Kinds(Fraction(7, 10), Fraction(4, 5))

    assert [
        both.kind("owned", True),
        both.kind("third-party", False),
        both.kind("owned", None),
        both.kind("unknown", True),
    ] == ["owned-on", "third-party-off", "owned-off", None]
    assert Kinds(on_topic=Fraction(4, 5)).kind("unknown", True) == "on"
    assert Kinds().kind("owned", True) is None


@given(st.integers(0, 50), st.sampled_from([True, False, None]))
def test_mixed_posts_count_half_to_each_origin(count: int, on_topic: bool | None) -> None:
    """Dealt in turn, the two sides never differ by more than one."""
    kinds = Kinds(Fraction(1, 2), Fraction(1, 2))
    sides = [kinds.kind("mixed", on_topic, turn=turn) for turn in range(count)]
    owned = sum(1 for side in sides if side is not None and side.startswith("owned"))

    assert owned - (count - owned) in {0, 1}


@given(origins, st.sampled_from([True, False, None]), st.integers(0, 3), st.none() | shares, st.none() | shares)
def test_every_kind_has_a_share(origin: Any, on_topic: bool | None, turn: int, owned: Fraction | None, aim: Fraction | None) -> None:
    """No post gets a kind that the shares do not name."""
    kinds = Kinds(owned, aim)
    kind = kinds.kind(origin, on_topic, turn=turn)

    assert kind is None or kind in kinds.shares
