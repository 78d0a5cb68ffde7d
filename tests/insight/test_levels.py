"""Posts of all accounts on one scale, and groups drawn towards their account's mean."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evenly.insight import levels, shrunk
from tests.insight.planted import posts
from tests.insight.test_kpis import post

numbers = some.floats(-5, 5)


def test_the_level_is_the_logarithm_of_the_rate_less_its_mean() -> None:
    """Half a count and one reader more, so that nothing is divided by 0."""
    low, high = levels([post("1", likes=9, reach=999), post("2", likes=39, reach=999)])

    assert high.value - low.value == pytest.approx(math.log(39.5 / 9.5))
    assert high.value + low.value == pytest.approx(0)


def test_only_posts_with_the_figure_are_compared() -> None:
    """One without comments has no level among comments; it is not taken for one without any."""
    known = levels([post("1", likes=5, reach=10), post("2", likes=5, comments=2, reach=10)], "comments")

    assert [level.post.key for level in known] == ["2"]


def test_with_few_posts_six_weigh_as_much_as_the_mean() -> None:
    """A group of 6 stands half way between its own mean and that of the account."""
    found = shrunk({"one": [1.0, 1.2, 0.8, 1.0, 1.0, 1.0], "other": [-1.0] * 6})

    assert found["one"].mean == pytest.approx(0.5)


def test_groups_that_do_not_differ_are_drawn_to_the_mean() -> None:
    """With enough posts the data say how much groups differ; here they do not."""
    dice = random.Random(1)

    found = shrunk({name: [dice.gauss(0, 0.6) for _ in range(30)] for name in range(12)})

    assert all(abs(each.mean) < 0.1 for each in found.values())


def test_groups_that_differ_much_keep_their_means() -> None:
    """Where posts of a group are alike and groups are not, little is drawn."""
    dice = random.Random(1)

    found = shrunk({level: [level + dice.gauss(0, 0.1) for _ in range(20)] for level in (-2, 0, 2)})

    assert [round(each.mean, 1) for each in found.values()] == [-2, 0, 2]


@given(some.dictionaries(some.integers(0, 5), some.lists(numbers, max_size=12), min_size=1, max_size=6))
def test_nobody_is_drawn_past_the_mean(groups: dict[int, list[float]]) -> None:
    """Between 0 and the group's own mean; one without posts is at 0 with the widest interval."""
    for name, each in shrunk(groups).items():
        own = sum(groups[name]) / len(groups[name]) if groups[name] else 0
        assert min(own, 0) - 1e-9 <= each.mean <= max(own, 0) + 1e-9
        assert each.interval.low <= each.ratio <= each.interval.high


def test_the_interval_of_a_group_holds_its_truth() -> None:
    """Twelve groups whose effects are drawn at random: 95 in 100 intervals hold them, on average."""
    held = 0
    for seed in range(100):
        dice = random.Random(seed)
        truths = [dice.gauss(0, 0.4) for _ in range(12)]
        found = shrunk({i: [truth + dice.gauss(0, 0.6) for _ in range(dice.randint(4, 30))] for i, truth in enumerate(truths)})
        held += sum(found[i].interval.low <= math.exp(truth) <= found[i].interval.high for i, truth in enumerate(truths))

    assert 0.92 <= held / 1200 <= 0.975


def test_the_order_of_posts_does_not_matter() -> None:
    made = posts(40, 3, {"question": 2.0})

    assert {each.post.key: round(each.value, 9) for each in levels(made)} == {
        each.post.key: round(each.value, 9) for each in levels(made[::-1])
    }
