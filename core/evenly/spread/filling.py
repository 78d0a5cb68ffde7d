"""Which post goes into which free slot: the mix says which kind and topic, then priority, then first in first out."""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from evenly.plugin import Message
from evenly.spread.spacing import apart
from evenly.spread.values import Unplaced
from evenly.spread.word import Order, shares_of, word
from evenly.spread.zones import minute_from, minute_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from evenly.spread.values import Account, QueuedPost

_NEVER = 1 << 62
_PATIENCE = 4
"""So often are posts that would be lost rescued one set at a time; then every post that expires gets its latest slot."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A time on the account's calendar that is taken, and what stands there."""

    minute: int
    kind: str | None = None
    topic: str | None = None
    apart: str | None = None


@dataclass(frozen=True, slots=True)
class Floating:
    """A floating post with its bounds in minutes, in the order of the queue."""

    post: QueuedPost
    first: int
    last: int


@dataclass(slots=True)
class Assignment:
    """Posts and their minutes; the free slots that no post could use; posts that found none."""

    placed: list[tuple[QueuedPost, int]] = field(default_factory=list)
    rescued: set[str] = field(default_factory=set)
    unused: list[int] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)


def floating(posts: Iterable[QueuedPost]) -> list[Floating]:
    """The posts in the order of the queue: priority, then first in first out, then their names."""
    ordered = sorted(posts, key=lambda post: (-post.priority, post.seq))
    if any((one.priority, one.seq) == (other.priority, other.seq) for one, other in pairwise(ordered)):
        ordered.sort(key=lambda post: (-post.priority, post.seq, natural(post.id)))
    return [
        Floating(
            post,
            0 if post.not_before is None else minute_from(post.not_before),
            _NEVER if post.expires is None else minute_of(post.expires),
        )
        for post in ordered
    ]


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which p2 comes before p10."""
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name))


def assign(account: Account, posts: list[Floating], slots: Iterable[int], marks: Sequence[Mark], past: Sequence[Mark]) -> Assignment:
    """Give the posts, which stand in the order of the queue, the first slots they can use.

    `marks` are the taken times from now on, `past` those that are out. `slots` may be endless.
    """
    used, unused, lost = _usable(posts, slots)
    names = {post.post.id for post, _ in lost}
    able = [post for post in posts if post.post.id not in names]
    placed, rescued = _within_bounds(account, able, used, marks, past)
    placed = apart(placed, [*past, *marks], firm=rescued)
    return Assignment(placed, rescued, unused, [Unplaced(p.post.id, why, p.post.kind, p.post.topic) for p, why in lost])


def _usable(posts: list[Floating], slots: Iterable[int]) -> tuple[list[int], list[int], list[tuple[Floating, Message]]]:
    """The slots that are used: each takes a post whenever one is there. By earliest expiry the fewest posts are lost."""
    waiting = sorted(range(len(posts)), key=lambda i: posts[i].first)
    ready: list[tuple[int, int]] = []
    used: list[int] = []
    unused: list[int] = []
    lost: list[tuple[Floating, Message]] = []
    coming = iter(slots)
    arrived = 0
    while ready or arrived < len(waiting):
        slot = next(coming, None)
        if slot is None:
            never = Message("The account has no open time left for this post.")
            lost += [(posts[i], never) for i in sorted([i for _, i in ready] + waiting[arrived:])]
            break
        while arrived < len(waiting) and posts[waiting[arrived]].first <= slot:
            heapq.heappush(ready, (posts[waiting[arrived]].last, waiting[arrived]))
            arrived += 1
        while ready and ready[0][0] < slot:
            post = posts[heapq.heappop(ready)[1]]
            lost.append((post, _too_late(post)))
        if ready:
            heapq.heappop(ready)
            used.append(slot)
        else:
            unused.append(slot)
    return used, unused, lost


def _too_late(post: Floating) -> Message:
    if post.last < post.first:
        return Message("It expires before it may be published.")
    return Message("No free time is left before it expires on {expires}.", expires=f"{post.post.expires:%Y-%m-%d %H:%M %Z}")


def _within_bounds(
    account: Account, posts: list[Floating], slots: list[int], marks: Sequence[Mark], past: Sequence[Mark]
) -> tuple[list[tuple[QueuedPost, int]], set[str]]:
    """Posts in turn; those that would expire so are put ahead of their turn, as late as they can go."""
    mortal = {post.post.id: post.last for post in posts if post.last < _NEVER}
    rescue: set[str] = set()
    placed: list[tuple[QueuedPost, int]] = []
    for attempt in range(_PATIENCE + 1):
        reserved = _pulled(posts, slots, _latest([post for post in posts if post.post.id in rescue], slots))
        placed = _in_turn(account, posts, slots, reserved, marks, past)
        late = {post.id for post, slot in placed if mortal.get(post.id, _NEVER) < slot}
        if not late:
            break
        rescue = rescue | late if attempt < _PATIENCE - 1 else set(mortal)
    return placed, rescue


def _latest(posts: list[Floating], slots: list[int]) -> dict[int, Floating]:
    """The latest slots for posts that would else expire: earliest deadline, seen from the end of time."""
    waiting = sorted(posts, key=lambda post: post.last)
    ready: list[tuple[int, int, Floating]] = []
    reserved: dict[int, Floating] = {}
    for slot in reversed(slots) if posts else ():
        while waiting and waiting[-1].last >= slot:
            post = waiting.pop()
            heapq.heappush(ready, (-post.first, len(waiting), post))
        if ready:
            reserved[slot] = heapq.heappop(ready)[2]
    return reserved


def _pulled(posts: list[Floating], slots: list[int], reserved: dict[int, Floating]) -> dict[int, Floating]:
    """The reserved slots, some of them earlier: where no other post is there yet, a reserved one fills the slot."""
    if not reserved:
        return reserved
    waiting = {post.post.id: post for post in sorted(reserved.values(), key=lambda post: post.last)}
    firsts = sorted(post.first for post in posts if post.post.id not in waiting)
    pulled: dict[int, Floating] = {}
    others = 0
    for slot in slots:
        post = reserved.get(slot)
        if post is not None and post.post.id in waiting:
            pulled[slot] = waiting.pop(post.post.id)
        elif others < len(firsts) and firsts[others] <= slot:
            others += 1
        else:
            post = next(other for other in waiting.values() if other.first <= slot)
            pulled[slot] = waiting.pop(post.post.id)
    return pulled


@dataclass(frozen=True, slots=True)
class _Line:
    """Posts and slots between what is taken already: the whole of an account, one kind, or one topic of a kind."""

    posts: list[Floating]
    slots: list[int]
    marks: Sequence[Mark]
    past: Sequence[Mark]


def _in_turn(
    account: Account,
    posts: list[Floating],
    slots: list[int],
    reserved: Mapping[int, Floating],
    marks: Sequence[Mark],
    past: Sequence[Mark],
) -> list[tuple[QueuedPost, int]]:
    names = {post.post.id for post in reserved.values()}
    whole = _Line(
        [post for post in posts if post.post.id not in names] if names else posts,
        [slot for slot in slots if slot not in reserved] if reserved else slots,
        [*marks, *(Mark(slot, post.post.kind, post.post.topic) for slot, post in reserved.items())],
        past,
    )
    placed = [(post.post, slot) for slot, post in reserved.items()]
    for kind in _parted(whole, account.mix, _kind):
        for topic in _parted(kind, account.topics, _topic):
            placed += _first_come(topic.posts, topic.slots)
    return placed


def _kind(item: QueuedPost | Mark) -> str:
    return item.kind or ""


def _topic(item: QueuedPost | Mark) -> str:
    return item.topic or ""


def _parted(line: _Line, wanted: Mapping[str, Fraction], label: Callable[[QueuedPost | Mark], str]) -> Iterator[_Line]:
    """A line for each label, the slots dealt out so that the labels' shares hold all along."""
    members: dict[str, list[Floating]] = {}
    for post in line.posts:
        members.setdefault(label(post.post), []).append(post)
    dealt = _dealt(line, wanted, members, label) if len(members) > 1 else dict.fromkeys(members, line.slots)
    for name, posts in members.items():
        marks = [mark for mark in line.marks if label(mark) == name]
        yield _Line(posts, dealt[name], marks, [mark for mark in line.past if label(mark) == name])


def _dealt(
    line: _Line,
    wanted: Mapping[str, Fraction],
    members: Mapping[str, list[Floating]],
    label: Callable[[QueuedPost | Mark], str],
) -> dict[str, list[int]]:
    marks = sorted((mark.minute, label(mark)) for mark in line.marks)
    counts = Counter({name: len(posts) for name, posts in members.items()}) + Counter(name for _, name in marks)
    names = sorted(counts)
    shares = shares_of(wanted, counts)
    slot_at = [bisect_left(line.slots, minute) for minute, _ in marks]
    fixed = {place + i: names.index(name) for i, (place, (_, name)) in enumerate(zip(slot_at, marks, strict=True))}
    order = Order(
        tuple(shares[name] for name in names),
        tuple(_arrivals(members.get(name, []), line.slots, slot_at) for name in names),
        len(line.slots) + len(marks),
        fixed,
        ahead(shares, names, Counter(map(label, line.past))),
    )
    dealt: dict[str, list[int]] = {name: [] for name in names}
    floats = (kind for place, kind in enumerate(word(order)) if place not in fixed)
    for slot, kind in zip(line.slots, floats, strict=True):
        dealt[names[kind]].append(slot)
    return dealt


def _arrivals(posts: list[Floating], slots: list[int], slot_at: list[int]) -> Sequence[int]:
    """The places from which the posts may stand, sorted; marks before a slot push its place on."""
    if all(post.first <= slots[0] for post in posts):
        return [0] * len(posts)
    places = sorted(bisect_left(slots, post.first) for post in posts)
    return [0 if place == 0 else place + bisect_right(slot_at, place) for place in places]


def ahead(shares: Mapping[str, Fraction], names: list[str], past: Counter[str]) -> tuple[Fraction, ...]:
    """By how much each label leads its share in what is out, at most one post: a burst is repaid gently."""
    total = sum(past[name] for name in names)
    leads = [past[name] - shares[name] * total for name in names]
    most = max(map(abs, leads))
    return tuple(lead / most if most > 1 else lead for lead in leads)


def _first_come(posts: list[Floating], slots: list[int]) -> list[tuple[QueuedPost, int]]:
    if all(post.first <= slots[0] for post in posts):
        return [(post.post, slot) for post, slot in zip(posts, slots, strict=True)]
    waiting = sorted(range(len(posts)), key=lambda i: posts[i].first)
    ready: list[int] = []
    placed = []
    arrived = 0
    for slot in slots:
        while arrived < len(waiting) and posts[waiting[arrived]].first <= slot:
            heapq.heappush(ready, waiting[arrived])
            arrived += 1
        placed.append((posts[heapq.heappop(ready)].post, slot))
    return placed
