"""From the rows of a workspace to its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.insight import Observed
from evenly.planning import mixing, spreading
from evenly.reporting import accounts, boosting, counting, ideas, observing, sentences, series, weeks
from evenly.reporting.done import Deed, Span, done, dues, latest
from evenly.reporting.minutes import Aside, in_minutes
from evenly.reporting.money import Money
from evenly.reporting.rows import rows
from evenly.reporting.values import Report
from evenly.store import outcomes, queue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly import mix
    from evenly.insight import Cell, Post
    from evenly.planning.desk import Desk
    from evenly.reporting.accounts import Standing
    from evenly.reporting.done import Due
    from evenly.reporting.values import PastWeek, Rated, Row, Series
    from evenly.store.efforts import Entry

FIGURES = ("views", "reach", "likes", "comments", "shares", "saves", "clicks")
"""What a network may tell of any post. Views of videos are told of videos alone."""
_WEEK = timedelta(days=7)
_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)  #: any


@observing.uncollected()
def report(
    desk: Desk,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    age: str | None = None,
    account: str | None = None,
    campaign: str | None = None,
    offer: str | None = None,
) -> Report:
    """What went out in [since, until) and what it brought, of all accounts, campaigns and offers or of one alone.

    Posts are compared at the mark `age` (None: the oldest one that half of them have been read at). Advice is made elsewhere.
    Nothing is asked of any network, and nothing is written.
    """
    span, whose = Span(since, until, now), _Whose(account, campaign, offer)
    with desk.store.read() as connection:
        mark = age or observing.best_age(desk, connection, since=since, until=until)
        found = _read(desk, connection, span, whose, mark)
    return _made(desk, found, span, whose, mark)


@dataclass(frozen=True, slots=True)
class _Whose:
    """Of which account, campaign and offer alone the report is; None: of all."""

    account: str | None
    campaign: str | None
    offer: str | None

    @property
    def is_everybody(self) -> bool:
        return (self.account, self.campaign, self.offer) == (None, None, None)

    def holds(self, post: Post) -> bool:
        return self.may_compare(post) and self.campaign in {None, post.campaign}

    def may_compare(self, post: Post) -> bool:
        """Whether it may stand beside the campaign's posts: one of the same account and offer."""
        return self.account in {None, post.account} and self.offer in {None, post.offer}

    def logged(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Of the efforts on no post those that can be its: none of them is for an offer."""
        return entries if self.offer is None else ()

    def names(self, desk: Desk) -> list[str]:
        return [name for name in desk.settings.accounts if self.account in {None, name}]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the store has told."""

    known: Sequence[Post]  #: as far back as some campaign needs
    every: Sequence[Post]  #: of the period
    posts: Sequence[Post]  #: of these, those that the report is of
    logged: Sequence[Entry]  #: efforts on no post, as far back
    standings: Mapping[str, Standing]
    deeds: Mapping[str, Deed]  #: of each account
    unmet: Sequence[Any]  #: rows of `store.outcomes.unmet`
    counted: Sequence[tuple[datetime, mix.Counted]]  #: what counts for the mix, and when it went out
    series: tuple[Series, ...]
    rated: tuple[Rated, ...]  #: of a campaign alone


def _read(desk: Desk, connection: Connection, span: Span, whose: _Whose, mark: str) -> _Read:
    since, until = span.since, span.until
    back = ideas.looks_back_to(desk, since, until, whose.campaign)
    known = observing.posts(desk, connection, since=back, until=until, age=mark)
    every = known if back == since else [post for post in known if post.at >= since]
    posts = every if whose.is_everybody else [post for post in every if whose.holds(post)]
    unmet = outcomes.unmet(connection, whose.names(desk), since, until, end=span.end)
    return _Read(
        known=known,
        every=every,
        posts=posts,
        logged=whose.logged(observing.efforts(connection, since=back, until=until)),
        standings=accounts.standings(connection, since=since, until=until, zone=ZoneInfo(desk.settings.brand.timezone)),
        deeds=_deeds(connection, whose.names(desk), posts),
        unmet=[row for row in unmet if whose.holds(row)],
        counted=[*counting.here(posts), *_elsewhere(desk, connection, span, whose)],
        series=series.told(connection, posts, whose.names(desk), since=since, until=until, zone=ZoneInfo(desk.settings.brand.timezone)),
        rated=_rated(connection, every, posts, whose),
    )


def _made(desk: Desk, read: _Read, span: Span, whose: _Whose, mark: str) -> Report:
    period = {"since": span.since, "until": span.until}
    zone, networks = ZoneInfo(desk.settings.brand.timezone), {name: desk.network_of(name) for name in desk.settings.accounts}
    lately = [entry for entry in read.logged if entry.at >= span.since]
    published = Counter(post.account for post in read.every)
    aside = Aside(entries=lately, networks=networks, published=published, account=whose.account, campaign=whose.campaign)
    seen = Observed(read.posts)
    found = rows(seen, aside.besides(), read.standings, networks, _money(desk, aside))
    due = dues(read.posts, read.unmet, span)
    deeds = done(desk, read.deeds, due, span)
    rules = mixing.judged(desk, [what for _at, what in read.counted], whose.account)
    theirs = read.known if whose.is_everybody else [post for post in read.known if whose.may_compare(post)]
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
        currency=None if desk.settings.capacity is None else desk.settings.capacity.currency,
        hourly_rate=None if desk.settings.capacity is None else desk.settings.capacity.hourly_rate,
        paid=_hundredths(found, "paid"),
        cost=_hundredths(found, "cost"),
        rows=found,
        ideas=ideas.ideas(desk, beside, read.logged, campaign=whose.campaign, **period),
        rules=rules,
        times=insight.best_times(seen, allowed=_allowed(desk, whose.names(desk), span.now.year)),
        advice=(),
        missing=_missing(read.posts),
        series=read.series,
        weeks=_weeks(desk, read, span, due, aside, whose),
        fit=weeks.fit(_targets(rules, whose)),
        offer=whose.offer,
        rated=read.rated,
    )


def _rated(connection: Connection, every: Sequence[Post], posts: Iterable[Post], whose: _Whose) -> tuple[Rated, ...]:
    """The posts of the campaign that the report is of, beside every other of their accounts."""
    if whose.campaign is None:
        return ()
    mine = {post.key for post in posts}
    rows = {str(row.id): row for row in queue.deliveries(connection, campaign=whose.campaign, states=("published",))}
    return boosting.rated(every, {key: row for key, row in rows.items() if key in mine})


def _capacity(desk: Desk, span: Span) -> float | None:
    """The minutes that the people behind the brand had."""
    capacity = desk.settings.capacity
    return None if capacity is None else capacity.minutes_per_week * ((span.until - span.since) / _WEEK)


def _money(desk: Desk, aside: Aside) -> Money:
    """What an hour costs, and what was paid for no post in particular."""
    capacity = desk.settings.capacity
    return Money(hourly_rate=None if capacity is None else capacity.hourly_rate, besides=aside.besides(of="cents"))


def _elsewhere(desk: Desk, connection: Connection, span: Span, whose: _Whose) -> Iterable[tuple[datetime, mix.Counted]]:
    """Nobody knows of what campaign or offer it is."""
    if whose.campaign is not None or whose.offer is not None:
        return ()
    return counting.elsewhere(desk, connection, span.since, span.until, whose.account)


def _deeds(connection: Connection, names: Iterable[str], posts: Iterable[Post]) -> dict[str, Deed]:
    """Of each account what went out; `posts` have those of an account together."""
    theirs = {name: list(found) for name, found in groupby(posts, key=attrgetter("account"))}
    began = outcomes.began(connection)
    return {name: _deed(connection, theirs.get(name, []), began.get(name)) for name in names}


def _deed(connection: Connection, posts: Sequence[Post], began: datetime | None) -> Deed:
    planned = outcomes.planned(connection, [int(post.key) for post in latest(posts)])
    return Deed(posts=posts, planned={str(row.id): row for row in planned}, began=began)


def _weeks(desk: Desk, read: _Read, span: Span, due: Sequence[Due], aside: Aside, whose: _Whose) -> tuple[PastWeek, ...]:
    """The latest weeks of the period; the mix of each is that of the brand, or of the account that the report is of."""
    seen = weeks.Seen(
        span=span,
        posts={name: deed.posts for name, deed in read.deeds.items()},
        due=due,
        counted=read.counted,
        spent=aside.seconds,
        shapes={name: spreading.shape(desk, name, span.since.year) for name in read.deeds},
        began={name: deed.began for name, deed in read.deeds.items() if deed.began is not None},
        judge=lambda what: _targets(mixing.judged(desk, what, whose.account), whose),
    )
    return weeks.past_weeks(seen, weeks.stretches(span, ZoneInfo(desk.settings.brand.timezone)))


def _targets(findings: Iterable[mix.Finding], whose: _Whose) -> list[mix.Finding]:
    """Those of the brand, or of the account that the report is of."""
    return [each for each in findings if each.account == whose.account and (each.min, each.max) != (None, None)]


def _minutes(found: Sequence[Row], name: str) -> float:
    """Over the networks: what is on no network is on no post."""
    return in_minutes(sum(round(getattr(row, name) * 60) for row in found if row.by == "network"))


def _hundredths(found: Sequence[Row], name: str) -> float | None:
    """The money of the networks together; None where it is known of none."""
    known = [each for row in found if row.by == "network" and (each := getattr(row.kpis, name)) is not None]
    return sum(round(each * 100) for each in known) / 100 if known else None


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
