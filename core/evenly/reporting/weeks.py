"""Week by week: what went out and when, how even each account's days were, which targets of the mix were met, and what it took.

A week is judged by its days alone. The other scores of evenness count what a week has too few posts for, and that of the days is taken
over the whole week here: the score of a plan stops at its last post, which would make a week that fell silent on Wednesday an even one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache, cached_property
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from evenly import insight, spread
from evenly.reporting.minutes import in_minutes
from evenly.reporting.values import Fit, PastWeek
from evenly.spread.scoring import least_run
from evenly.spread.zones import minute_of, moment_of

if TYPE_CHECKING:
    from evenly import mix
    from evenly.insight import Post
    from evenly.reporting.done import Due, Span
    from evenly.spread.days import Day

MOST = 13
"""So many weeks at most are told: a quarter of a year, the latest ones."""
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_DAYS = 7
_NOTHING = spread.Score(None, None)
_at = attrgetter("at")

Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a week, named by its Monday, that lies in the period and has begun: [begin, end)."""

    monday: date
    begin: datetime
    end: datetime

    @property
    def days(self) -> int:
        return sum(self._midnight(place) < self.end and self._midnight(place + 1) > self.begin for place in range(_DAYS))

    def _midnight(self, place: int) -> datetime:
        return datetime.combine(self.monday + place * _DAY, time(), self.begin.tzinfo)


def stretches(span: Span, zone: ZoneInfo) -> list[Stretch]:
    """The latest weeks of the period, oldest first; none where it has not begun."""
    since, end = span.since.astimezone(zone), span.end.astimezone(zone)
    if since >= end:
        return []
    first, last = _monday(since.date()), _monday((end - timedelta(microseconds=1)).date())
    mondays = [first + number * _WEEK for number in range((last - first) // _WEEK + 1)][-MOST:]
    starts = [datetime.combine(monday, time(), zone) for monday in [*mondays, mondays[-1] + _WEEK]]
    return [
        Stretch(monday, max(start, since), min(following, end))
        for monday, start, following in zip(mondays, starts, starts[1:], strict=False)
    ]


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


# ---- the weeks


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What there is to know of the period, as the weeks are made of it."""

    span: Span
    posts: Mapping[str, Sequence[Post]]  #: of each account, by time
    due: Iterable[Due]
    counted: Iterable[tuple[datetime, mix.Counted]]  #: what counts for the mix, since the first of the weeks at least, in any order
    spent: Callable[[datetime, datetime], int]  #: the seconds on no post that were logged from one moment until before another
    shapes: Mapping[str, spread.Account]
    began: Mapping[str, datetime]  #: when each account published for the first time
    judge: Callable[[Sequence[mix.Counted]], Sequence[mix.Finding]]  #: what of the mix was met by these


def past_weeks(seen: Seen, found: Sequence[Stretch]) -> tuple[PastWeek, ...]:
    """What these weeks brought about; `found` are stretches that follow each other."""
    if not found:
        return ()
    due, counted = _by_week(((each.at, each) for each in seen.due), found), _by_week(seen.counted, found)
    calendars = {
        name: AccountDays(shape, _since(seen.posts[name], found[0].begin - _DAY), seen.began.get(name), seen.span)
        for name, shape in seen.shapes.items()
    }
    return tuple(_week(seen, each, due[each.monday], counted[each.monday], calendars) for each in found)


def _week(seen: Seen, week: Stretch, due: Sequence[Due], counted: Sequence[mix.Counted], calendars: Mapping[str, AccountDays]) -> PastWeek:
    posts = [post for theirs in seen.posts.values() for post in _between(theirs, week)]
    on_time, targets = sum(each.on_time for each in due), tuple(seen.judge(counted))
    scores = {name: calendar.score(week.monday) for name, calendar in calendars.items()}
    return PastWeek(
        monday=week.monday,
        days=week.days,
        published=len(posts),
        due=len(due),
        on_time=on_time,
        on_time_interval=insight.wilson(on_time, len(due)),
        minutes=in_minutes(sum(round(post.minutes * 60) for post in posts) + seen.spent(week.begin, week.end)),
        evenness={name: score for name, score in scores.items() if score.value is not None},
        targets=targets,
        fit=fit(targets),
    )


def _since(posts: Sequence[Post], begin: datetime) -> Sequence[Post]:
    return posts[bisect_left(posts, begin, key=_at) :]


def _between(posts: Sequence[Post], week: Stretch) -> Sequence[Post]:
    return posts[bisect_left(posts, week.begin, key=_at) : bisect_left(posts, week.end, key=_at)]


def _by_week(known: Iterable[tuple[datetime, Each]], found: Sequence[Stretch]) -> Mapping[date, list[Each]]:
    """What belongs to each week, by its Monday."""
    # Of one zone, moments are compared without a look at what the clocks read there.
    begins, end = [week.begin.astimezone(UTC) for week in found], found[-1].end.astimezone(UTC)
    kept: dict[date, list[Each]] = defaultdict(list)
    for at, each in known:
        if begins[0] <= at < end:
            kept[found[bisect_right(begins, at) - 1].monday].append(each)
    return kept


def fit(targets: Iterable[mix.Finding]) -> Fit:
    """How many of these targets, all of them with bounds, are met."""
    judged = [each for each in targets if each.verdict != "too early"]
    return Fit(sum(each.verdict == "met" for each in judged), len(judged))


# ---- how even the days of a week were


@dataclass(frozen=True)
class AccountDays:
    """The days of one account, by its own calendar: what was to go out on each, and what did."""

    shape: spread.Account
    posts: Sequence[Post]
    began: datetime | None
    span: Span

    def score(self, monday: date) -> spread.Score:
        """How far the worst run of days was off in a week, beside the best possible: posts too many or too few against the cadence.

        Judged are days whose windows lie in the period and are over, from the one on which the account began. A pinned post counts like
        any other.
        """
        first = monday.toordinal()
        ordinals = [ordinal for ordinal in range(first, first + _DAYS) if self._is_judged(ordinal)]
        elapsed = list(accumulate((self._target(ordinal) for ordinal in ordinals), initial=Fraction(0)))
        if not elapsed[-1]:
            return _NOTHING
        posts = accumulate((self._counts[ordinal] for ordinal in ordinals), initial=0)
        ahead = [count - target for count, target in zip(posts, elapsed, strict=True)]
        return spread.Score(float(max(ahead) - min(ahead)), float(least_run(elapsed, [0] * len(ordinals))))

    def _is_judged(self, ordinal: int) -> bool:
        if self.began is None or ordinal < self.began.astimezone(self._zone).toordinal():
            return False
        day = self._day(ordinal)
        if day is None:
            begin, end = (datetime.combine(date.fromordinal(each), time(), self._zone) for each in (ordinal, ordinal + 1))
        else:
            begin, end = moment_of(day.start), moment_of(day.end)
        return self.span.since <= begin and end <= self.span.end

    def _target(self, ordinal: int) -> Fraction:
        day = self._day(ordinal)
        return Fraction(0) if day is None else day.target

    @cached_property
    def _counts(self) -> Counter[int]:
        return Counter(map(self._date, self.posts))

    def _date(self, post: Post) -> int:
        """The date that a post counts for: that on which its window began."""
        today = post.at.astimezone(self._zone).toordinal()
        before = self._day(today - 1)
        return today - 1 if before is not None and before.holds(minute_of(post.at)) else today

    @cached_property
    def _day(self) -> Callable[[int], Day | None]:
        return cache(self._calendar.day)

    @cached_property
    def _calendar(self) -> spread.Calendar:
        return spread.Calendar(self.shape)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.shape.zone)
