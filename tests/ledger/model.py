"""A small world in which every interleaving can be tried: two daemons, one row, one network, and everything that can go wrong.

The daemons run the ledger's own functions. What is modelled is only what stands around them: a row that is written by compare-and-set,
a network that may lose answers, be late, forget keys and lag behind in its lists, processes that pause anywhere or are killed.
Time is counted in ticks; a daemon that does not move while ticks pass is paused.

Longer than other modules: the world, its network and what must hold in it are one machine, and are read as one.
"""

from __future__ import annotations

import gc
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly import ledger
from evenly.ledger import rules
from evenly.ledger.states import PartState, State
from evenly.plugin import (
    Absent,
    CannotTell,
    Duplicate,
    Found,
    Message,
    OutcomeUnknown,
    PostRejected,
    Published,
    TryLater,
)
from evenly.plugin.http import Visible

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

TICK = timedelta(minutes=1)
START = datetime(2027, 1, 1, tzinfo=UTC)
LATEST = 1  #: a request may be accepted so many ticks after its time-out
LEASE, REQUEST = 2, 1
LAG = 1
SETTLE = LEASE + REQUEST + LATEST
AT_REST = frozenset({State.PUBLISHED, State.FAILED, State.UNCERTAIN, State.CANCELLED, State.MISSED})


@dataclass(frozen=True)
class Variant:
    """A network's facilities, and how much may go wrong."""

    facilities: tuple[str, ...]
    window: int = 7
    names_duplicates: bool = True
    parts: int = 1
    faults: int = 2
    crashes: int = 1
    drops: int = 0
    on_unknown: ledger.OnUnknown = ledger.OnUnknown.ASK

    @property
    def readable(self) -> bool:
        return bool({"record", "two-phase", "read-back"} & set(self.facilities))

    def terms(self) -> ledger.Terms:
        spans = {"key": self.window, "refusal": self.window, "read-back": LAG}
        return ledger.Terms(
            lease=LEASE * TICK,
            request=REQUEST * TICK,
            settle=(SETTLE + (LAG if "read-back" in self.facilities else 0)) * TICK,
            repeat_safe={name: spans.get(name, 0) * TICK for name in self.facilities},
            on_unknown=self.on_unknown,
            late=ledger.LatePolicy(within=timedelta(days=400)),
            first_wait=TICK,
            longest_wait=TICK,
            most_setbacks=3,
        )


@dataclass(frozen=True, slots=True)
class Public:
    """A post that the world can see."""

    position: int
    key: str
    id: str
    tick: int


@dataclass(frozen=True, slots=True)
class Flight:
    """A request that timed out and will be accepted all the same."""

    position: int
    key: str
    tick: int


@dataclass(frozen=True, slots=True)
class Daemon:
    """A process: where it is, what it knows."""

    doing: str = "idle"  #: idle, claimed, sending, answered, looking, looked
    mine: ledger.Delivery | None = None
    deadline: float = 0
    answer: tuple[str, str | None] | None = None
    unknown_for: int = 0
    lease_seen: tuple[Hashable, int] | None = None
    unknown_seen: tuple[Hashable, int] | None = None


@dataclass(frozen=True, slots=True)
class World:
    tick: int
    row: ledger.Delivery
    daemons: tuple[Daemon, ...]
    public: tuple[Public, ...] = ()
    flights: tuple[Flight, ...] = ()
    faults: int = 0
    crashes: int = 0
    drops: int = 0


class Violation(Exception):
    """The protocol has doubled or lost a post, or told something untrue."""


@dataclass
class Explored:
    """What an exploration saw."""

    states: int = 0
    ended: set[State] = field(default_factory=set)
    violation: str | None = None


def at(tick: int) -> datetime:
    return START + tick * TICK


class Model:
    """All that can happen from one world."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant
        self.terms = variant.terms()
        self.longest_doubt = round(self.terms.settle / TICK)
        #: ages beyond this make no difference: a key is forgotten, a list shows the post
        self.oldest = variant.window + 1 if {"key", "refusal"} & set(variant.facilities) else LAG
        self._settled: set[Hashable] = set()

    def start(self) -> World:
        kinds = [ledger.PartKind.POST, *[ledger.PartKind.REPLY] * (self.variant.parts - 1)]
        parts = tuple(ledger.Part(position=i, kind=kind, key=f"key-{i}") for i, kind in enumerate(kinds))
        row = ledger.Delivery(id=1, account="page", parts=parts, due=at(0), next_action_at=at(0))
        v = self.variant
        return World(0, row, (Daemon(), Daemon()), faults=v.faults, crashes=v.crashes, drops=v.drops)

    # ---- exploring

    def explore(self) -> Explored:
        """Every reachable world, breadth first; stops at the first violation."""
        explored = Explored()
        start = self.start()
        gc.disable()  # nothing here is cyclic, and there is much of it
        seen, queue = {self.key(start)}, deque([start])
        try:
            while queue:
                world = queue.popleft()
                explored.states += 1
                explored.ended.add(world.row.state)
                self.survivors_finish(world)
                for following in self.following(world):
                    key = self.key(following)
                    if key not in seen:
                        seen.add(key)
                        queue.append(following)
        except Violation as violation:
            explored.violation = str(violation)
        finally:
            gc.enable()
        return explored

    def following(self, world: World) -> Iterator[World]:
        yield self.ticked(world)
        for number in range(len(world.daemons)):
            yield from self.steps(world, number)
            if world.crashes and world.daemons[number].doing != "idle":
                yield replace(_with(world, number, Daemon()), crashes=world.crashes - 1)
        if world.drops:
            dropped = ledger.drop(world.row, now=at(world.tick))
            if isinstance(dropped, ledger.Move):
                yield replace(world, row=dropped.after, drops=0)

    def key(self, world: World) -> Hashable:
        """The world with its times taken from now and what cannot matter left out: worlds of one key have one future."""
        first, second = (self._daemon_key(world, daemon) for daemon in world.daemons)
        pair = (first, second) if first <= second else (second, first)
        return (pair, self._shore_key(world), world.faults, world.crashes, world.drops)

    def _daemon_key(self, world: World, daemon: Daemon) -> tuple[Any, ...]:
        row = world.row
        lease_age = _age(daemon.lease_seen, ledger.lease_mark(row), world.tick, LEASE) if row.owner else -1
        unknown_age = _age(daemon.unknown_seen, ledger.unknown_mark(row), world.tick, self.longest_doubt)
        if daemon.mine is None:
            return ("idle", lease_age, unknown_age)
        stale = row.fence != daemon.mine.fence or not rules.unchanged(row, daemon.mine)
        if stale and daemon.doing in {"claimed", "looking", "looked"} and not rules.unchanged(row, daemon.mine):
            return ("beaten", lease_age, unknown_age)
        return (
            daemon.doing,
            lease_age,
            unknown_age,
            stale,
            _part(daemon).position,
            max(int(daemon.deadline) // 60 - world.tick, 0) if daemon.doing != "answered" else 0,
            daemon.answer or (),
            daemon.unknown_for if daemon.doing == "looked" else 0,
        )

    def _shore_key(self, world: World) -> tuple[Any, ...]:
        row, tick, oldest = world.row, world.tick, self.oldest
        return (
            row.state.value,
            row.owner is not None,
            -1 if row.next_action_at is None else max(_ticks(row.next_action_at) - tick, 0),
            tuple(self._part_key(part, tick) for part in row.parts),
            tuple((each.position, each.id, min(tick - each.tick, oldest)) for each in world.public),
            tuple((each.position, each.tick - tick) for each in world.flights),
        )

    def _part_key(self, part: ledger.Part, tick: int) -> tuple[Any, ...]:
        age = -1 if part.first_attempt is None else min(tick - _ticks(part.first_attempt), self.oldest)
        doubted = part.unknown_since is not None
        flags = (part.tainted, part.proven_out, doubted)
        published = part.published and part.published.remote_id
        return (part.state.value, part.setbacks, flags, part.absent_looks, age, published)

    # ---- time

    def ticked(self, world: World) -> World:
        tick = world.tick + 1
        due = [flight for flight in world.flights if flight.tick <= tick]
        later = replace(world, tick=tick, flights=tuple(flight for flight in world.flights if flight.tick > tick))
        for flight in due:
            later, _ = self.accepted(later, flight.position, flight.key)
        return later

    # ---- a daemon's steps

    def steps(self, world: World, number: int) -> Iterator[World]:
        daemon = world.daemons[number]
        yield from getattr(self, f"_{daemon.doing}")(world, number, daemon)

    def _idle(self, world: World, number: int, daemon: Daemon) -> Iterator[World]:
        row, now = world.row, at(world.tick)
        lease_seen = _seen(daemon.lease_seen, ledger.lease_mark(row), world.tick)
        unknown_seen = _seen(daemon.unknown_seen, ledger.unknown_mark(row), world.tick)
        daemon = replace(daemon, lease_seen=lease_seen, unknown_seen=unknown_seen)
        if row.next_action_at is None or row.next_action_at > now:
            yield _with(world, number, daemon)
            return
        unchanged_for = (world.tick - lease_seen[1]) * TICK
        result = ledger.claim(row, f"daemon {number}", now=now, terms=self.terms, unchanged_for=unchanged_for)
        if not isinstance(result, ledger.Move):
            yield _with(world, number, daemon)
            return
        written = self._write(world, result)
        if written is None or result.after.owner != f"daemon {number}":
            yield _with(written or world, number, daemon)
            return
        # A take-over makes the outcome unknown: known as such from this very moment.
        unknown_seen = _seen(unknown_seen, ledger.unknown_mark(result.after), world.tick)
        doing = "looking" if ledger.phase(result.after) is State.UNKNOWN else "claimed"
        deadline = ledger.deadline(world.tick * 60, self.terms)
        mine = replace(daemon, doing=doing, mine=result.after, deadline=deadline, unknown_seen=unknown_seen)
        yield _with(written, number, mine)

    def _claimed(self, world: World, number: int, daemon: Daemon) -> Iterator[World]:
        yield self._apply(world, number, daemon, ledger.intend(_mine(daemon), now=at(world.tick)))

    def _looking(self, world: World, number: int, daemon: Daemon) -> Iterator[World]:
        seen = daemon.unknown_seen
        unknown_for = 0 if seen is None else min(world.tick - seen[1], self.longest_doubt)
        for answer, cost in self._readings(world, daemon):
            if cost <= world.faults:
                looked = replace(daemon, doing="looked", answer=answer, unknown_for=unknown_for)
                yield replace(_with(world, number, looked), faults=world.faults - cost)

    def _looked(self, world: World, number: int, daemon: Daemon) -> Iterator[World]:
        answer = self._reading(daemon.answer)
        result = ledger.looked(_mine(daemon), answer, now=at(world.tick), terms=self.terms, unknown_for=daemon.unknown_for * TICK)
        yield self._apply(world, number, daemon, result)

    def _sending(self, world: World, number: int, daemon: Daemon) -> Iterator[World]:
        if not rules.may_send(world.tick * 60, daemon.deadline, self.terms):
            yield _with(world, number, replace(daemon, doing="answered", answer=("too late", None)))
            return
        part = _part(daemon)
        for after, answer, cost in self._calls(world, part.position, part.key):
            if cost <= world.faults:
                told = replace(daemon, doing="answered", answer=answer)
                yield replace(_with(after, number, told), faults=world.faults - cost)

    def _answered(self, world: World, number: int, daemon: Daemon) -> Iterator[World]:
        outcome, visible = self._outcome(daemon.answer)
        result = ledger.record(
            world.row,
            _part(daemon).position,
            outcome,
            fence=_mine(daemon).fence,
            now=at(world.tick),
            terms=self.terms,
            jitter=0,
            visible=visible,
        )
        yield self._apply(world, number, daemon, result)

    def _apply(self, world: World, number: int, daemon: Daemon, result: ledger.Move | ledger.Refused) -> World:
        idle = Daemon(lease_seen=daemon.lease_seen, unknown_seen=daemon.unknown_seen)
        written = self._write(world, result) if isinstance(result, ledger.Move) else None
        if written is None or not isinstance(result, ledger.Move):
            return _with(world, number, idle)
        if result.is_intent:
            return _with(written, number, replace(daemon, doing="sending", mine=result.after, answer=None))
        # What this process made unknown, it knows to be unknown from now on.
        seen = _seen(daemon.unknown_seen, ledger.unknown_mark(result.after), world.tick)
        return _with(written, number, replace(idle, unknown_seen=seen))

    def _write(self, world: World, move: ledger.Move) -> World | None:
        """The store: compare-and-set. None: somebody else was faster."""
        if not rules.unchanged(world.row, move.before):
            return None
        if move.alarm is not None:
            raise Violation(f"alarm: {move.alarm}")
        self._check_uncertain(world, move)
        return replace(world, row=move.after)

    # ---- the network

    def accepted(self, world: World, position: int, key: str) -> tuple[World, tuple[str, str | None]]:
        """The network takes a request; what it answers."""
        equal = next((each for each in world.public if each.key == key), None)
        age = 0 if equal is None else world.tick - equal.tick
        if equal is not None and ("record" in self.variant.facilities or ("key" in self.variant.facilities and age < self.variant.window)):
            return world, ("published", equal.id)
        if equal is not None and "refusal" in self.variant.facilities and age < self.variant.window:
            return world, ("duplicate", equal.id if self.variant.names_duplicates else None)
        if equal is not None:
            raise Violation(f"part {position} is public twice")
        if position and not any(each.position == position - 1 for each in world.public):
            raise Violation(f"part {position} is public before the one it follows")
        new = Public(position, key, f"id-{position}-{len(world.public)}", world.tick)
        return replace(world, public=(*world.public, new)), ("published", new.id)

    def _calls(self, world: World, position: int, key: str) -> Iterator[tuple[World, tuple[str, str | None], int]]:
        """Every way in which the visible call can end, and how many faults it costs."""
        after, answer = self.accepted(world, position, key)
        yield after, answer, 0
        yield after, ("lost", None), 1
        yield world, ("lost", None), 1
        for delay in range(1, LATEST + 1):
            flight = Flight(position, key, world.tick + delay)
            yield replace(world, flights=(*world.flights, flight)), ("lost", None), 1
        yield world, ("slow down", None), 1
        yield world, ("rejected", None), 1

    def _readings(self, world: World, daemon: Daemon) -> Iterator[tuple[tuple[str, str | None], int]]:
        """What `find` can answer, and how many faults it costs."""
        if not self.variant.readable:
            yield ("never", None), 0
            return
        exact = {"record", "two-phase"} & set(self.variant.facilities)
        key = _part(daemon).key
        there = (each for each in world.public if each.key == key and (exact or world.tick - each.tick >= LAG))
        found = next(there, None)
        yield (("absent", None) if found is None else ("found", found.id)), 0
        yield ("cannot tell", None), 1

    @staticmethod
    def _reading(answer: tuple[str, str | None] | None) -> Found | Absent | CannotTell:
        match answer:
            case ("found", str(name)):
                return Found(Published(remote_id=name))
            case ("absent", _):
                return Absent()
            case ("cannot tell", _):
                return CannotTell(TICK)
            case _:
                return CannotTell()

    @staticmethod
    def _outcome(answer: tuple[str, str | None] | None) -> tuple[Published | Exception, Visible]:
        match answer:
            case ("published", str(name)):
                return Published(remote_id=name), Visible.ANSWERED
            case ("duplicate", name):
                return Duplicate(name), Visible.REFUSED
            case ("slow down", _):
                return TryLater(), Visible.REFUSED
            case ("rejected", _):
                return PostRejected(Message("no")), Visible.REFUSED
            case ("too late", _):
                return TryLater(timedelta(0)), Visible.NOT_SENT
            case _:
                return OutcomeUnknown(), Visible.SENT

    # ---- what must hold

    def _check_uncertain(self, world: World, move: ledger.Move) -> None:
        if move.after.state is not State.UNCERTAIN or "none" in self.variant.facilities:
            return
        part = ledger.next_part(move.before)
        if self.variant.readable:
            raise Violation("uncertain, though the network can be asked")
        if part is not None and part.first_attempt is not None and part.setbacks < self.terms.most_setbacks:
            age = at(world.tick) - part.first_attempt
            window = self.terms.key_window or timedelta(0)
            if age < window - self.terms.settle:
                raise Violation("uncertain, though the key still held")

    def survivors_finish(self, world: World) -> None:
        """Kill everybody, let one new daemon work in peace: it must come to a true end."""
        world = replace(world, daemons=(Daemon(),), faults=0, crashes=0, drops=0)
        path: list[Hashable] = []
        for _ in range(300):
            key = (self._daemon_key(world, world.daemons[0]), self._shore_key(world))
            if key in self._settled:
                break
            path.append(key)
            if self._is_over(world):
                self._check_truth(world)
                break
            world = self._in_peace(world)
        else:
            raise Violation(f"never ends: {world.row.state}, to be looked at {world.row.next_action_at}")
        self._settled.update(path)

    def _in_peace(self, world: World) -> World:
        """One step of a single daemon; time passes when it has nothing to do."""
        following = next(iter(self.steps(world, 0)))
        return self.ticked(following) if following.daemons[0].doing == "idle" else following

    @staticmethod
    def _is_over(world: World) -> bool:
        return world.row.state in AT_REST and not world.flights and world.daemons[0].doing == "idle"

    @staticmethod
    def _check_truth(world: World) -> None:
        public = {each.position for each in world.public}
        for part in world.row.parts:
            if part.state is PartState.PUBLISHED and part.position not in public:
                raise Violation(f"part {part.position} is said to be published and is not")
            if part.position in public and part.state not in {PartState.PUBLISHED, PartState.UNCERTAIN}:
                raise Violation(f"part {part.position} is public, and the row says {part.state} ({world.row.state})")


def _ticks(moment: datetime) -> int:
    """The first tick at which the moment has come."""
    return -int((START - moment).total_seconds() // 60)


def _mine(daemon: Daemon) -> ledger.Delivery:
    assert daemon.mine is not None
    return daemon.mine


def _part(daemon: Daemon) -> ledger.Part:
    part = rules.next_part(_mine(daemon))
    assert part is not None
    return part


def _with(world: World, number: int, daemon: Daemon) -> World:
    return replace(world, daemons=tuple(daemon if n == number else each for n, each in enumerate(world.daemons)))


def _seen(before: tuple[Hashable, int] | None, mark: Hashable, tick: int) -> tuple[Hashable, int]:
    return before if before is not None and before[0] == mark else (mark, tick)


def _age(seen: tuple[Hashable, int] | None, mark: Hashable, tick: int, most: int) -> int:
    return -1 if seen is None or seen[0] != mark else min(tick - seen[1], most)
