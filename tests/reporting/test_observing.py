"""What was published in a period is seen as it was: its labels, its figures at one age, its followers, its minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenly.reporting import observing
from evenly.store import models
from tests.reporting.brands import DAY, NOON, SINCE, UNTIL, Brand, brand

REASONS = {"reasons": {"origin": {"text": "Because.", "values": {}}}, "warnings": []}


def verdict(origin: str, topic: str | None, *actions: str) -> dict[str, Any]:
    return {"origin": origin, "topic": topic, "on_topic": topic is not None, "actions": list(actions), **REASONS}


def test_a_post_is_told_with_its_labels_in_its_accounts_own_time(here: Brand) -> None:
    """As they were recognised, on each account as it is there."""
    base, there = verdict("owned", "care", "photo", "question"), verdict("mixed", None, "link")
    recognised = {"base": base, "accounts": {"birds": there}}
    here.publish("page", "birds", recognised=recognised, origin="owned", topic="care", campaign="spring", offer="product", kind="reel")

    page, birds = here.posts()

    assert (page.account, page.network, page.origin, page.topic) == ("page", "facebook", "owned", "care")
    assert page.actions == {"photo", "question"}
    assert (page.campaign, page.format, page.at) == ("spring", "reel", datetime(2027, 3, 10, 13, tzinfo=ZoneInfo("Europe/Paris")))
    assert (birds.account, birds.network, birds.origin, birds.topic, birds.actions) == ("birds", "x", "mixed", None, frozenset({"link"}))
    assert (birds.at.hour, birds.campaign) == (7, "spring")
    assert (page.offer, birds.offer) == ("product", "product")


def test_a_post_that_nobody_has_looked_at_is_what_it_was_labelled(here: Brand) -> None:
    """Else unknown."""
    here.publish("page", origin="third-party", topic="care", fields={"actions": ["question"]})
    here.publish("page")

    labelled, unknown = here.posts()

    assert (labelled.origin, labelled.topic, labelled.actions) == ("third-party", "care", frozenset({"question"}))
    assert (unknown.origin, unknown.topic, unknown.actions, unknown.campaign, unknown.offer, unknown.format) == (
        "unknown",
        None,
        frozenset(),
        None,
        None,
        "post",
    )


def test_figures_are_those_at_one_age_and_what_is_absent_stays_absent(here: Brand) -> None:
    """Without a reading at that age there are none."""
    first, second = here.publish("page")[0], here.publish("page", at=NOON + DAY)[0]
    here.read(first, "24h", likes=3)
    here.read(first, "7d", likes=5, reach=0)
    here.read(second, "24h", likes=9)

    assert [dict(post.figures) for post in here.posts("7d")] == [{"likes": 5, "reach": 0}, {}]
    assert [dict(post.figures) for post in here.posts("24h")] == [{"likes": 3}, {"likes": 9}]


def test_what_went_out_in_the_period_is_told_and_nothing_else(here: Brand) -> None:
    """From its first moment on, before its last; taken down since or not, but not what never went out."""
    for at in (SINCE - timedelta(seconds=1), SINCE, UNTIL - timedelta(seconds=1), UNTIL):
        here.publish("page", at=at)
    taken, never = here.publish("page")[0], here.publish("page")[0]
    with here.desk.store.write() as connection:
        connection.execute(models.delivery.update().where(models.delivery.c.id == taken).values(taken_down_at=NOON))
        connection.execute(models.delivery.update().where(models.delivery.c.id == never).values(state="uncertain"))

    assert [post.key for post in here.posts()] == ["2", str(taken), "3"]


def test_followers_are_those_counted_nearest_to_the_day(here: Brand) -> None:
    """Not those of weeks ago, nor of another account."""
    here.publish("page", at=NOON)
    here.publish("page", at=NOON + 10 * DAY)
    here.publish("birds", at=NOON)
    for days, count in ((-1.5, 100), (0.9, 110), (2, 120)):
        at = NOON + days * DAY
        here.read(None, at.date().isoformat(), at=at, followers=count)
    here.read(None, "2027-03-20", at=NOON + 10 * DAY, likes=4)

    assert [post.followers for post in here.posts()] == [110, None, None]
    with here.desk.store.read() as connection:
        counted = observing.followers(connection, since=SINCE, until=UNTIL)
    assert {name: [count for _at, count in found] for name, found in counted.items()} == {"page": [100, 110, 120]}


@pytest.mark.parametrize(
    ("marks", "age"),
    [
        ([{"1h", "24h", "7d"}, {"1h", "24h"}, {"1h"}, {"1h"}], "24h"),
        ([{"1h", "24h", "7d"}, {"1h", "24h", "7d"}, {"1h", "24h"}, {"1h"}], "7d"),
        ([{"28d"}, {"28d"}, set(), set()], "28d"),
        ([{"24h"}, set(), set(), set()], "24h"),
        ([set(), set()], "28d"),
    ],
)
def test_the_best_age_is_the_oldest_that_half_of_the_posts_have(here: Brand, marks: list[set[str]], age: str) -> None:
    """Where no age has so many, the one that most have."""
    for read in marks:
        delivery = here.publish("page")[0]
        for mark in read:
            here.read(delivery, mark, likes=1)

    assert here.best_age() == age


def test_logged_time_is_shared_out_over_what_is_out(here: Brand) -> None:
    """Whole seconds; also over what went out before the period."""
    here.publish("page", "birds", effort=20.0)
    here.publish("page", at=SINCE - DAY, effort=10.0)
    here.publish("birds", post=2)

    assert here.minutes() == [("page", 10.0, 0.0), ("birds", 10.0, 0.0), ("birds", 5.0, 0.0)]


def test_time_without_a_log_is_estimated(here: Brand) -> None:
    """By its tasks: writing or curating, and pictures of one's own; nothing for a post that comes back."""
    here.publish("page")
    here.publish("page", media=True)
    here.publish("page", media=True, origin="third-party")
    again = here.publish("page")[0]
    with here.desk.store.write() as connection:
        connection.execute(models.repetition.insert().values(post_id=again, original_id=1))

    assert here.minutes() == [("page", 20.0, 20.0), ("page", 35.0, 35.0), ("page", 5.0, 5.0), ("page", 0.0, 0.0)]


def test_answering_is_no_making(here: Brand) -> None:
    """Its time comes on top of the usual minutes, and logged writing takes their place."""
    here.publish("page")
    here.publish("page")
    here.log("reply", 120, posts={1: 60, 2: 60})
    here.log("write", 600, posts={2: 600})

    assert here.minutes() == [("page", 21.0, 20.0), ("page", 11.0, 0.0)]


def test_time_for_a_post_on_one_account_is_that_accounts(here: Brand) -> None:
    """Where it never went out there, it is shared like the rest."""
    here.publish("page", "birds", effort=0.0)
    here.publish("page", effort=0.0)
    here.log("reply", 90, posts={1: 60, 2: 30}, account="birds")

    assert here.minutes() == [("page", 0.0, 0.0), ("page", 0.5, 0.0), ("birds", 1.0, 0.0)]


def test_what_is_on_no_post_is_told_apart(here: Brand) -> None:
    """Of the period only."""
    here.publish("page")
    here.log("learn", 60)
    here.log("reply", 70, account="page")
    here.log("plan", 80, campaign="spring")
    here.log("write", 90, posts={1: 90})
    here.log("learn", 100, at=UNTIL)

    with here.desk.store.read() as connection:
        found = observing.efforts(connection, since=SINCE, until=UNTIL)

    assert sorted(entry.seconds for entry in found) == [60, 70, 80]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 2), st.one_of(st.none(), st.integers(0, 5000))), min_size=1, max_size=5),
    st.lists(st.tuples(st.sampled_from(["write", "reply"]), st.integers(1, 9999), st.sampled_from([None, "page", "birds"])), max_size=5),
)
def test_the_sum_over_the_networks_is_the_total(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[int, int | None]], logged: list[tuple[str, int, str | None]]
) -> None:
    """To the second, however the time was logged."""
    with brand(tmp_path_factory.mktemp("brand")) as here:
        for count, seconds in made:
            here.publish(*("page", "birds")[:count], effort=None if seconds is None else seconds / 60)
        for place, (task, seconds, account) in enumerate(logged):
            here.log(task, seconds, posts={place % len(made) + 1: seconds}, account=account)

        posts = here.posts()
        known = sum(seconds or 0 for _count, seconds in made) + sum(seconds for _task, seconds, _account in logged)

        assert round(sum(post.minutes - post.estimated for post in posts) * 60, 3) == known
        assert all(round(post.minutes * 60, 6).is_integer() for post in posts)
