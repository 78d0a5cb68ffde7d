"""The areas on a page: what each network and account brought, and how its rate went week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evenly.insight import engagements
from evenly.messages import _
from evenly.pages import charts
from evenly.pages.svg import Chart
from evenly.pages.tables import NOTHING, Cell, Column, Table
from evenly.pages.worth import why_worth, worth_table

if TYPE_CHECKING:
    from markupsafe import Markup

    from evenly.pages.names import Names
    from evenly.pages.words import Dates, Numbers
    from evenly.reporting.values import Report, Row

_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Course:
    """One area's engagement rate, week by week: drawn, and named."""

    name: str
    chart: Markup


@dataclass(frozen=True)
class Areas:
    """What the third block shows."""

    report: Report
    called: Names
    numbers: Numbers
    dates: Dates

    @property
    def networks(self) -> list[Row]:
        return [row for row in self.report.rows if row.by == "network"]

    @property
    def accounts(self) -> list[Row]:
        """Where they are not the same as the networks."""
        found = [row for row in self.report.rows if row.by == "account"]
        return found if len(found) > len(self.networks) else []

    @property
    def tables(self) -> list[Table]:
        found = [(_("What each network brought"), self.networks), (_("What each account brought"), self.accounts)]
        return [self._table(caption, rows) for caption, rows in found if rows]

    @property
    def worth(self) -> Table | None:
        """Costs, and what visits were worth, where anything is known of them."""
        return worth_table(self.report, self.called, self.numbers.language)

    @property
    def why_worth(self) -> str:
        """What the money is made of."""
        return why_worth(self.report, self.numbers.language)

    @property
    def efforts(self) -> Markup | None:
        """Each network's share of the effort beside its share of the engagements; None where there is nothing to compare."""
        if not self._efforts:
            return None
        percent = self.numbers.percent
        told = [
            _("{name}: {effort} of the effort, {result} of the engagements", name=name, effort=percent(one), result=percent(other))
            for name, one, other in self._efforts
        ]
        chart = Chart(name="efforts", title=_("Effort and result of each network"), description="; ".join(told))
        return charts.pairs(chart, self._efforts, self.numbers)

    @property
    def efforts_table(self) -> Table:
        """The same numbers."""
        columns = [
            Column(_("Network")),
            *(Column(title, is_number=True) for title in (_("Share of the effort"), _("Share of the engagements"))),
        ]
        percent = self.numbers.percent
        rows = [(Cell(name), Cell(percent(one)), Cell(percent(other))) for name, one, other in self._efforts]
        return Table(caption=_("Effort and result of each network"), columns=columns, rows=rows)

    @cached_property
    def _efforts(self) -> list[tuple[str, float, float]]:
        """Of each network that gives figures both shares, of what all of these took and brought."""
        known = [(self._name(row), row.minutes, count) for row in self.networks if (count := engagements(row.figures)) is not None]
        minutes, brought = sum(spent for _name, spent, _count in known), sum(count for _name, _spent, count in known)
        if len(known) < _SEVERAL or not minutes or not brought:
            return []
        return [(name, spent / minutes, count / brought) for name, spent, count in known]

    @property
    def courses(self) -> list[Course]:
        """Of each area whose rate is known in two weeks at least."""
        return [Course(self._name(row), self._course(row)) for row in self._with_trend()]

    @property
    def weeks(self) -> Table | None:
        """The same numbers as the courses."""
        rows = self._with_trend()
        if not rows:
            return None
        mondays = sorted({monday for row in rows for monday, _rate in row.trend})
        columns = [Column(_("Week of")), *(Column(self._name(row), is_number=True) for row in rows)]
        rates = [dict(row.trend) for row in rows]
        found = [(Cell(self.dates.number(monday)), *(self._rate(each.get(monday)) for each in rates)) for monday in mondays]
        return Table(caption=_("Engagement rate, week by week"), columns=columns, rows=found, compact=True)

    def _with_trend(self) -> list[Row]:
        return [row for row in (self.accounts or self.networks) if len(row.trend) >= _SEVERAL]

    def _name(self, row: Row) -> str:
        return self.called.of(row.by, row.key)

    def _course(self, row: Row) -> Markup:
        (first, begin), (last, end) = row.trend[0], row.trend[-1]
        ends = {"first": self.dates.number(first), "last": self.dates.number(last)}
        title = _("Engagement rate of {name}, week by week", name=self._name(row))
        told = _(
            "From {begin} in the week of {first} to {end} in the week of {last}.",
            begin=self.numbers.rate(begin),
            end=self.numbers.rate(end),
            **ends,
        )
        return charts.course(Chart(name=f"course-{row.by}-{row.key}", title=title, description=told), row.trend, self.numbers, **ends)

    def _table(self, caption: str, rows: Sequence[Row]) -> Table:
        columns = [
            Column(_("Network") if rows[0].by == "network" else _("Account")),
            *(Column(title, is_number=True) for title in (_("Posts"), _("Seen by"), _("Engagement rate"), _("Comments"), _("Shares"))),
            *(Column(title, is_number=True) for title in (_("Followers"), _("Effort"), _("Engagements an hour"))),
            Column(_("Trend")),
        ]
        return Table(caption=caption, columns=columns, rows=[self._row(row) for row in rows], wide=True)

    def _row(self, row: Row) -> tuple[Cell, ...]:
        return (
            Cell(self._name(row)),
            Cell(self.numbers.decimal(row.deliveries, 0)),
            self._seen(row),
            rate_cell(row, self.numbers),
            self._figure(row, "comments"),
            self._figure(row, "shares"),
            self._followers(row),
            effort_cell(row, self.numbers),
            Cell(NOTHING if row.kpis.engagements_per_hour is None else self.numbers.rounded(row.kpis.engagements_per_hour)),
            self._trend(row),
        )

    def _figure(self, row: Row, name: str) -> Cell:
        return Cell(self.numbers.decimal(row.figures[name], 0)) if name in row.figures else Cell(NOTHING)

    def _seen(self, row: Row) -> Cell:
        if "reach" in row.figures:
            return Cell(self.numbers.decimal(row.figures["reach"], 0), _("people reached"))
        return Cell(self.numbers.decimal(row.figures["views"], 0), _("views")) if "views" in row.figures else Cell(NOTHING)

    def _followers(self, row: Row) -> Cell:
        if row.followers is None:
            return Cell(NOTHING)
        begin, end = row.followers
        more, growth = self.numbers.signed(end - begin), row.kpis.growth_rate
        return Cell(self.numbers.decimal(end, 0), more if not growth else f"{more} ({self.numbers.signed_rate(growth)})")

    def _rate(self, rate: float | None) -> Cell:
        return Cell(NOTHING if rate is None else self.numbers.rate(rate))

    def _trend(self, row: Row) -> Cell:
        if len(row.trend) < _SEVERAL:
            return Cell(NOTHING)
        (_first, begin), (_last, end) = row.trend[0], row.trend[-1]
        return Cell(_("{begin} to {end}", begin=self.numbers.rate(begin), end=self.numbers.rate(end)))


def rate_cell(row: Row, numbers: Numbers) -> Cell:
    """The engagement rate with its interval, and what it is against."""
    if row.engagement_rate is None:
        return Cell(NOTHING)
    against = {"reach": _("of the people reached"), "views": _("of the views"), "followers": _("of the followers")}.get(row.basis or "", "")
    between = row.interval
    if between is None:
        return Cell(numbers.rate(row.engagement_rate), against)
    told = _("{low} to {high}", low=numbers.rate(between.low), high=numbers.rate(between.high))
    return Cell(numbers.rate(row.engagement_rate), f"{told} {against}".strip())


def effort_cell(row: Row, numbers: Numbers) -> Cell:
    """The minutes, and how many of them nobody has logged."""
    if not row.minutes:
        return Cell(NOTHING)
    share = row.estimated / row.minutes
    return Cell(numbers.duration(row.minutes), _("{share} estimated", share=numbers.percent(share)) if share else "")
