"""The rail with everything on it that already has a time: which slots are left, and where exactly they lie.

Each pin, kept placement and published post cancels the slot nearest to it: of its own day first, else of a neighbouring
day, there the one nearest to its time of day. The slots that are left keep their distance from all of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from evenly.spread.days import cut, nearest_free
from evenly.spread.thinning import AFTER, BOTH, thinned
from evenly.spread.zones import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenly.spread.days import Day
    from evenly.spread.rail import Rail

_LATER = 14
"""A slot that finds no room on its day is offered to so many following open days."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a new post must stand clear of: the account's own fixed times, and those of its brand's other accounts."""

    own: Sequence[int] = ()
    others: Sequence[int] = ()
    stagger: int = 0


class Track:
    """Free slots in order of time, day by day; each time of `taken`, sorted, cancels one."""

    def __init__(self, rail: Rail, now: int, neighbours: Neighbours, taken: Sequence[int] = (), debt: int = 0) -> None:
        self.rail = rail
        self._now = now
        self._gap = rail.calendar.gap
        self._near = neighbours
        # The second slot repays: the first comes one post after the last published one.
        self._skips = {2 * n + 1 for n in range(debt)}
        self._seen = 0
        self._done = 0
        self._last = -DAY * DAY
        self.shifted: set[int] = set()
        self._owed: list[tuple[int, int]] = []
        self._cancel(taken)

    def days(self) -> Iterator[list[int]]:
        """The free slots of one open day after the other, none of them in the past."""
        while self._done < len(self.rail.days) or self.rail.grow():
            day, slots = self.rail.days[self._done], self.rail.slots[self._done]
            self._done += 1
            if day.end > self._now:
                yield self._settled(day, [slot for slot in slots if slot >= self._now and not self._repays()])

    def finished(self) -> bool:
        """Are all days that were laid out settled?"""
        return self._done == len(self.rail.days)

    def _repays(self) -> bool:
        self._seen += 1
        return self._seen - 1 in self._skips

    def _cancel(self, taken: Sequence[int]) -> None:
        while taken and self._reach() <= taken[-1] and self.rail.grow():
            pass
        if not taken or not self.rail.days:
            return
        begin = self.rail.days[0].start if self.rail.since is None else self.rail.since
        places = {slot: i for i, slots in enumerate(self.rail.slots) for slot in slots}
        rest = []
        for minute in taken:
            if minute in places:
                self.rail.slots[places.pop(minute)].remove(minute)
            elif minute >= begin:
                rest.append(minute)
        if rest:
            self._thin_out(rest)

    def _thin_out(self, taken: list[int]) -> None:
        """Cancel on both sides of a cluster, unless that makes some run of days worse than cancelling after it."""
        starts = [day.start for day in self.rail.days]
        homes = [(minute, self._day_of(minute, starts)) for minute in taken]
        ways = [thinned(self.rail, homes, sides, now=self._now) for sides in (BOTH, AFTER)]
        ways = [[*slots, *self.rail.slots[len(slots) :]] for slots in ways]
        self.rail.slots = min(ways, key=lambda slots: self._worst_run(slots, taken, starts))

    def _worst_run(self, slots: list[list[int]], taken: list[int], starts: list[int]) -> Fraction:
        """The worst difference between posts and target over all runs of days."""
        inside: Counter[int] = Counter()
        outside: Counter[int] = Counter()
        for minute in taken:
            place = max(0, bisect_right(starts, minute) - 1)
            (inside if self.rail.days[place].holds(minute) else outside)[place] += 1
        ahead = low = high = Fraction(0)
        for place, day in enumerate(self.rail.days):
            left = 1 if self.rail.since is None else 1 - day.share(self.rail.since)
            ahead += len(slots[place]) + inside[place] - day.target * left
            low = min(low, ahead)
            ahead += outside[place]
            high = max(high, ahead)
        return high - low

    def _reach(self) -> int:
        return self.rail.days[-1].end if self.rail.days else -1

    def _day_of(self, minute: int, starts: list[int]) -> int:
        """The place of the day that a time counts for: its own; at closed times that of its date, or the day to come."""
        days = self.rail.days
        place = max(0, bisect_right(starts, minute) - 1)
        same_date = (minute + days[place].offset) // DAY <= (days[place].start + days[place].offset) // DAY
        return place if same_date or minute < days[place].end or place + 1 == len(days) else place + 1

    def _settled(self, day: Day, slots: list[int]) -> list[int]:
        if slots and (self._owed or not self._is_clear(slots)):
            day = day if day.start >= self._now else cut(day, self._now)
            slots = self._moved(day, slots)
        if slots:
            self._last = max(slots[-1], self._last)
        return slots

    def _is_clear(self, slots: list[int]) -> bool:
        first, last = slots[0], slots[-1]
        return (
            first >= self._last + self._gap
            and not _around(self._near.own, first, last, self._gap)
            and not _around(self._near.others, first, last, self._near.stagger)
        )

    def _moved(self, day: Day, slots: list[int]) -> list[int]:
        owed, self._owed = self._owed, []
        following = [*slots[1:], None]
        wanted = [(slot, after, 0) for slot, after in zip(slots, following, strict=True)]
        wanted += [(day.start + (slot - day.start) % DAY, None, age) for slot, age in owed]
        moved: list[int] = []
        for slot, after, age in wanted:
            minute = self._nearest(day, slot, after, moved)
            if minute is not None:
                moved.append(minute)
                if minute != slot:
                    self.shifted.add(minute)
            elif age < _LATER:
                self._owed.append((slot, age + 1))
        return sorted(moved)

    def _nearest(self, day: Day, slot: int, following: int | None, moved: list[int]) -> int | None:
        gap, stagger = self._gap, self._near.stagger
        own = [*moved, self._last, *_around(self._near.own, day.start, day.end, gap)]
        hard = [(minute - gap + 1, minute + gap) for minute in own]
        others = _around(self._near.others, day.start, day.end, stagger)
        soft = [(minute - stagger + 1, minute + stagger) for minute in others]
        ahead = [] if following is None else [(following - gap + 1, following + gap)]
        for forbidden in (hard + soft + ahead, hard + soft, hard + ahead, hard):
            minute = nearest_free(day.pieces, slot, forbidden)
            if minute is not None:
                return minute
        return None


class FreeSlots:
    """The free slots of a track one by one, and what is left when enough are taken."""

    def __init__(self, track: Track) -> None:
        self._track = track
        self._left: list[int] = []

    def __iter__(self) -> Iterator[int]:
        for slots in self._track.days():
            self._left = slots[::-1]
            while self._left:
                yield self._left.pop()

    def rest(self) -> list[int]:
        """What is left of the days laid out."""
        left = list(self._left)
        days = self._track.days()
        while not self._track.finished():
            left += next(days, [])
        return left


def _around(times: Sequence[int], start: int, end: int, distance: int) -> Sequence[int]:
    """The sorted `times` that lie less than `distance` from the range."""
    return times[bisect_left(times, start - distance + 1) : bisect_right(times, end + distance - 1)]
