"""Plan and deed: what was to go out on each account and what did, when, and how evenly."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from evenly import insight, spread
from evenly.insight.sampling import SEED
from evenly.planning import runway, spreading
from evenly.reporting.values import Done
from evenly.spread.zones import minute_of, moment_of

if TYPE_CHECKING:
    from evenly.insight import Post
    from evenly.planning.desk import Desk

TOLERANCE = timedelta(minutes=10)
MOST = 300
"""The evenness is that of so many posts of an account at most, the latest ones."""
_DRAWS = 20
_DRAWN = 600  #: posts that are thrown on random times altogether
_NOTHING = spread.Score(None, None)
_UNEVEN = spread.Scores(**{each.name: _NOTHING for each in fields(spread.Scores)})


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is looked at: [since, until), and nothing after now."""

    since: datetime
    until: datetime
    now: datetime

    @property
    def end(self) -> datetime:
        return min(self.until, self.now)


class Due(NamedTuple):
    """A delivery that was to go out at `at`, and whether it did so in time."""

    account: str
    at: datetime
    on_time: bool


def dues(posts: Iterable[Post], unmet: Iterable[Any], span: Span) -> list[Due]:
    """What was to go out: of these posts, which are out, and of the rows of `store.outcomes.unmet`."""
    # Of one zone, moments are compared without a look at what the clocks read there.
    since, end = span.since.astimezone(UTC), span.end.astimezone(UTC)
    met = [
        Due(post.account, post.due, post.at <= post.due + TOLERANCE) for post in posts if post.due is not None and since <= post.due < end
    ]
    return met + [Due(row.account, row.due, row.published_at is not None and row.published_at <= row.due + TOLERANCE) for row in unmet]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is known of one account."""

    posts: Sequence[Post]  #: that went out, by time
    planned: Mapping[str, Any]  #: of the latest of these, by their keys, the rows of `store.outcomes.planned`
    began: datetime | None


def done(desk: Desk, deeds: Mapping[str, Deed], due: Iterable[Due], span: Span) -> tuple[Done, ...]:
    """Plan and deed of these accounts."""
    left = {each.account: float(each.days) for each in runway.runways(desk, span.now) if each.kind is None}
    placed = {name: _placements(name, deed) for name, deed in deeds.items()}
    counted = Counter((each.account, each.on_time) for each in due)
    return tuple(_done(desk, name, deed, counted, placed, span, left.get(name)) for name, deed in deeds.items())


def _done(
    desk: Desk,
    name: str,
    deed: Deed,
    counted: Mapping[tuple[str, bool], int],
    placed: Mapping[str, Sequence[spread.Placement]],
    span: Span,
    runway: float | None,
) -> Done:
    on_time, late = (counted.get((name, is_on_time), 0) for is_on_time in (True, False))
    evenness, by_chance = _evenness(desk, name, placed, span, deed.began)
    return Done(
        account=name,
        due=on_time + late,
        published=len(deed.posts),
        on_time=on_time,
        on_time_interval=insight.wilson(on_time, on_time + late),
        evenness=evenness,
        by_chance=by_chance,
        runway=runway,
    )


# ---- evenness


def latest(posts: Sequence[Post]) -> Sequence[Post]:
    """Those of an account's posts, by time, that tell how even it was."""
    return posts[-MOST:]


def _placements(name: str, deed: Deed) -> list[spread.Placement]:
    """The latest of what was published, at the times at which it was."""
    found = [(post, deed.planned[post.key]) for post in latest(deed.posts)]
    return [spread.Placement(post.key, name, _minute(post.at), row.kind, row.topic, pinned=row.pinned) for post, row in found]


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _evenness(
    desk: Desk, name: str, placed: Mapping[str, Sequence[spread.Placement]], span: Span, began: datetime | None
) -> tuple[spread.Scores, spread.Scores | None]:
    """The scores of what was published, and those that random times would have had."""
    mine = placed[name]
    if not mine:
        return _UNEVEN, None
    begin = _begin(desk, name, mine, span, began)
    shape = spreading.balanced(desk, spreading.shape(desk, name, begin.year), [each.kind for each in mine])
    others = [each.time for other, each_ in placed.items() if other != name for each in each_]

    def scores(placements: Sequence[spread.Placement]) -> spread.Scores:
        return spread.scores(shape, placements, begin, others=others, stagger=desk.settings.planner.stagger)

    found = scores(mine)
    return found, _mean([scores(drawn) for drawn in _drawn(shape, mine, begin, span.end)], found)


def _begin(desk: Desk, name: str, mine: Sequence[spread.Placement], span: Span, began: datetime | None) -> datetime:
    """From when on posts could be expected: not before the day on which the account began, nor before the first that is looked at."""
    first = mine[0].time if began is None or len(mine) == MOST else began
    zone = ZoneInfo(desk.settings.zone(name))
    midnight = first.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(span.since, midnight)


def _drawn(
    shape: spread.Account, placements: Sequence[spread.Placement], begin: datetime, end: datetime
) -> Iterator[list[spread.Placement]]:
    """The same posts at random times of the account's windows, time and again; nothing where no window is open."""
    import numpy as np

    pieces = list(_open(shape, minute_of(begin), minute_of(end)))
    if not pieces:
        return
    ends = list(accumulate(end - start for start, end in pieces))
    dice = np.random.default_rng(SEED)
    for _ in range(max(2, min(_DRAWS, _DRAWN // len(placements)))):
        minutes = dice.integers(ends[-1], size=len(placements)).tolist()
        yield [
            spread.Placement(each.id, each.account, _moment(pieces, ends, minute), each.kind, each.topic)
            for each, minute in zip(placements, minutes, strict=True)
        ]


def _moment(pieces: Sequence[tuple[int, int]], ends: Sequence[int], minute: int) -> datetime:
    """The moment of the so-manyth open minute."""
    place = bisect_right(ends, minute)
    return moment_of(pieces[place][1] - (ends[place] - minute))


def _open(shape: spread.Account, begin: int, end: int) -> Iterator[tuple[int, int]]:
    calendar = spread.Calendar(shape)
    for day in calendar.days(calendar.first_date(begin)):
        if day.start >= end:
            return
        for start, stop, _ in day.pieces:
            if max(start, begin) < min(stop, end):
                yield max(start, begin), min(stop, end)


def _mean(drawn: Sequence[spread.Scores], found: spread.Scores) -> spread.Scores | None:
    """The mean of each score, beside the best that was possible."""
    if not drawn:
        return None
    return spread.Scores(
        **{each.name: _mean_score([getattr(one, each.name) for one in drawn], getattr(found, each.name)) for each in fields(found)}
    )


def _mean_score(drawn: Sequence[spread.Score], found: spread.Score) -> spread.Score:
    values = [score.value for score in drawn if score.value is not None]
    return spread.Score(fmean(values) if values else None, found.best)
