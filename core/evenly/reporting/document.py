"""The report for machines: one JSON document, or a line of CSV for every row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evenly.fields.cells import guarded
from evenly.messages import printable, shown

if TYPE_CHECKING:
    from evenly.insight import CellFound, Effect, Interval
    from evenly.reporting.values import Done, Idea, PastWeek, Proposal, Rated, Report, Row

COUNTING = "posts published in the period"
"""The other mode that people know, activity in the period, would count what old posts still bring as well."""

FIGURES = ("views", "reach", "likes", "comments", "shares", "saves", "clicks", "video_views")
_OF_NOW = frozenset({"account", "advice"})
"""What a finding says of the mix as it stands, and not of a week that is over."""
COLUMNS = (
    *("by", "key", "deliveries", "effort_minutes", "effort_estimated", *FIGURES),
    *("engagement_rate", "basis", "interval_low", "interval_high", "engagements_per_hour", "minutes_per_engagement"),
    *("times_the_others", "times_low", "times_high", "verdict", "followers_first", "followers_last"),
    *("growth_rate", "daily_er", "paid", "cost", "cost_per_engagement", "economic_value"),
)


def document(report: Report) -> dict[str, Any]:
    """The report as `evenly report --json` prints it: percentages are of 100, shares from 0 to 1, minutes are minutes."""
    return {
        "since": report.since.isoformat(timespec="seconds"),
        "until": report.until.isoformat(timespec="seconds"),
        "made_at": report.made_at.isoformat(timespec="seconds"),
        "brand": report.brand,
        "timezone": report.timezone,
        "offer": report.offer,
        "counting": COUNTING,
        "age": report.age,
        "short": [shown(message) for message in report.short],
        "accounts": [_done(each) for each in report.done],
        "effort_minutes": _number(report.minutes),
        "effort_estimated": _number(report.estimated),
        "capacity_minutes": None if report.capacity is None else _number(report.capacity),
        "currency": report.currency,
        "hourly_rate": report.hourly_rate,
        "paid": report.paid,
        "cost": report.cost,
        "rows": [_row(each) for each in report.rows],
        "ideas": [_idea(each) for each in report.ideas],
        "boost": [_boosted(each) for each in report.boost],
        "rules": [each.document(shown) for each in report.rules],
        "mix_fit": report.fit.share,
        "weeks": [_week(each) for each in report.weeks],
        "best_times": [_cell(each) for each in report.times],
        "recommendations": [_proposal(each) for each in report.advice],
        "missing": {account: list(figures) for account, figures in report.missing},
        "series": [{**asdict(each), "since": each.since.isoformat()} for each in report.series],
    }


def as_csv(report: Report) -> str:
    """A line for every row under its headings; what is not known is blank, and no cell is a formula for a spreadsheet."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    for row in report.rows:
        writer.writerow({name: _cell_of(value) for name, value in _line(row).items()})
    return written.getvalue()


# ---- JSON


def _row(row: Row) -> dict[str, Any]:
    return {
        "by": row.by,
        "key": row.key,
        "deliveries": row.deliveries,
        "effort_minutes": _number(row.minutes),
        "effort_estimated": _number(row.estimated),
        **{name: _number(value) for name, value in row.figures.items()},
        "engagement_rate": row.engagement_rate,
        "interval": _interval(row.interval),
        "basis": row.basis,
        "kpis": {name: _number(value) for name, value in row.kpis.known().items()},
        "effect": None if row.effect is None else _effect(row.effect),
        "effect_on_comments": None if row.on_comments is None else _effect(row.on_comments),
        "trend": [{"week": monday.isoformat(), "engagement_rate": rate} for monday, rate in row.trend],
        "followers": None if row.followers is None else [_number(count) for count in row.followers],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "metric": effect.metric,
        "posts": effect.posts,
        "others": effect.others,
        "ratio": effect.ratio,
        "interval": _interval(effect.interval),
        "usual": effect.usual.ratio,
        "usual_interval": _interval(effect.usual.interval),
        "verdict": effect.verdict,
    }


def _done(done: Done) -> dict[str, Any]:
    return {
        "account": done.account,
        "due": done.due,
        "published": done.published,
        "on_time": done.on_time,
        "on_time_interval": _interval(done.on_time_interval),
        "evenness": asdict(done.evenness),
        "by_chance": None if done.by_chance is None else {name: each["value"] for name, each in asdict(done.by_chance).items()},
        "runway_days": done.runway,
    }


def _week(week: PastWeek) -> dict[str, Any]:
    return {
        "week": week.monday.isoformat(),
        "days": week.days,
        "published": week.published,
        "due": week.due,
        "on_time": week.on_time,
        "on_time_interval": _interval(week.on_time_interval),
        "evenness": {account: asdict(score) for account, score in week.evenness.items()},
        "effort_minutes": _number(week.minutes),
        "targets": [{name: value for name, value in each.document().items() if name not in _OF_NOW} for each in week.targets],
        "mix_fit": week.fit.share,
    }


def _idea(idea: Idea) -> dict[str, Any]:
    return {
        "name": idea.name,
        "kind": idea.kind,
        "goal": idea.goal,
        "since": None if idea.since is None else idea.since.isoformat(),
        "until": None if idea.until is None else idea.until.isoformat(),
        "deliveries": idea.deliveries,
        "effort_minutes": _number(idea.minutes),
        "metric": idea.metric,
        "ratio": idea.ratio,
        "interval": _interval(idea.interval),
        "verdict": idea.verdict,
        "missing": None if idea.missing is None else list(idea.missing),
        "judged_at": None if idea.judged_at is None else idea.judged_at.isoformat(timespec="seconds"),
    }


def _boosted(post: Rated) -> dict[str, Any]:
    return {
        "delivery": post.delivery,
        "account": post.account,
        "network": post.network,
        "published": post.published,
        "text": post.text,
        "url": post.url,
        "seen": post.seen,
        "basis": post.basis,
        "engagements": post.engagements,
        "rate": post.rate,
        "interval": [post.low, post.high],
        "usual": post.usual,
    }


def _cell(found: CellFound) -> dict[str, Any]:
    return {
        "days": "weekend" if found.cell.weekend else "weekdays",
        "from_hour": found.cell.hour,
        "allowed": found.allowed,
        "posts": found.usual.posts,
        "usual": found.usual.ratio,
        "interval": _interval(found.usual.interval),
        "chance": found.chance,
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "number": proposal.number,
        "key": proposal.key,
        "state": proposal.state,
        "reason": shown(proposal.reason),
        "gain": proposal.gain,
        "interval": _interval(proposal.interval),
        "change": None if proposal.change is None else shown(proposal.change),
        "outcome": None if proposal.outcome is None else shown(proposal.outcome),
    }


def _interval(found: Interval | None) -> list[float] | None:
    return None if found is None else [found.low, found.high]


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


# ---- CSV


def _line(row: Row) -> Mapping[str, object]:
    rate, effect, followers = row.interval, row.effect, row.followers
    times = None if effect is None else effect.interval
    return {
        "by": row.by,
        "key": row.key,
        "deliveries": row.deliveries,
        "effort_minutes": _number(row.minutes),
        "effort_estimated": _number(row.estimated),
        **{name: _number(row.figures[name]) for name in FIGURES if name in row.figures},
        "engagement_rate": row.engagement_rate,
        "basis": row.basis,
        "interval_low": None if rate is None else rate.low,
        "interval_high": None if rate is None else rate.high,
        "engagements_per_hour": row.kpis.engagements_per_hour,
        "minutes_per_engagement": row.kpis.minutes_per_engagement,
        "times_the_others": None if effect is None else effect.ratio,
        "times_low": None if times is None else times.low,
        "times_high": None if times is None else times.high,
        "verdict": None if effect is None else effect.verdict,
        "followers_first": None if followers is None else _number(followers[0]),
        "followers_last": None if followers is None else _number(followers[1]),
        "growth_rate": row.kpis.growth_rate,
        "daily_er": row.kpis.daily_er,
        "paid": row.kpis.paid,
        "cost": row.kpis.cost,
        "cost_per_engagement": row.kpis.cost_per_engagement,
        "economic_value": row.kpis.economic_value,
    }


def _cell_of(value: object) -> object:
    return guarded(printable(value)) if isinstance(value, str) else value
