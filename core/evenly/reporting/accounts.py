"""What is known of accounts themselves, day by day: how their followers grew, what a day brought, and what visits were worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.insight import PARTS, daily_rate, engagements, growth, value_per_visit
from evenly.reporting import observing
from evenly.store import observations
from evenly.store.imported import OF_A_DAY

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from evenly.insight import Figures

_TWICE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one account in the period, or of several together. A part that is not known is left out, and never 0."""

    followers: tuple[float, float] | None = None  #: the first and the last count
    grown: tuple[float, float] | None = None  #: the same of those that were counted twice at least
    rates: tuple[float, ...] = ()  #: of each day of which both are known its engagements against its followers, in percent
    worth: tuple[tuple[float, float], ...] = ()  #: of each day of which both are known the worth of its visits, and how many they were

    def kpis(self) -> Mapping[str, float | None]:
        """By their names in `insight.Kpis`."""
        first, last = self.grown or (None, None)
        value, visits = (sum(each) for each in zip(*self.worth, strict=True)) if self.worth else (None, None)
        return {
            "growth_rate": growth(first, last),
            "daily_er": sum(self.rates) / len(self.rates) if self.rates else None,
            "economic_value": value_per_visit(value, visits),
        }


def together(found: Iterable[Standing]) -> Standing:
    """What is known of several accounts, as of one."""
    known = list(found)
    return Standing(
        followers=_added([each.followers for each in known]),
        grown=_added([each.grown for each in known]),
        rates=tuple(rate for each in known for rate in each.rates),
        worth=tuple(day for each in known for day in each.worth),
    )


def standings(connection: Connection, *, since: datetime, until: datetime, zone: ZoneInfo) -> Mapping[str, Standing]:
    """Of each account of which anything is known in [since, until). Days are told by their dates, which are read in `zone`."""
    counted = observing.followers(connection, since=since, until=until)
    first, last = since.astimezone(zone).date(), (until - timedelta(microseconds=1)).astimezone(zone).date()
    days: dict[str, list[Figures]] = defaultdict(list)
    for row in observations.days(connection, first, last):
        days[row.account].append(row.figures)
    return {name: _standing(_within(counted.get(name, ()), since, until), days[name]) for name in sorted({*counted, *days})}


def _within(counted: Iterable[tuple[datetime, float]], since: datetime, until: datetime) -> Sequence[float]:
    return [count for at, count in counted if since <= at < until]


def _standing(counts: Sequence[float], days: Sequence[Figures]) -> Standing:
    known = (counts[0], counts[-1]) if counts else None
    rates = (daily_rate(_engagements(day), day.get("followers")) for day in days)
    return Standing(
        followers=known,
        grown=known if len(counts) >= _TWICE else None,
        rates=tuple(rate for rate in rates if rate is not None),
        worth=tuple((day["goal_value"], day["visits"]) for day in days if "goal_value" in day and "visits" in day),
    )


def _engagements(day: Figures) -> float | None:
    """Of that day alone: what networks tell of an account as likes or clicks may be those of four weeks."""
    return engagements({part: day[OF_A_DAY + part] for part in PARTS if OF_A_DAY + part in day})


def _added(pairs: Iterable[tuple[float, float] | None]) -> tuple[float, float] | None:
    known = [pair for pair in pairs if pair is not None]
    return (sum(first for first, _ in known), sum(last for _, last in known)) if known else None
