"""Experiments: a question put to the figures, judged once, when there is enough to judge it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.insight import Interval
from evenly.reporting import observing
from evenly.reporting.values import Idea
from evenly.store import judgements

if TYPE_CHECKING:
    from evenly.insight import By, Post
    from evenly.planning.desk import Desk
    from evenly.settings import Experiment

LOOKED_AT = timedelta(weeks=26)
"""An experiment without a first day takes the posts of so long."""
AGE = "7d"
"""The mark at which posts are compared, of `store.metrics.MARKS`; always the same, so that chance has no say in when it is judged."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The posts of an experiment whose figures are known."""

    ones: Sequence[Post]
    others: Sequence[Post]

    def missing(self, least: int) -> tuple[int, int]:
        """How many are to come on each side before it can be judged."""
        return max(0, least - len(self.ones)), max(0, least - len(self.others))


def experiments(desk: Desk, *, now: datetime, since: datetime | None = None, until: datetime | None = None) -> tuple[Idea, ...]:
    """What became of each experiment of evenly.toml, or of those whose dates touch the period.

    A verdict is written down, and then stays.
    """
    with desk.store.read() as connection:
        known = judgements.known(connection)
    wanted = {name: each for name, each in desk.settings.experiments.items() if _touches(desk, each, since, until)}
    return tuple(_judged(desk, name, each, known.get(name), now) for name, each in wanted.items())


def sides(desk: Desk, experiment: Experiment, *, now: datetime) -> Sides:
    """The posts to compare: of the same accounts, and at equal age."""
    begin, end = _span(desk, experiment, now)
    with desk.store.read() as connection:
        posts = observing.posts(desk, connection, since=begin, until=end, age=AGE)
    mine = [post for post in posts if experiment.account in {None, post.account} and _is_known(post, experiment.metric)]
    by, key = _compared(experiment)
    return Sides([post for post in mine if key in post.keys(by)], [post for post in mine if key not in post.keys(by)])


def _judged(desk: Desk, name: str, experiment: Experiment, known: Any, now: datetime) -> Idea:
    if known is not None:
        return _idea(desk, name, experiment, known)
    found = sides(desk, experiment, now=now)
    judged = _found(experiment, found)
    few = found.missing(experiment.posts)
    if judged["verdict"] == "too early" or any(few):
        return _idea(desk, name, experiment, {**judged, "verdict": "too early", "judged_at": None}, few)
    # Whoever looks again and again finds something at last: it is judged when there is enough, and not again.
    values = {"name": name, "question": experiment.compare, "others": len(found.others), "age": AGE, **judged, "judged_at": now}
    with desk.store.write() as connection:
        judgements.keep(connection, values)
        return _idea(desk, name, experiment, judgements.known(connection)[name])


def _found(experiment: Experiment, found: Sides) -> dict[str, Any]:
    ratio, interval, verdict = insight.judge(found.ones, found.others, metric=experiment.metric, least=experiment.posts)
    return {
        "metric": experiment.metric,
        "posts": len(found.ones),
        "minutes": sum(post.minutes for post in found.ones),
        "ratio": ratio,
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
        "verdict": verdict,
    }


def _idea(desk: Desk, name: str, experiment: Experiment, found: Mapping[str, Any], few: tuple[int, int] | None = None) -> Idea:
    judged_at = found["judged_at"]
    return Idea(
        name=name,
        kind="experiment",
        goal=experiment.hypothesis,
        since=experiment.start,
        until=experiment.until,
        deliveries=found["posts"],
        minutes=found["minutes"],
        metric=found["metric"],
        ratio=found["ratio"],
        interval=None if found["low"] is None or found["high"] is None else Interval(found["low"], found["high"]),
        verdict=found["verdict"],
        judged_at=None if judged_at is None else judged_at.astimezone(ZoneInfo(desk.settings.brand.timezone)),
        missing=few,
    )


def _compared(experiment: Experiment) -> tuple[By, str]:
    by, _, key = experiment.compare.partition(":")
    return by, key  # type: ignore[return-value]  # the settings admit these words only


def _is_known(post: Post, metric: str) -> bool:
    return insight.engagements_of(post) is not None if metric == "engagements" else metric in post.figures


def _span(desk: Desk, experiment: Experiment, now: datetime) -> tuple[datetime, datetime]:
    zone = ZoneInfo(desk.settings.brand.timezone)

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    begin = now - LOOKED_AT if experiment.start is None else midnight(experiment.start)
    end = now if experiment.until is None else min(now, midnight(experiment.until + timedelta(days=1)))
    return begin, end


def _touches(desk: Desk, experiment: Experiment, since: datetime | None, until: datetime | None) -> bool:
    zone = ZoneInfo(desk.settings.brand.timezone)
    begins_late = until is not None and experiment.start is not None and experiment.start >= until.astimezone(zone).date()
    ended_before = since is not None and experiment.until is not None and experiment.until < since.astimezone(zone).date()
    return not begins_late and not ended_before
