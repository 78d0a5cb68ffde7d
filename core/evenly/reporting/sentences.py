"""The report in three sentences: what makes a difference, whether what was planned went out, and what the work brought."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.insight import LEAST, Columns, Effect, Interval
from evenly.messages import Number
from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.insight import By
    from evenly.planning.desk import Desk
    from evenly.reporting.values import Done, Row

_COMPARED: tuple[By, ...] = ("action", "topic", "format", "origin", "offer")
_HALF = 0.5
_EXACT_BELOW = 9.95  #: percent: from here on whole ones are near enough


def short(
    desk: Desk, columns: Columns, rows: Sequence[Row], done: Sequence[Done], *, since: datetime, until: datetime
) -> tuple[Message, ...]:
    """Three sentences, each with its number and interval; fewer where nothing was published, or nothing is known."""
    if not any(each.published for each in done):
        return (_nothing(desk, since, until), *_on_time(done))
    return (_finding(desk, columns, rows), *_on_time(done), *_worth(columns))


def _nothing(desk: Desk, since: datetime, until: datetime) -> Message:
    zone = ZoneInfo(desk.settings.brand.timezone)
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    first = since.astimezone(zone).date()
    return Message("Nothing was published from {first} to {last}.", first=first.isoformat(), last=last.isoformat())


# ---- what makes a difference


@dataclass(frozen=True, slots=True)
class _Found:
    """An effect that can be told in a sentence."""

    effect: Effect
    ratio: float
    interval: Interval

    @property
    def certainty(self) -> float:
        """How far even the nearer end of the interval is from no difference, as times."""
        return max(math.log(self.interval.low) if self.interval.low else -math.inf, -math.log(self.interval.high))


def _finding(desk: Desk, columns: Columns, rows: Sequence[Row]) -> Message:
    """The surest effect; where nothing is sure, the one that most posts speak of; where there are too few, just that."""
    import numpy as np

    known = int(np.count_nonzero(~np.isnan(columns.engagements)))
    if not known:
        return Message("No figures are known of these posts yet: `evenly metrics` asks for them.")
    found = list(_effects(rows))
    if sure := [each for each in found if each.effect.verdict in {"works", "does not"}]:
        best = max(sure, key=lambda each: each.certainty)
        return Message("{finding} {then}", finding=_said(desk, best), then=_then(desk, best.effect))
    if tested := [each for each in found if each.effect.verdict == "no difference yet"]:
        widest = max(tested, key=lambda each: min(each.effect.posts, each.effect.others))
        return Message("{finding} That is no difference yet, no more than chance could bring.", finding=_said(desk, widest))
    return Message(
        "It is too early to say what works: the figures of {known} are known so far, and a comparison takes {least} posts of a kind and "
        "{least} others.",
        known=Number(known),
        least=LEAST,
    )


def _effects(rows: Sequence[Row]) -> Iterator[_Found]:
    for row in rows:
        for effect in (row.on_comments, row.effect) if row.by in _COMPARED else ():
            if effect is not None and effect.ratio is not None and effect.interval is not None:
                yield _Found(effect, effect.ratio, effect.interval)


def _said(desk: Desk, found: _Found) -> Message:
    told: dict[str, Any] = {
        "what": group(desk, found.effect.by, found.effect.key),
        "ratio": Number(found.ratio, 1),
        "low": Number(found.interval.low, 1),
        "high": Number(found.interval.high, 1),
        "n": Number(found.effect.posts),
    }
    if found.effect.metric == "comments":
        return Message("{what} brought {ratio} times the comments (between {low} and {high}, {n} posts).", **told)
    return Message("{what} brought {ratio} times the engagements (between {low} and {high}, {n} posts).", **told)


def _then(desk: Desk, effect: Effect) -> Message:
    """What to do about it: the mix says how many, where it says anything."""
    if effect.verdict == "does not":
        return Message("Make fewer of them, or try them another way.")
    networks = [account.network for account in desk.settings.accounts.values()]
    target = desk.settings.mix.targets(networks).get(effect.key.replace("-", "_"))
    least = None if target is None else target.min
    if effect.by not in {"action", "origin"} or not least or least > _HALF:
        return Message("Make more of them.")
    number = round(1 / least)
    return Message("Keep one in {number}.", number=_NUMBERS.get(number, number))


def group(desk: Desk, by: By, key: str) -> Message:
    """A group of posts, as a sentence begins with it."""
    if by == "topic":
        topic = desk.settings.topics.get(key)
        return Message("Posts about {topic}", topic=key if topic is None else topic.title or key)
    if by == "format":
        return Message("Posts of the format {format}", format=key)
    known = {"action": _ACTIONS, "origin": _ORIGINS, "offer": OFFERS}.get(by, {})
    return known.get(key) or Message("Posts of {name}", name=key)


_ACTIONS: Mapping[str, Message] = {
    "question": Message("Questions"),
    "invitation": Message("Invitations to comment"),
    "photo": Message("Photos"),
    "video": Message("Videos"),
    "behind-the-scenes": Message("Looks behind the scenes"),
    "mention": Message("Posts that mention others"),
    "link": Message("Posts with a link"),
    "promotion": Message("Promotions"),
    "bait": Message("Posts that bait"),
}
_ORIGINS: Mapping[str, Message] = {
    "owned": Message("Your own posts"),
    "third-party": Message("Third-party posts"),
    "mixed": Message("Posts that are half your own"),
    "unknown": Message("Posts of unknown origin"),
}
OFFERS: Mapping[str, Message] = {
    "product": Message("Posts about products"),
    "brand": Message("Posts about brands"),
    "service": Message("Posts about services"),
}
_NUMBERS: Mapping[int, Message] = {
    2: Message("two"),
    3: Message("three"),
    4: Message("four"),
    5: Message("five"),
    6: Message("six"),
    7: Message("seven"),
    8: Message("eight"),
    9: Message("nine"),
    10: Message("ten"),
}


# ---- plan and deed


def _on_time(done: Sequence[Done]) -> Iterator[Message]:
    due, on_time = sum(each.due for each in done), sum(each.on_time for each in done)
    interval = insight.wilson(on_time, due)
    if interval is None:
        return
    yield Message(
        "On time: {on_time} of {due}, which is {share} % (between {low} and {high} %).",
        on_time=Number(on_time),
        due=Number(due),
        share=percent(on_time / due),
        low=percent(interval.low),
        high=percent(interval.high),
    )


# ---- what the work brought


def _worth(columns: Columns) -> Iterator[Message]:
    """Engagements for an hour of the work on posts whose figures are known."""
    import numpy as np

    known = ~np.isnan(columns.engagements)
    counts, hours = columns.engagements[known], columns.minutes[known] / 60
    if not hours.sum():
        return
    ratio, interval = float(counts.sum() / hours.sum()), insight.ratio_interval(counts, hours)
    told: dict[str, Any] = {
        "n": _count(ratio),
        "estimated": percent(float(columns.estimated[known].sum() / columns.minutes[known].sum())),
    }
    if interval is None:
        yield Message("An hour of work brought {n} engagements; {estimated} percent of the minutes are estimated.", **told)
        return
    yield Message(
        "An hour of work brought {n} engagements (between {low} and {high}); {estimated} percent of the minutes are estimated.",
        low=_count(interval.low),
        high=_count(interval.high),
        **told,
    )


# ---- numbers


def _count(value: float) -> Number:
    return Number(value, 1 if value < _EXACT_BELOW else 0)


def percent(share: float) -> Number:
    """A share of 1 as a percentage, without the sign; a small one with a place."""
    found = share * 100
    return Number(found, 1 if 0 < found < _EXACT_BELOW else 0)
