"""The promises of the planner, numbered as in the page on spreading."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.spread import (
    Account,
    Cadence,
    Calendar,
    Placement,
    Plan,
    Published,
    QueuedPost,
    append,
    edit,
    plan,
    plan_all,
    rail,
    scores,
)
from evenly.spread.scoring import star_discrepancy, unevenness
from evenly.spread.zones import minute_of
from tests.spread import oracle
from tests.spread.strategies import ZONES, accounts, histories, moments, queues

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

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
@given(accounts(gap=None), moments, st.data())
def test_2_with_pins_the_worst_run_is_at_most_one_above_the_optimum(account: Account, now: datetime, data: st.DataObject) -> None:
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
def test_3_times_of_day_get_their_share_and_posts_keep_apart(account: Account, now: datetime, count: int, data: st.DataObject) -> None:
    """Equal daily counts: any run of days has N x D* <= log2(N)/3 + 1, and gaps of at least 0.6 of the ideal."""
    slots = [slot for slot in islice(rail(account, now), count + 16) if slot.day > now.date() + oracle.DAY]
    low = data.draw(st.integers(0, len(slots) - 2))
    high = data.draw(st.integers(low + 1, len(slots)))
    run = [slot for slot in slots if slots[low].day <= slot.day < slots[high - 1].day]

    if run:
        assert len(run) * star_discrepancy(sorted(slot.x for slot in run)) <= Fraction(math.log2(len(run)) / 3 + 1)
    assert min(later.y - earlier.y for earlier, later in pairwise(slots)) >= Fraction(6, 10)


@many
@given(accounts(rotation=1.0, gap=timedelta(0)), moments, st.integers(2, 120))
def test_3_with_mixed_counts_times_of_day_stay_within_twice_the_level(account: Account, now: datetime, count: int) -> None:
    """Whatever the cadence and windows, N x D* <= 2 (log2(N)/3 + 1), and what whole minutes take in short windows."""
    slots = [slot for slot in islice(rail(account, now), count + 4) if slot.day > now.date() + oracle.DAY]
    shares = sorted(slot.x for slot in slots)
    lengths = {day: 15 * len(oracle.open_minutes(account, day, 15)) for day in {slot.day for slot in slots[:40]}}
    rounding = Fraction(len(slots), 2 * min(lengths.values(), default=1))

    assert not shares or len(shares) * star_discrepancy(shares) <= Fraction(2 * (math.log2(len(shares)) / 3 + 1)) + max(
        rounding, Fraction(1)
    )


SHARES = st.lists(st.integers(1, 9), min_size=2, max_size=4)


@many
@given(SHARES, st.lists(st.integers(0, 9), min_size=4, max_size=4), st.integers(0, 3))
def test_4_without_pins_the_mix_is_the_best_that_any_order_reaches(parts: list[int], supply: list[int], unnamed: int) -> None:
    """Whatever the shares and the supply, as long as every kind could last; themes inside a kind alike."""
    names = [f"k{n}" for n in range(len(parts))]
    counts = [max(1, count) for count in supply[: len(names)]]
    shares = {name: Fraction(part, sum(parts)) for name, part in zip(names, parts, strict=True)}
    queue = [QueuedPost(f"{name}-{n}", name, name, seq=n) for name, count in zip(names, counts, strict=True) for n in range(count)]
    length = int(min(count / shares[name] for name, count in zip(names, counts, strict=True)))
    now = datetime(2026, 5, 4, tzinfo=UTC)

    kinds = [placed.kind or "" for placed in plan(Account("page", mix=shares), queue, now).placements]
    topics = [
        placed.topic or "" for placed in plan(Account("page", topics=shares), [replace(post, kind="own") for post in queue], now).placements
    ]
    best = oracle.least_deviation(list(shares.values()), counts, {}, length)
    assert oracle.deviation(kinds[:length], shares) == best
    assert oracle.deviation(topics[:length], shares) == best
    assert best <= 1 - Fraction(1, 2 * len(parts) - 2)


@many
@given(SHARES, st.data())
def test_4_with_pins_releases_and_expiries_the_mix_is_close_to_the_best(parts: list[int], data: st.DataObject) -> None:
    """At most 1.3 times the least deviation of all orders that respect the pins."""
    shares = {f"k{n}": Fraction(part, sum(parts)) for n, part in enumerate(parts)}
    names = list(shares)
    now = datetime(2026, 5, 4, tzinfo=UTC)
    kinds = data.draw(st.lists(st.sampled_from(names), min_size=4, max_size=12))
    days = data.draw(st.sets(st.integers(1, 15), max_size=4))
    pins = [
        QueuedPost(f"pin{day}", data.draw(st.sampled_from(names)), pinned_at=now + timedelta(days=day, hours=12)) for day in sorted(days)
    ]
    queue = [QueuedPost(f"p{n}", kind, seq=n) for n, kind in enumerate(kinds)] + pins
    placed = plan(Account("page", mix=shares), queue, now).placements

    score = scores(Account("page", mix=shares), placed, now).mix
    line = [placement.kind or "" for placement in placed]
    here = _shares(shares, line)
    names = sorted(here)
    length = min((int(line.count(name) / share) for name, share in here.items() if share), default=0)
    fixed = {n: names.index(p.kind or "") for n, p in enumerate(placed[:length]) if p.pinned}
    supply = [sum(1 for p in placed if p.kind == name and not p.pinned) for name in names]
    best = oracle.least_deviation([here[name] for name in names], supply, fixed, length)
    assert oracle.deviation(line[:length], here) <= Fraction(13, 10) * best
    assert score.best is not None
    assert score.best <= float(best) + 1e-9


def _shares(shares: dict[str, Fraction], line: Sequence[str]) -> dict[str, Fraction]:
    total = sum(shares[name] for name in set(line))
    return {name: shares[name] / total for name in set(line)}


@many
@given(requests(), st.randoms(use_true_random=False))
def test_5_the_order_of_the_input_does_not_matter(request_: tuple[Account, list[QueuedPost], datetime], random: Random) -> None:
    """The same posts in any order give the same plan."""
    account, queue, now = request_
    shuffled = list(queue)
    random.shuffle(shuffled)

    assert plan(account, queue, now) == plan(account, shuffled, now)


@many
@given(requests(), st.data())
def test_6_an_appended_post_moves_nothing(request_: tuple[Account, list[QueuedPost], datetime], data: st.DataObject) -> None:
    """Neither by the cheap way nor by an edit, at any later moment, when nothing is steered."""
    account, queue, now = request_
    old = plan(account, queue, now)
    later = now + timedelta(minutes=data.draw(st.integers(0, 3 * 1440)))
    post = QueuedPost("new", data.draw(st.sampled_from(["owned", "third"])), seq=99)
    waiting = [other for other in queue if _time(old, other.id, later) >= later]

    edited = edit(account, [*waiting, post], later, old, committed_until=later, steer=False)
    for changed in (append(account, post, later, old), edited):
        times = {placement.id: placement.time for placement in changed.placements}
        assert all(times[placed.id] == placed.time for placed in old.placements if placed.time >= later)
        assert "new" in times or "new" in {post.id for post in changed.unplaced}


def _time(planned: Plan, name: str, default: datetime) -> datetime:
    return next((placement.time for placement in planned.placements if placement.id == name), default)


@many
@given(accounts(), moments, st.integers(2, 25), st.data())
def test_6_a_deleted_post_leaves_a_hole_for_the_next(account: Account, now: datetime, count: int, data: st.DataObject) -> None:
    """A deletion moves nothing, and the next post takes the hole, if the account is still open there."""
    queue = _plain(count)
    old = plan(account, queue, now)
    if len(old.placements) < 2:
        return
    gone = data.draw(st.sampled_from(old.placements))
    rest = [post for post in queue if post.id != gone.id]

    without = edit(account, rest, now, old, committed_until=now, steer=False)
    filled = edit(account, [*rest, QueuedPost("new", seq=99)], now, without, committed_until=now, steer=False)
    assert without.placements == tuple(placed for placed in old.placements if placed.id != gone.id)
    assert _time(filled, "new", now) <= gone.time
    assert {p for p in filled.placements if p.id != "new"} == set(without.placements)


@many
@given(requests(), st.integers(0, 20 * 1440))
def test_6_a_pin_moves_at_most_one_post(request_: tuple[Account, list[QueuedPost], datetime], minutes: int) -> None:
    """Whether new or made of a floating post."""
    account, queue, now = request_
    old = plan(account, queue, now)
    at = now + timedelta(minutes=minutes)
    pinned = [replace(queue[0], pinned_at=at), *queue[1:]]

    for posts in ([*queue, QueuedPost("new", pinned_at=at)], pinned):
        changed = edit(account, posts, now, old, committed_until=now, steer=False)
        times = {placement.id: placement.time for placement in changed.placements}
        moved = [p for p in old.placements if times.get(p.id) != p.time and p.id not in ("new", queue[0].id)]
        assert len(moved) <= 1
        assert all(placed.id in times for placed in old.placements)


@many
@given(requests(), st.integers(0, 14))
def test_6_steering_keeps_the_instants_and_what_is_committed(request_: tuple[Account, list[QueuedPost], datetime], days: int) -> None:
    """Beyond the committed time posts change places only; what is fed in blocks comes out mixed or stays."""
    account, queue, now = request_
    old = plan(account, queue, now)
    until = now + timedelta(days=days)
    posts = [*queue, *(QueuedPost(f"new{n}", "owned", seq=100 + n) for n in range(4))]

    firm = edit(account, posts, now, old, committed_until=until, steer=False)
    steered = edit(account, posts, now, old, committed_until=until)
    assert [p.time for p in firm.placements] == [p.time for p in steered.placements]
    assert [p for p in firm.placements if p.time <= until] == [p for p in steered.placements if p.time <= until]
    assert unevenness(account, steered.placements, ()) <= unevenness(account, firm.placements, ())
    for placement in steered.placements:
        _is_allowed(account, next(post for post in posts if post.id == placement.id), placement, now)


@many
@given(requests())
def test_7_inside_a_kind_and_theme_first_in_is_first_out(request_: tuple[Account, list[QueuedPost], datetime]) -> None:
    """Priority, then the queue's order; only a post that was not there yet or would expire breaks it."""
    account, queue, now = request_
    placed = {placement.id: placement for placement in plan(account, queue, now).placements if not placement.pinned}
    posts = sorted((post for post in queue if post.id in placed), key=lambda post: (-post.priority, post.seq))
    for n, first in enumerate(posts):
        for second in posts[n + 1 :]:
            overtaken = placed[second.id].time < placed[first.id].time
            if overtaken and (first.kind, first.topic) == (second.kind, second.topic):
                there = first.not_before is None or first.not_before <= placed[second.id].time
                assert not there or second.expires is not None


@many
@given(accounts(gap=None, rotation=1.0), moments, st.integers(0, 20 * 1440))
def test_8_after_the_last_published_post_the_clock_advances_about_one_post(account: Account, now: datetime, minutes: int) -> None:
    """The first new post falls on the date on which the target clock has advanced one post, or soon after a silence."""
    last = now - timedelta(minutes=minutes)
    planned = plan(account, _plain(3), now, history=[Published(last)])
    calendar = Calendar(account)
    first = planned.placements[0].time
    day = next(calendar.days(calendar.first_date(minute_of(first))))
    gone = calendar.advance(minute_of(last), minute_of(first))
    silence = calendar.advance(minute_of(last), minute_of(now))

    assert gone >= min(1 - day.target, Fraction(1, 2))
    assert gone <= max(Fraction(1), silence) + day.target + 1


@many
@given(accounts(), moments, st.data())
def test_9_local_times_exist_and_are_the_true_ones(account: Account, now: datetime, data: st.DataObject) -> None:
    """Every planned time survives the way to the wall clock and back, and its date holds it."""
    queue = data.draw(queues(now, pins=False))
    zone = ZoneInfo(account.zone)
    for placement in plan(account, queue, now).placements:
        local = placement.time.astimezone(zone)
        assert datetime.fromisoformat(local.isoformat()) == placement.time
        assert oracle.logical_date(account, placement.time) is not None


@many
@given(accounts(gap=timedelta(0)), moments, st.integers(2, 4))
def test_10_accounts_of_one_brand_never_share_a_minute(account: Account, now: datetime, count: int) -> None:
    """Equal accounts of a brand, planned together, keep their stagger where there is room for it."""
    brand = [replace(account, id=f"a{n}", brand="b") for n in range(count)]
    plans = plan_all(brand, {one.id: _plain(10) for one in brand}, now, stagger=timedelta(minutes=5))

    times = [placement.time for planned in plans.values() for placement in planned.placements]
    counts = [len(oracle.open_minutes(account, day, 15)) for day in {oracle.logical_date(account, t) for t in times} if day]
    if min(counts) >= 16:
        assert len(set(times)) == len(times)


def test_10_equal_cadences_of_a_brand_interleave_evenly() -> None:
    """Three accounts, 3 a week each: together every day of the week gets its 9/7 posts, and the times of day interleave."""
    brand = [Account(f"a{n}", cadence=Cadence(3, "week"), brand="b") for n in range(3)]
    now = datetime(2026, 6, 1, tzinfo=UTC)
    plans = plan_all(brand, {one.id: _plain(60) for one in brand}, now, stagger=timedelta(minutes=10))

    times = sorted(placement.time for planned in plans.values() for placement in planned.placements)
    counts = [sum(1 for time in times if time.date() == day) for day in _range(now.date(), times[-1].date())]
    assert oracle.worst_run((Fraction(9, 7), count) for count in counts[:120]) < 1
    assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(minutes=10)
