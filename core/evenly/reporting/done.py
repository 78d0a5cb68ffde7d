"""Plan and deed: what was to go out on each account and what did, when, and how evenly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import fmean
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight, spread
from evenly.insight.sampling import SEED
from evenly.planning import runway, spreading
from evenly.reporting.values import Done
from evenly.spread.zones import minute_of, moment_of

if TYPE_CHECKING:
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

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.since <= moment < self.until


def done(desk: Desk, went: Mapping[str, Sequence[Any]], span: Span, *, began: Mapping[str, datetime]) -> tuple[Done, ...]:
    """Plan and deed of these accounts; `went` has each one's rows of `store.outcomes.between`."""
    left = {each.account: float(each.days) for each in runway.runways(desk, span.now) if each.kind is None}
    placed = {name: _placements(name, rows, span) for name, rows in went.items()}
    return tuple(_done(desk, name, rows, span, placed, began.get(name), left.get(name)) for name, rows in went.items())


def _done(
    desk: Desk,
    name: str,
    rows: Sequence[Any],
    span: Span,
    placed: Mapping[str, Sequence[spread.Placement]],
    began: datetime | None,
    runway: float | None,
) -> Done:
    due = [row for row in rows if row.due is not None and span.since <= row.due < span.end]
    on_time = sum(row.published_at is not None and row.published_at <= row.due + TOLERANCE for row in due)
    evenness, by_chance = _evenness(desk, name, placed, span, began)
    return Done(
        account=name,
        due=len(due),
        published=sum(span.holds(row.published_at) for row in rows),
        on_time=on_time,
        on_time_interval=insight.wilson(on_time, len(due)),
        evenness=evenness,
        by_chance=by_chance,
        runway=runway,
    )


# ---- evenness


def _placements(name: str, rows: Sequence[Any], span: Span) -> list[spread.Placement]:
    """The latest of what was published, at the times at which it was."""
    out = sorted((row for row in rows if span.holds(row.published_at)), key=lambda row: row.published_at)[-MOST:]
    return [
        spread.Placement(str(row.id), name, row.published_at.replace(second=0, microsecond=0), row.kind, row.topic, pinned=row.pinned)
        for row in out
    ]


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
