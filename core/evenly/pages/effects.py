"""What makes a difference, on a page: actions, topics, formats, origins and offers against the brand's other posts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenly.insight import By, Effect, Interval
from evenly.messages import _, ngettext
from evenly.pages import charts, names
from evenly.pages.areas import effort_cell, rate_cell
from evenly.pages.svg import Chart
from evenly.pages.tables import NOTHING, Cell, Column, Table

if TYPE_CHECKING:
    from markupsafe import Markup

    from evenly.pages.names import Names
    from evenly.pages.words import Numbers
    from evenly.reporting.values import Report, Row

_KINDS: tuple[By, ...] = ("action", "topic", "format", "origin", "offer")
_MOODS = {"works": "good", "does not": "bad"}
_MOST = 24
"""So many lines a chart may have before nobody reads it; the largest groups are drawn, the tables have all."""


@dataclass(frozen=True)
class Effects:
    """What the fourth block shows."""

    report: Report
    called: Names
    numbers: Numbers

    @property
    def summary(self) -> str:
        """How many groups have a verdict."""
        found = [row.effect for row in self._rows() if row.effect is not None]
        sure = sum(each.verdict in _MOODS for each in found)
        if not found:
            return _("There are no groups of posts to compare yet.")
        if not sure:
            return _("Nothing makes a difference that is more than chance, as far as can be told yet.")
        return ngettext(
            "{n} group of posts does clearly better or worse than the others.",
            "{n} groups of posts do clearly better or worse than the others.",
            sure,
            n=sure,
        )

    @property
    def chart(self) -> Markup | None:
        """Each group's ratio, with its interval; None where there is none."""
        known = [
            (charts.Estimate(self._name(row), each.ratio, each.interval, each.verdict in _MOODS), each)
            for row in self._rows()
            if (each := row.effect) is not None and each.ratio is not None and each.interval is not None and each.interval.low > 0
        ]
        if not known:
            return None
        largest = sorted(known, key=lambda pair: -pair[1].posts)[:_MOST]
        found = [estimate for estimate, _effect in sorted(largest, key=lambda pair: -pair[0].ratio)]
        chart = Chart(
            name="effects",
            title=_("How many times as many engagements"),
            description=_(
                "From {best} with {most} times to {worst} with {fewest} times as many as the other posts. The tables have the numbers.",
                best=found[0].name,
                most=self.numbers.ratio(found[0].ratio),
                worst=found[-1].name,
                fewest=self.numbers.ratio(found[-1].ratio),
            ),
        )
        return charts.estimates(chart, found, self.numbers)

    @property
    def tables(self) -> list[Table]:
        captions: dict[By, str] = {
            "action": _("Actions"),
            "topic": _("Topics"),
            "format": _("Formats"),
            "origin": _("Origins"),
            "offer": _("Offers"),
        }
        grouped = {by: sorted((row for row in self.report.rows if row.by == by), key=_best_first) for by in _KINDS}
        found = [self._table(captions[by], rows) for by, rows in grouped.items() if rows]
        asking = [(row, row.on_comments) for row in grouped["action"] if row.on_comments is not None]
        return [*found, self._comments(asking)] if asking else found

    def _rows(self) -> list[Row]:
        return [row for row in self.report.rows if row.by in _KINDS]

    def _name(self, row: Row) -> str:
        return self.called.of(row.by, row.key)

    def _table(self, caption: str, rows: Sequence[Row]) -> Table:
        columns = [
            Column(_("Group")),
            Column(_("Posts"), is_number=True),
            Column(_("Against the others"), is_number=True),
            Column(_("Verdict")),
            Column(_("Estimate"), is_number=True),
            Column(_("Engagement rate"), is_number=True),
            Column(_("Effort"), is_number=True),
        ]
        return Table(caption=caption, columns=columns, rows=[self._row(row) for row in rows], wide=True)

    def _comments(self, asking: Sequence[tuple[Row, Effect]]) -> Table:
        """Of what is there for the comments, how many it brings."""
        columns = [
            Column(_("Group")),
            Column(_("Posts"), is_number=True),
            Column(_("Against the others"), is_number=True),
            Column(_("Verdict")),
            Column(_("Estimate"), is_number=True),
        ]
        rows = [(Cell(self._name(row)), Cell(self.numbers.decimal(effect.posts, 0)), *self._effect(effect)) for row, effect in asking]
        return Table(caption=_("Comments alone"), columns=columns, rows=rows)

    def _row(self, row: Row) -> tuple[Cell, ...]:
        posts = self.numbers.decimal(row.deliveries, 0)
        return Cell(self._name(row)), Cell(posts), *self._effect(row.effect), rate_cell(row, self.numbers), effort_cell(row, self.numbers)

    def _effect(self, effect: Effect | None) -> tuple[Cell, Cell, Cell]:
        if effect is None:
            return Cell(NOTHING), Cell(NOTHING), Cell(NOTHING)
        usual = effect.usual
        return (
            ratio_cell(effect.ratio, effect.interval, self.numbers),
            Cell(names.verdict(effect.verdict), mood=_MOODS.get(effect.verdict, "quiet")),
            ratio_cell(usual.ratio if usual.posts else None, usual.interval, self.numbers),
        )


def _best_first(row: Row) -> float:
    ratio = None if row.effect is None else row.effect.ratio
    return math.inf if ratio is None else -ratio


def ratio_cell(ratio: float | None, interval: Interval | None, numbers: Numbers) -> Cell:
    """How many times as much, with its interval."""
    if ratio is None:
        return Cell(NOTHING)
    told = numbers.times(ratio)
    if interval is None:
        return Cell(told)
    return Cell(told, _("{low} to {high}", low=numbers.ratio(interval.low), high=numbers.ratio(interval.high)))
