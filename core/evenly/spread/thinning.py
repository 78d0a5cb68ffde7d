"""Cancelling a slot for each time that does not lie on the rail: of its own day, else of the nearest day that has one left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.spread.zones import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenly.spread.rail import Rail

BOTH, AFTER, _BEFORE = (1, -1), (1,), (-1,)
_FURTHEST = 366
"""So many open days beyond those laid out a slot is looked for."""


def thinned(rail: Rail, homes: Iterable[tuple[int, int]], sides: tuple[int, ...], *, now: int) -> list[list[int]]:
    """The rail's slots without those that the times of `homes` (minute, place of its day) cancel, day by day."""
    thinning = _Thinning(rail, now)
    for minute, home in homes:
        thinning.cancel_near(minute, home, sides)
    return thinning.slots


class _Thinning:
    def __init__(self, rail: Rail, now: int) -> None:
        self.slots = [list(day) for day in rail.slots]
        self._rail = rail
        self._now = now
        # Days only ever become empty, so what was passed over once is jumped over from then on.
        self._jumps: dict[int, dict[int, int]] = {1: {}, -1: {}}

    def cancel_near(self, minute: int, home: int, sides: tuple[int, ...]) -> None:
        """Cancel the slot nearest to the time on its own day, else the one nearest to its time of day on the nearest day."""
        if self.slots[home]:
            self.slots[home].remove(min(self.slots[home], key=lambda slot: abs(slot - minute)))
            return
        past = minute < self._now
        found = [
            (abs((slot - minute + DAY // 2) % DAY - DAY // 2), slot, other)
            for other in self._nearest(home, _BEFORE if past else sides)
            for slot in self.slots[other]
            if past or slot >= self._now
        ]
        if found:
            _, slot, other = min(found)
            self.slots[other].remove(slot)

    def _nearest(self, home: int, sides: tuple[int, ...]) -> list[int]:
        """The nearest day on either side that has slots: both when they are equally near."""
        before = self._filled(home, -1, 0) if -1 in sides else None
        if before is not None and not self._is_open(before, sides):
            before = None
        reach = len(self.slots) + _FURTHEST - 1 if before is None else home - before
        after = self._filled(home, 1, home + reach) if 1 in sides else None
        if before is None or after is None:
            return [day for day in (before, after) if day is not None]
        return [after, before] if after - home == home - before else [after]

    def _is_open(self, day: int, sides: tuple[int, ...]) -> bool:
        return sides == _BEFORE or self.slots[day][-1] >= self._now

    def _filled(self, home: int, side: int, last: int) -> int | None:
        """The first day beyond `home` that has slots, `last` at the furthest; laid out when it is not yet."""
        jumps, place, passed = self._jumps[side], home + side, []
        while (last - place) * side >= 0 and self._is_laid_out(place) and not self.slots[place]:
            passed.append(place)
            place = jumps.get(place, place + side)
        jumps.update(dict.fromkeys(passed, place))
        return place if (last - place) * side >= 0 and self._is_laid_out(place) else None

    def _is_laid_out(self, place: int) -> bool:
        while place >= len(self.slots) and (len(self.slots) < len(self._rail.slots) or self._rail.grow()):
            self.slots.append(list(self._rail.slots[len(self.slots)]))
        return place < len(self.slots)
