"""Costs, growth, the rate of a day and the worth of visits, through the whole: each against numbers worked by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.reporting import building, document
from evenly.reporting.money import without_money
from evenly.reporting.values import Report, Row
from evenly.store import imported, metrics
from tests.reporting.brands import NOON, SETTINGS, SINCE, UNTIL, Brand, brand

RATE = 'minutes_per_week = 100\nhourly_rate = 40\ncurrency = "EUR"'


@pytest.fixture
def paid_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Brand]:
    """The brand, where an hour of work costs 40 euros."""
    monkeypatch.setattr("tests.reporting.brands.SETTINGS", SETTINGS.replace("minutes_per_week = 100", RATE))
    with brand(tmp_path) as made:
        yield made


def report(here: Brand, **more: Any) -> Report:
    return building.report(here.desk, **{"since": SINCE, "until": UNTIL, "now": UNTIL, "age": "7d", **more})


def row(made: Report, by: str, key: str) -> Row:
    return next(each for each in made.rows if (each.by, each.key) == (by, key))


def told(here: Brand, account: str, day: int, **figures: float) -> None:
    """A file's word on an account's day in March 2027."""
    at = datetime(2027, 3, day, 12, tzinfo=UTC)
    with here.desk.store.write() as connection:
        imported.add(connection, metrics.Reading(account, None, f"2027-03-{day:02}", at, figures))


def test_a_cost_is_the_hours_at_their_rate_and_what_was_paid(paid_hours: Brand) -> None:
    """45 minutes at 40 are 30; with 12.50 for the post 42.50, of 17 engagements 2.50 each. X: 30 minutes are 20, nobody engaged."""
    (page,) = paid_hours.publish("page", effort=45, campaign="spring")
    paid_hours.publish("birds", at=NOON + timedelta(hours=1), effort=30)
    paid_hours.read(page, "7d", likes=10, comments=7)
    paid_hours.log(None, 0, cents=1250, posts={1: 0}, paid={1: 1250})
    made = report(paid_hours)

    kpis = row(made, "network", "facebook").kpis
    assert (kpis.paid, kpis.cost, kpis.cost_per_engagement) == (12.5, 42.5, 2.5)
    assert row(made, "campaign", "spring").kpis.cost == 42.5
    other = row(made, "account", "birds").kpis
    assert (other.paid, other.cost, other.cost_per_engagement) == (None, 20, None)
    assert (made.cost, made.paid, made.currency, made.hourly_rate) == (62.5, 12.5, "EUR", 40)


def test_what_was_paid_for_a_campaign_is_in_its_row_and_shared_by_the_networks(paid_hours: Brand) -> None:
    """30 for spring: 3 posts on the page and 1 on X share it 22.50 to 7.50; the campaign's own post took 15 minutes, which cost 10."""
    (first,) = paid_hours.publish("page", effort=15, campaign="spring")
    for hour in (1, 2):
        paid_hours.publish("page", at=NOON + timedelta(hours=hour), effort=0)
    paid_hours.publish("birds", at=NOON + timedelta(hours=3), effort=0)
    paid_hours.read(first, "7d", likes=8)
    paid_hours.log(None, 0, cents=3000, campaign="spring")
    made = report(paid_hours)

    assert [row(made, "network", name).kpis.paid for name in ("facebook", "x")] == [22.5, 7.5]
    spring = row(made, "campaign", "spring").kpis
    assert (spring.paid, spring.cost, spring.cost_per_engagement) == (30, 40, 5)
    assert made.cost == 40


def test_a_post_whose_engagements_are_not_known_is_in_the_cost_and_not_in_that_of_an_engagement(paid_hours: Brand) -> None:
    """An hour each: 80 in all; 40 for the 20 engagements that are known."""
    known, _silent = (paid_hours.publish("page", at=NOON + timedelta(hours=hour), effort=60)[0] for hour in (0, 1))
    paid_hours.read(known, "7d", likes=20)
    kpis = row(report(paid_hours), "account", "page").kpis

    assert (kpis.cost, kpis.cost_per_engagement) == (80, 2)


def test_without_a_rate_no_cost_is_known(here: Brand) -> None:
    """Hours are not free because nobody said what they cost; what was paid is told all the same."""
    here.publish("page", effort=60)
    here.log(None, 0, cents=3000, account="page")
    made = report(here)

    kpis = row(made, "network", "facebook").kpis
    assert (kpis.paid, kpis.cost, kpis.cost_per_engagement) == (30, None, None)
    assert (made.paid, made.cost, made.currency) == (30, None, None)
    assert "cost" not in document.document(made)["rows"][0]["kpis"]


def test_a_picture_that_was_bought_leaves_the_writing_estimated(here: Brand) -> None:
    """Money is no time: nobody has logged that the post was made."""
    here.publish("page")
    here.log("photo", 0, cents=900, posts={1: 0}, paid={1: 900})

    assert here.minutes() == [("page", 20, 20)]


@pytest.mark.parametrize("seed", range(8))
def test_money_adds_up_over_networks_and_over_accounts_to_the_cent(paid_hours: Brand, seed: int) -> None:
    """Whatever was paid, for posts, accounts, campaigns or nothing, and however long it took."""
    dice = random.Random(seed)
    paid = 0
    for number in range(1, dice.randrange(2, 12)):
        paid_hours.publish(
            *dice.sample(["page", "birds"], dice.randint(1, 2)), at=NOON + timedelta(hours=number), effort=dice.choice([None, 7, 0.1])
        )
        if dice.random() < 0.5:
            cents = dice.randrange(1, 5000)
            paid += cents
            paid_hours.log(None, 0, cents=cents, posts={number: 0}, paid={number: cents}, account=dice.choice([None, "page", "birds"]))
    for _ in range(dice.randrange(6)):
        cents, spent = dice.randrange(5000), dice.randrange(1, 4000)
        paid += cents
        paid_hours.log("reply", spent, cents=cents, account=dice.choice([None, "page"]), campaign=dice.choice([None, "spring"]))
    made = report(paid_hours)

    whole = paid + round(round(made.minutes * 60) * 4000 / 3600)
    for by in ("network", "account"):
        assert sum(round((each.kpis.cost or 0) * 100) for each in made.rows if each.by == by) == whole
        assert sum(round((each.kpis.paid or 0) * 100) for each in made.rows if each.by == by) == paid
    assert round((made.cost or 0) * 100) == whole


def test_growth_is_of_those_who_were_counted_twice(here: Brand) -> None:
    """From 400 to 420 are 5 percent; X was counted once: nobody knows how it grew, and it did not stand still."""
    here.publish("page", "birds")
    for day, count in ((1, 400), (10, 405), (31, 420)):
        told(here, "page", day, followers=count)
    told(here, "birds", 10, followers=90)
    made = report(here)

    assert row(made, "account", "page").followers == (400, 420)
    assert row(made, "account", "page").kpis.growth_rate == pytest.approx(5)
    assert row(made, "network", "x").followers == (90, 90)
    assert row(made, "network", "x").kpis.growth_rate is None
    assert row(made, "network", "facebook").kpis.growth_rate == pytest.approx(5)


def test_the_rate_of_a_day_is_of_that_day_alone(here: Brand) -> None:
    """30 of 1,200 and 12 of 1,200 are 2.5 and 1 percent, 1.75 in the mean. What a network tells of four weeks is none of it."""
    here.publish("page")
    told(here, "page", 3, followers=1200, day_likes=20, day_comments=10)
    told(here, "page", 4, followers=1200, day_likes=12)
    told(here, "page", 5, day_likes=500)
    here.read(None, "2027-03-06", followers=1200, likes=9000)

    assert row(report(here), "account", "page").kpis.daily_er == pytest.approx(1.75)
    assert row(report(here), "network", "facebook").kpis.daily_er == pytest.approx(1.75)


def test_a_visit_is_worth_what_they_brought_together(here: Brand) -> None:
    """300 + 150 for 50 + 40 visits are 5 each; a day of which one of them is not known does not count, nor does another month."""
    here.publish("page", "birds")
    told(here, "page", 3, visits=50, goal_value=300)
    told(here, "page", 31, visits=40, goal_value=150)
    told(here, "page", 5, visits=1000)
    told(here, "page", 6, goal_value=1000.5)
    here.read(None, "2027-04-01", at=UNTIL, followers=5)
    told(here, "birds", 7, visits=0, goal_value=0)
    made = report(here)

    assert row(made, "account", "page").kpis.economic_value == 5
    assert row(made, "network", "facebook").kpis.economic_value == 5
    assert row(made, "network", "x").kpis.economic_value is None


def test_an_agency_is_not_told_what_an_hour_costs(paid_hours: Brand) -> None:
    """Nor what was paid, in any key."""
    paid_hours.publish("page", effort=60)
    written = document.document(without_money(report(paid_hours)))

    assert [written[key] for key in ("currency", "hourly_rate", "paid", "cost")] == [None] * 4
    assert not {"cost", "paid", "cost_per_engagement"} & written["rows"][0]["kpis"].keys()
