"""What to do this week, in at most seven lines, within the minutes that there are.

The least important goes first where there is not time for everything, and is named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from evenly.planning import mixing, recognising, runway, verdicts
from evenly.planning.capacity import weekly
from evenly.plugin import Message
from evenly.reporting.advising import open_offers
from evenly.settings import TaskMinutes
from evenly.store import conversations, queue, recognitions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk
    from evenly.reporting.values import Proposal

Kind = Literal["settle", "approve", "write", "curate", "answer", "advice", "visit"]

_NEED_SOMEBODY = ("failed", "uncertain", "missed")
_NAMED = 5  #: so many are named in a line at most
_VISITS = 3  #: pages a week
_LOOKED_BACK = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A line of the week."""

    kind: Kind
    message: Message
    minutes: int
    count: int
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The tasks, the most important first. `left_out`: kinds, and how many of each there is no time for."""

    name: str  #: as ISO 8601 has it: 2026-W48
    begin: date  #: its Monday
    tasks: tuple[Task, ...]
    left_out: tuple[tuple[Kind, int], ...]
    available: int | None  #: minutes; None: evenly.toml says nothing of it

    @property
    def minutes(self) -> int:
        return sum(task.minutes for task in self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """Something to be done several times; as often as there is time."""

    kind: Kind
    items: Sequence[str]
    each: int  #: minutes
    told: Callable[[Sequence[str]], Message]
    links: Sequence[str] = ()

    def task(self, count: int) -> Task:
        return Task(
            kind=self.kind,
            message=self.told(self.items[:count]),
            minutes=count * self.each,
            count=count,
            links=tuple(each for each in self.links[:count] if each),
        )


def week(desk: Desk, *, now: datetime, advice: Sequence[Proposal]) -> Week:
    """This week's tasks, by the brand's calendar. `advice` is what is on offer."""
    today = now.astimezone(ZoneInfo(desk.settings.brand.timezone)).date()
    capacity = desk.settings.capacity
    available = None if capacity is None else capacity.minutes_per_week
    tasks, left_out = _fitted([job for job in _jobs(desk, now, advice) if job.items], available)
    year, number, weekday = today.isocalendar()
    return Week(
        name=f"{year}-W{number:02}",
        begin=today - timedelta(days=weekday - 1),
        tasks=tasks,
        left_out=left_out,
        available=available,
    )


def _fitted(jobs: Sequence[_Job], available: int | None) -> tuple[tuple[Task, ...], tuple[tuple[Kind, int], ...]]:
    """As much of each as there is time for, in the order of importance."""
    tasks: list[Task] = []
    left_out: list[tuple[Kind, int]] = []
    left = math.inf if available is None else available
    for job in jobs:
        count = len(job.items) if not job.each or left == math.inf else min(len(job.items), int(left // job.each))
        if count:
            tasks.append(job.task(count))
            left -= count * job.each
        if count < len(job.items):
            left_out.append((job.kind, len(job.items) - count))
    return tuple(tasks), tuple(left_out)


def _jobs(desk: Desk, now: datetime, advice: Sequence[Proposal]) -> Iterator[_Job]:
    """The most important first."""
    minutes = TaskMinutes() if desk.settings.capacity is None else desk.settings.capacity.minutes
    with desk.store.read() as connection:
        waiting = queue.deliveries(connection, states=_NEED_SOMEBODY)
        drafts = queue.deliveries(connection, states=("draft",))
        spoken = conversations.commented(connection, now, list(desk.settings.accounts))
        pages = _pages(desk, connection, now)
    yield _settling(waiting, minutes)
    yield _approving(drafts, minutes)
    yield from _writing(desk, drafts, now, minutes)
    yield _answering(spoken, minutes)
    yield _deciding(open_offers(advice), minutes)
    yield _visiting(pages, minutes)


# ---- one line each


def _settling(rows: Sequence[Any], minutes: TaskMinutes) -> _Job:
    def told(items: Sequence[str]) -> Message:
        return Message("Settle what waits for you ({n}): {ids}. `evenly show ID` says what to do.", n=len(items), ids=_named(items))

    return _Job(kind="settle", items=[str(row.id) for row in rows], each=minutes.reply, told=told)


def _approving(rows: Sequence[Any], minutes: TaskMinutes) -> _Job:
    def told(items: Sequence[str]) -> Message:
        return Message("Approve drafts, or drop them ({n}): {ids}.", n=len(items), ids=_named(items))

    posts = dict.fromkeys(f"p{row.post_id}" for row in rows)
    return _Job(kind="approve", items=list(posts), each=minutes.curate, told=told)


def _writing(desk: Desk, drafts: Sequence[Any], now: datetime, minutes: TaskMinutes) -> Iterator[_Job]:
    """As many posts as are missing until the end of the mix's window; of others as the mix wants."""
    missing = _missing(desk, drafts, now)
    targets = desk.settings.mix.targets([account.network for account in desk.settings.accounts.values()])
    shares = {name: targets[name].share if name in targets else None for name in ("third_party", "photo")}
    curated = round(missing * (shares["third_party"] or 0))
    advice = dict(mixing.with_advice(mixing.look(desk, now=now))).get(None) if missing else None

    def of_ones_own(items: Sequence[str]) -> Message:
        return _with(Message("Write posts of your own: {n}.", n=len(items)), advice)

    def of_others(items: Sequence[str]) -> Message:
        return Message("Find posts of others to pass on: {n}. `evenly inbox` has what your feeds offer.", n=len(items))

    each = math.ceil(minutes.write + minutes.photo * (shares["photo"] or 0))
    yield _Job(kind="write", items=[""] * (missing - curated), each=each, told=of_ones_own)
    yield _Job(kind="curate", items=[""] * curated, each=minutes.curate, told=of_others)


def _with(sentence: Message, advice: Message | None) -> Message:
    return sentence if advice is None else Message("{sentence} The mix lacks: {advice}", sentence=sentence, advice=advice)


def _missing(desk: Desk, drafts: Sequence[Any], now: datetime) -> int:
    """Posts until the account that lacks most has enough; what is drafted counts as if it were planned."""
    weeks = desk.settings.mix.window.ahead / timedelta(weeks=1)
    planned = {each.account: each.posts for each in runway.runways(desk, now) if each.kind is None}
    waiting = [row.account for row in drafts]
    short = [
        math.ceil(float(weekly(account)) * weeks) - planned.get(name, 0) - waiting.count(name)
        for name, account in desk.settings.accounts.items()
    ]
    return max([0, *short])


def _answering(found: Sequence[conversations.Commented], minutes: TaskMinutes) -> _Job:
    def told(items: Sequence[str]) -> Message:
        return Message("Answer the comments on these posts ({n}): {posts}.", n=len(items), posts=_named(items))

    items = [f"p{each.post_id} (+{each.new})" for each in found]
    return _Job(kind="answer", items=items, each=minutes.reply, told=told, links=[each.url or "" for each in found])


def _deciding(offers: Sequence[Proposal], minutes: TaskMinutes) -> _Job:
    def told(items: Sequence[str]) -> Message:
        return Message("Decide on advice {number}: {reason} `evenly advice`", number=items[0], reason=offers[0].reason)

    return _Job(kind="advice", items=[str(each.number) for each in offers[:1]], each=minutes.reply, told=told)


def _visiting(pages: Sequence[tuple[str, str]], minutes: TaskMinutes) -> _Job:
    def told(items: Sequence[str]) -> Message:
        return Message("Visit these pages, and leave a word ({n}): {pages}.", n=len(items), pages=", ".join(items))

    return _Job(kind="visit", items=[name for name, _ in pages], each=minutes.reply, told=told, links=[url for _, url in pages])


def _named(items: Sequence[str]) -> str:
    return ", ".join(items[:_NAMED]) + (", …" if len(items) > _NAMED else "")


# ---- pages of others


def _pages(desk: Desk, connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """Some of those whom the brand mentions or has quoted lately, others every week."""
    known = {url: name for name, url in (*_of_contacts(desk), *_of_links(connection, now))}
    pages = sorted((name, url) for url, name in known.items())
    turn = now.astimezone(ZoneInfo(desk.settings.brand.timezone)).isocalendar().week * _VISITS
    return [pages[(turn + place) % len(pages)] for place in range(min(_VISITS, len(pages)))]


def _of_contacts(desk: Desk) -> Iterator[tuple[str, str]]:
    for name, handles in desk.settings.contacts.items():
        addresses = (recognising.profile(network, handle) for network, handle in handles.items())
        if address := next((each for each in addresses if each is not None), None):
            yield name, address


def _of_links(connection: Connection, now: datetime) -> Iterator[tuple[str, str]]:
    """The sites of what was passed on."""
    for row in recognitions.published(connection, now - _LOOKED_BACK):
        verdict = verdicts.of(row) if row.content["link"] else None
        if verdict is not None and verdict.origin == "third-party":
            site = urlsplit(row.content["link"])
            if site.hostname:
                yield site.hostname.removeprefix("www."), f"{site.scheme}://{site.netloc}/"
