"""Advice: at most three changes of evenly.toml a week, offered, taken or declined, and what came of those that were taken.

What is offered in a week stays, with its number. What was declined is not offered again for eight weeks, nor what was taken before its
effect is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.insight import advising
from evenly.insight.advising import Advice, Hours, Supply, Wish
from evenly.planning import Desk, runway
from evenly.planning.capacity import weekly
from evenly.plugin import Message
from evenly.reporting import advice_words, observing
from evenly.reporting.values import Proposal
from evenly.settings import editing
from evenly.store import advices, observations, supplies
from evenly.store.advices import Offer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.insight import Interval, Post, Verdict
    from evenly.settings import Account
    from evenly.settings.editing import Edit
    from evenly.settings.loading import NetworkModels

LOOKED_AT = timedelta(weeks=26)
"""Posts of so long tell what works …"""
LATELY = timedelta(weeks=8)
"""… and those of so long how things stand."""
MANY = 5_000
"""Where there are more posts, a shorter time tells as much."""
_SHORTEST = timedelta(weeks=2)
DECLINED_FOR = timedelta(weeks=8)
JUDGED_FOR = timedelta(weeks=26)
"""So long is told what came of an advice."""
_SUPPLY = timedelta(weeks=4)
_WEEK = timedelta(weeks=1)


class AdviceRefused(Exception):
    """An advice that cannot be taken or declined; `message` says why, and nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking an advice changed."""

    edit: Edit
    desk: Desk  #: with the settings as they are now
    kind: str
    moved: int  #: planned deliveries that have another time now


def week_of(desk: Desk, now: datetime) -> str:
    """The week of the brand's calendar, as ISO 8601 names it: 2026-W48."""
    year, week, _ = now.astimezone(ZoneInfo(desk.settings.brand.timezone)).isocalendar()
    return f"{year}-W{week:02}"


def proposals(desk: Desk, *, now: datetime) -> tuple[Proposal, ...]:
    """This week's advices by number, whatever became of them, and those taken earlier with what came of it (their number is 0).

    What is new is written down as offered. An advice that the settings have gone past is none any more.
    """
    _offer(desk, now)
    return stored(desk, now=now)


def stored(desk: Desk, *, now: datetime) -> tuple[Proposal, ...]:
    """The same of what is written down already: nothing is looked for, nothing is written."""
    week = week_of(desk, now)
    with desk.store.read() as connection:
        current = [each for each in advices.of_week(connection, week) if each.state != "overtaken"]
        earlier = [each for each in advices.decided(connection, now - JUDGED_FOR) if each.state == "taken" and each.week != week]
        history = _History.read(desk, connection, [each for each in (*earlier, *current) if each.state == "taken"], now)
    told = [_proposal(desk, each, history, each.number) for each in current]
    return (*told, *(_proposal(desk, each, history, 0) for each in earlier))


def take(desk: Desk, number: int, networks: NetworkModels, *, now: datetime) -> Taken:
    """Change evenly.toml as this week's advice says, and plan anew what may move; what is fixed by a promise keeps its time.

    Raises AdviceRefused, EditRefused, SettingsRefused; then nothing was changed.
    """
    offer = _open(desk, number, now)
    made = editing.edit(desk.settings.folder, [_change(each) for each in offer.steps], networks)
    with desk.store.write() as connection:
        if not advices.decide(connection, offer, "taken", now=now):
            raise AdviceRefused(_decided(number, "taken"))
        editing.write(made)
    changed = replace(desk, settings=made.settings)
    return Taken(edit=made, desk=changed, kind=offer.kind, moved=_planned_anew(changed, now))


def decline(desk: Desk, number: int, *, because: str | None = None, now: datetime) -> Offer:
    """Do without this week's advice of that number; it does not come back for eight weeks. Raises AdviceRefused."""
    offer = _open(desk, number, now)
    with desk.store.write() as connection:
        if not advices.decide(connection, offer, "declined", now=now, because=because):
            raise AdviceRefused(_decided(number, "declined"))
    return offer


def _open(desk: Desk, number: int, now: datetime) -> Offer:
    with desk.store.read() as connection:
        known = {each.number: each for each in advices.of_week(connection, week_of(desk, now))}
    open_numbers = ", ".join(str(each.number) for each in known.values() if each.state == "offered") or "-"
    if number not in known:
        raise AdviceRefused(Message("There is no advice {number} this week; open are: {numbers}.", number=number, numbers=open_numbers))
    if known[number].state != "offered":
        raise AdviceRefused(_decided(number, known[number].state))
    return known[number]


def _decided(number: int, state: str) -> Message:
    if state == "taken":
        return Message("Advice {number} is taken already.", number=number)
    if state == "declined":
        return Message("Advice {number} was declined: `evenly advice` shows what is open.", number=number)
    return Message("Advice {number} is none any more: the settings have changed since.", number=number)


def _planned_anew(desk: Desk, now: datetime) -> int:
    from evenly.planning import calendar

    return calendar.spread_all(desk, now=now)


def _change(step: Mapping[str, Any]) -> editing.Change:
    return editing.Change(tuple(step["path"]), step["before"], step["after"])


# ---- offers


def _offer(desk: Desk, now: datetime) -> None:
    """Write down what is new this week, up to three, and let go of what the settings have gone past."""
    week = week_of(desk, now)
    with desk.store.read() as connection:
        present = advices.of_week(connection, week)
        barred = _barred(desk, connection, now) | {each.key for each in present}
        found = _found(desk, connection, now)
    over = [each for each in present if each.state == "offered" and not _still_stands(desk, each)]
    room = advising.MOST - sum(each.state != "overtaken" for each in present) + len(over)
    fresh = list(advising.chosen(each for each in found if each.key not in barred))[: max(0, room)]
    if not fresh and not over:
        return
    with desk.store.write() as connection:
        for offer in over:
            advices.decide(connection, offer, "overtaken", now=now)
        for advice in fresh:
            advices.add(connection, _as_offer(desk, advice, week, advices.next_number(connection, week), now))


def _barred(desk: Desk, connection: Connection, now: datetime) -> set[str]:
    """What is not to be offered: declined lately, or taken and not judged yet."""
    decided = advices.decided(connection, now - JUDGED_FOR)
    history = _History.read(desk, connection, [each for each in decided if each.state == "taken"], now)
    declined = {each.key for each in decided if each.state == "declined" and _since(each) > now - DECLINED_FOR}
    return declined | {each.key for each in decided if each.state == "taken" and history.outcome(each).verdict == "too early"}


def _as_offer(desk: Desk, advice: Advice, week: str, number: int, now: datetime) -> Offer:
    interval = advice.interval
    return Offer(
        week=week,
        number=number,
        key=advice.key,
        kind=advice.kind,
        account=advice.about if advice.kind in {"times", "cadence"} else None,
        reason=advice_words.reason(desk, advice),
        change=advice_words.change(desk, advice),
        gain=advice.gain,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        steps=[{"path": list(each.path), "before": each.before, "after": each.after} for each in advice.steps],
        weights=[round(weight, 6) for weight in advice.weights] or None,
        offered_at=now,
    )


def _still_stands(desk: Desk, offer: Offer) -> bool:
    """Whether what it would change is still as it was."""
    from evenly.settings.source import read
    from evenly.settings.workspace import FILE

    document = read(desk.settings.folder / FILE).document
    return all(editing.value_at(document, step["path"]) == step["before"] for step in offer.steps)


# ---- what there is to advise


def _found(desk: Desk, connection: Connection, now: datetime) -> list[Advice]:
    names = list(desk.settings.accounts)
    back = _back(connection, names, now)
    age = observing.best_age(desk, connection, since=back, until=now)
    posts = observing.posts(desk, connection, since=back, until=now, age=age)
    recent = [post for post in posts if post.at >= now - LATELY]
    mix = desk.settings.mix
    topics = {name: float(share) for name, share in mix.topics.items()}
    # All that the report compares is found together there; what is no difference for the report is none here either.
    known = [each for each in insight.effects(posts) if each.by in {"action", "topic"} and _is_ours(desk, each)]
    found = advising.shares(known, recent, _wishes(desk), topics)
    found += [each for name in names if (each := advising.times(posts, _hours(desk, name))) is not None and _is_new(desk, each)]
    return found + list(_cadences(desk, connection, now))


def _back(connection: Connection, names: Sequence[str], now: datetime) -> datetime:
    """From when on posts are looked at: half a year, or as long as it takes to have very many."""
    span = LOOKED_AT
    while span > _SHORTEST and observations.count(connection, names, since=now - span, until=now) > MANY:
        span /= 2
    return now - span


def _is_ours(desk: Desk, effect: insight.Effect) -> bool:
    return effect.by != "topic" or effect.key in desk.settings.topics or effect.key in desk.settings.mix.topics


def _is_new(desk: Desk, advice: Advice) -> bool:
    """Times that were learnt and are followed already are no news."""
    return desk.settings.accounts[advice.about].audience is None or advice.about not in desk.learnt


def _wishes(desk: Desk) -> dict[str, Wish]:
    mix = desk.settings.mix
    targets = mix.targets([account.network for account in desk.settings.accounts.values()])
    wishes = {}
    for name in ("question", "invitation", "photo", "behind_the_scenes", "mention", "promotion"):
        target, own = targets.get(name), getattr(mix, name)
        wishes[name] = Wish(
            least=_number(target and target.min),
            most=_number(target and target.max),
            own_least=_number(own and own.min),
            own_most=_number(own and own.max),
            own_aim=_number(own and own.share),
        )
    return wishes


def _number(share: Any) -> float | None:
    return None if share is None else float(share)


def _hours(desk: Desk, name: str) -> Hours:
    account = desk.settings.accounts[name]
    return Hours(account=name, audience=account.audience, minutes=tuple(_open_minutes(account)))


def _open_minutes(account: Account) -> list[float]:
    """Of each hour of the week; one past midnight belongs to the day on which it is."""
    minutes = [0.0] * 168
    for day, stretches in account.hours.items():
        for hours in stretches:
            begin, end = (each.hour * 60 + each.minute for each in hours)
            for minute in range(begin, end if end > begin else end + 1440):
                minutes[(day * 24 + minute // 60) % 168] += bool(account.weights.get(day))
    return minutes


def _cadences(desk: Desk, connection: Connection, now: datetime) -> Iterator[Advice]:
    """For the accounts that have been written for long enough to tell how much."""
    left = {each.account: each.days for each in runway.runways(desk, now) if each.kind is None}
    written = supplies.written(connection, since=now - _SUPPLY, until=now)
    begun = supplies.begun(connection)
    weeks = _SUPPLY / _WEEK
    for name, account in desk.settings.accounts.items():
        if name in left and name in begun and begun[name] <= now - _SUPPLY:
            cadence = f"{account.cadence.count}/{account.cadence.per}"
            supply = Supply(
                account=name, cadence=cadence, asked=float(weekly(account)), written=written.get(name, 0) / weeks, days=left[name]
            )
            advice = advising.cadence(supply)
            if advice is not None:
                yield replace(advice, steps=_as_written(desk, advice))


def _as_written(desk: Desk, advice: Advice) -> tuple[advising.Step, ...]:
    """The step from what stands in the file, which may be nothing, or written another way."""
    from evenly.settings.source import read
    from evenly.settings.workspace import FILE

    document = read(desk.settings.folder / FILE).document
    return tuple(replace(step, before=editing.value_at(document, step.path)) for step in advice.steps)


# ---- what came of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the posts since an advice was taken, against those of the eight weeks before."""

    ratio: float | None
    interval: Interval | None
    verdict: Verdict
    posts: int
    before: int


@dataclass(frozen=True, slots=True)
class _History:
    """The posts that tell what came of advices."""

    posts: Sequence[Post]

    @classmethod
    def read(cls, desk: Desk, connection: Connection, taken: Sequence[Offer], now: datetime) -> _History:
        if not taken:
            return cls(())
        since = min(map(_since, taken)) - LATELY
        age = observing.best_age(desk, connection, since=since, until=now)
        return cls(observing.posts(desk, connection, since=since, until=now, age=age))

    def outcome(self, offer: Offer) -> Outcome:
        taken = _since(offer)
        mine = [post for post in self.posts if offer.account in {None, post.account} and insight.engagements_of(post) is not None]
        since = [post for post in mine if post.at >= taken]
        before = [post for post in mine if taken - LATELY <= post.at < taken]
        ratio, interval, verdict = insight.judge(since, before, metric="engagements")
        return Outcome(ratio, interval, verdict, len(since), len(before))


def _since(offer: Offer) -> datetime:
    return offer.decided_at or offer.offered_at


def _proposal(desk: Desk, offer: Offer, history: _History, number: int) -> Proposal:
    is_taken = offer.state == "taken"
    return Proposal(
        number=number,
        key=offer.key,
        state=offer.state,
        reason=offer.reason,
        gain=offer.gain,
        interval=None if offer.low is None or offer.high is None else insight.Interval(offer.low, offer.high),
        change=offer.change,
        outcome=advice_words.outcome(desk, _since(offer), history.outcome(offer)) if is_taken else None,
    )


def open_offers(found: Iterable[Proposal]) -> list[Proposal]:
    """Those that wait for a decision."""
    return [each for each in found if each.state == "offered"]
