"""The promises of the planner, numbered as in the page on spreading."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.spread import Account, Cadence, Calendar, Placement, QueuedPost, plan, rail, scores
from evenly.spread.scoring import star_discrepancy
from tests.spread import oracle
from tests.spread.strategies import ZONES, accounts, histories, moments, queues

if TYPE_CHECKING:
    from collections.abc import Sequence

many = settings(max_examples=500, deadline=None)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Account, list[QueuedPost], datetime]:
    now = draw(moments)
    return draw(accounts()), draw(queues(now)), now


@many
@given(requests(), st.data())
def test_1_every_post_is_placed_once_within_its_bounds_or_reported(
    request_: tuple[Account, list[QueuedPost], datetime], data: st.DataObject
) -> None:
    """No post outside windows, on a holiday, in the past, too early, expired or closer than the gap; none is lost."""
    account, queue, now = request_
    history = data.draw(histories(now))
    planned = plan(account, queue, now, history=history)

    by_name = {post.id: post for post in queue}
    names = [placement.id for placement in planned.placements] + [post.id for post in planned.unplaced]
    assert sorted(by_name) == sorted(names)
    for placement in planned.placements:
        _is_allowed(account, by_name[placement.id], placement, now)
    gap = Calendar(account).gap
    times = [(placement.time, placement.pinned) for placement in planned.placements]
    times += [(post.time, True) for post in history]
    for (earlier, one), (later, other) in pairwise(sorted(times)):
        assert (one and other) or later - earlier >= gap * oracle.MINUTE


def _is_allowed(account: Account, post: QueuedPost, placement: Placement, now: datetime) -> None:
    assert placement.time.second == 0
    assert placement.time >= now - oracle.MINUTE
    if post.pinned_at is not None:
        assert placement.pinned
        assert placement.time == post.pinned_at
        return
    assert placement.time >= now
    assert oracle.logical_date(account, placement.time) is not None
    assert post.not_before is None or placement.time >= post.not_before
    assert post.expires is None or placement.time <= post.expires


def _counts(account: Account, placements: Sequence[Placement], now: datetime) -> list[tuple[Fraction, int]]:
    """Target and count of each whole date before the last one that has a post."""
    dates = [_date(account, placement.time) for placement in placements]
    first = now.date() + 2 * oracle.DAY
    return [(oracle.due(account, day), dates.count(day)) for day in _range(first, max(dates))]


def _date(account: Account, moment: datetime) -> date:
    """The date a post counts for; a pin at a closed time counts where the wall clock puts it."""
    return oracle.logical_date(account, moment) or moment.astimezone(ZoneInfo(account.zone)).date()


def _range(first: date, end: date) -> list[date]:
    return [first + n * oracle.DAY for n in range((end - first).days)]


@many
@given(accounts(gap=timedelta(0)), moments, st.integers(5, 40))
def test_2_every_run_of_days_holds_floor_or_ceiling_of_its_target(account: Account, now: datetime, count: int) -> None:
    """Without pins and gap limits, the posts of any run of days differ from its target by less than one."""
    planned = plan(account, _plain(count), now)

    assert oracle.worst_run(_counts(account, planned.placements, now)) < 1


def _plain(count: int) -> list[QueuedPost]:
    return [QueuedPost(f"p{n}", seq=n) for n in range(count)]


@many
@given(accounts(), moments, st.data())
def test_2_with_pins_the_worst_run_is_at_most_one_above_the_optimum(
    account: Account, now: datetime, data: st.DataObject
) -> None:
    """Pins anywhere, in clusters too: at most one more than what they force; two more after an uneven history."""
    shifts = data.draw(st.lists(st.integers(3 * 1440, 20 * 1440), max_size=6))
    cluster = data.draw(st.lists(st.integers(9 * 1440, 10 * 1440), max_size=5))
    pins = [QueuedPost(f"pin{n}", pinned_at=now + s * oracle.MINUTE) for n, s in enumerate(shifts + cluster)]
    history = data.draw(histories(now))
    planned = plan(account, _plain(30) + pins, now, history=history)

    days = scores(account, planned.placements, now).days
    assert days.value is not None
    assert days.best is not None
    assert days.value <= days.best + (3 if history else 1) + 1e-9


def _equal_days(draw: st.DrawFn) -> Account:
    """As many posts on every date, and windows of equal length."""
    start = draw(st.integers(0, 40))
    length = draw(st.integers(32, 96))
    window = (_quarter(start), _quarter((start + length) % 96))
    zone = draw(st.sampled_from(ZONES))
    return Account("page", zone, Cadence(draw(st.integers(1, 4)), "day"), ((window,),) * 7)


def _quarter(quarters: int) -> time:
    return time(quarters // 4, quarters % 4 * 15)


@many
@given(st.composite(_equal_days)(), moments, st.integers(2, 120), st.data())
def test_3_times_of_day_get_their_share_and_posts_keep_apart(
    account: Account, now: datetime, count: int, data: st.DataObject
) -> None:
    """Equal daily counts: any run of days has N x D* <= log2(N)/3 + 1, and gaps of at least 0.6 of the ideal."""
    slots = [slot for slot in islice(rail(account, now), count + 8) if slot.day > now.date() + oracle.DAY]
    low = data.draw(st.integers(0, len(slots) - 2))
    high = data.draw(st.integers(low + 1, len(slots)))
    run = [slot for slot in slots if slots[low].day <= slot.day < slots[high - 1].day]

    if run:
        assert len(run) * star_discrepancy(sorted(slot.x for slot in run)) <= Fraction(math.log2(len(run)) / 3 + 1)
    assert min(later.y - earlier.y for earlier, later in pairwise(slots)) >= Fraction(6, 10)


@many
@given(accounts(rotation=1.0, gap=timedelta(0)), moments, st.integers(2, 120))
def test_3_with_mixed_counts_times_of_day_stay_within_twice_the_level(
    account: Account, now: datetime, count: int
) -> None:
    """Whatever the cadence and windows, N x D* <= 2 (log2(N)/3 + 1), and what whole minutes take in short windows."""
    slots = [slot for slot in islice(rail(account, now), count + 4) if slot.day > now.date() + oracle.DAY]
    shares = sorted(slot.x for slot in slots)
    rounding = sum(Fraction(1, len(oracle.open_minutes(account, slot.day, 15)) * 15) for slot in slots) / 2

    assert not shares or len(shares) * star_discrepancy(shares) <= Fraction(
        2 * (math.log2(len(shares)) / 3 + 1)
    ) + max(rounding, Fraction(1))
