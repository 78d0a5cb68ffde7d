"""How long the queued content lasts at each account's cadence, and what runs dry first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly.planning import recognising, spreading, verdicts
from evenly.planning.capacity import weekly
from evenly.plugin import Message
from evenly.store import queue

if TYPE_CHECKING:
    from evenly.mix import Kinds
    from evenly.planning.desk import Desk


@dataclass(frozen=True, slots=True)
class Runway:
    """What one account has in its queue, of one kind of post or (None) of all."""

    account: str
    kind: str | None  #: owned, third-party, on (topic)
    posts: int  #: planned, of this kind at least in part
    days: int  #: whole days until the next one is missing, at the account's cadence and the wanted share of the kind


@dataclass(frozen=True, slots=True)
class Dry:
    """What an account will lack, and from when on."""

    account: str
    kind: str | None
    on: date  #: in the account's zone

    @property
    def message(self) -> Message:
        said = {"account": self.account, "date": self.on.isoformat()}
        if self.kind is None:
            return Message("{account} runs dry on {date}: nothing more is planned from then on.", **said)
        return Message("{account} runs dry of one kind on {date}, at the wanted shares: {kind}.", kind=named(self.kind), **said)


def runways(desk: Desk, now: datetime) -> list[Runway]:
    """For each account of evenly.toml first all posts, then each kind of which the mix wants a share: by origin, and on topic."""
    with desk.store.read() as connection:
        planned = {name: queue.deliveries(connection, name=name, states=("planned",), since=now) for name in desk.settings.accounts}
    return [runway for name, rows in planned.items() for runway in _of_account(desk, name, rows, now)]


def dry(desk: Desk, now: datetime) -> list[Dry]:
    """What runs out within the mix's window ahead, and each kind that does so before the account's other posts; soonest first.

    An account with nothing planned at all has not begun: it lacks nothing yet.
    """
    found = runways(desk, now)
    whole = {each.account: each for each in found if each.kind is None}
    soon = desk.settings.mix.window.ahead / timedelta(days=1)
    short = [each for each in found if whole[each.account].posts and _is_short(each, whole[each.account], soon)]
    return sorted((_dry(desk, each, now) for each in short), key=lambda each: (each.on, each.account, each.kind or ""))


def _is_short(runway: Runway, whole: Runway, soon: float) -> bool:
    """A kind of which there was nothing does not run out: that its share is missed, the mix says."""
    if runway.kind is None:
        return runway.days < soon
    return bool(runway.posts) and runway.days < whole.days


def named(kind: str) -> Message:
    """The kind in words."""
    return _KINDS.get(kind) or Message("{kind}", kind=kind)


_KINDS = {
    "owned": Message("your own posts"),
    "third-party": Message("third-party posts"),
    "on": Message("posts on topic"),
}


def _dry(desk: Desk, runway: Runway, now: datetime) -> Dry:
    today = now.astimezone(ZoneInfo(desk.settings.zone(runway.account))).date()
    return Dry(runway.account, runway.kind, today + timedelta(days=runway.days))


def _of_account(desk: Desk, name: str, rows: Sequence[Any], now: datetime) -> Iterable[Runway]:
    rate = weekly(desk.settings.accounts[name]) / 7
    if not rate:
        return
    yield Runway(name, None, len(rows), math.floor(len(rows) / rate))
    if not spreading.shape(desk, name, now.year).mix:
        return
    for kind, share in _wanted(recognising.kinds_of(desk, name)).items():
        weights = [_weight(row, kind) for row in rows]
        if share:
            yield Runway(name, kind, sum(map(bool, weights)), math.floor(sum(weights, Fraction(0)) / (rate * share)))


def _wanted(kinds: Kinds) -> dict[str, Fraction]:
    """The wanted share of each origin, and of posts on topic."""
    origins = {} if kinds.owned is None else {"owned": kinds.owned, "third-party": 1 - kinds.owned}
    return origins if kinds.on_topic is None else {**origins, "on": kinds.on_topic}


def _weight(row: Any, wanted: str) -> Fraction:
    """How much a delivery counts: one that is both ours and somebody else's half to each."""
    verdict = verdicts.of(row)
    if verdict is None:
        return Fraction(0)
    if wanted == "on":
        return Fraction(verdict.on_topic is True)
    return Fraction(1, 2) if verdict.origin == "mixed" else Fraction(verdict.origin == wanted)
