"""From the rows of a workspace to its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.insight import Observed
from evenly.planning import mixing, spreading
from evenly.reporting import ideas, observing, sentences
from evenly.reporting.done import Span, done
from evenly.reporting.minutes import besides, in_minutes
from evenly.reporting.rows import rows
from evenly.reporting.values import Proposal, Report
from evenly.store import outcomes

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly import mix
    from evenly.insight import Cell, Post
    from evenly.planning.desk import Desk
    from evenly.reporting.values import Row
    from evenly.store.efforts import Entry

FIGURES = ("views", "reach", "likes", "comments", "shares", "saves", "clicks")
"""What a network may tell of any post. Views of videos are told of videos alone."""
_WEEK = timedelta(days=7)
_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)  #: any


def report(
    desk: Desk,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    age: str | None = None,
    account: str | None = None,
    campaign: str | None = None,
    advise: Callable[[Report], tuple[Proposal, ...]] | None = None,
) -> Report:
    """What went out in [since, until) and what it brought, of all accounts and campaigns or of one alone.

    Posts are compared at the mark `age` (None: the oldest one that half of them have been read at). `advise` makes the advice of the
    finished rest. Nothing is asked of any network, and nothing is written.
    """
    span, whose = Span(since, until, now), _Whose(account, campaign)
    with desk.store.read() as connection:
        mark = age or observing.best_age(desk, connection, since=since, until=until)
        found = _read(desk, connection, span, whose, mark)
    made = _made(desk, found, span, whose, mark)
    return made if advise is None else replace(made, advice=advise(made))


@dataclass(frozen=True, slots=True)
class _Whose:
    """Of which account and campaign alone the report is; None: of all."""

    account: str | None
    campaign: str | None

    def holds(self, post: Post) -> bool:
        return self.account in {None, post.account} and self.campaign in {None, post.campaign}

    def names(self, desk: Desk) -> list[str]:
        return [name for name in desk.settings.accounts if self.account in {None, name}]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the store has told."""

    known: Sequence[Post]  #: as far back as some campaign needs
    every: Sequence[Post]  #: of the period
    posts: Sequence[Post]  #: of these, those that the report is of
    logged: Sequence[Entry]  #: efforts on no post, as far back
    followers: Mapping[str, tuple[float, float]]
    went: Mapping[str, Sequence[Any]]  #: rows of `store.outcomes.between`
    began: Mapping[str, datetime]
    rules: tuple[mix.Finding, ...]


def _read(desk: Desk, connection: Connection, span: Span, whose: _Whose, mark: str) -> _Read:
    since, until = span.since, span.until
    back = ideas.looks_back_to(desk, since, until, whose.campaign)
    known = observing.posts(desk, connection, since=back, until=until, age=mark)
    every = [post for post in known if post.at >= since]
    posts = [post for post in every if whose.holds(post)]
    went = {name: list(outcomes.between(connection, name, since, until, campaign=whose.campaign)) for name in whose.names(desk)}
    counted = list(_counted(desk, connection, chain.from_iterable(went.values()), posts, span, whose))
    return _Read(
        known=known,
        every=every,
        posts=posts,
        logged=observing.efforts(connection, since=back, until=until),
        followers=_followers(connection, since, until),
        went=went,
        began=outcomes.began(connection),
        rules=mixing.judged(desk, counted, whose.account),
    )


def _made(desk: Desk, read: _Read, span: Span, whose: _Whose, mark: str) -> Report:
    period = {"since": span.since, "until": span.until}
    zone, networks = ZoneInfo(desk.settings.brand.timezone), {name: desk.network_of(name) for name in desk.settings.accounts}
    lately = [entry for entry in read.logged if entry.at >= span.since]
    aside = besides(lately, read.every, networks, account=whose.account, campaign=whose.campaign)
    seen = Observed(read.posts)
    found = rows(seen, aside, read.followers, networks)
    deeds = done(desk, read.went, span, began=read.began)
    theirs = [post for post in read.known if whose.account in {None, post.account}]
    beside = seen if len(theirs) == len(read.posts) else Observed(theirs)
    return Report(
        brand=desk.settings.name,
        timezone=desk.settings.brand.timezone,
        made_at=span.now,
        since=span.since.astimezone(zone),
        until=span.until.astimezone(zone),
        age=mark,
        short=sentences.short(desk, seen.columns, found, deeds, **period),
        done=deeds,
        minutes=_minutes(found, "minutes"),
        estimated=_minutes(found, "estimated"),
        capacity=_capacity(desk, span),
        rows=found,
        ideas=ideas.ideas(desk, beside, read.logged, campaign=whose.campaign, **period),
        rules=read.rules,
        times=insight.best_times(seen, allowed=_allowed(desk, whose.names(desk), span.now.year)),
        advice=(),
        missing=_missing(read.posts),
    )


def _capacity(desk: Desk, span: Span) -> float | None:
    """The minutes that the people behind the brand had."""
    capacity = desk.settings.capacity
    return None if capacity is None else capacity.minutes_per_week * ((span.until - span.since) / _WEEK)


def _followers(connection: Connection, since: datetime, until: datetime) -> dict[str, tuple[float, float]]:
    """Of each account the first and the last count of the period."""
    found = observing.followers(connection, since=since, until=until)
    within = {name: [count for at, count in counted if since <= at < until] for name, counted in found.items()}
    return {name: (counts[0], counts[-1]) for name, counts in within.items() if counts}


def _counted(
    desk: Desk, connection: Connection, went: Iterable[Any], posts: Iterable[Post], span: Span, whose: _Whose
) -> Iterator[mix.Counted]:
    """What counts for the mix: published in the period and not taken down, here or elsewhere."""
    from evenly.mix import Counted

    on_topic = {str(row.id): row.on_topic for row in went if row.taken_down_at is None}
    for post in posts:
        if post.key in on_topic:
            labels: dict[str, Any] = {"origin": post.origin, "topic": post.topic, "actions": post.actions}
            yield Counted(key=post.key, account=post.account, network=post.network, on_topic=on_topic[post.key], **labels)
    if whose.campaign is None:
        for each in mixing.published_elsewhere(desk, connection, span.since, whose.account):
            if each.at < span.until:
                yield each.what


def _minutes(found: Sequence[Row], name: str) -> float:
    """Over the networks: what is on no network is on no post."""
    return in_minutes(sum(round(getattr(row, name) * 60) for row in found if row.by == "network"))


def _allowed(desk: Desk, names: Iterable[str], year: int) -> frozenset[Cell]:
    """The cells of the week in which some window is open."""
    return frozenset(cell for name in names for cell in _open_cells(spreading.shape(desk, name, year).windows))


def _open_cells(windows: Sequence[Sequence[tuple[time, time]]]) -> Iterator[Cell]:
    for day, hours in enumerate(windows):
        for start, end in hours:
            moment = _MONDAY + timedelta(days=day, hours=start.hour, minutes=start.minute)
            length = timedelta(hours=end.hour - start.hour, minutes=end.minute - start.minute)
            close = moment + (length if length > timedelta(0) else length + timedelta(days=1))
            while moment < close:
                yield insight.cell_of(moment)
                moment = moment.replace(minute=0) + timedelta(hours=1)


def _missing(posts: Sequence[Post]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What no post of an account has, where some figures of it are known."""
    given: dict[str, set[str]] = {}
    for post in posts:
        if post.figures:
            given.setdefault(post.account, set()).update(post.figures)
    absent = {name: tuple(each for each in FIGURES if each not in figures) for name, figures in given.items()}
    return tuple((name, figures) for name, figures in absent.items() if figures)
