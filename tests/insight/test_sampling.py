"""Intervals and tests by resampling, at their edges and at their word."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evenly.insight import Interval, difference_interval, mean_interval, ratio_interval, wilson
from evenly.insight.sampling import discoveries, p_of_difference


def test_a_share_has_wilsons_interval() -> None:
    """2 of 10: 5.7 to 51.0 percent, as in the tables."""
    found = wilson(2, 10)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0567, 0.5098), abs=1e-4)
    assert wilson(0, 0) is None


def test_one_value_has_no_interval() -> None:
    assert mean_interval([3.0]) is None
    assert difference_interval([1.0], [2.0, 3.0]) is None
    assert ratio_interval([1.0], [10.0]) is None
    assert ratio_interval([0.0, 0.0], [0.0, 0.0]) is None


def test_equal_values_have_a_point() -> None:
    assert mean_interval([2.0] * 5) == Interval(2.0, 2.0)
    assert p_of_difference([2.0] * 5, [2.0] * 5) == 1.0


@pytest.mark.parametrize("count", [8, 14, 40])
def test_the_interval_of_a_mean_holds_it(count: int) -> None:
    """Also with few values, where plain percentiles would be too narrow."""
    dice = random.Random(count)
    held = 0
    for _ in range(400):
        found = mean_interval([dice.gauss(0, 1) for _ in range(count)])
        assert found is not None
        held += found.low <= 0 <= found.high

    assert 0.92 <= held / 400 <= 0.98


def test_above_the_many_the_normal_distribution_says_the_same() -> None:
    """1,001 values by formula lie where 1,000 lie by resampling."""
    dice = random.Random(1)
    values = [dice.gauss(1, 2) for _ in range(1001)]

    many, few = mean_interval(values), mean_interval(values[:1000])

    assert many is not None
    assert few is not None
    assert (many.low, many.high) == pytest.approx((few.low, few.high), abs=0.02)


def test_a_few_posts_that_carry_most_make_a_rate_unsure() -> None:
    """Pooled counts would be sure of it; over posts the interval is wide."""
    even = ratio_interval([50.0] * 20, [1000.0] * 20)
    uneven = ratio_interval([981.0] + [1.0] * 19, [1000.0] * 20)

    assert even is not None
    assert (even.low, even.high) == pytest.approx((0.05, 0.05))
    assert uneven is not None
    assert uneven.high - uneven.low > 0.08


def test_what_is_far_apart_is_found_and_what_is_not_is_not() -> None:
    dice = random.Random(4)
    ones, others = [dice.gauss(2, 1) for _ in range(20)], [dice.gauss(0, 1) for _ in range(20)]

    far, near = p_of_difference(ones, others), p_of_difference(ones[:10], ones[10:])

    assert far is not None
    assert far < 0.01
    assert near is not None
    assert near > 0.05


def test_of_many_tests_the_small_ones_count_together() -> None:
    """Worked by hand after Benjamini and Hochberg: 0.04 is found beside 0.01 and 0.03 of four, and not alone among four."""
    assert discoveries([0.01, 0.03, 0.04, 0.9]) == [True, True, True, False]
    assert discoveries([0.5, 0.04, 0.6, 0.9]) == [False, False, False, False]
    assert discoveries([]) == []


@given(some.lists(some.floats(0, 1), min_size=1, max_size=20))
def test_nothing_larger_is_found_without_what_is_smaller(ps: list[float]) -> None:
    found = discoveries(ps)

    assert all(found[i] or not found[j] for i in range(len(ps)) for j in range(len(ps)) if ps[i] < ps[j])
