"""How even is a plan, and how even could it be: every score beside its optimum."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from typing import TYPE_CHECKING

from evenly.spread.days import Calendar, Day
from evenly.spread.filling import ahead
from evenly.spread.values import Score, Scores
from evenly.spread.word import Order, bound_word, lasting, plain_word, shares_of
from evenly.spread.zones import minute_from, minute_of, whole_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from evenly.spread.values import Account, Placement, Published

_NOTHING = Score(None, None)
_HALF = 0.5
_PARTS = 4
_ROUNDING = (0.0, 0.75, 0.5, 0.75)
_WORK = 2_000_000
"""Beyond so many steps the optimum of the days is that without pins."""


def scores(
    account: Account,
    placements: Sequence[Placement],
    now: datetime,
    *,
    history: Sequence[Published] = (),
    others: Sequence[datetime] = (),
    stagger: timedelta | None = None,
) -> Scores:
    """Score the coming `placements`, planned from `now` on; `others` are the times of the brand's other accounts."""
    planned = sorted(placements, key=lambda placement: (placement.time, placement.id))
    if not planned:
        return Scores(_NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING)
    clock = _Clock(Calendar(account), now, [minute_of(placement.time) for placement in planned])
    pins = {minute_of(placement.time) for placement in planned if placement.pinned}
    least, largest = _gaps(clock)
    return Scores(
        days=_days(clock, pins),
        times=_times(clock),
        weekday_daypart=_dayparts(clock),
        gap_least=least,
        gap_largest=largest,
        mix=_mix(account, planned, history),
        stagger=Score(_close(clock.minutes, sorted(map(minute_of, others)), whole_minutes(stagger)), 0.0),
    )


class _Clock:
    """The days a plan runs over, and where on the target clock its posts stand."""

    def __init__(self, calendar: Calendar, now: datetime, minutes: list[int]) -> None:
        self.minutes = minutes
        self._calendar = calendar
        self.since = minute_from(now)
        self.days: list[Day] = []
        for day in calendar.days(calendar.first_date(min(self.since, minutes[0]))):
            self.days.append(day)
            if day.end > minutes[-1]:
                break
        self._starts = [day.start for day in self.days]
        self.targets = [day.target * (1 - day.share(self.since)) for day in self.days]
        self.elapsed = [Fraction(0)]
        for target in self.targets:
            self.elapsed.append(self.elapsed[-1] + target)

    def date(self, minute: int) -> int:
        """The date a post counts for: that of its window, at closed times that of the wall clock."""
        if self.days and (day := self.days[self.place(minute)]).holds(minute):
            return day.ordinal
        return self._calendar.local_date(minute)

    def place(self, minute: int) -> int:
        """The day that a time counts for: the last that began before it."""
        return max(0, bisect_right(self._starts, minute) - 1)

    def y(self, minute: int) -> Fraction:
        place = self.place(minute)
        day = self.days[place]
        gone = day.share(minute) - day.share(self.since) if day.start < self.since else day.share(minute)
        return self.elapsed[place] + day.target * max(Fraction(0), gone)

    def whole(self) -> list[tuple[Day, Fraction]]:
        """Day and share of every post that stands in an open window."""
        found = ((self.days[self.place(minute)], minute) for minute in self.minutes)
        return [(day, day.share(minute)) for day, minute in found if day.holds(minute)]


def _days(clock: _Clock, pins: set[int]) -> Score:
    """Judged up to the date of the last floating post, which is left out: there the queue may end in the middle."""
    counts = Counter(map(clock.date, clock.minutes))
    pinned = Counter(clock.date(minute) for minute in clock.minutes if minute in pins)
    targets = {day.ordinal: target for day, target in zip(clock.days, clock.targets, strict=True)}
    last = clock.date(max((minute for minute in clock.minutes if minute not in pins), default=clock.minutes[-1]))
    dates = [day for day in sorted(targets.keys() | counts.keys()) if day < last] or [last]
    elapsed = list(accumulate((targets.get(day, Fraction(0)) for day in dates), initial=Fraction(0)))
    posts = accumulate((counts[day] for day in dates), initial=0)
    ahead = [count - target for count, target in zip(posts, elapsed, strict=True)]
    return Score(float(max(ahead) - min(ahead)), float(least_run(elapsed, [pinned[day] for day in dates])))


def least_run(elapsed: Sequence[Fraction], pinned: Sequence[int]) -> Fraction:
    """The least possible worst run of days, max D - min D, with so many posts pinned to each day.

    D after day j is a whole number less the running target. For a floor among its fractional parts the lowest path that
    stays above it is the best; without pins this is 1 less the largest gap between these parts on their circle.
    """
    under = lcm(*(target.denominator for target in elapsed))
    targets = [int(target * under) for target in elapsed]
    parts = sorted({-target % under for target in targets})
    if not any(pinned) or len(parts) * len(targets) > _WORK:
        return 1 - Fraction(max(later - earlier for earlier, later in pairwise([*parts, parts[0] + under])), under)
    floors = (part - under if part else part for part in parts)
    return Fraction(min(_lowest_run(targets, pinned, floor, under) for floor in floors), under)


def _lowest_run(targets: Sequence[int], pinned: Sequence[int], floor: int, under: int) -> int:
    at, low, high = 0, 0, 0
    for (earlier, later), pins in zip(pairwise(targets), pinned, strict=True):
        at = max(at + pins * under - (later - earlier), floor + (-later - floor) % under)
        low, high = min(low, at), max(high, at)
    return high - low


def _times(clock: _Clock) -> Score:
    shares = sorted(share for day, share in clock.whole() if day.start >= clock.since)
    return Score(float(len(shares) * star_discrepancy(shares)), _HALF) if shares else _NOTHING


def star_discrepancy(shares: Sequence[Fraction]) -> Fraction:
    """The largest distance between the part of sorted `shares` below x and x itself."""
    count = len(shares)
    return max(max(Fraction(i + 1, count) - share, share - Fraction(i, count)) for i, share in enumerate(shares))


def _dayparts(clock: _Clock) -> Score:
    parts: dict[int, Counter[int]] = {}
    for day, share in clock.whole():
        if day.start >= clock.since:
            parts.setdefault(day.ordinal % 7, Counter())[int(share * _PARTS)] += 1
    if not parts:
        return _NOTHING
    worst = max(abs(count[part] - count.total() / _PARTS) for count in parts.values() for part in range(_PARTS))
    return Score(worst, max(_ROUNDING[count.total() % _PARTS] for count in parts.values()))


def _gaps(clock: _Clock) -> tuple[Score, Score]:
    if len(clock.minutes) < 2 or not clock.days:  # noqa: PLR2004 (a gap takes two posts)
        return _NOTHING, _NOTHING
    steps = [later - earlier for earlier, later in pairwise(map(clock.y, clock.minutes))]
    return Score(float(min(steps)), 1.0), Score(float(max(steps)), 1.0)


def _close(minutes: Iterable[int], others: Sequence[int], stagger: int) -> float:
    return float(
        sum(bisect_left(others, minute + stagger) - bisect_right(others, minute - stagger) for minute in minutes) if stagger else 0
    )


def _mix(account: Account, planned: Sequence[Placement], history: Sequence[Published]) -> Score:
    line = [(placement.kind or "", placement.pinned) for placement in planned]
    order, names = _order(account.mix, line, [post.kind or "" for post in history])
    best = plain_word(order.shares, order.length)[1] if order.plain else bound_word(order)[1]
    return Score(float(_deviation(order, [names.index(kind) for kind, _ in line[: order.length]])), float(best))


def _order(wanted: Mapping[str, Fraction], line: Sequence[tuple[str, bool]], past: Sequence[str]) -> tuple[Order, list[str]]:
    """The order problem behind a finished line of (kind, is it fixed), as long as every kind's supply lasts."""
    counts = Counter(kind for kind, _ in line)
    names = sorted(counts)
    shares = shares_of(wanted, counts)
    length = lasting([counts[name] for name in names], [shares[name] for name in names])
    fixed = {place: names.index(kind) for place, (kind, pinned) in enumerate(line[:length]) if pinned}
    free = Counter(kind for kind, pinned in line if not pinned)
    supply = tuple([0] * free[name] for name in names)
    lead = ahead(shares, names, Counter(past))
    return Order(tuple(shares[name] for name in names), supply, length, fixed, lead), names


def _deviation(order: Order, kinds: Iterable[int]) -> Fraction:
    at = list(order.ahead)
    worst = Fraction(0)
    for kind in kinds:
        at = [lead - share for lead, share in zip(at, order.shares, strict=True)]
        at[kind] += 1
        worst = max(worst, *at, -min(at))
    return worst


def unevenness(account: Account, planned: Sequence[Placement], history: Sequence[Published]) -> tuple[Fraction, Fraction]:
    """The worst deviation of the kinds from their shares, and the worst of the topics inside one kind."""
    ordered = sorted(planned, key=lambda placement: (placement.time, placement.id))
    kinds = _worst(account.mix, [placement.kind or "" for placement in ordered], [post.kind or "" for post in history])
    inside = [
        _worst(
            account.topics,
            [placement.topic or "" for placement in ordered if placement.kind == kind],
            [post.topic or "" for post in history if post.kind == kind],
        )
        for kind in {placement.kind for placement in ordered}
    ]
    return kinds, max(inside, default=Fraction(0))


def _worst(wanted: Mapping[str, Fraction], line: Sequence[str], past: Sequence[str]) -> Fraction:
    order, names = _order(wanted, [(label, False) for label in line], past)
    return _deviation(order, [names.index(label) for label in line[: order.length]])
