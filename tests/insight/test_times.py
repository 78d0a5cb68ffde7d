"""The best times, in 12 cells, among those that are allowed."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from evenly.insight import CELLS, Cell, Post, best_times, cell_of, profile
from tests.insight.planted import posts

EVENING = Cell(weekend=False, hour=16)


def in_cells(count: int, seed: int, good: Cell, factor: float) -> list[Post]:
    """Posts spread over the cells; those of the good one are so many times as good."""
    dice = random.Random(seed)
    made = []
    for post in posts(count, seed, {}):
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=dice.randint(0, 24 * 7 * 40))
        likes = post.figures["likes"] * (factor if cell_of(at) == good else 1)
        made.append(replace(post, at=at, figures={**post.figures, "likes": likes}))
    return made


def test_twelve_cells_cover_the_week() -> None:
    """Weekdays or weekend, six times four hours."""
    week = [datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour) for hour in range(168)]

    assert {cell_of(at) for at in week} == set(CELLS)
    assert cell_of(datetime(2026, 11, 28, 19, 59, tzinfo=UTC)) == Cell(weekend=True, hour=16)


def test_the_good_time_is_found() -> None:
    """Twice as good over a year of posts: it comes first, and by far the likeliest."""
    found = best_times(in_cells(300, 1, EVENING, 2.0))

    assert found[0].cell == EVENING
    assert found[0].chance > 0.9
    assert sum(each.chance for each in found) == pytest.approx(1)


def test_what_is_not_allowed_is_told_and_never_best() -> None:
    found = best_times(in_cells(300, 1, EVENING, 2.0), allowed=[cell for cell in CELLS if cell != EVENING])

    closed = next(each for each in found if each.cell == EVENING)
    assert (closed.allowed, closed.chance) == (False, 0.0)
    assert closed.usual.ratio > 1.3
    assert len(found) == 12


def test_with_few_posts_nothing_is_likely() -> None:
    """Every cell keeps its chance."""
    assert all(each.chance < 0.5 for each in best_times(in_cells(10, 2, EVENING, 2.0)))
    assert best_times([], allowed=[])[0].chance == 0


def test_following_the_advice_pays() -> None:
    """Three posts a week for a year, each in the cell that the advice draws: more than a tenth better than any fixed cell on average."""
    gains = []
    for seed in range(20):
        dice = random.Random(seed)
        truth = {cell: dice.gauss(0, 0.25) for cell in CELLS}
        gains.append(_mean_of_a_year(dice, truth) - sum(truth.values()) / len(truth))

    assert math.exp(sum(gains) / len(gains)) > 1.1


def _mean_of_a_year(dice: random.Random, truth: dict[Cell, float]) -> float:
    made: list[Post] = []
    got = []
    for week in range(52):
        found = best_times(made)
        for _ in range(3):
            (cell,) = dice.choices([each.cell for each in found], [each.chance + 1e-9 for each in found])
            level = truth[cell] + dice.gauss(0, 0.6)
            got.append(truth[cell])
            day = datetime(2026, 1, 10 if cell.weekend else 5, cell.hour, tzinfo=UTC) + timedelta(weeks=week)
            figures = {"likes": 1000 * math.exp(level), "reach": 20_000.0}
            made.append(Post(key=str(len(made)), account="page", network="x", at=day, figures=figures))
    return sum(got) / len(got)


def test_the_profile_has_a_weight_for_every_hour_of_the_week() -> None:
    """Above 1 where posts do better than usual; all of a cell alike."""
    weights = profile(best_times(in_cells(300, 1, EVENING, 2.0)))

    assert len(weights) == 168
    assert weights[16] == weights[24 + 19] == max(weights) > 1.3
    assert weights[5 * 24 + 16] < weights[16]
