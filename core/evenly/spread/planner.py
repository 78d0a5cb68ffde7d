"""Plan one account, or all accounts of a workspace, from their queues."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from evenly.plugin import Message
from evenly.spread.days import Calendar
from evenly.spread.filling import Mark, assign, floating
from evenly.spread.rail import Rail, anchor_at
from evenly.spread.track import FreeSlots, Neighbours, Track
from evenly.spread.values import Anchor, Placement, Plan, Rule, Unplaced
from evenly.spread.zones import minute_from, minute_of, moment_of, whole_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from evenly.spread.filling import Assignment
    from evenly.spread.values import Account, Published, QueuedPost

_HORIZON = timedelta(days=50 * 365)


def plan(
    account: Account,
    queue: Iterable[QueuedPost],
    now: datetime,
    *,
    history: Sequence[Published] = (),
    keep: Sequence[Placement] = (),
    anchor: Anchor | None = None,
    others: Sequence[datetime] = (),
    stagger: timedelta | None = None,
    place: Fraction = Fraction(0),
) -> Plan:
    """Give every post of the queue a time, or the reason why it has none.

    `keep` holds placements that stay where they are (their posts may be left out of `queue`). With the `anchor` of the
    plan they come from, the rail goes on unmoved and their holes are offered first. `others` are the times of the
    brand's other accounts, to be kept `stagger` away from; `place` (0 to 1) sets equal accounts of a brand apart.
    """
    calendar = Calendar(account)
    start = minute_from(now)
    begin = current(calendar, anchor, now) if anchor is not None else anchor_at(calendar, now, history, place)
    kept = {placement.id for placement in keep}
    posts = [post for post in queue if post.id not in kept]
    distant = [post for post in posts if _is_distant(post, now)]
    posts = [post for post in posts if not _is_distant(post, now)] if distant else posts
    pins = [post for post in posts if post.pinned_at is not None]
    settled = [_pinned(account.id, post) for post in pins if _minute_of_pin(post) >= start]
    settled += [placement for placement in keep if minute_of(placement.time) >= start]
    marks = sorted(
        (Mark(minute_of(placement.time), placement.kind, placement.topic, placement.apart) for placement in settled),
        key=lambda mark: mark.minute,
    )
    past = [Mark(minute_of(post.time), post.kind, post.topic, post.apart) for post in history]
    fixed, out = [mark.minute for mark in marks], [mark.minute for mark in past]
    near = Neighbours(sorted(fixed + out), sorted(map(minute_of, others)), whole_minutes(stagger))
    # What was out before the rail began is in its beginning already.
    counted = [minute for minute in out if begin.since is None or minute > minute_of(begin.since)]
    track = Track(Rail(calendar, begin), start, near, sorted(fixed + counted), begin.debt)
    slots = FreeSlots(track)
    result = assign(account, floating(post for post in posts if post.pinned_at is None), slots, marks, past)
    settled += [
        Placement(post.id, account.id, moment_of(minute), post.kind, post.topic, why=_rule(post, minute, result, track), apart=post.apart)
        for post, minute in result.placed
    ]
    missed = [_missed(post) for post in pins if _minute_of_pin(post) < start] + list(map(_too_far, distant))
    return Plan(
        account.id,
        tuple(sorted(settled, key=_by_time)),
        tuple(missed + result.unplaced),
        tuple(map(moment_of, sorted(result.unused + slots.rest()))),
        begin,
        track.rail.anchor,
    )


def plan_all(
    accounts: Sequence[Account],
    queues: Mapping[str, Iterable[QueuedPost]],
    now: datetime,
    *,
    history: Mapping[str, Sequence[Published]] | None = None,
    keep: Mapping[str, Sequence[Placement]] | None = None,
    anchors: Mapping[str, Anchor] | None = None,
    stagger: timedelta | None = None,
) -> dict[str, Plan]:
    """Plan every account; those of one brand stand apart by their part of a turn, and by `stagger` wherever there is room."""
    history, keep, anchors = history or {}, keep or {}, anchors or {}
    brands: dict[str, list[str]] = {}
    for account in sorted(accounts, key=lambda account: account.id):
        brands.setdefault(account.brand or "", []).append(account.id)
    fixed = {account.id: _fixed(queues.get(account.id, ()), keep.get(account.id, ())) for account in accounts}
    plans: dict[str, Plan] = {}
    for account in sorted(accounts, key=lambda account: account.id):
        brand = brands[account.brand or ""]
        plans[account.id] = plan(
            account,
            queues.get(account.id, ()),
            now,
            history=history.get(account.id, ()),
            keep=keep.get(account.id, ()),
            anchor=anchors.get(account.id),
            others=[time for other in brand if other != account.id for time in _times(plans.get(other), fixed[other])],
            stagger=stagger,
            place=Fraction(brand.index(account.id), len(brand)),
        )
    return plans


def current(calendar: Calendar, anchor: Anchor, now: datetime) -> Anchor:
    """The same rail, taken up at the day of `now`."""
    today = calendar.first_date(minute_from(now))
    if today <= anchor.day.toordinal():
        return anchor
    track = Rail(calendar, anchor)
    latest = anchor
    for day in calendar.days(anchor.day.toordinal()):
        if day.ordinal >= today:
            break
        track.grow()
        latest = track.anchor
    passed = sum(map(len, track.slots))
    return replace(latest, debt=max(0, anchor.debt - passed // 2))


def _rule(post: QueuedPost, minute: int, result: Assignment, track: Track) -> Rule:
    if post.id in result.rescued:
        return Rule.RESCUED
    return Rule.SHIFTED if minute in track.shifted else Rule.TURN


def _by_time(placement: Placement) -> tuple[datetime, str]:
    return placement.time, placement.id


def _minute_of_pin(post: QueuedPost) -> int:
    return -1 if post.pinned_at is None else minute_of(post.pinned_at)


def _pinned(account: str, post: QueuedPost) -> Placement:
    return Placement(
        post.id, account, moment_of(_minute_of_pin(post)), post.kind, post.topic, pinned=True, why=Rule.PINNED, apart=post.apart
    )


def _missed(post: QueuedPost) -> Unplaced:
    return Unplaced(post.id, Message("Its fixed time has passed."), post.kind, post.topic, pinned=True)


def _is_distant(post: QueuedPost, now: datetime) -> bool:
    return any(time is not None and time - now > _HORIZON for time in (post.pinned_at, post.not_before))


def _too_far(post: QueuedPost) -> Unplaced:
    reason = Message("Its time is more than {years} years away.", years=_HORIZON.days // 365)
    return Unplaced(post.id, reason, post.kind, post.topic, pinned=post.pinned_at is not None)


def _fixed(queue: Iterable[QueuedPost], keep: Sequence[Placement]) -> list[datetime]:
    return [post.pinned_at for post in queue if post.pinned_at is not None] + [placement.time for placement in keep]


def _times(planned: Plan | None, fixed: list[datetime]) -> list[datetime]:
    return fixed if planned is None else [placement.time for placement in planned.placements]
