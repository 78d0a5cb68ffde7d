"""Time that was spent is logged for what it was spent on; its shares add up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.planning import Desk, efforts
from evenly.planning.choosing import ChangeRefused
from evenly.planning.efforts import About, EffortRefused, equally, split
from evenly.store import efforts as stored
from tests.planning import desks

MINUTE = timedelta(minutes=1)
NOW = desks.NOW


@given(st.integers(0, 10**6), st.lists(st.floats(0, 1000), min_size=1, max_size=12))
def test_shares_add_up_and_are_within_a_second_of_their_due(seconds: int, weights: list[float]) -> None:
    """Whatever the weights."""
    shares = split(seconds, weights)

    assert sum(shares) == seconds
    assert all(share >= 0 for share in shares)
    total = sum(weights)
    if total > 1e-3:
        assert all(abs(share - seconds * weight / total) < 1.001 for share, weight in zip(shares, weights, strict=True))


@given(st.integers(0, 10**6), st.integers(1, 50))
def test_equal_shares_differ_by_a_second_at_most(seconds: int, count: int) -> None:
    """The first get what is left over, as with equal weights."""
    shares = equally(seconds, count)

    assert sum(shares) == seconds
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True) == split(seconds, [1.0] * count)


def logged(desk: Desk) -> list[stored.Entry]:
    with desk.store.read() as connection:
        return stored.entries(connection)


def test_an_effort_on_several_posts_is_shared(desk: Desk) -> None:
    """Named by post or by delivery, each once."""
    first, second, third = (desks.add(desk, text)[0] for text in ("Silver", "Gold", "Copper"))

    entry = efforts.add(desk, 25 * MINUTE, About(task="write", posts=["p1", str(first), f"{second}", "p3"]), now=NOW)

    assert entry.posts == {1: 500, 2: 500, 3: 500}
    assert logged(desk) == [entry]
    assert third


def test_what_was_paid_is_shared_like_the_time(desk: Desk) -> None:
    """10.00 for three posts are 3.34, 3.33 and 3.33."""
    for text in ("Silver", "Gold", "Copper"):
        desks.add(desk, text)

    entry = efforts.add(desk, 0 * MINUTE, About(task=None, posts=["p1", "p2", "p3"]), cents=1000, now=NOW)

    assert (entry.posts, entry.paid) == ({1: 0, 2: 0, 3: 0}, {1: 334, 2: 333, 3: 333})
    assert logged(desk) == [entry]


@pytest.mark.parametrize(
    ("minutes", "task", "cents"), [(0, None, 0), (5, None, 100), (5, None, 0), (5, "write", -1), (5, "write", 10**9 + 1)]
)
def test_money_that_cannot_be_is_refused(desk: Desk, minutes: int, task: Any, cents: int) -> None:
    with pytest.raises(EffortRefused):
        efforts.add(desk, minutes * MINUTE, About(task=task), cents=cents, now=NOW)

    assert logged(desk) == []


def test_an_effort_remembers_what_it_was_for(desk: Desk) -> None:
    """When, for whom, and a note."""
    about = About(task="reply", account="pins", campaign="spring", note="Many questions")
    entry = efforts.add(desk, 90 * MINUTE, about, at=NOW - timedelta(days=1), now=NOW)

    assert (entry.seconds, entry.at, entry.account, entry.campaign, entry.note) == (
        5400,
        NOW - timedelta(days=1),
        "pins",
        "spring",
        "Many questions",
    )
    efforts.drop(desk, str(entry.id))
    assert logged(desk) == []


@pytest.mark.parametrize(
    ("duration", "about", "said"),
    [
        (timedelta(0), About(task="write"), "takes some time"),
        (timedelta(milliseconds=300), About(task="write"), "takes some time"),
        (timedelta(days=8), About(task="write"), "more than 7 days"),
        (MINUTE, About(task="write", account="nobody"), "no account nobody; evenly.toml has: pins, notes"),
        (MINUTE, About(task="write", campaign="p1"), "no campaign p1"),
        (MINUTE, About(task="write", posts=["p1"], account="notes"), "p1 does not go to notes"),
        (MINUTE, About(task="write", note="x" * 501), "too long"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_logged(desk: Desk, duration: timedelta, about: About, said: str) -> None:
    """With what is allowed."""
    desks.add(desk, "Silver")

    with pytest.raises(EffortRefused, match=said):
        efforts.add(desk, duration, about, now=NOW)
    assert logged(desk) == []


@pytest.mark.parametrize("name", ["p9", "9", "Silver", "-1"])
def test_a_post_that_is_not_there_is_refused(desk: Desk, name: str) -> None:
    """By the name that was written."""
    with pytest.raises(ChangeRefused, match=f"no post or delivery {name}"):
        efforts.add(desk, MINUTE, About(task="write", posts=[name]), now=NOW)


def test_a_campaign_that_evenly_toml_does_not_have_is_refused_where_it_has_some(tmp_path: Path) -> None:
    """As for posts."""
    with desks.workspace(tmp_path / "here", desks.SETTINGS + "[campaigns.spring]\n") as desk:
        efforts.add(desk, MINUTE, About(task="plan", campaign="spring"), now=NOW)
        with pytest.raises(EffortRefused, match=r"no campaign autumn; evenly\.toml has: spring"):
            efforts.add(desk, MINUTE, About(task="plan", campaign="autumn"), now=NOW)


def test_work_that_ends_in_the_future_is_refused(desk: Desk) -> None:
    """It is a log."""
    with pytest.raises(EffortRefused, match="has not come yet"):
        efforts.add(desk, MINUTE, About(task="write"), at=NOW + timedelta(hours=1), now=NOW)


def test_the_timer_logs_what_passed_between_start_and_stop(desk: Desk) -> None:
    """For what it was started for."""
    desks.add(desk, "Silver")
    efforts.start(desk, About(task="photo", account="pins", posts=["p1"], note="Rings"), now=NOW)

    entry = efforts.stop(desk, now=NOW + 17 * MINUTE)

    assert (entry.task, entry.seconds, entry.account, dict(entry.posts), entry.note) == ("photo", 1020, "pins", {1: 1020}, "Rings")
    assert logged(desk) == [entry]


def test_there_is_one_timer(desk: Desk) -> None:
    """What runs goes on when a second one is refused."""
    efforts.start(desk, About(task="write"), now=NOW)
    with pytest.raises(EffortRefused, match="running already, for write"):
        efforts.start(desk, About(task="reply"), now=NOW + MINUTE)

    assert efforts.stop(desk, now=NOW + 2 * MINUTE).seconds == 120
    with pytest.raises(EffortRefused, match="No timer is running"):
        efforts.stop(desk, now=NOW)


def test_a_timer_that_ran_on_is_corrected_or_thrown_away(desk: Desk) -> None:
    """Over the weekend nobody has worked; and longer than any work it is not logged by mistake."""
    efforts.start(desk, About(task="write"), now=NOW)
    with pytest.raises(EffortRefused, match="more than 7 days"):
        efforts.stop(desk, now=NOW + timedelta(days=9))
    assert efforts.stop(desk, now=NOW + timedelta(days=3), duration=25 * MINUTE).seconds == 1500

    efforts.start(desk, About(task="write"), now=NOW)
    efforts.cancel(desk)
    assert len(logged(desk)) == 1
    with pytest.raises(EffortRefused, match="No timer"):
        efforts.cancel(desk)


@pytest.mark.parametrize("number", ["1", "one", "-1", "9" * 30, "²"])
def test_an_effort_that_is_not_there_cannot_be_taken_out(desk: Desk, number: str) -> None:
    """Whatever stands there for a number."""
    with pytest.raises(EffortRefused, match="There is no effort"):
        efforts.drop(desk, number)


def test_entries_are_listed_from_a_time_on_and_before_another(desk: Desk) -> None:
    """The bounds are half open."""
    for day in range(4):
        efforts.add(desk, MINUTE, About(task="write"), at=NOW - timedelta(days=day), now=NOW)

    with desk.store.read() as connection:
        found = stored.entries(connection, since=NOW - timedelta(days=2), until=NOW)

    assert [entry.at for entry in found] == [NOW - timedelta(days=2), NOW - timedelta(days=1)]
