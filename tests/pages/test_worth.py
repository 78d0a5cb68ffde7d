"""Costs, growth and the worth of visits where people read them: only where something is known, as the language writes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evenly.cli import report_worth
from evenly.messages import speaking
from evenly.pages import report_page
from evenly.pages.names import Names
from evenly.pages.worth import why_worth, worth_table
from evenly.reporting.values import Report
from tests.pages import reports


@pytest.fixture
def priced() -> Report:
    """The rich report; Facebook cost 142.50, of which 30 were paid, and its followers grew from 880 to 931."""
    found = reports.rich()
    known = {"paid": 30.0, "cost": 142.5, "cost_per_engagement": 0.25, "growth_rate": 51 / 880 * 100}
    rows = tuple(
        replace(row, kpis=replace(row.kpis, **known)) if (row.by, row.key) == ("network", "facebook") else row for row in found.rows
    )
    return replace(found, rows=rows, currency="EUR", hourly_rate=40, paid=30.0, cost=142.5)


def test_there_is_nothing_to_see_where_nothing_is_known() -> None:
    assert worth_table(reports.rich(), Names(), "en") is None
    assert why_worth(reports.rich(), "en") == ""
    assert list(report_worth.rows(reports.rich(), Names())) == []
    assert "What it cost" not in report_page(reports.rich(), language="en")


def test_money_is_written_as_the_language_does(priced: Report) -> None:
    """In the brand's currency; columns that no row has are left out, rows of which nothing is known, too."""
    with speaking("en"):
        table = worth_table(priced, Names(networks=reports.NETWORKS), "en")
        assert table is not None
        assert [column.title for column in table.columns] == ["Area", "Paid", "Cost", "Cost of an engagement"]
        assert [[cell.text for cell in row] for row in table.rows] == [["Facebook", "€30.00", "€142.50", "€0.25"]]
        assert why_worth(priced, "en") == "Cost: €142.50, of which €30.00 was paid; an hour of work counts €40.00."
        assert list(report_worth.rows(priced, Names())) == [("network", "facebook", "€30.00", "€142.50", "€0.25")]
        assert report_worth.columns(priced) == ("kind", "name", "paid", "cost", "per engagement")
    assert "142,50" in report_page(priced, language="fr")


def test_without_a_currency_or_a_rate_it_says_so(priced: Report) -> None:
    """What was paid stands alone."""
    with speaking("en"):
        assert why_worth(replace(priced, paid=None), "en") == "Cost: €142.50; an hour of work counts €40.00."
        poor = replace(priced, currency=None, hourly_rate=None, cost=None)
        assert why_worth(poor, "en") == "30.00 was paid; what the work costs is not known without `capacity.hourly_rate`."


def test_growth_stands_beside_the_followers(priced: Report) -> None:
    """As a number, too: with few followers a percentage says little."""
    assert "+51 (+5.8%)" in report_page(priced, language="en")
