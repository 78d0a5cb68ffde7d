"""Small changes to a plan that move little: append, delete, pin, mend the mix.

What is planned keeps its time. A deleted post leaves a hole, and the hole is offered first to the next post that fits,
even ahead of older ones: of order, calm and evenness the order gives way. A pin takes the place of the nearest floating
post, and only that one moves. Beyond the committed time posts may change places, never the times themselves.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from evenly.spread.days import Calendar
from evenly.spread.filling import Mark, assign, floating
from evenly.spread.planner import plan
from evenly.spread.rail import Rail
from evenly.spread.scoring import unevenness
from evenly.spread.spacing import apart
from evenly.spread.track import FreeSlots, Neighbours, Track
from evenly.spread.values import Placement, Plan
from evenly.spread.zones import minute_from, minute_of, moment_of, whole_minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from fractions import Fraction

    from evenly.spread.values import Account, Published, QueuedPost

_NEAR = 64
"""So many placements at the end of a plan can be close enough to matter to the next one."""


def edit(
    account: Account,
    queue: Iterable[QueuedPost],
    now: datetime,
    old: Plan,
    *,
    committed_until: datetime,
    steer: bool = True,
    history: Sequence[Published] = (),
    others: Sequence[datetime] = (),
    stagger: timedelta | None = None,
) -> Plan:
    """The plan for the whole `queue` as it is now, changed as little as possible from `old`.

    Posts that left the queue leave holes; new ones fill holes, then follow at the end; a new pin moves at most one post.
    A planned time that became impossible is replaced. With `steer`, floating posts later than `committed_until` change
    places among their times where that brings the mix a whole post closer to its shares, or sets posts apart that should be;
    they all come out `provisional`.
    """
    posts = list(queue)
    keep = _kept(account, posts, now, old)
    displaced = _displaced(account, posts, now, old, keep)

    def planned(kept: Iterable[Placement]) -> Plan:
        return plan(account, posts, now, history=history, keep=tuple(kept), anchor=old.anchor, others=others, stagger=stagger)

    changed = planned(keep.values())
    homeless = [displaced[post.id] for post in changed.unplaced if post.id in displaced]
    if homeless:
        changed = planned([*keep.values(), *homeless])
    return swap_places(account, posts, changed, committed_until, history) if steer else changed


def append(
    account: Account,
    post: QueuedPost,
    now: datetime,
    old: Plan,
    *,
    others: Sequence[datetime] = (),
    stagger: timedelta | None = None,
) -> Plan:
    """`old` with one more floating post in the first free slot that fits; nothing else moves, however long the plan is."""
    if post.pinned_at is not None or old.tail is None:
        return plan(account, [post], now, keep=old.placements, anchor=old.anchor, others=others, stagger=stagger)
    start = minute_from(now)
    near = Neighbours(
        sorted(minute_of(placement.time) for placement in old.placements[-_NEAR:]),
        sorted(map(minute_of, others)),
        whole_minutes(stagger),
    )
    track = Track(Rail(Calendar(account), old.tail), start, near)
    beyond = FreeSlots(track)
    holes = [minute for minute in map(minute_of, old.free) if minute >= start]
    result = assign(account, floating([post]), chain(holes, beyond), (), ())
    left = sorted({*holes, *result.unused, *beyond.rest()} - {minute for _, minute in result.placed})
    placements = list(old.placements)
    for _, minute in result.placed:
        placement = Placement(post.id, account.id, moment_of(minute), post.kind, post.topic, apart=post.apart)
        insort(placements, placement, key=lambda placed: (placed.time, placed.id))
    return replace(
        old,
        placements=tuple(placements),
        unplaced=(*old.unplaced, *result.unplaced),
        free=tuple(map(moment_of, left)),
        tail=track.rail.anchor,
    )


def _kept(account: Account, posts: list[QueuedPost], now: datetime, old: Plan) -> dict[str, Placement]:
    """The placements that stay, by post."""
    calendar = Calendar(account)
    before = {placement.id: placement for placement in old.placements}
    return {
        post.id: before[post.id]
        for post in posts
        if post.id in before and before[post.id].time >= now and _stays(calendar, post, before[post.id])
    }


def _stays(calendar: Calendar, post: QueuedPost, placed: Placement) -> bool:
    if post.pinned_at is not None or placed.pinned:
        return placed.pinned and post.pinned_at is not None and minute_of(post.pinned_at) == minute_of(placed.time)
    early = post.not_before is not None and placed.time < post.not_before
    late = post.expires is not None and placed.time > post.expires
    return not early and not late and calendar.is_open(minute_of(placed.time))


def _displaced(account: Account, posts: list[QueuedPost], now: datetime, old: Plan, keep: dict[str, Placement]) -> dict[str, Placement]:
    """Take out of `keep` the floating post that each new pin stands in for: of its date first, else the nearest."""
    calendar = Calendar(account)
    left = [placement.time for placement in old.placements if placement.id not in keep]
    holes = [minute_of(time) for time in (*old.free, *left) if time >= now]
    last = max((minute_of(placement.time) for placement in old.placements), default=-1)
    out: dict[str, Placement] = {}
    for post in posts:
        if post.pinned_at is None or post.id in keep or post.pinned_at < now:
            continue
        pin = minute_of(post.pinned_at)
        nearest = min((p for p in keep.values() if not p.pinned), key=_distance(calendar, pin), default=None)
        if nearest is None:
            continue
        clash = abs(minute_of(nearest.time) - pin) < calendar.gap
        if not clash and pin > last:
            continue  # beyond everything planned nobody has to make room: the rail leaves its place out when it gets there
        hole = min(holes, key=lambda minute: _apart(calendar, pin, minute), default=None)
        if not clash and hole is not None and _apart(calendar, pin, hole) <= _distance(calendar, pin)(nearest):
            holes.remove(hole)
        else:
            out[nearest.id] = keep.pop(nearest.id)
    return out


def _distance(calendar: Calendar, pin: int) -> Callable[[Placement], tuple[bool, int]]:
    return lambda placement: _apart(calendar, pin, minute_of(placement.time))


def _apart(calendar: Calendar, pin: int, minute: int) -> tuple[bool, int]:
    return calendar.local_date(pin) != calendar.local_date(minute), abs(pin - minute)


def swap_places(
    account: Account, queue: Iterable[QueuedPost], planned: Plan, committed_until: datetime, history: Sequence[Published] = ()
) -> Plan:
    """Let the floating posts of `queue` beyond the committed time change places, if kinds or topics come a whole post
    closer to their shares. The times stay, and these placements come out `provisional` either way.
    """
    by_name = {post.id: post for post in queue}
    loose = [p for p in planned.placements if not p.pinned and p.time > committed_until and p.id in by_name]
    if not loose:
        return planned
    names = {placement.id for placement in loose}
    firm = [placement for placement in planned.placements if placement.id not in names]
    marks = [Mark(minute_of(placement.time), placement.kind, placement.topic, placement.apart) for placement in firm]
    past = [Mark(minute_of(post.time), post.kind, post.topic, post.apart) for post in history]
    slots = [minute_of(placement.time) for placement in loose]
    result = assign(account, floating(by_name[placement.id] for placement in loose), slots, marks, past)
    provisional = [replace(placement, provisional=True) for placement in loose]
    mixed = [_swapped(account.id, post, minute) for post, minute in result.placed]
    if len(mixed) == len(loose) and _is_worth(
        unevenness(account, [*firm, *provisional], history), unevenness(account, [*firm, *mixed], history)
    ):
        provisional = mixed
    else:
        provisional = _apart_from_each_other(provisional, by_name, [*past, *marks])
    return replace(planned, placements=tuple(sorted([*firm, *provisional], key=lambda p: (p.time, p.id))))


def _apart_from_each_other(loose: list[Placement], by_name: Mapping[str, QueuedPost], marks: Iterable[Mark]) -> list[Placement]:
    before = {placement.id: placement for placement in loose}
    standing = [(by_name[placement.id], minute_of(placement.time)) for placement in loose]
    return [
        before[post.id] if minute_of(before[post.id].time) == minute else _swapped(before[post.id].account, post, minute)
        for post, minute in apart(standing, marks)
    ]


def _is_worth(before: tuple[Fraction, Fraction], after: tuple[Fraction, Fraction]) -> bool:
    """Calm goes first: posts change places only where kinds or topics come a whole post closer to their shares."""
    kinds, topics = before[0] - after[0], before[1] - after[1]
    return kinds >= 1 or (kinds >= 0 and topics >= 1)


def _swapped(account: str, post: QueuedPost, minute: int) -> Placement:
    return Placement(post.id, account, moment_of(minute), post.kind, post.topic, provisional=True, apart=post.apart)
