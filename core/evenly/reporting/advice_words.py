"""Advice in sentences: what speaks for it, what it changes, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly.insight import LEAST
from evenly.messages import Number
from evenly.plugin import Message
from evenly.reporting.sentences import group
from evenly.settings.faults import dotted, in_toml

if TYPE_CHECKING:
    from evenly.insight import Effect, Interval
    from evenly.insight.advising import Advice
    from evenly.planning import Desk
    from evenly.reporting.advising import Outcome

_HOURS = 4


def reason(desk: Desk, advice: Advice) -> Message:
    """What the figures say, with numbers and interval."""
    if advice.supply is not None:
        return Message(
            "Days of content left for {account}: {days}. Lately {written} posts a week were written for it; {asked} are asked for.",
            account=advice.about,
            days=Number(advice.supply.days),
            written=Number(advice.supply.written, 1),
            asked=Number(advice.supply.asked, 1),
        )
    assert advice.effect is not None  # noqa: S101 - every other kind has one
    if advice.cell is not None:
        return _of_times(advice, advice.effect)
    what = group(desk, advice.effect.by, advice.effect.key)
    finding = Message(
        "{what} brought {ratio} times the engagements (between {low} and {high}, {n} posts).", what=what, **_told(advice.effect)
    )
    then = Message("Lately they were {share} percent of your posts.", share=Number((advice.share or 0) * 100))
    return Message("{finding} {then}", finding=finding, then=then)


def _of_times(advice: Advice, effect: Effect) -> Message:
    assert advice.cell is not None  # noqa: S101 - the caller knows
    hours = {"start": f"{advice.cell.hour}:00", "end": f"{advice.cell.hour + _HOURS}:00"}
    told = {"account": advice.about, **hours, **_told(effect)}
    if advice.cell.weekend:
        return Message(
            "At weekends from {start} to {end}, posts on {account} brought {ratio} times the engagements of those at other times (between "
            "{low} and {high}, {n} posts).",
            **told,
        )
    return Message(
        "On weekdays from {start} to {end}, posts on {account} brought {ratio} times the engagements of those at other times (between "
        "{low} and {high}, {n} posts).",
        **told,
    )


def _told(effect: Effect) -> dict[str, Any]:
    assert effect.ratio is not None  # noqa: S101 - an advice has a verdict behind it
    assert effect.interval is not None  # noqa: S101
    return {"ratio": Number(effect.ratio, 1), **_between(effect.interval), "n": Number(effect.posts)}


def _between(interval: Interval) -> dict[str, Any]:
    return {"low": Number(interval.low, 1), "high": Number(interval.high, 1)}


def change(desk: Desk, advice: Advice) -> Message:
    """What taking it does."""
    first = advice.steps[0]
    told: dict[str, Any] = {"key": dotted(first.path), "value": in_toml(first.after)}
    match advice.kind:
        case "more":
            return Message(
                "At least {percent} percent of your posts: {key} becomes {value}, and `evenly mix` asks for them.",
                percent=_percent(first),
                **told,
            )
        case "fewer" if first.path[-1] == "max":
            return Message("At most {percent} percent of your posts: {key} becomes {value}.", percent=_percent(first), **told)
        case "fewer":
            return Message("Fewer are enough, {percent} percent of your posts: {key} becomes {value}.", percent=_percent(first), **told)
        case "topic":
            shares = ", ".join(f"{dotted(step.path)} = {in_toml(step.after)}" for step in advice.steps)
            return Message(
                "Give {topic} {percent} percent of the posts: {shares}. Those that are planned beyond the committed time change places.",
                topic=_title(desk, advice.about),
                percent=_percent(first),
                shares=shares,
            )
        case "times":
            return Message(
                "Spread the posts of {account} evenly over the people they reach, and not over the hours: {key} becomes {value}. New posts "
                "get such times; what is planned keeps its own until you say `evenly plan --respread`.",
                account=advice.about,
                **told,
            )
    return Message(
        "Publish as often as you write: {key} becomes {value}. New posts get such times; what is planned keeps its own until you say "
        "`evenly plan --respread`.",
        **told,
    )


def _percent(step: Any) -> Number:
    return Number(float(step.after) * 100)


def _title(desk: Desk, name: str) -> str:
    topic = desk.settings.topics.get(name)
    return name if topic is None else topic.title or name


def outcome(desk: Desk, taken_at: datetime, found: Outcome) -> Message:
    """What came of it, the bad news too."""
    date = taken_at.astimezone(ZoneInfo(desk.settings.brand.timezone)).date().isoformat()
    if found.verdict == "too early" or found.ratio is None or found.interval is None:
        return Message(
            "Taken on {date}. Too early to say what came of it: the figures of {since} posts since then and of {before} before are known, "
            "and it takes {least} of each.",
            date=date,
            since=Number(found.posts),
            before=Number(found.before),
            least=LEAST,
        )
    told: dict[str, Any] = {"date": date, "ratio": Number(found.ratio, 1), "n": Number(found.posts)}
    between = _between(found.interval)
    if found.verdict == "works":
        return Message(
            "Since you took it on {date}: {ratio} times the engagements of before ({low} to {high}, {n} posts): it works.",
            **told,
            **between,
        )
    if found.verdict == "does not":
        return Message(
            "Since you took it on {date}: {ratio} times the engagements of before ({low} to {high}, {n} posts): fewer than before. "
            "Think of going back.",
            **told,
            **between,
        )
    return Message(
        "Since you took it on {date}: {ratio} times the engagements of before ({low} to {high}, {n} posts): no difference yet.",
        **told,
        **between,
    )
