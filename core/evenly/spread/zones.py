"""Wall clocks and instants of a zone, both in whole minutes since 1970.

A local minute is what the wall clock reads, counted as if it were UTC. Offsets are looked up once per UTC day; a day
whose two ends agree has one offset, since no zone changes its clocks twice within a day.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
_FARTHEST = 16 * 60  # no zone is farther than this from UTC

Interval = tuple[int, int, int]
"""Instants [start, end) that share the offset in third place."""


def minute_of(moment: datetime) -> int:
    """The minute an instant lies in."""
    return (moment - EPOCH) // timedelta(minutes=1)


def minute_from(moment: datetime) -> int:
    """The first whole minute at or after an instant."""
    return -((EPOCH - moment) // timedelta(minutes=1))


def moment_of(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def whole_minutes(length: timedelta | None) -> int:
    return 0 if length is None else length // timedelta(minutes=1)


class Zone:
    """One IANA zone."""

    __slots__ = ("_info", "_offsets")

    def __init__(self, key: str) -> None:
        self._info = ZoneInfo(key)
        self._offsets: dict[int, int] = {}

    def offset(self, minute: int) -> int:
        """Minutes that the wall clock is ahead of UTC at an instant."""
        local = moment_of(minute).astimezone(self._info).utcoffset()
        return 0 if local is None else local // timedelta(minutes=1)

    def intervals(self, start: int, end: int) -> list[Interval]:
        """The instants at which the wall clock reads inside [start, end): a skipped hour vanishes, a repeated one counts twice."""
        offset = self._steady((start - _FARTHEST) // DAY, (end + _FARTHEST) // DAY + 1)
        if offset is not None:
            return [(start - offset, end - offset, offset)]
        found = []
        for begin, finish, shift in self._periods(start - _FARTHEST, end + _FARTHEST):
            first, last = max(begin, start - shift), min(finish, end - shift)
            if first < last:
                found.append((first, last, shift))
        return found

    def _at_day(self, day: int) -> int:
        if (offset := self._offsets.get(day)) is None:
            offset = self._offsets[day] = self.offset(day * DAY)
        return offset

    def _steady(self, first: int, last: int) -> int | None:
        offset = self._at_day(first)
        for day in range(first + 1, last + 1):
            if self._at_day(day) != offset:
                return None
        return offset

    def _periods(self, start: int, end: int) -> list[Interval]:
        days = range(start // DAY, end // DAY + 1)
        changes = [self._change(day * DAY, (day + 1) * DAY) for day in days if self._at_day(day) != self._at_day(day + 1)]
        marks = [start, *(change for change in changes if start < change < end), end]
        return [(low, high, self.offset(low)) for low, high in pairwise(marks)]

    def _change(self, low: int, high: int) -> int:
        before = self.offset(low)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.offset(middle) == before else (low, middle)
        return high


@functools.lru_cache(maxsize=64)
def zone(key: str) -> Zone:
    return Zone(key)


def known(key: str) -> bool:
    """Is there a zone of this name?"""
    try:
        zone(key)
    except (KeyError, ValueError, OSError):
        return False
    return bool(key)
