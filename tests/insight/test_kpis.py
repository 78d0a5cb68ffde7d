"""Each key figure against numbers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evenly.insight import Post, basis_of, daily_rate, engagements, growth, kpis, share, sums, value_per_visit
from tests.insight.planted import BEGIN


def post(key: str = "1", *, minutes: float = 0, estimated: float = 0, followers: float | None = None, **figures: float) -> Post:
    return Post(
        key=key, account="page", network="facebook", at=BEGIN, minutes=minutes, estimated=estimated, figures=figures, followers=followers
    )


ONE = post("1", reach=1000, views=1500, likes=30, comments=8, shares=4, saves=2, clicks=6, minutes=25, followers=2000)
OTHER = post("2", reach=500, views=900, likes=10, comments=2, shares=1, saves=0, clicks=12, minutes=35, estimated=20, followers=2500)


@pytest.mark.parametrize(
    ("name", "worked"),
    [
        ("er_reach", (50 + 25) / 1500 * 100),
        ("er_views", (50 + 25) / 2400 * 100),
        ("er_followers", (50 / 2000 + 25 / 2500) / 2 * 100),  # 1.75
        ("ctr", 18 / 2400 * 100),  # 0.75
        ("conversation_rate", 5),
        ("amplification_rate", 2.5),
        ("applause_rate", 20),
        ("minutes", 60),
        ("estimated_share", 100 / 3),
        ("minutes_per_engagement", 0.8),
        ("engagements_per_hour", 75),
        ("cost", 50),  # an hour at 40, and 10 in cash
        ("cost_per_engagement", 50 / 75),
    ],
)
def test_the_formula(name: str, worked: float) -> None:
    """Two posts, worked out with pencil and paper."""
    assert getattr(kpis([ONE, OTHER], hourly_rate=40, cash=10), name) == pytest.approx(worked)


def test_a_cost_has_what_was_paid_for_the_posts_and_beside_them() -> None:
    """An hour at 40, 12.50 for a post, and beside them 15 minutes and 2.50: 65 for 75 engagements; with no rate no cost is known."""
    paid = replace(OTHER, cents=1250)
    found = kpis([ONE, paid], hourly_rate=40, minutes=15, cash=2.5)

    assert (found.minutes, found.paid, found.cost) == (75, 15, 65)
    assert found.cost_per_engagement == pytest.approx(65 / 75)
    assert (kpis([ONE, paid]).paid, kpis([ONE, paid]).cost, kpis([ONE, paid]).cost_per_engagement) == (12.5, None, None)
    assert kpis([ONE]).paid is None


def test_a_silent_post_costs_and_its_cost_is_of_no_engagement() -> None:
    """Half an hour and 10 for a post of which nothing is known: 30 more in all, none for an engagement of the other's 50."""
    silent = replace(post("3", minutes=30), cents=1000)
    found = kpis([replace(ONE, minutes=60), silent], hourly_rate=40)

    assert (found.cost, found.cost_per_engagement) == (70, 0.8)


def test_engagements_are_what_the_network_gives() -> None:
    """Reactions, comments, shares, saves, clicks; views are none; nothing known is not 0."""
    assert engagements(ONE.figures) == 50
    assert engagements({"likes": 3, "views": 100}) == 3
    assert engagements({"views": 100}) is None


def test_a_missing_part_never_becomes_nothing() -> None:
    """A post without figures changes no rate; where no post has them the figure is not known."""
    silent = post("3", minutes=30)

    both = kpis([ONE, silent])

    assert both.er_reach == kpis([ONE]).er_reach
    assert both.conversation_rate == 8
    assert both.minutes == 55
    assert both.engagements_per_hour == 50 / (25 / 60)
    assert kpis([silent]).known() == {"minutes": 30, "estimated_share": 0}


def test_nothing_is_divided_by_nothing() -> None:
    """No reach, no engagements, no effort: not known, and no error."""
    empty = kpis([post(reach=0, likes=0)], hourly_rate=40)

    assert (empty.er_reach, empty.minutes_per_engagement, empty.cost_per_engagement, empty.engagements_per_hour) == (None,) * 4
    assert kpis([]).known() == {"minutes": 0}


def test_the_others() -> None:
    """Growth of followers, the rate of a day, the worth of a visit, a share."""
    assert growth(400, 420) == pytest.approx(5)
    assert growth(0, 10) is None
    assert daily_rate(30, 1200) == pytest.approx(2.5)
    assert value_per_visit(450, 90) == 5
    assert value_per_visit(450, 0) is None
    assert share(3, 12) == 25
    assert sums([ONE, post(likes=1)])["likes"] == 31


def test_engagements_are_set_against_reach_where_most_posts_have_it() -> None:
    """Else against views, else against followers."""
    assert basis_of([ONE, OTHER]) == "reach"
    assert basis_of([post(likes=1, views=5), post(likes=2, views=6), post(likes=1, reach=4)]) == "views"
    assert basis_of([post(likes=1, followers=10)]) == "followers"
    assert basis_of([post(likes=1), post(reach=3)]) is None
