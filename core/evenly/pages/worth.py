"""What it cost and what it was worth, on a page and on a terminal: only where a rate, a payment or a count of visits is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evenly.messages import _, locale_of
from evenly.pages.tables import NOTHING, Cell, Column, Table
from evenly.pages.words import Numbers

if TYPE_CHECKING:
    from evenly.pages.names import Names
    from evenly.reporting.values import Report, Row

FIGURES = ("paid", "cost", "cost_per_engagement", "economic_value", "daily_er")
"""Of `insight.Kpis`; all but the last are money."""
_SEVERAL = 2


def rows(report: Report) -> Sequence[Row]:
    """Networks, accounts where they are not the same, and campaigns; those alone of which something is known."""
    networks = [row for row in report.rows if row.by == "network"]
    accounts = [row for row in report.rows if row.by == "account"]
    campaigns = [row for row in report.rows if row.by == "campaign"]
    return [row for row in (*networks, *(accounts if len(accounts) > len(networks) else ()), *campaigns) if _known(row)]


def figures(found: Sequence[Row]) -> Sequence[str]:
    """Those that some of the rows have."""
    return [name for name in FIGURES if any(name in _known(row) for row in found)]


def written(row: Row, name: str, currency: str | None, language: str) -> str | None:
    """A figure of a row as the language writes it; None where it is not known."""
    value: float | None = getattr(row.kpis, name)
    if value is None:
        return None
    return Numbers(language).rate(value) if name == "daily_er" else money(value, currency, language)


def money(amount: float, currency: str | None, language: str) -> str:
    """47.50, or €47.50"""
    from babel.numbers import format_currency, format_decimal

    locale = locale_of(language)
    return str(format_decimal(amount, "#,##0.00", locale=locale) if currency is None else format_currency(amount, currency, locale=locale))


def worth_table(report: Report, called: Names, language: str) -> Table | None:
    """One row for each of which something is known."""
    found = rows(report)
    if not found:
        return None
    titles = {
        "paid": _("Paid"),
        "cost": _("Cost"),
        "cost_per_engagement": _("Cost of an engagement"),
        "economic_value": _("Worth of a visit"),
        "daily_er": _("Engagement rate of a day"),
    }
    columns = [Column(_("Area")), *(Column(titles[name], is_number=True) for name in figures(found))]
    return Table(
        caption=_("What it cost and what it was worth"), columns=columns, rows=[_row(row, found, report, called, language) for row in found]
    )


def why_worth(report: Report, language: str) -> str:
    """What the money is made of; empty where none is known."""
    cost, rate, paid = (
        None if each is None else money(each, report.currency, language) for each in (report.cost, report.hourly_rate, report.paid)
    )
    if cost is not None and rate is not None and paid is not None:
        return _("Cost: {cost}, of which {paid} was paid; an hour of work counts {rate}.", cost=cost, paid=paid, rate=rate)
    if cost is not None and rate is not None:
        return _("Cost: {cost}; an hour of work counts {rate}.", cost=cost, rate=rate)
    if paid is not None:
        return _("{paid} was paid; what the work costs is not known without `capacity.hourly_rate`.", paid=paid)
    return ""


def _row(row: Row, found: Sequence[Row], report: Report, called: Names, language: str) -> tuple[Cell, ...]:
    kinds = {"network": _("network"), "account": _("account"), "campaign": _("campaign")}
    kind = kinds[row.by] if len({each.by for each in found}) >= _SEVERAL else ""
    cells = (written(row, name, report.currency, language) for name in figures(found))
    return (Cell(called.of(row.by, row.key), kind), *(Cell(NOTHING if text is None else text) for text in cells))


def _known(row: Row) -> Sequence[str]:
    return [name for name in FIGURES if getattr(row.kpis, name) is not None]
