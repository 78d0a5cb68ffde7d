"""Week by week on a page: what went out and when, how even each account's days were, how much of the mix was kept, what it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evenly.messages import _, ngettext
from evenly.pages import charts
from evenly.pages.svg import Chart
from evenly.pages.tables import NOTHING, Cell, Column, Table

if TYPE_CHECKING:
    from datetime import date

    from markupsafe import Markup

    from evenly.pages.words import Dates, Numbers
    from evenly.reporting.values import PastWeek, Report
    from evenly.spread import Score

_SEVERAL = 2
_WHOLE = 7
_PLACES = 1


@dataclass(frozen=True, slots=True)
class Course:
    """One measure, week by week: drawn, and named."""

    name: str
    chart: Markup
    has_best: bool = False  #: whether a second line says what was the best possible


@dataclass(frozen=True)
class Weeks:
    """What the second block shows of the weeks, where there is something to follow."""

    report: Report
    numbers: Numbers
    dates: Dates

    @property
    def weeks(self) -> Sequence[PastWeek]:
        return self.report.course

    @property
    def table(self) -> Table | None:
        """A row for each week."""
        if not self.weeks:
            return None
        titles = (_("Out"), _("On time"), _("Uneven by"), _("Targets met"), _("Effort"))
        columns = [Column(_("Week of")), *(Column(title, is_number=True) for title in titles)]
        return Table(caption=_("Week by week"), columns=columns, rows=[self._row(week) for week in self.weeks])

    @property
    def by_account(self) -> Table | None:
        """How even the days of each account were, where there are several accounts."""
        if len(self._accounts) < _SEVERAL:
            return None
        columns = [Column(_("Week of")), *(Column(name, is_number=True) for name in self._accounts)]
        rows = [(self._name(week), *(self._score(week.evenness.get(name)) for name in self._accounts)) for week in self.weeks]
        return Table(caption=_("How uneven the days of each account were"), columns=columns, rows=rows, compact=True)

    @cached_property
    def courses(self) -> list[Course]:
        """Of everything that is known in two weeks at least."""
        shares = [
            (_("On time"), "on-time", [each.on_time / each.due if each.due else None for each in self.weeks]),
            (_("Targets of the mix that were met"), "mix", [each.fit.share for each in self.weeks]),
        ]
        drawn = [self._share(title, name, known) for title, name, known in shares if _is_course(known)]
        return [*(self._evenness(place, name) for place, name in enumerate(self._accounts)), *drawn]

    @cached_property
    def _accounts(self) -> list[str]:
        """Those whose days can be judged in two weeks at least."""
        names = dict.fromkeys(name for week in self.weeks for name in week.evenness)
        return [name for name in names if sum(name in week.evenness for week in self.weeks) >= _SEVERAL]

    # ---- the table

    def _row(self, week: PastWeek) -> tuple[Cell, ...]:
        due = self.numbers.decimal(week.due, 0)
        return (
            self._name(week),
            Cell(self.numbers.decimal(week.published, 0), _("{n} were due", n=due)),
            self._on_time(week),
            self._worst(week),
            self._targets(week),
            Cell(self.numbers.duration(week.minutes) if week.minutes else NOTHING),
        )

    def _name(self, week: PastWeek) -> Cell:
        part = "" if week.days == _WHOLE else ngettext("{n} day of it", "{n} days of it", week.days, n=week.days)
        return Cell(self.dates.number(week.monday), part)

    def _on_time(self, week: PastWeek) -> Cell:
        if not week.due:
            return Cell(NOTHING)
        between = week.on_time_interval
        percent = self.numbers.percent
        more = "" if between is None else _("{low} to {high}", low=percent(between.low), high=percent(between.high))
        return Cell(percent(week.on_time / week.due), more)

    def _worst(self, week: PastWeek) -> Cell:
        """Of several accounts the one that was furthest from the best possible."""
        if week.worst is None:
            return Cell(NOTHING)
        name, score = week.worst
        found = self._score(score)
        return Cell(found.text, found.more if len(week.evenness) == 1 else f"{found.more}, {name}")

    def _score(self, score: Score | None) -> Cell:
        if score is None or score.value is None or score.best is None:
            return Cell(NOTHING)
        return Cell(self.numbers.decimal(score.value, _PLACES), _("best {best}", best=self.numbers.decimal(score.best, _PLACES)))

    def _targets(self, week: PastWeek) -> Cell:
        if not week.fit.judged:
            return Cell(_("too early"), mood="quiet") if week.published else Cell(NOTHING)
        return Cell(_("{count} of {of}", count=week.fit.met, of=week.fit.judged))

    # ---- the charts

    def _share(self, title: str, name: str, known: Sequence[float | None]) -> Course:
        return Course(title, self._drawn(title, name, [known], 1.0, is_share=True))

    def _evenness(self, place: int, account: str) -> Course:
        scores = [week.evenness.get(account) for week in self.weeks]
        values, bests = ([None if each is None else getattr(each, part) for each in scores] for part in ("value", "best"))
        title = _("How uneven the days of {account} were", account=account)
        top = charts.round_up(max(value for value in (*values, *bests) if value is not None))
        return Course(title, self._drawn(title, f"even-{place}", [values, bests], top, is_share=False), has_best=True)

    def _drawn(self, title: str, name: str, lines: Sequence[Sequence[float | None]], top: float, *, is_share: bool) -> Markup:
        def label(value: float) -> str:
            return self.numbers.percent(value) if is_share else self.numbers.decimal(value, _PLACES)

        known = [(week.monday, value) for week, value in zip(self.weeks, lines[0], strict=True) if value is not None]
        (first, begin), (last, end) = known[0], known[-1]
        told = _(
            "From {begin} in the week of {first} to {end} in the week of {last}.",
            begin=label(begin),
            end=label(end),
            first=self.dates.number(first),
            last=self.dates.number(last),
        )
        chart = Chart(name=f"week-{name}", title=title, description=told)
        return charts.weekly(chart, lines, top=top, label=label, first=self._day(0), last=self._day(-1))

    def _day(self, place: int) -> str:
        monday: date = self.weeks[place].monday
        return self.dates.number(monday)


def _is_course(known: Sequence[float | None]) -> bool:
    return sum(value is not None for value in known) >= _SEVERAL
