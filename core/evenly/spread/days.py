"""The calendar of open instants: which minutes belong to which logical day, and how many posts that day is due.

A window belongs to the local date on which it starts. The share x(t) of a day is the mass allowed before t, mass being
minutes, or minutes times the audience of their local hour. The target clock y runs through the days' targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from evenly.spread.zones import DAY, EPOCH_ORDINAL, Interval, minute_from, minute_of, moment_of, zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, time

    from evenly.spread.values import Account

_UNIT = 1 << 16
_NONE = Fraction(0)
_LAST = date.max.toordinal() - 3
_DROUGHT = 3660
"""After ten years without a date that is due a post there will be none."""


@dataclass(frozen=True, slots=True)
class Day:
    """An open date. `pieces` are (start, end, mass per minute), sorted, in minutes since 1970."""

    ordinal: int
    pieces: tuple[Interval, ...]
    target: Fraction
    mass: int
    offset: int

    @property
    def date(self) -> date:
        return date.fromordinal(self.ordinal)

    @property
    def start(self) -> int:
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        return self.pieces[-1][1]

    def holds(self, minute: int) -> bool:
        return any(start <= minute < end for start, end, _ in self.pieces)

    def share(self, minute: int) -> Fraction:
        """The share of the day's mass that lies before an instant, 0 to 1."""
        gone = sum((min(end, minute) - start) * weight for start, end, weight in self.pieces if start < minute)
        return Fraction(gone, self.mass)

    def minute(self, over: int, under: int) -> int:
        """The open minute nearest to the share `over`/`under`."""
        left = self.mass * over
        for start, end, weight in self.pieces:
            unit = weight * under
            if left < (end - start) * unit:
                return min(start + (2 * left + unit) // (2 * unit), end - 1)
            left -= (end - start) * unit
        return next(end - 1 for _, end, weight in reversed(self.pieces) if weight)

    def room(self, gap: int) -> int:
        """How many posts the date's windows hold when no two are closer than `gap` minutes."""
        count, free = 0, self.start
        for start, end, _ in self.pieces:
            first = max(start, free)
            if first < end:
                more = (end - 1 - first) // gap + 1
                count, free = count + more, first + more * gap
        return count


class Calendar:
    """The open days of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.zone = zone(account.zone)
        self._windows = [[_span(*window) for window in windows] for windows in account.windows]
        spills = [max((end - DAY for _, end in spans), default=0) for spans in self._windows]
        self._spilt = [spills[weekday - 1] > min((start for start, _ in spans), default=DAY) for weekday, spans in enumerate(self._windows)]
        self._spills = [spill > 0 for spill in spills]
        self._closed, self._ranges = _closed_dates(account)
        self._weekly = self._weekly_targets()
        self._months: dict[tuple[int, int], Fraction] = {}
        self._audience = _weights(account)
        self.gap = max(1, self._default_gap() if account.gap is None else account.gap // timedelta(minutes=1))

    def day(self, ordinal: int) -> Day | None:
        """The logical day of a date; None when it is closed or due no post."""
        weekday = (ordinal + 6) % 7
        if not self._windows[weekday] or self.is_closed(ordinal):
            return None
        target = self._target(ordinal, weekday)
        if not target:
            return None
        open_ = self._open(ordinal, weekday)
        if not open_:
            return None
        pieces, mass = self._massed(open_)
        day = Day(ordinal, pieces, target, mass, open_[0][2])
        if target.numerator <= target.denominator:
            return day
        room = day.room(self.gap)
        return day if target <= room else replace(day, target=Fraction(room))

    def days(self, ordinal: int) -> Iterator[Day]:
        """The open days from a date on; ends where the calendar does."""
        last = ordinal
        while ordinal < min(_LAST, last + _DROUGHT):
            if (day := self.day(ordinal)) is not None:
                last = ordinal
                yield day
            ordinal += 1

    def first_date(self, minute: int) -> int:
        """The date of the first logical day that is not over at an instant; closed dates are passed over."""
        today = self.local_date(minute)
        before = self.day(today - 1)
        return today - 1 if before is not None and before.end > minute else today

    def local_date(self, minute: int) -> int:
        return (minute + self.zone.offset(minute)) // DAY + EPOCH_ORDINAL

    def is_open(self, minute: int) -> bool:
        today = self.local_date(minute)
        return any(
            start <= minute < end
            for ordinal in (today - 1, today)
            if not self.is_closed(ordinal)
            for start, end, _ in self._open(ordinal, (ordinal + 6) % 7)
        )

    def is_closed(self, ordinal: int) -> bool:
        return ordinal in self._closed or any(first <= ordinal <= last for first, last in self._ranges)

    def advance(self, start: int, end: int) -> Fraction:
        """How far the target clock runs between two instants."""
        gone = _NONE
        for day in self.days(self.first_date(start)):
            if day.start >= end:
                break
            gone += day.target * (day.share(end) - day.share(start))
        return gone

    def _open(self, ordinal: int, weekday: int) -> list[Interval]:
        midnight = (ordinal - EPOCH_ORDINAL) * DAY
        found = [interval for start, end in self._windows[weekday] for interval in self.zone.intervals(midnight + start, midnight + end)]
        if self._spills[weekday] and self.is_closed(ordinal + 1):
            found = _without(found, self.zone.intervals(midnight + DAY, midnight + 2 * DAY))
        if self._spilt[weekday] and not self.is_closed(ordinal - 1):
            found = _without(found, self._open(ordinal - 1, (weekday - 1) % 7))
        return found if len(found) == 1 else _merged(found)

    def _massed(self, open_: list[Interval]) -> tuple[tuple[Interval, ...], int]:
        if self._audience is not None:
            pieces = tuple(self._by_hour(open_, self._audience))
            if mass := sum((end - start) * weight for start, end, weight in pieces):
                return pieces, mass
        return tuple([(start, end, 1) for start, end, _ in open_]), sum([end - start for start, end, _ in open_])

    @staticmethod
    def _by_hour(open_: list[Interval], weights: list[int]) -> Iterator[Interval]:
        for start, end, offset in open_:
            low = start
            while low < end:
                high = min(end, (low + offset) // 60 * 60 + 60 - offset)
                # The epoch was a Thursday.
                yield low, high, weights[((low + offset) // 60 + 72) % 168]
                low = high

    def _weekly_targets(self) -> list[Fraction]:
        cadence = self.account.cadence
        weights = [weight if self._windows[weekday] else _NONE for weekday, weight in enumerate(cadence.weights)]
        if cadence.per == "week":
            total = sum(weights, _NONE)
            return [cadence.count * weight / total if total else _NONE for weight in weights]
        return [cadence.count * weight for weight in weights]

    def _target(self, ordinal: int, weekday: int) -> Fraction:
        target = self._weekly[weekday]
        if not target or self.account.cadence.per != "month":
            return target
        when = date.fromordinal(ordinal)
        month = (when.year, when.month)
        if month not in self._months:
            self._months[month] = self._weight_of_month(when)
        return target / self._months[month]

    def _weight_of_month(self, when: date) -> Fraction:
        weights = self.account.cadence.weights
        first = when.replace(day=1).toordinal()
        following = date.fromordinal(first + 31).replace(day=1).toordinal()
        weekdays = [(ordinal + 6) % 7 for ordinal in range(first, following)]
        return sum((weights[weekday] for weekday in weekdays if self._windows[weekday]), _NONE)

    def _default_gap(self) -> int:
        """Half the ideal gap in open minutes, of the weekday where posts stand closest."""
        targets = self._weekly
        if self.account.cadence.per == "month":
            total = sum(self.account.cadence.weights, _NONE) or Fraction(1)
            targets = [target * 7 / (30 * total) for target in targets]
        lengths = [sum(end - start for start, end in _joined(spans)) for spans in self._windows]
        halves = [
            int(length / (2 * max(target, Fraction(1)))) for length, target in zip(lengths, targets, strict=True) if length and target
        ]
        return min(halves, default=1)


def days(account: Account, start: datetime) -> Iterator[Day]:
    """The account's open days from `start` on; the first counts for the share of it that is left."""
    calendar, minute = Calendar(account), minute_from(start)
    for day in calendar.days(calendar.first_date(minute)):
        if day.start >= minute:
            yield day
        elif day.end > minute:
            yield cut(day, minute)


def cut(day: Day, minute: int) -> Day:
    """What is left of a day from an instant on."""
    pieces = tuple((max(start, minute), end, weight) for start, end, weight in day.pieces if end > minute)
    mass = sum((end - start) * weight for start, end, weight in pieces)
    return Day(day.ordinal, pieces, day.target * (1 - day.share(minute)), mass, day.offset)


def is_open(account: Account, instant: datetime) -> bool:
    """Does the instant lie in a window of the account, on no closed date?"""
    return Calendar(account).is_open(minute_of(instant))


def least_gap(account: Account) -> timedelta:
    """The least time between two posts of the account: the one it sets, or half the ideal gap."""
    return timedelta(minutes=Calendar(account).gap)


def nearest_free(segments: tuple[Interval, ...], wanted: int, taken: list[tuple[int, int]]) -> int | None:
    """The open minute nearest to `wanted` that lies outside every forbidden range (start, end); None if there is none."""
    candidates = [wanted, *(start - 1 for start, _ in taken), *(end for _, end in taken)]
    candidates += [start for start, _, _ in segments] + [end - 1 for _, end, _ in segments]
    for minute in sorted(candidates, key=lambda minute: (abs(minute - wanted), minute)):
        if any(start <= minute < end for start, end, _ in segments) and not any(start <= minute < end for start, end in taken):
            return minute
    return None


def next_open(account: Account, after: datetime, taken: list[datetime], *, gap: timedelta | None = None) -> datetime | None:
    """The first open minute at or after `after` that keeps the account's gap to every time in `taken`.

    None when the account is never open again.
    """
    calendar, minute = Calendar(account), minute_from(after)
    least = calendar.gap if gap is None else max(1, gap // timedelta(minutes=1))
    forbidden = sorted((other - least + 1, other + least) for other in map(minute_of, taken))
    for day in calendar.days(calendar.first_date(minute)):
        for start, end, _ in day.pieces:
            first = max(start, minute)
            for low, high in forbidden:
                if low <= first < high:
                    first = high
            if first < end:
                return moment_of(first)
    return None


def _span(start: time, end: time) -> tuple[int, int]:
    low, high = (t.hour * 60 + t.minute for t in (start, end))
    return low, high if high > low else high + DAY


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _ in _merged([(start, end, 0) for start, end in spans])]


def _merged(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end, offset in sorted(intervals):
        if merged and start <= merged[-1][1] and offset == merged[-1][2]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), offset)
        elif start < end:
            merged.append((start, end, offset))
    return merged


def _without(intervals: list[Interval], holes: list[Interval]) -> list[Interval]:
    for low, high, _ in holes:
        intervals = [
            piece
            for start, end, offset in intervals
            for piece in ((start, min(end, low), offset), (max(start, high), end, offset))
            if piece[0] < piece[1]
        ]
    return intervals


def _closed_dates(account: Account) -> tuple[frozenset[int], list[tuple[int, int]]]:
    single = [item for item in account.blackouts if isinstance(item, date)]
    ranges = [(item[0].toordinal(), item[1].toordinal()) for item in account.blackouts if not isinstance(item, date)]
    return frozenset(day.toordinal() for day in (*single, *account.holidays)), ranges


def _weights(account: Account) -> list[int] | None:
    """The mass of a minute in each local hour of the week, scaled so that an average hour has 65,536."""
    if account.audience is None or not sum(account.audience):
        return None
    mean = Fraction(sum(map(Fraction, account.audience))) / 168
    tilt = Fraction(account.tilt)
    return [int(_UNIT * ((1 - tilt) + tilt * Fraction(weight) / mean)) for weight in account.audience]
