"""Words over kinds: as close to their shares as any word, checked against trying all of them."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.spread.word import Order, bound_word, plain_word, shares_of, word
from tests.spread import oracle

many = settings(max_examples=500, deadline=None)
PARTS = st.lists(st.integers(1, 9), min_size=2, max_size=4)


def _shares(parts: list[int]) -> tuple[Fraction, ...]:
    return tuple(Fraction(part, sum(parts)) for part in parts)


def _deviation(kinds: list[int], shares: tuple[Fraction, ...]) -> Fraction:
    return oracle.deviation([str(kind) for kind in kinds], {str(n): share for n, share in enumerate(shares)})


@many
@given(PARTS, st.integers(1, 18))
def test_a_word_reaches_the_least_deviation_of_all_words(parts: list[int], length: int) -> None:
    """Also where the word is shorter than its period, and never above Tijdeman's bound."""
    shares = _shares(parts)
    kinds, bound = plain_word(shares, length)

    assert bound == _deviation(kinds, shares)
    assert bound == oracle.least_deviation(shares, [length] * len(parts), {}, length)
    assert bound <= 1 - Fraction(1, 2 * len(parts) - 2)


@many
@given(PARTS, st.dictionaries(st.integers(0, 11), st.integers(0, 1), max_size=5))
def test_around_fixed_places_a_word_is_still_the_best_there_is(parts: list[int], fixed: dict[int, int]) -> None:
    """The fixed places are respected, and no order that respects them deviates less."""
    shares = _shares(parts)
    order = Order(shares, tuple([0] * 12 for _ in parts), 12, fixed)
    kinds, bound = bound_word(order)

    assert all(kinds[place] == kind for place, kind in fixed.items())
    assert bound == _deviation(kinds, shares)
    assert bound == oracle.least_deviation(shares, [12] * len(parts), fixed, 12)


@many
@given(PARTS, st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_a_word_uses_up_every_supply(parts: list[int], supply: list[int]) -> None:
    """When a kind runs dry, the others take its place."""
    counts = supply[: len(parts)]
    kinds = word(Order(_shares(parts), tuple([0] * count for count in counts), sum(counts)))

    assert Counter(kinds) == Counter({kind: count for kind, count in enumerate(counts) if count})


@many
@given(PARTS, st.lists(st.integers(0, 7), min_size=8, max_size=8), st.data())
def test_posts_that_arrive_later_are_not_used_before(parts: list[int], arrivals: list[int], data: st.DataObject) -> None:
    """The i-th post of a kind never stands before its i-th arrival, and every place is filled."""
    owner = [data.draw(st.integers(0, len(parts) - 1)) for _ in arrivals]
    first = [min(place, n) for n, place in enumerate(sorted(arrivals))]
    supply = tuple([place for place, kind in zip(first, owner, strict=True) if kind == k] for k in range(len(parts)))
    kinds = word(Order(_shares(parts), supply, len(arrivals)))

    for kind, there in enumerate(supply):
        places = [place for place, other in enumerate(kinds) if other == kind]
        assert len(places) == len(there)
        assert all(place >= arrival for place, arrival in zip(places, there, strict=True))


def test_around_a_cluster_of_pins_the_rest_of_the_word_stays_smooth() -> None:
    """Eight pins of one kind force a large deviation; far away from them kinds still alternate closely."""
    shares = (Fraction(1, 2), Fraction(1, 2))
    fixed = dict.fromkeys(range(40, 48), 0)
    kinds, _ = bound_word(Order(shares, ([0] * 92, [0] * 92), 100, fixed))

    assert "000" not in "".join(map(str, kinds[:30]))
    assert "111" not in "".join(map(str, kinds[:30]))


def test_what_is_left_to_one_goes_to_the_kinds_not_named() -> None:
    """In proportion to their posts; kinds without posts leave their share to the others."""
    assert {"a": Fraction(7, 10), "b": Fraction(2, 10), "c": Fraction(1, 10)} == shares_of({"a": Fraction(7, 10)}, {"a": 5, "b": 4, "c": 2})
    assert {"a": Fraction(1)} == shares_of({"a": Fraction(7, 10), "z": Fraction(3, 10)}, {"a": 5})


def test_pins_do_not_lengthen_the_stage_that_the_supply_lasts() -> None:
    """One place is all that the scarce kind lasts for: there the best first kind is taken, whatever is pinned behind."""
    shares = (Fraction(1, 9), Fraction(1, 3), Fraction(5, 9))
    order = Order(shares, ((0, 0, 0, 0), (0,), ()), 8, fixed={1: 1, 2: 0, 3: 2})

    assert word(order)[0] == 1
