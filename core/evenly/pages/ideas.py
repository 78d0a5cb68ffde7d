"""Campaigns and experiments on a page: what became of each, and which posts of a campaign more people ought to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evenly.messages import _
from evenly.pages import names
from evenly.pages.effects import ratio_cell
from evenly.pages.tables import NOTHING, Cell, Column, Table

if TYPE_CHECKING:
    from evenly.pages.words import Dates, Numbers
    from evenly.reporting.values import Idea, Rated, Report

_MOODS = {"works": "good", "does not": "bad"}


@dataclass(frozen=True)
class Ideas:
    """What the fifth block shows."""

    report: Report
    numbers: Numbers
    dates: Dates

    @property
    def table(self) -> Table | None:
        """A row for each idea; None where there is none."""
        if not self.report.ideas:
            return None
        columns = [
            Column(_("Idea")),
            Column(_("What for"), is_prose=True),
            Column(_("When")),
            Column(_("Posts"), is_number=True),
            Column(_("Effort"), is_number=True),
            Column(_("Result"), is_number=True),
            Column(_("Verdict")),
        ]
        caption = _("Campaigns and experiments")
        return Table(caption=caption, columns=columns, rows=[self._idea(each) for each in self.report.ideas], wide=True)

    @property
    def boost(self) -> Table | None:
        """The posts that more people ought to see; None where none has earned it."""
        if not self.report.boost:
            return None
        columns = [
            Column(_("Post")),
            Column(_("Account")),
            Column(_("Seen by"), is_number=True),
            Column(_("Rate"), is_number=True),
            Column(_("The usual"), is_number=True),
        ]
        rows = [self._boosted(each) for each in self.report.boost]
        return Table(caption=_("Posts that more people ought to see"), columns=columns, rows=rows)

    @property
    def why_boost(self) -> str:
        return names.why_boost()

    def _idea(self, idea: Idea) -> tuple[Cell, ...]:
        kinds = {"campaign": _("campaign"), "experiment": _("experiment")}
        return (
            Cell(idea.name, kinds.get(idea.kind, idea.kind)),
            Cell(idea.goal or NOTHING),
            Cell(self._span(idea.since, idea.until)),
            Cell(self.numbers.decimal(idea.deliveries, 0)),
            Cell(self.numbers.duration(idea.minutes) if idea.minutes else NOTHING),
            self._result(idea),
            Cell(names.verdict(idea.verdict), self._judged(idea), _MOODS.get(idea.verdict, "quiet")),
        )

    def _result(self, idea: Idea) -> Cell:
        ratio = ratio_cell(idea.ratio, idea.interval, self.numbers)
        if idea.ratio is None:
            return ratio
        return Cell(_("{metric} {ratio}", ratio=ratio.text, metric=names.metric(idea.metric)), ratio.more)

    def _judged(self, idea: Idea) -> str:
        """When, or what it takes yet."""
        if idea.judged_at is None:
            return names.missing(idea.missing)
        return _("judged on {day}", day=self.dates.number(idea.judged_at.astimezone(ZoneInfo(self.report.timezone)).date()))

    def _span(self, since: date | None, until: date | None) -> str:
        first, last = (None if day is None else self.dates.number(day) for day in (since, until))
        if first is not None and last is not None:
            return _("{first} to {last}", first=first, last=last)
        if first is not None:
            return _("since {first}", first=first)
        return NOTHING if last is None else _("until {last}", last=last)

    def _boosted(self, post: Rated) -> tuple[Cell, ...]:
        between = _("{low} to {high}", low=self.numbers.rate(post.low), high=self.numbers.rate(post.high))
        return (
            Cell(post.text or NOTHING, _("delivery {id}", id=post.delivery)),
            Cell(post.account),
            Cell(self.numbers.decimal(post.seen, 0)),
            Cell(self.numbers.rate(post.rate), between),
            Cell(self.numbers.rate(post.usual)),
        )
