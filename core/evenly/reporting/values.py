"""A report as data: what the effort of a period brought, before anybody prints or draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from evenly.insight import By, CellFound, Effect, Interval, Kpis, Verdict
from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly import mix, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One group of posts: a network, an account, an action, a topic, a campaign, a format, an origin or an offer."""

    by: By
    key: str
    deliveries: int
    minutes: float  #: effort
    estimated: float  #: of these minutes, not logged
    figures: Mapping[str, float]  #: sums under the normalised names; an absent one is not known
    engagement_rate: float | None  #: engagements against `basis`, in percent
    basis: str | None  #: reach, views or followers
    interval: Interval | None  #: of the rate, in percent
    kpis: Kpis
    effect: Effect | None = None  #: against the other posts of the same accounts, on engagements
    on_comments: Effect | None = None  #: the same on comments, of questions and invitations
    trend: tuple[tuple[date, float], ...] = ()  #: of each week (its Monday): the engagement rate, in percent
    followers: tuple[float, float] | None = None  #: of an account or network: the first and the last reading of the period


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Plan and deed on one account."""

    account: str
    due: int  #: deliveries that were to go out in the period
    published: int
    on_time: int  #: published within 10 minutes of their time
    on_time_interval: Interval | None  #: a share, 0 to 1
    evenness: spread.Scores  #: of the times at which it was published
    by_chance: spread.Scores | None  #: what random times would have scored
    runway: float | None  #: days of content left


@dataclass(frozen=True, slots=True)
class Fit:
    """How many targets of the mix are met, of those that there are enough posts for."""

    met: int = 0
    judged: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None while it is too early for all."""
        return self.met / self.judged if self.judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWeek:
    """What a week of the period brought about, as far as it lies within the period and has passed."""

    monday: date  #: in the brand's zone, as all its days
    days: int  #: of it that the period has and that have begun
    published: int
    due: int
    on_time: int
    on_time_interval: Interval | None  #: a share, 0 to 1
    minutes: float  #: effort on what was published, and what was logged on no post
    evenness: Mapping[str, spread.Score]  #: of the days of each account that can be judged
    targets: tuple[mix.Finding, ...]  #: of the brand, or of the account that the report is of
    fit: Fit

    @property
    def is_empty(self) -> bool:
        """Nothing went out, and nothing was to."""
        return not self.published and not self.due

    @property
    def worst(self) -> tuple[str, spread.Score] | None:
        """The account whose days were furthest from the best possible."""
        return max(self.evenness.items(), key=lambda each: (each[1].value or 0) - (each[1].best or 0), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """A campaign or an experiment, and what became of it."""

    name: str
    kind: str  #: campaign, experiment
    goal: str  #: of a campaign; the hypothesis of an experiment
    since: date | None
    until: date | None
    deliveries: int
    minutes: float
    metric: str
    ratio: float | None
    interval: Interval | None
    verdict: Verdict
    judged_at: datetime | None = None
    missing: tuple[int, int] | None = None  #: of an experiment: posts that it takes yet, of its kind and others


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A post of a campaign, and how many of those who saw it did something, in percent with its interval.

    `boost`: even the low end of the interval is above what its account's posts bring, so that paying for more to see it may be worth it.
    """

    delivery: str
    account: str
    network: str
    published: str
    text: str
    url: str | None
    seen: int
    basis: str
    engagements: int
    rate: float
    low: float
    high: float
    usual: float
    boost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An advice that can be taken: what to change and why. `state`: offered, taken, declined."""

    number: int
    key: str
    state: str
    reason: Message
    gain: float | None  #: how many times as many engagements are expected of all posts together
    interval: Interval | None
    change: Message | None  #: the change to evenly.toml, in words
    outcome: Message | None = None  #: what came of it since it was taken


@dataclass(frozen=True, slots=True)
class Series:
    """A figure that its network counts under another name than before. What was read under older names is left out of the report."""

    account: str
    figure: str
    counted_as: str  #: the network's own name of it
    since: date  #: of the first reading under that name
    before: int  #: posts that are left out of the figure; counts, of followers


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The nine blocks, in their order: in short, plan and deed, areas and actions (`rows`), ideas, rules, times, advice, appendix."""

    brand: str
    timezone: str
    made_at: datetime
    since: datetime
    until: datetime
    age: str  #: the mark at which posts are compared: 24h, 7d …
    short: tuple[Message, ...]
    done: tuple[Done, ...]
    minutes: float
    estimated: float
    capacity: float | None  #: minutes that the people behind the brand had in the period
    rows: tuple[Row, ...]
    ideas: tuple[Idea, ...]
    rules: tuple[mix.Finding, ...]
    times: tuple[CellFound, ...]
    advice: tuple[Proposal, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]  #: account, and the figures its network does not give
    currency: str | None = None  #: of all money here, by its three letters; None: nobody said
    hourly_rate: float | None = None  #: what an hour of effort costs; None: costs are not known
    paid: float | None = None  #: money that was spent besides time
    cost: float | None = None
    weeks: tuple[PastWeek, ...] = ()  #: the latest of the period, oldest first
    fit: Fit = Fit()  #: of the mix of the whole period
    offer: str | None = None  #: what its posts are about, where it is of one offer alone
    series: tuple[Series, ...] = ()  #: figures that were renamed in this time
    rated: tuple[Rated, ...] = ()  #: of a campaign alone: its posts that can be judged, the best first

    @property
    def course(self) -> tuple[PastWeek, ...]:
        """The weeks, where there is something to follow over several of them."""
        return self.weeks if len(self.weeks) > 1 and not all(week.is_empty for week in self.weeks) else ()

    @property
    def boost(self) -> tuple[Rated, ...]:
        """The posts of the campaign that more people ought to see."""
        return tuple(each for each in self.rated if each.boost)
