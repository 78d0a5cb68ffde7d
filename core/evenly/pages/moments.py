"""The map of best times: twelve cells of the week, shaded by how likely each is the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from evenly.insight import Cell, CellFound
    from evenly.pages.words import Numbers

_HOURS = 4
_STEPS = (0.05, 0.15, 0.3, 0.5)
"""Chances at which the shade grows darker."""
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """One cell of the map as the page shows it."""

    ratio: str
    between: str
    posts: str
    chance: str
    shade: int  #: 0 to 4
    allowed: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """One row: the same hours on weekdays and at the weekend."""

    name: str
    places: Sequence[Place]


def moments(found: Sequence[CellFound], numbers: Numbers) -> list[Hours]:
    """The rows of the map, from midnight on; none where nothing is known."""
    by_cell = {(each.cell.hour, each.cell.weekend): each for each in found}
    hours = sorted({each.cell.hour for each in found})
    return [
        Hours(_hours(hour), [_place(by_cell[hour, weekend], numbers) for weekend in (False, True) if (hour, weekend) in by_cell])
        for hour in hours
    ]


def summary(found: Sequence[CellFound], numbers: Numbers) -> str:
    """What the map says, in a sentence."""
    posts = sum(each.usual.posts for each in found)
    if not posts:
        return _("No post has figures yet, so nothing is known of times.")
    best = max(found, key=lambda each: each.chance)
    if best.chance < _LIKELY:
        return _("No time of the week stands out yet.")
    chance = numbers.percent(best.chance)
    return _("{time} is probably the best time ({chance}).", time=_when(best.cell), chance=chance)


def scale(numbers: Numbers) -> list[str]:
    """What the shades mean, from the lightest."""
    below = _("below {share}", share=numbers.percent(_STEPS[0]))
    return [below, *(_("{share} or more", share=numbers.percent(step)) for step in _STEPS)]


def _place(found: CellFound, numbers: Numbers) -> Place:
    usual = found.usual
    count = usual.posts
    low, high = numbers.ratio(usual.interval.low), numbers.ratio(usual.interval.high)
    return Place(
        ratio=numbers.times(usual.ratio) if count else _("not tried"),
        between=_("{low} to {high}", low=low, high=high) if count else "",
        posts=ngettext("{n} post", "{n} posts", count, n=numbers.decimal(count, 0)),
        chance=_("best: {chance}", chance=numbers.percent(found.chance)) if found.allowed else _("closed"),
        shade=sum(found.chance >= step for step in _STEPS),
        allowed=found.allowed,
    )


def _when(cell: Cell) -> str:
    if cell.weekend:
        return _("The weekend, {hours}", hours=_hours(cell.hour))
    return _("Monday to Friday, {hours}", hours=_hours(cell.hour))


def _hours(first: int) -> str:
    return f"{first:02}:00–{first + _HOURS:02}:00"
