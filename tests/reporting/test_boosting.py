"""Which posts of a campaign more people ought to see: only those that are surely better than the usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from evenly.insight import LEAST
from evenly.reporting.boosting import SEEN
from evenly.reporting.building import report
from evenly.reporting.document import document
from evenly.reporting.values import Report
from evenly.store import models
from tests.planning.desks import NOW
from tests.reporting.seasons import Season, season

EARLIER = NOW - timedelta(days=1)


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Season]:
    with season(tmp_path / "brand") as made:
        made.settings('[campaigns.wedding]\ngoal = "appointments"\n')
        yield made


def made(brand: Season, campaign: str | None = "wedding", **more: Any) -> Report:
    return report(brand.desk, since=NOW - timedelta(days=60), until=NOW, now=NOW, campaign=campaign, **more)


def figures(brand: Season, delivery: int, **counts: int) -> None:
    """Let a post have these figures."""
    with brand.desk.store.write() as connection:
        connection.execute(update(models.metric).where(models.metric.c.delivery_id == delivery).values(figures=counts))


def test_a_post_that_is_surely_better_than_the_usual_is_on_the_list(brand: Season) -> None:
    """With its interval, whose low end is above the usual; the others are not."""
    best = brand.published(1, {"topic:care": 4.0}, campaign="wedding", noise=0.0)[0]
    brand.published(9, {}, campaign="wedding", noise=0.0, until=EARLIER)

    found = made(brand)

    assert [each.delivery for each in found.boost] == [str(best)]
    assert found.boost == found.rated[:1]
    assert found.boost[0].usual < found.boost[0].low < found.boost[0].rate < found.boost[0].high


def test_where_none_has_earned_it_the_list_is_empty(brand: Season) -> None:
    """All are alike."""
    brand.published(10, {}, campaign="wedding", noise=0.0)

    assert (len(made(brand).rated), made(brand).boost) == (10, ())


def test_a_post_that_too_few_have_seen_is_never_on_it(brand: Season) -> None:
    """However high its rate is; of one more it is known."""
    best = brand.published(1, {}, campaign="wedding", noise=0.0)[0]
    brand.published(12, {}, campaign="wedding", noise=0.0, until=EARLIER)
    listed = {}
    for seen in (SEEN - 1, SEEN):
        figures(brand, best, reach=seen, likes=seen - 10)
        listed[seen] = [each.delivery for each in made(brand).boost]

    assert listed == {SEEN - 1: [], SEEN: [str(best)]}


def test_of_an_account_with_too_few_posts_none_is_judged(brand: Season) -> None:
    """There is nothing to set them against."""
    brand.published(1, {"topic:care": 4.0}, campaign="wedding", noise=0.0)
    brand.published(LEAST - 2, {}, campaign="wedding", noise=0.0, until=EARLIER)
    assert made(brand).rated == ()

    brand.published(1, {}, campaign="wedding", noise=0.0, until=EARLIER - timedelta(days=20))
    assert len(made(brand).rated) == LEAST


def test_posts_of_no_campaign_are_what_is_usual_and_never_on_the_list(brand: Season) -> None:
    """And where no campaign is asked for, there is none."""
    brand.published(1, {"topic:care": 4.0}, campaign="wedding", noise=0.0)
    brand.published(1, {"topic:care": 4.0}, noise=0.0, until=NOW - timedelta(hours=2))
    brand.published(9, {}, noise=0.0, until=EARLIER)

    assert len(made(brand).rated) == len(made(brand).boost) == 1
    assert made(brand, offer="product").rated == ()
    assert made(brand, campaign=None).rated == ()


def test_json_has_the_list_with_its_numbers(brand: Season) -> None:
    """The text without those whom it mentions."""
    brand.published(1, {"topic:care": 4.0}, campaign="wedding", noise=0.0)
    brand.published(9, {}, campaign="wedding", noise=0.0, until=EARLIER)

    (post,) = document(made(brand))["boost"]

    assert (post["seen"], post["basis"], post["text"]) == (1000, "reach", "Post 0 for @…")
    assert post["usual"] < post["interval"][0] < post["rate"] < post["interval"][1]
