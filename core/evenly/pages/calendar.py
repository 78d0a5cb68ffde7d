"""The calendar: what is planned and what went out, how even it is, and what came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from evenly.messages import _, language, ngettext
from evenly.pages import evenness, rules
from evenly.pages.names import Names
from evenly.pages.words import Dates, Numbers, amounts, first_words, state_words

if TYPE_CHECKING:
    from evenly.mix import Finding
    from evenly.pages.tables import Table

Document = Mapping[str, Any]

_WEEK = timedelta(days=7)
_MARKS = "●■▲◆★✚"
_NEEDS_SOMEBODY = frozenset({"failed", "uncertain", "missed", "held"})
_OUT = "published"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What a calendar page shows."""

    brand: str
    zone: str  #: IANA; every time of the page is wall time there
    now: datetime
    accounts: Sequence[Document]  #: as `evenly plan --json` prints them; what went out may stand among the deliveries
    language: str | None = None  #: of the posts
    titles: Mapping[str, str] = field(default_factory=dict)  #: of networks
    topics: Mapping[str, str] = field(default_factory=dict)  #: their titles
    rules: Sequence[Finding] = ()  #: how the mix stands
    figures: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  #: by delivery, under the normalised names
    pictures: Mapping[str, str] = field(default_factory=dict)  #: thumbnails by delivery, as `data:` addresses
    note: str | None = None  #: a sentence that stands above everything
    links: bool = True  #: whether the posts' addresses lead anywhere


def calendar_page(calendar: Calendar) -> str:
    """The page as one HTML document, in the reader's language; every text from outside is escaped."""
    from evenly.pages.drawing import drawn

    return drawn("calendar.html", page=_Page(calendar))


@dataclass(frozen=True, slots=True)
class _Account:
    """One account as the page calls it."""

    name: str
    network: str
    mark: str
    number: int  #: of its colour
    out: int
    planned: int
    waiting: int
    totals: Sequence[str]
    measures: Sequence[evenness.Measure]

    @property
    def summary(self) -> str:
        return evenness.summary(self.measures)


@dataclass(frozen=True, slots=True)
class _Post:
    """One delivery as the page shows it."""

    account: _Account
    at: datetime | None
    state: str
    state_words: str
    needs_somebody: bool
    words: str
    picture: int | None  #: the number of its thumbnail among those of the page
    alt: str
    url: str | None
    reason: str | None
    figures: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of the calendar."""

    date: date
    posts: Sequence[_Post]
    is_today: bool

    @property
    def anchor(self) -> str:
        return f"day-{self.date.isoformat()}"


@dataclass(frozen=True, slots=True)
class _Month:
    """One month: its weeks, with None for the days of others."""

    name: str
    weeks: Sequence[Sequence[_Day | None]]


class _Page:
    """What the template asks for. Nothing here is escaped: the template does it."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.language = language()
        self.dates, self.numbers = Dates(self.language), Numbers(self.language)
        self._zone = ZoneInfo(calendar.zone)

    @property
    def title(self) -> str:
        return _("The calendar of {brand}", brand=self.calendar.brand)

    @property
    def posts_language(self) -> str | None:
        """The language of the posts, where it is not that of the page."""
        return self.calendar.language if self.calendar.language != self.language else None

    @cached_property
    def accounts(self) -> list[_Account]:
        return [self._account(number, document) for number, document in enumerate(self.calendar.accounts)]

    @cached_property
    def posts(self) -> list[_Post]:
        pairs = zip(self.accounts, self.calendar.accounts, strict=True)
        return [self._post(account, delivery) for account, document in pairs for delivery in document["deliveries"]]

    @property
    def timeless(self) -> list[_Post]:
        return [post for post in self.posts if post.at is None]

    @cached_property
    def weeks(self) -> list[list[_Day]]:
        """Whole weeks from Monday, from the first post to the last."""
        by_day: dict[date, list[_Post]] = {}
        for post in sorted((post for post in self.posts if post.at is not None), key=_order):
            by_day.setdefault(_date(post), []).append(post)
        return [[self._day(monday + timedelta(days=number), by_day) for number in range(7)] for monday in _mondays(by_day)]

    @property
    def months(self) -> list[_Month]:
        """Those of the weeks, each with its own days."""
        firsts = sorted({day.date.replace(day=1) for week in self.weeks for day in week})
        return [self._month(first) for first in firsts]

    @cached_property
    def pictures(self) -> list[str]:
        """Every thumbnail once, however often it is shown."""
        return list(dict.fromkeys(self.calendar.pictures.values()))

    @property
    def mix(self) -> Table | None:
        """The targets of the brand; None where it has none."""
        findings = rules.brand_rules(self.calendar.rules)
        return rules.mix_table(findings, Names(topics=self.calendar.topics), self.numbers) if findings else None

    @property
    def span(self) -> str:
        """What the page is about, in one sentence."""
        if not self.weeks:
            return _("Nothing is planned, and nothing went out.")
        times = [post for post in self.posts if post.at is not None]
        out = sum(post.state == _OUT for post in times)
        first, last = min(map(_date, times)), max(map(_date, times))
        days = {"first": self.dates.full(first), "last": self.dates.full(last)}
        posts = ngettext("{n} post", "{n} posts", len(times), n=len(times))
        if out == len(times):
            return _("{posts} went out from {first} to {last}.", posts=posts, **days)
        if not out:
            return _("{posts} are planned from {first} to {last}.", posts=posts, **days)
        return _("{posts} from {first} to {last}: {out} went out already.", posts=posts, out=out, **days)

    @property
    def gaps_give_way(self) -> bool:
        return any(evenness.gaps_give_way(account.measures) for account in self.accounts)

    @property
    def made(self) -> str:
        now = self.calendar.now.astimezone(self._zone)
        return _(
            "As of {day}, {time}. Times are those of {zone}.", day=self.dates.full(now.date()), time=f"{now:%H:%M}", zone=self.calendar.zone
        )

    def number(self, value: float) -> str:
        """A score in two digits, as the reader's language writes it."""
        return self.numbers.decimal(value)

    def _month(self, first: date) -> _Month:
        def own(day: _Day) -> _Day | None:
            return day if day.date.replace(day=1) == first else None

        weeks = [[own(day) for day in week] for week in self.weeks]
        return _Month(self.dates.month(first), [week for week in weeks if any(week)])

    def _account(self, number: int, document: Document) -> _Account:
        states = [delivery["state"] for delivery in document["deliveries"]]
        known = [self.calendar.figures.get(delivery["id"], {}) for delivery in document["deliveries"]]
        return _Account(
            name=document["account"],
            network=self.calendar.titles.get(document["network"], document["network"]),
            mark=_MARKS[number % len(_MARKS)],
            number=number % len(_MARKS),
            out=states.count(_OUT),
            planned=states.count("planned") + states.count("publishing"),
            waiting=sum(state in _NEEDS_SOMEBODY for state in states),
            totals=amounts(_sums(known), self.language),
            measures=evenness.measures(document["evenness"]),
        )

    def _post(self, account: _Account, delivery: Document) -> _Post:
        at = delivery["published_at"] or delivery["due"]
        media = delivery["media"]
        return _Post(
            account=account,
            at=None if at is None else datetime.fromisoformat(at).astimezone(self._zone),
            state=delivery["state"],
            state_words=state_words(delivery["state"]),
            needs_somebody=delivery["state"] in _NEEDS_SOMEBODY,
            words=first_words(delivery["text"] or delivery["link"] or ""),
            picture=self.pictures.index(picture) if (picture := self.calendar.pictures.get(delivery["id"])) is not None else None,
            alt=media[0]["alt"] if media else "",
            url=_web_address(delivery["url"]) if self.calendar.links else None,
            reason=delivery["reason"],
            figures=amounts(self.calendar.figures.get(delivery["id"], {}), self.language),
        )

    def _day(self, day: date, by_day: Mapping[date, Sequence[_Post]]) -> _Day:
        return _Day(day, by_day.get(day, ()), day == self.calendar.now.astimezone(self._zone).date())


def _order(post: _Post) -> tuple[datetime, str]:
    return _time(post), post.account.name


def _time(post: _Post) -> datetime:
    if post.at is None:
        raise AssertionError("asked for the time of a post that has none")
    return post.at


def _date(post: _Post) -> date:
    return _time(post).date()


def _mondays(by_day: Mapping[date, object]) -> Iterator[date]:
    if by_day:
        monday = min(by_day) - timedelta(days=min(by_day).weekday())
        while monday <= max(by_day):
            yield monday
            monday += _WEEK


def _sums(known: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Figures added up; one that no post has stays away."""
    names = {name: None for figures in known for name in figures}
    return {name: sum(figures.get(name, 0) for figures in known) for name in names}


def _web_address(url: str | None) -> str | None:
    """The address, if it is one that a reader may safely follow."""
    try:
        return url if url is not None and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None
