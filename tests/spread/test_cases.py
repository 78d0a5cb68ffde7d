"""Hard cases by name: clock changes, midnight, holidays, bursts, holes, and what people are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from evenly.spread import Account, Cadence, Published, QueuedPost, Rule, append, days, edit, is_open, next_open, plan, rail, scores

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)


def every_day(start: time, end: time) -> tuple[tuple[tuple[time, time], ...], ...]:
    return (((start, end),),) * 7


def posts(count: int) -> list[QueuedPost]:
    return [QueuedPost(f"p{n}", seq=n) for n in range(count)]


def minutes(account: Account, day: date) -> int:
    return next((sum(end - start for start, end, _ in found.pieces) for found in islice(days(account, NOW), 400) if found.date == day), 0)


def test_a_window_in_the_skipped_hour_vanishes_and_in_the_repeated_hour_counts_twice() -> None:
    """Berlin skips 02:00 to 03:00 on 29 March 2026 and repeats it on 25 October."""
    account = Account("a", "Europe/Berlin", windows=every_day(time(2), time(3)))

    assert [minutes(account, date(2026, month, day)) for month, day in ((3, 28), (3, 29), (10, 24), (10, 25))] == [60, 0, 60, 120]


def test_posts_stay_an_hour_apart_on_the_day_the_clocks_go_forward() -> None:
    """The 23 hours of 29 March in Berlin hold 23 posts one hour apart."""
    account = Account("a", "Europe/Berlin", Cadence(23, "day"), every_day(time(0), time(0)), rotation=0.0)
    times = [slot.time for slot in islice(rail(account, datetime(2026, 3, 28, 23, tzinfo=UTC)), 23)]

    assert {timedelta(hours=1)} == {later - earlier for earlier, later in pairwise(times)}
    assert {date(2026, 3, 29)} == {time.astimezone(ZoneInfo("Europe/Berlin")).date() for time in times}


def test_a_window_across_midnight_belongs_to_the_date_it_starts_on() -> None:
    """Saturday 01:00 is Friday's evening, and a holiday on Saturday ends it at midnight."""
    friday = Account("a", windows=((), (), (), (), ((time(20), time(2)),), (), ()))
    night = datetime(2026, 3, 7, 1, tzinfo=UTC)

    assert next(iter(days(friday, night))).date == date(2026, 3, 6)
    assert is_open(friday, night)
    assert not is_open(replace(friday, holidays=frozenset({date(2026, 3, 7)})), night)
    assert minutes(replace(friday, holidays=frozenset({date(2026, 3, 13)})), date(2026, 3, 13)) == 0


def test_three_a_week_is_three_in_every_week() -> None:
    """No week of a year has more or fewer."""
    placed = plan(Account("a", cadence=Cadence(3, "week")), posts(156), NOW - timedelta(hours=7)).placements
    weeks = [placement.time.isocalendar()[:2] for placement in placed]

    assert {3} == {weeks.count(week) for week in set(weeks)}


def test_a_date_is_never_due_more_than_its_windows_hold() -> None:
    """Ten posts at three hours apart do not fit into four hours; two do."""
    account = Account("a", cadence=Cadence(10, "day"), windows=every_day(time(10), time(14)), gap=timedelta(hours=3))

    assert {Fraction(2)} == {day.target for day in islice(days(account, NOW), 10)}
    times = [placement.time for placement in plan(account, posts(20), NOW).placements]
    assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(hours=3)


def test_more_posts_where_more_people_are_awake() -> None:
    """Three quarters of the audience are there in the second half of the window: so are three quarters of the posts."""
    audience = tuple(3.0 if hour >= 14 else 1.0 for hour in range(24)) * 7
    placed = plan(Account("a", audience=audience), posts(100), NOW).placements

    assert sum(placement.time.hour >= 14 for placement in placed) == pytest.approx(75, abs=2)


def test_without_rotation_every_day_has_the_same_times() -> None:
    """Two a day between 8 and 20: at 11 and 17."""
    placed = plan(Account("a", cadence=Cadence(2, "day"), rotation=0.0), posts(10), NOW).placements

    assert {time(11), time(17)} == {placement.time.time() for placement in placed}


def test_after_a_burst_the_first_post_comes_one_post_later_and_one_slot_is_left_out() -> None:
    """Nine posts yesterday evening: a post today, none tomorrow, then one a day again."""
    burst = [Published(NOW - timedelta(hours=12, minutes=n)) for n in range(9)]
    placed = plan(Account("a"), posts(5), NOW, history=burst).placements

    assert [(placement.time.date() - NOW.date()).days for placement in placed] == [0, 2, 3, 4, 5]


def test_posts_added_one_by_one_land_where_they_would_have_landed_together() -> None:
    """By the cheap way, and by a new planning each day after."""
    account = Account("a", cadence=Cadence(5, "week"))
    together = plan(account, posts(30), NOW)
    one_by_one = plan(account, posts(1), NOW)
    for post in posts(30)[1:]:
        one_by_one = append(account, post, NOW, one_by_one)
    assert [p.time for p in together.placements] == [p.time for p in one_by_one.placements]

    later = NOW + timedelta(days=9)
    rest = [placement for placement in one_by_one.placements if placement.time >= later]
    history = [Published(placement.time) for placement in one_by_one.placements if placement.time < later]
    again = plan(account, posts(30)[len(history) :], later, history=history, keep=rest[:-3], anchor=one_by_one.anchor)
    assert [p.time for p in rest] == [p.time for p in again.placements if p.id in {q.id for q in rest}]


def test_a_post_about_to_expire_goes_ahead_as_late_as_it_can() -> None:
    """Last in the queue, but only good for three days: it takes the third day's slot, and says so."""
    queue = [*posts(10), QueuedPost("urgent", seq=99, expires=NOW + timedelta(days=2, hours=14))]
    placed = plan(Account("a"), queue, NOW).placements

    assert [placement.id for placement in placed].index("urgent") == 2
    assert placed[2].why is Rule.RESCUED


def test_what_cannot_be_placed_says_why() -> None:
    """Expired, impossible, pinned to the past: reported, never dropped."""
    queue = [
        QueuedPost("old", expires=NOW - timedelta(days=1)),
        QueuedPost("never", not_before=NOW + timedelta(days=3), expires=NOW + timedelta(days=2)),
        QueuedPost("past", pinned_at=NOW - timedelta(days=1)),
    ]
    reasons = {post.id: str(post.reason) for post in plan(Account("a"), queue, NOW).unplaced}

    assert reasons["past"] == "Its fixed time has passed."
    assert reasons["never"] == "It expires before it may be published."
    assert reasons["old"].startswith("No free time is left before it expires on 2026-03-01")


def test_an_account_that_is_never_open_again_has_no_time_for_anything() -> None:
    """Planning ends, and says so."""
    closed = Account("a", blackouts=((date(2026, 1, 1), date(2100, 1, 1)),))

    planned = plan(closed, posts(1), NOW)
    assert str(planned.unplaced[0].reason) == "The account has no open time left for this post."
    assert next_open(closed, NOW, []) is None


def test_the_next_open_minute_keeps_the_gap_to_everything() -> None:
    """In the window, and three hours from the posts before and after."""
    account = Account("a", gap=timedelta(hours=3))
    at = NOW.replace(hour=9)

    assert next_open(account, at, []) == at
    assert next_open(account, at, [at - timedelta(hours=1), at + timedelta(hours=4)]) == at + timedelta(hours=7)
    assert next_open(account, NOW.replace(hour=19), [NOW.replace(hour=18)]) == NOW.replace(hour=8) + timedelta(days=1)


def test_a_hole_is_offered_to_the_next_post_that_fits() -> None:
    """A post that may only go later leaves it; the one after takes it."""
    account = Account("a")
    old = plan(account, posts(10), NOW)
    hole = old.placements[3]
    holed = edit(account, [p for p in posts(10) if p.id != hole.id], NOW, old, committed_until=NOW)
    late = append(account, QueuedPost("late", not_before=hole.time + timedelta(hours=1)), NOW, holed)
    filled = append(account, QueuedPost("next"), NOW, late)

    assert hole.time in holed.free
    assert {p.id: p.time for p in filled.placements}["next"] == hole.time


def test_what_is_fed_in_blocks_comes_out_mixed_beyond_the_committed_time() -> None:
    """Ten owned, then ten others: the first week stays as it was, the rest alternates."""
    account = Account("a", mix={"owned": Fraction(1, 2)})
    owned = [replace(post, kind="owned") for post in posts(10)]
    others = [QueuedPost(f"o{n}", "third", seq=50 + n) for n in range(10)]
    until = NOW + timedelta(days=3)
    old = plan(account, owned, NOW)

    mixed = edit(account, [*owned, *others], NOW, old, committed_until=until)
    kinds = "".join((placement.kind or "")[0] for placement in mixed.placements)
    assert kinds.startswith("ooo")
    assert "oooooo" not in kinds
    assert [placement.provisional for placement in mixed.placements] == [p.time > until for p in mixed.placements]


def test_scores_of_a_plain_plan_reach_their_optimum() -> None:
    """Days and mix exactly; no rule says that nothing was planned."""
    account = Account("a", cadence=Cadence(3, "week"), windows=(((time(8), time(20)),),) * 5 + ((), ()), mix={"o": Fraction(7, 10)})
    queue = [QueuedPost(f"p{n}", "o" if n % 3 else "t", seq=n) for n in range(60)]
    found = scores(account, plan(account, queue, NOW - timedelta(hours=7)).placements, NOW - timedelta(hours=7))

    assert found.days.value == found.days.best == pytest.approx(4 / 5)
    assert found.mix.value == found.mix.best == pytest.approx(1 / 2)
    assert scores(account, [], NOW).days.value is None


def test_every_rule_has_a_sentence() -> None:
    """`plan --why` always has something to say."""
    assert all(str(rule.message).endswith(".") for rule in Rule)
