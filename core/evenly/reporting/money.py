"""What posts, accounts and networks cost: hours at their rate, and what was paid. In whole hundredths, so that sums add up exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from evenly.insight import By
from evenly.planning.efforts import equally, split
from evenly.store import observations

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.reporting.minutes import Besides
    from evenly.reporting.values import Report

_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What an hour costs (None: nobody said), and the hundredths that belong to a row and were paid for none of its posts."""

    hourly_rate: float | None = None
    besides: Besides = field(default_factory=dict)

    def of_hours(self, seconds: int) -> int:
        """The hundredths that so much work costs; 0 without a rate."""
        return round(seconds * (self.hourly_rate or 0) * 100 / _HOUR)

    def shared(self, seconds: Mapping[str, int], networks: Mapping[str, str]) -> Mapping[tuple[By, str], int]:
        """The hundredths of the work of each account and each network: over either they add up to those of all the work."""
        costs: dict[tuple[By, str], int] = defaultdict(int)
        if not seconds:
            return costs
        shares = split(self.of_hours(sum(seconds.values())), list(map(float, seconds.values())))
        for account, share in zip(seconds, shares, strict=True):
            costs["account", account] += share
            costs["network", networks[account]] += share
        return costs


FREE = Money()


def without_money(report: Report) -> Report:
    """The same for somebody else: what an hour costs and what was paid is the brand's own affair."""
    rows = tuple(
        replace(row, kpis=replace(row.kpis, paid=None, cost=None, cost_per_engagement=None, economic_value=None)) for row in report.rows
    )
    return replace(report, rows=rows, currency=None, hourly_rate=None, paid=None, cost=None)


def paid(connection: Connection, names: Collection[str], *, since: datetime, until: datetime) -> Mapping[int, int]:
    """Of each delivery that is out its part of what was paid for its post, in hundredths; of the posts of the period.

    What was paid for one account goes there; the rest is shared out over all deliveries of the post, like the time that it took.
    """
    rows = observations.paid(connection, names, since=since, until=until)
    shares: dict[int, int] = defaultdict(int)
    for _effort, found in groupby(rows, key=attrgetter("effort_id", "post_id")):
        deliveries = _meant(list(found))
        for row, cents in zip(deliveries, equally(deliveries[0].cents, len(deliveries)), strict=True):
            shares[row.id] += cents
    return shares


def _meant(rows: Sequence[Any]) -> Sequence[Any]:
    """Of one payment's deliveries that of its account, if there is one."""
    return [row for row in rows if row.account == row.for_account] or rows
