"""When the brand's own posts did best: 12 cells of the week, since a year of posts cannot fill more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from evenly.insight.levels import Shrunk, levels, shrunk
from evenly.insight.observed import Observed
from evenly.insight.sampling import DRAWS, SEED
from evenly.insight.values import Post

HOURS = 4
_SATURDAY = 5
_TEMPERATURE = 0.5
"""Half of the true spread: measured to win most on average, between always taking the best so far (0) and Thompson's sampling (1)."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Four hours of the weekdays, or of the weekend's days."""

    weekend: bool
    hour: int  #: the first of its hours


CELLS = tuple(Cell(weekend, hour) for weekend in (False, True) for hour in range(0, 24, HOURS))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFound:
    """How posts did in a cell. `chance`: how likely it is the best of those that are allowed, by what is known (0 to 1)."""

    cell: Cell
    allowed: bool
    usual: Shrunk
    chance: float


def cell_of(at: datetime) -> Cell:
    """The cell of a wall-clock time."""
    return _cell(at.weekday() >= _SATURDAY, at.hour // HOURS)


@cache
def _cell(weekend: bool, part: int) -> Cell:
    return Cell(weekend, part * HOURS)


def best_times(
    posts: Iterable[Post] | Observed, *, allowed: Collection[Cell] = CELLS, metric: str = "engagements"
) -> tuple[CellFound, ...]:
    """All 12 cells, the likeliest best first. What is not allowed is told as well, and is never the best.

    Learnt from the brand's own posts only, not from when its followers are about.
    """
    groups: dict[Cell, list[float]] = {cell: [] for cell in CELLS}
    for level in levels(posts, metric):
        groups[cell_of(level.post.at)].append(level.value)
    usual = shrunk(groups)
    open_cells = [cell for cell in CELLS if cell in allowed]
    chances = _chances([usual[cell] for cell in open_cells])
    chance = dict(zip(open_cells, chances, strict=True))
    found = [CellFound(cell=cell, allowed=cell in allowed, usual=usual[cell], chance=chance.get(cell, 0.0)) for cell in CELLS]
    return tuple(sorted(found, key=lambda each: (-each.chance, each.cell)))


def _chances(arms: Sequence[Shrunk]) -> list[float]:
    import numpy as np

    if not arms:
        return []
    draws = np.random.default_rng(SEED).standard_normal((DRAWS, len(arms)))
    worth = np.array([arm.mean for arm in arms]) + draws * _TEMPERATURE * np.array([arm.deviation for arm in arms])
    return [float(count) / DRAWS for count in np.bincount(worth.argmax(axis=1), minlength=len(arms))]


def profile(found: Iterable[CellFound]) -> tuple[float, ...]:
    """Weights of the 168 local hours of the week from Monday 00:00, as the planner takes them: how many times the usual each brings."""
    ratio = {each.cell: each.usual.ratio for each in found}
    return _by_hour(lambda cell: ratio.get(cell, 1.0))


def _by_hour(weight: Callable[[Cell], float]) -> tuple[float, ...]:
    return tuple(weight(Cell(day >= _SATURDAY, hour // HOURS * HOURS)) for day in range(7) for hour in range(24))
