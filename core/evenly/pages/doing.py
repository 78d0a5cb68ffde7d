"""Plan and deed on a page: on time, how even, how long it lasts, and what it took of the people behind the brand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenly.messages import _, ngettext
from evenly.pages import evenness
from evenly.pages.tables import NOTHING, Cell, Column, Table

if TYPE_CHECKING:
    from evenly.pages.words import Numbers
    from evenly.reporting.values import Done, Report


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that stands large, with what it is and what is to be known about it. `filled`: of a bar beneath it, 0 to 1 or more."""

    name: str
    value: str
    more: str = ""
    filled: float | None = None

    @property
    def percent(self) -> int:
        return min(100, round((self.filled or 0) * 100))


def tiles(report: Report, numbers: Numbers) -> list[Tile]:
    """The period at a glance."""
    due, published = sum(each.due for each in report.done), sum(each.published for each in report.done)
    on_time = sum(each.on_time for each in report.done)
    found = [Tile(_("Posts out"), numbers.decimal(published, 0), _("{n} were due", n=numbers.decimal(due, 0)))]
    if due:
        found.append(Tile(_("On time"), numbers.percent(on_time / due), _("within 10 minutes")))
    found.append(Tile(_("Effort"), numbers.duration(report.minutes), _estimated(report, numbers)))
    if report.capacity:
        used = report.minutes / report.capacity
        told = _("{minutes} of {capacity}", minutes=numbers.duration(report.minutes), capacity=numbers.duration(report.capacity))
        found.append(Tile(_("Capacity used"), numbers.percent(used), told, used))
    return found


def done_table(done: Sequence[Done], numbers: Numbers) -> Table:
    """One row for each account."""
    columns = [
        Column(_("Account")),
        Column(_("Due"), is_number=True),
        Column(_("Out"), is_number=True),
        Column(_("On time"), is_number=True),
        Column(_("How even it is"), is_prose=True),
        Column(_("Content left"), is_number=True),
    ]
    return Table(caption=_("Plan and deed of each account"), columns=columns, rows=[_row(each, numbers) for each in done])


def evenness_table(done: Sequence[Done], numbers: Numbers) -> Table | None:
    """Every score beside the best, and beside what random times would have given."""
    rows = [row for each in done for row in _scores(each, numbers)]
    if not rows:
        return None
    columns = [Column(_("Account and measure")), *(Column(title, is_number=True) for title in (_("Is"), _("Best"), _("By chance")))]
    return Table(caption=_("How even it is, in numbers"), columns=columns, rows=rows)


def _row(done: Done, numbers: Numbers) -> tuple[Cell, ...]:
    out = numbers.decimal(done.published, 0)
    on_time = Cell(NOTHING)
    if done.due:
        between = done.on_time_interval
        more = "" if between is None else _("{low} to {high}", low=numbers.percent(between.low), high=numbers.percent(between.high))
        on_time = Cell(numbers.percent(done.on_time / done.due), more)
    even = evenness.summary(evenness.of(done.evenness))
    return Cell(done.account), Cell(numbers.decimal(done.due, 0)), Cell(out), on_time, Cell(even), _left(done.runway, numbers)


def _left(days: float | None, numbers: Numbers) -> Cell:
    if days is None:
        return Cell(NOTHING)
    whole = int(days)
    return Cell(ngettext("{n} day", "{n} days", whole, n=numbers.decimal(whole, 0)))


def _scores(done: Done, numbers: Numbers) -> list[tuple[Cell, ...]]:
    chance = {each.name: each.value for each in evenness.of(done.by_chance)} if done.by_chance is not None else {}
    return [
        (
            Cell(done.account, each.words),
            Cell(numbers.decimal(each.value)),
            Cell(numbers.decimal(each.best)),
            Cell(numbers.decimal(chance[each.name]) if each.name in chance else NOTHING),
        )
        for each in evenness.of(done.evenness)
    ]


def _estimated(report: Report, numbers: Numbers) -> str:
    if not report.minutes or not report.estimated:
        return ""
    return _("{share} of it estimated", share=numbers.percent(report.estimated / report.minutes))
