"""An experiment is judged once, when there is enough to judge it by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from evenly.reporting.experiments import experiments
from tests.planning.desks import NOW
from tests.reporting.seasons import Season, season

EVENING = """
[experiments.ask]
hypothesis = "Questions bring more"
compare = "action:question"
metric = "likes"
posts = 12
"""


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Season]:
    with season(tmp_path / "brand") as made:
        made.settings(EVENING)
        yield made


def test_until_there_are_enough_on_both_sides_it_is_too_early_and_says_how_many_are_missing(brand: Season) -> None:
    brand.published(5, {"question": 3.0}, rates={"question": 1.0}, until=NOW - timedelta(days=30))
    brand.published(20, {"question": 3.0}, rates={"question": 0.0})

    (idea,) = experiments(brand.desk, now=NOW)

    assert (idea.kind, idea.goal, idea.verdict, idea.missing) == ("experiment", "Questions bring more", "too early", (7, 0))
    assert idea.judged_at is None


def test_offers_can_be_compared(brand: Season) -> None:
    """Posts about products against all others, also those about nothing that was said."""
    brand.settings(EVENING.replace("action:question", "offer:product"))
    brand.published(15, {"topic:care": 3.0, "topic:craft": 3.0}, noise=0.1, offer="product")
    brand.published(15, {}, noise=0.1, until=NOW - timedelta(hours=1))

    (idea,) = experiments(brand.desk, now=NOW)

    assert (idea.deliveries, idea.verdict) == (15, "works")


def test_a_verdict_is_given_once_and_stays(brand: Season) -> None:
    """Whatever is published later, and however often somebody looks."""
    brand.published(60, {"question": 3.0}, rates={"question": 0.4}, until=NOW)
    (first,) = experiments(brand.desk, now=NOW)
    assert first.verdict == "works"
    assert first.ratio is not None
    assert 2 < first.ratio < 4.5
    assert first.judged_at == NOW.astimezone(UTC)

    later = NOW + timedelta(days=40)
    brand.published(39, {"question": 0.1}, rates={"question": 0.5}, until=later, seed=5)

    assert experiments(brand.desk, now=later) == (first,)


def test_what_makes_no_difference_is_judged_as_well(brand: Season) -> None:
    """That, too, is an answer, and is not asked again until it is another."""
    brand.published(60, {"question": 1.0}, rates={"question": 0.4}, seed=2)
    (first,) = experiments(brand.desk, now=NOW)
    assert (first.verdict, first.missing) == ("no difference yet", None)
    assert first.judged_at is not None

    brand.published(39, {"question": 5.0}, rates={"question": 0.5}, until=NOW + timedelta(days=40), seed=5)

    assert experiments(brand.desk, now=NOW + timedelta(days=40)) == (first,)


def test_only_posts_between_its_dates_count_and_only_its_metric(brand: Season) -> None:
    """Comments are not known of any of them."""
    brand.published(60, {"question": 3.0}, rates={"question": 0.5})
    brand.settings(EVENING.replace('metric = "likes"', 'metric = "comments"') + EVENING.replace(".ask", ".late") + "from = 2026-11-20\n")

    asked, late = experiments(brand.desk, now=NOW)

    assert (asked.missing, asked.deliveries) == ((12, 12), 0)
    assert late.verdict == "too early"
    assert 0 < late.deliveries < 4


def test_a_report_of_another_time_leaves_it_out(brand: Season) -> None:
    """Its dates do not touch the period."""
    brand.settings(EVENING + "from = 2026-11-01\nuntil = 2026-11-10\n")

    assert experiments(brand.desk, now=NOW, since=NOW, until=NOW + timedelta(days=9)) == ()
    assert len(experiments(brand.desk, now=NOW, since=NOW - timedelta(days=30), until=NOW)) == 1
