"""What it cost and what it was worth, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from evenly.messages import _, language
from evenly.pages import worth

if TYPE_CHECKING:
    from evenly.pages.names import Names
    from evenly.reporting.values import Report


def columns(report: Report) -> Sequence[str]:
    """The headings of `rows`."""
    titles = {
        "paid": _("paid"),
        "cost": _("cost"),
        "cost_per_engagement": _("per engagement"),
        "economic_value": _("worth of a visit"),
        "daily_er": _("rate of a day"),
    }
    return (_("kind"), _("name"), *(titles[name] for name in worth.figures(worth.rows(report))))


def rows(report: Report, called: Names) -> Iterator[Sequence[str]]:
    """Networks, accounts and campaigns of which any of it is known."""
    found = worth.rows(report)
    kinds = {"network": _("network"), "account": _("account"), "campaign": _("campaign")}
    for row in found:
        cells = (worth.written(row, name, report.currency, language()) or "-" for name in worth.figures(found))
        yield kinds[row.by], called.of(row.by, row.key), *cells


def appendix(report: Report) -> Iterator[str]:
    """What the money is made of, where any is known."""
    if why := worth.why_worth(report, language()):
        yield why
