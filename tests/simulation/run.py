"""One history: processes work on the account, one after the other or in turns, and meet what the schedule says."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from evenly import ledger
from evenly.publishing import Publisher
from evenly.store import accounts, deliveries
from tests.simulation import laws
from tests.simulation.promises import Promises
from tests.simulation.wire import Clock, Line, NetworkClock, Wire
from tests.simulation.world import NAME, START, in_process, world

if TYPE_CHECKING:
    import httpx
    from sqlalchemy import Connection

    from evenly.plugin import Event, RemotePost, StandIn
    from evenly.store import Store
    from tests.simulation.happenings import Happening, Point, Schedule
    from tests.simulation.world import World

_LONGEST = timedelta(days=5)  # a day after the last try somebody was asked at the latest
_AFTERWARDS = timedelta(minutes=30)  #: what a network has still to do is done
_MOST_TURNS = 4_000
_MOST_AT_ONCE = 1_000  #: writes at one moment
_MANY_TURNS = 100
_MOST_SIGN_INS = 8
_TURN = timedelta(seconds=7)  #: how long a paused process's rival sleeps between two looks


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Spins(BaseException):
    """It works on and on without the clock moving."""


class Mortal:
    """The store as one process has it: once the process is dead, nothing of it is written any more."""

    def __init__(self, store: Store, process: Process) -> None:
        self._store = store
        self._process = process

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self._process.must_live()
        with self._store.read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        process = self._process
        process.must_live()
        process.run.must_not_spin()
        happening = process.run.next_at("commit")
        process.meet(happening, "pause-before", "a commit")
        with self._store.write() as connection:
            yield connection
            process.run.reached("commit")
            process.meet(happening, "die-before", "a commit")
        process.run.promises.committed(process.number)
        process.meet(happening, "jump", "a commit")
        process.meet(happening, "die-after", "a commit")
        process.meet(happening, "pause-after", "a commit")


@dataclass(eq=False)
class Process:
    """One process that publishes, until it dies."""

    run: Run
    number: int
    dead: bool = False
    paused: bool = False
    publisher: Publisher = field(init=False)

    def __post_init__(self) -> None:
        run = self.run
        desk = replace(run.world.desk, store=cast("Store", Mortal(run.world.store, self)))
        self.publisher = Publisher(
            desk,
            run.world.vault,
            run.clock,
            f"elsewhere:{self.number}::",
            transport_for=lambda _name: Wire(self.handle),
            notify=run.events.append,
            reachable=run.world.reachable,
            earlier_owners_dead=run.schedule.alone,
            jitter=lambda: run.schedule.jitter,
        )

    def work(self) -> datetime | None:
        return self.publisher.work(NAME, self.run.never)

    def must_live(self) -> None:
        if self.dead:
            raise Killed

    def handle(self, request: httpx.Request, visible: bool, first_byte: Callable[[], None]) -> httpx.Response:
        self.must_live()
        point: Point = "visible" if visible else "call"
        happening = self.run.next_at(point)
        self.run.reached(point)
        said = f"{request.method} {request.url.path}"
        self.meet(happening, "jump", said)
        self.meet(happening, "die-before", said)
        self.meet(happening, "pause-before", said)
        first_byte()
        self.run.promises.asked(self.number, said, self.run.clock)
        self.run.tell(f"process {self.number}: {said}{self._met(happening)}", visible=visible)
        try:
            response = self.run.line.send(request, happening)
        finally:
            self._keep_alive()
        self.run.promises.answered(self.number, response.status_code, response.headers.get("retry-after"), self.run.clock)
        self.meet(happening, "die-after", said)
        self.meet(happening, "pause-after", said)
        return response

    def meet(self, happening: Happening | None, what: str, at: str) -> None:
        """Let it happen, if it is this."""
        if happening is None or happening.what != what:
            return
        self.run.tell(f"process {self.number}: {happening.told()} ({at})")
        if what.startswith("die"):
            self.dead = True
            raise Killed
        if what.startswith("pause"):
            self.run.pause(self, happening.seconds)
        else:
            self.run.jump(happening.seconds)

    def _met(self, happening: Happening | None) -> str:
        return f": {happening.told()}" if happening is not None and happening.what in laws.ON_THE_WAY else ""

    def _keep_alive(self) -> None:
        """What the engine's thread for leases does while a call lasts."""
        if not self.dead:
            self.publisher.leases.keep_alive()


class Run:
    """A history as it goes on. `violations` says what must not be."""

    def __init__(self, schedule: Schedule, *, tells: bool = False) -> None:
        self.schedule = schedule
        self.story: list[str] = []
        self.violations: list[str] = []
        self.events: list[Event] = []
        self.never = threading.Event()
        self.clock = Clock(START)
        self.world: World = world(schedule.network)
        self.promises = Promises(self.violations)
        self.counts: Counter[Point] = Counter()
        self.sign_ins = 0
        self.jumped = False
        self._writes = (0.0, 0)
        self._tells = tells
        self._at = {(each.point, each.nth): each for each in schedule.happenings}
        self._processes: list[Process] = []
        self._made = 0
        network = NetworkClock(self.clock)
        self.stand_in: StandIn = self.world.tried.stand_in(network, timedelta(seconds=schedule.lag))
        self.line = Line(self.clock, network.now, self.stand_in.app, self.world.settings.engine.request)
        self._before = {each.remote_id for each in self.stand_in.public()}
        self.deliveries = self.world.begin(schedule.posts, self.clock)

    def go(self) -> Run:
        """Let it go on to its end."""
        with in_process(), quiet():
            try:
                self._whole()
            except Spins:
                self.violations.append("it spins")
            self.clock.advance(_AFTERWARDS)
        laws.hold(self)
        return self

    def must_not_spin(self) -> None:
        """Nobody writes for ever at one moment."""
        moment, writes = self._writes
        self._writes = (self.clock.elapsed, writes + 1 if moment == self.clock.elapsed else 1)
        if writes > _MOST_AT_ONCE:
            raise Spins

    def _whole(self) -> None:
        for turn in range(_MOST_TURNS):
            process = self._whose(turn)
            after = self._worked(process)
            others = [self._worked(self._whose(turn + 1))] if not self.schedule.alone else []
            moments = [each for each in (after, *others) if each is not None]
            if self._waits_for_a_person():
                continue
            if not moments:
                return
            self._idle(process)
            if self.clock.elapsed > _LONGEST.total_seconds():
                return
            if turn > _MANY_TURNS and self.clock.elapsed < turn:
                self.violations.append("it spins")
                return
            self.clock.wait_until(min(moments), self.never)
        self.violations.append("it never ends")

    def _whose(self, turn: int) -> Process:
        wanted = 1 if self.schedule.alone else 2
        self._processes = [each for each in self._processes if not each.dead]
        while len(self._processes) < wanted:
            self._processes.append(self._new())
        return self._processes[turn % wanted]

    def _new(self) -> Process:
        self._made += 1
        return Process(self, self._made)

    def _worked(self, process: Process) -> datetime | None:
        try:
            return process.work()
        except Killed:
            self.promises.died(process.number)
            return self.clock.now()
        except Exception as error:  # noqa: BLE001 - whatever comes out of it is a finding
            self.violations.append(f"the publisher raised {type(error).__name__}: {error}")
            return self.clock.now() + timedelta(seconds=5)

    def _waits_for_a_person(self) -> bool:
        """Whether a sign-in was needed; a person has signed in now."""
        with self.world.store.read() as connection:
            known = accounts.known_one(connection, NAME)
        if known is None or known.sign_in == "ok" or self.sign_ins == _MOST_SIGN_INS:
            return False
        self.sign_ins += 1
        self.tell("a person signs in")
        self.clock.advance(timedelta(minutes=20))
        self.world.sign_in_again()
        return True

    def _idle(self, process: Process) -> None:
        happening = self.next_at("idle")
        self.reached("idle")
        try:
            for what in ("jump", "die-before", "pause-before"):
                process.meet(happening, what, "while nothing was due")
        except Killed:
            self.promises.died(process.number)

    # ---- what happens

    def next_at(self, point: Point) -> Happening | None:
        return self._at.get((point, self.counts[point] + 1))

    def reached(self, point: Point) -> None:
        self.counts[point] += 1

    def pause(self, process: Process, seconds: float) -> None:
        """The process stands still; where others may work, they do."""
        end = self.clock.elapsed + seconds
        process.paused = True
        rivals = [] if self.schedule.alone else [each for each in self._processes if not (each.paused or each.dead)]
        while self.clock.elapsed < end:
            if rivals and rivals[0].dead:
                rivals = [self._new()]
                self._processes.append(rivals[0])
            after = self._worked(rivals[0]) if rivals else None
            self._sleep(min(after or self.clock.now() + _TURN, self.clock.now() + _TURN), end)
        process.paused = False

    def _sleep(self, until: datetime, end: float) -> None:
        left = max(end - self.clock.elapsed, 0.0)
        self.clock.advance(min(max(until - self.clock.now(), timedelta(milliseconds=200)), timedelta(seconds=left + 0.001)))

    def jump(self, seconds: float) -> None:
        self.jumped = True
        self.promises.jumped()
        self.clock.jump(seconds)

    def tell(self, said: str, *, visible: bool = False) -> None:
        if self._tells:
            self.story += [
                f"{self.clock.now():%d %H:%M:%S} {each}" for each in (*self.line.ended, f"{said}{' [visible]' if visible else ''}")
            ]
            self.line.ended.clear()

    # ---- how it stands

    def public(self) -> list[RemotePost]:
        return [each for each in self.stand_in.public() if each.remote_id not in self._before]

    def rows(self) -> list[ledger.Delivery]:
        with self.world.store.read() as connection:
            found = [deliveries.load(connection, each) for each in self.deliveries]
        return [each for each in found if each is not None]

    def unwoken(self) -> list[int]:
        with self.world.store.read() as connection:
            return deliveries.unwoken(connection)

    def ending(self) -> list[str]:
        """How it ended, in words."""
        public = [f"public: {each.text!r} as {each.remote_id}" for each in self.public()]
        rows = []
        for row in self.rows():
            parts = ", ".join(f"{part.state.value}{' ' + part.published.remote_id if part.published else ''}" for part in row.parts)
            rows.append(f"delivery {row.id} is {row.state.value} ({parts}){': ' + str(row.reason) if row.reason else ''}")
        return [*public, *rows]


@contextmanager
def quiet() -> Iterator[None]:
    """Histories are full of trouble that nobody needs to read of."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
