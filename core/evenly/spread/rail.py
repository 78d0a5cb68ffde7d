"""The endless rail of ideal slots that follows from an account's settings alone; the queue only fills it.

Counts: the day takes the whole posts that the running target has gathered, so any run of days holds floor or ceiling of
its target. Times: slot i of c sits at share (i + r) / c of its day, r walking by the golden ratio from posting day to
posting day, in 64-bit integers. What stands too close is moved by the least shift (isotonic regression).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING

from evenly.spread.days import Calendar, Day
from evenly.spread.values import Account, Anchor, Published, Slot
from evenly.spread.zones import minute_from, minute_of, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

TURN = 1 << 64
GOLDEN = 0x9E3779B97F4A7C15
_FINE = 1 << 16
_HALF = Fraction(1, 2)
_EAGER = Fraction(7, 8)
"""After a long silence the first post comes soon, but not in the minute of planning."""


class Rail:
    """Lays out one day after the other. `days` and `slots` grow together; `anchor` is where it goes on."""

    def __init__(self, calendar: Calendar, anchor: Anchor) -> None:
        self.calendar = calendar
        self.days: list[Day] = []
        self.slots: list[list[int]] = []
        self.since = None if anchor.since is None else minute_from(anchor.since)
        # Whole numbers over one denominator: fractions would take most of the planner's time.
        self._progress, self._under = anchor.progress.as_integer_ratio()
        self._turn = anchor.turn
        self._debt = anchor.debt
        self._rotation = round(calendar.account.rotation * _FINE)
        self._next = anchor.day.toordinal()
        self._coming = calendar.days(self._next)
        self._latest: int | None = None

    @property
    def anchor(self) -> Anchor:
        since = moment_of(self.since) if self.since is not None and not self.days else None
        return Anchor(date.fromordinal(self._next), Fraction(self._progress, self._under), self._turn, since, self._debt)

    def grow(self) -> bool:
        """Lay out one more open day. False when there is none to come."""
        day = next(self._coming, None)
        if day is None:
            return False
        started = self.since is not None and not self.days and day.start < self.since
        slots = self._rest_of(day) if started else self._whole(day)
        if slots:
            slots = spaced(day, slots, self._latest, self.calendar.gap)
            self._latest = slots[-1] if slots else self._latest
        self._next = day.ordinal + 1
        self.days.append(day)
        self.slots.append(slots)
        return True

    def _whole(self, day: Day) -> list[int]:
        over, parts = day.target.as_integer_ratio()
        if parts != self._under:
            common = lcm(parts, self._under)
            self._progress, self._under, over = self._progress * (common // self._under), common, over * (common // parts)
        count, self._progress = divmod(self._progress + over, self._under)
        if not count:
            return []
        # r = 1/2 + rotation * (turn - 1/2), over 2**80.
        phase = ((_FINE - self._rotation) << 63) + self._rotation * self._turn
        self._turn = (self._turn + GOLDEN) % TURN
        return [day.minute((i << 80) + phase, count << 80) for i in range(count)]

    def _rest_of(self, day: Day) -> list[int]:
        """A day that has begun follows the target clock itself: its slots are one whole post apart."""
        since = self.since if self.since is not None else day.start
        gone = day.share(since)
        before = Fraction(self._progress, self._under)
        progress = before + day.target * (1 - gone)
        count = int(progress)
        shares = [gone + (k - before) / day.target for k in range(1, count + 1)]
        self._progress, self._under = (progress - count).as_integer_ratio()
        if shares:
            self._turn = (turn_at(day, shares[0]) + GOLDEN) % TURN
        return [max(day.minute(x.numerator, x.denominator), since) for x in shares]


def turn_at(day: Day, share: Fraction) -> int:
    """The place on the circle of times of day that a share of a day stands for."""
    whole = share * max(1, round(day.target))
    return int((whole - int(whole)) * TURN)


def spaced(day: Day, slots: list[int], last: int | None, gap: int) -> list[int]:
    """The slots moved by the least shift that keeps them `gap` apart and inside the day; what finds no room is left out.

    The least largest shift is the L-infinity isotonic regression of slot i minus i * gap: halfway between the slots
    pushed later in order and the slots pushed earlier in reverse order.
    """
    free = day.start if last is None else max(day.start, last + gap)
    if slots[0] >= free and all(later - earlier >= gap for earlier, later in pairwise(slots)):
        return slots
    late = _pushed(slots, free, gap)
    early = [-minute for minute in reversed(_pushed([-minute for minute in reversed(slots)], -slots[-1], gap))]
    middle = [(low + high) // 2 for low, high in zip(early, late, strict=True)]
    return _inside(day, middle, free, gap)


def _pushed(slots: list[int], free: int, gap: int) -> list[int]:
    pushed = []
    for slot in slots:
        pushed.append(max(slot, free))
        free = pushed[-1] + gap
    return pushed


def _inside(day: Day, wanted: list[int], free: int, gap: int) -> list[int]:
    latest = _latest(day, len(wanted), gap)
    placed: list[int] = []
    for slot, limit in zip(wanted, latest, strict=True):
        minute = _open_from(day, max(min(slot, limit), free))
        if minute is not None:
            placed.append(minute)
            free = minute + gap
    return placed


def _latest(day: Day, count: int, gap: int) -> list[int]:
    """The latest minutes at which `count` posts still fit, in order."""
    latest: list[int] = []
    limit = day.end - 1
    for _ in range(count):
        limit = next((min(limit, end - 1) for start, end, _ in reversed(day.pieces) if start <= limit), day.start)
        latest.append(limit)
        limit -= gap
    return latest[::-1]


def _open_from(day: Day, minute: int) -> int | None:
    return next((max(start, minute) for start, end, _ in day.pieces if minute < end), None)


def anchor_at(calendar: Calendar, now: datetime, history: Sequence[Published] = (), place: Fraction = Fraction(0)) -> Anchor:
    """Where a new rail begins. `place` (0 to 1) sets the accounts of one brand apart.

    With a history the first slot comes when the target clock has advanced one post since the last published one; of a
    burst one post is repaid, by the second slot, which is left out.
    """
    since = minute_from(now)
    first = date.fromordinal(calendar.first_date(since))
    past = sorted(minute_of(post.time) for post in history if post.time <= now)
    if not past:
        start = (_HALF + place) % 1
        return Anchor(first, start, int(start * TURN), moment_of(since))
    day = calendar.day(calendar.first_date(past[-1]))
    turn = int(_HALF * TURN) if day is None else turn_at(day, day.share(past[-1]))
    progress = min(_EAGER, calendar.advance(past[-1], since))
    return Anchor(first, progress, (turn + GOLDEN) % TURN, moment_of(since), _debt(calendar, past))


def _debt(calendar: Calendar, past: list[int]) -> int:
    """One, where the last posts ran ahead of the target clock by a post and more."""
    level = Fraction(1)
    recent = past[-32:]
    for earlier, later in pairwise(recent):
        level = max(Fraction(0), level - calendar.advance(earlier, later)) + 1
    return max(0, min(1, int(level - Fraction(3, 2))))


def rail(account: Account, start: datetime, carry: Fraction = _HALF) -> Iterator[Slot]:
    """The account's ideal slots from `start` on, endless while its calendar is; `carry` is the part of a post gathered."""
    calendar = Calendar(account)
    first = date.fromordinal(calendar.first_date(minute_from(start)))
    track = Rail(calendar, Anchor(first, carry, int(carry * TURN), start))
    clock = Fraction(0)
    while track.grow():
        day = track.days[-1]
        begun = day.share(track.since) if track.since is not None else Fraction(0)
        for minute in track.slots[-1]:
            share = day.share(minute)
            yield Slot(moment_of(minute), day.date, clock + day.target * (share - begun), share)
        clock += day.target * (1 - begun)
