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
    """One group of posts: a network, an account, an action, a topic, a campaign, a format or an origin."""

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
