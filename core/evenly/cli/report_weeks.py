"""Evenness and mix over time, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from evenly.messages import Number, _, ngettext, number

if TYPE_CHECKING:
    from evenly.reporting.values import PastWeek, Report

_WHOLE = 7
_UNKNOWN = "-"


def columns() -> Sequence[str]:
    """The headings of `rows`."""
    return _("week of"), _("out"), _("on time"), _("days"), _("targets met"), _("min")


def rows(report: Report) -> Iterator[Sequence[str]]:
    """A line for every week, where there is something to follow."""
    for week in report.course:
        yield _name(week), number(week.published), _on_time(week), _days(week), _targets(week), number(week.minutes)


def _name(week: PastWeek) -> str:
    """One that is not whole says how much of it there is."""
    monday = week.monday.isoformat()
    return monday if week.days == _WHOLE else ngettext("{monday}, {n} day", "{monday}, {n} days", week.days, n=week.days, monday=monday)


def _on_time(week: PastWeek) -> str:
    return _("{count} of {of}", count=Number(week.on_time), of=Number(week.due)) if week.due else _UNKNOWN


def _days(week: PastWeek) -> str:
    """How far the worst run of days was off, on the account that was furthest from the best possible."""
    if week.worst is None:
        return _UNKNOWN
    account, days = week.worst
    found = _("{value} (best {best})", value=Number(days.value or 0, 1), best=Number(days.best or 0, 1))
    return found if len(week.evenness) == 1 else f"{found} {account}"


def _targets(week: PastWeek) -> str:
    if not week.fit.judged:
        return _("too early") if week.published else _UNKNOWN
    return _("{count} of {of}", count=Number(week.fit.met), of=Number(week.fit.judged))
