"""The real publisher and the networks' own stand-ins on a virtual clock: weeks in seconds, and nobody outside sees anything.

rehearsal = Rehearsal.open(app, clock)      # signed in to a stand-in of each account's network
rehearsal.publish(until=in_four_weeks)      # everything in its time; the clock moves on from wake-up to wake-up
rehearsal.collect()                         # the figures that are due, as the stand-ins give them
rehearsal.proof()                           # what is public there, held against what the store says

The workspace is worked on as in earnest and its sign-ins are replaced: give it a new one, or a copy. For one thread.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from evenly import signing_in
from evenly.collecting import Collector
from evenly.planning import hosting
from evenly.plugin import Event, Message
from evenly.publishing import Publisher
from evenly.signing_in.owners import new_owner
from evenly.store import StoreFull, queue

if TYPE_CHECKING:
    import httpx

    from evenly.app import App
    from evenly.clock import VirtualClock
    from evenly.collecting import Collected
    from evenly.plugin import Http, RemotePost, StandIn
    from evenly.settings import Settings


@dataclass(frozen=True, slots=True)
class Proof:
    """How the public side and the store agree, counted in parts: posts, further posts of threads, comments."""

    public: int  #: out once, and written down
    lost: tuple[str, ...] = ()  #: remote ids written down as published that nobody can see
    stray: tuple[str, ...] = ()  #: remote ids that are public beyond what is written down: a second copy, or nobody's

    @property
    def holds(self) -> bool:
        """Everything is out exactly once."""
        return not self.lost and not self.stray


class Rehearsal:
    """One workspace on stand-ins. Accounts whose network has none stay out of it: see `left_out`."""

    def __init__(self, app: App, clock: VirtualClock, stand_ins: Mapping[str, StandIn], tell: Callable[[Event], None]) -> None:
        self.clock = clock
        self.stand_ins = stand_ins
        self.app = replace(app, settings=_staged(app.settings, stand_ins), clock=clock)
        self.left_out = tuple(name for name in app.settings.accounts if name not in stand_ins)
        self._transports = {name: _in_process(stand_in) for name, stand_in in stand_ins.items()}
        self._publisher = Publisher(
            self.app.desk,
            app.vault,
            clock,
            new_owner(),
            transport_for=self._transports.__getitem__,
            notify=tell,
            reachable=hosting.pretended(self.app.desk),
            earlier_owners_dead=True,
        )
        self._collector = Collector(self.app.desk, app.vault, clock, transport_for=self._transports.__getitem__)

    @classmethod
    def open(cls, app: App, clock: VirtualClock, *, seed: int = 0, tell: Callable[[Event], None] = lambda _event: None) -> Rehearsal:
        """Make a stand-in for each account and sign in to it. `tell` hears what a person would be notified of.

        Raises `SignInRefused` where a stand-in does not take its own account, which is its plugin's fault.
        """
        networks = {name: account.network for name, account in app.settings.accounts.items()}
        stand_ins = {
            name: app.networks.call(network, "stand_in", clock=clock, seed=seed)
            for name, network in networks.items()
            if app.networks.offers(network, "stand_in")
        }
        rehearsal = cls(app, clock, stand_ins, tell)
        rehearsal._sign_in()
        return rehearsal

    def publish(self, *, until: datetime | None = None) -> None:
        """Publish everything in its time, up to `until`, where the clock then stands; without it to the end of the queue.

        What waits for a person or for a sign-in stays as it is. Raises `StoreError`.
        """
        never = threading.Event()
        while (following := self._worked(never)) is not None and (until is None or following < until):
            self.clock.wait_until(following, never)
        if until is not None:
            self.clock.wait_until(until, never)

    def collect(self) -> list[Collected]:
        """Read the figures of what has reached a new age since, as the stand-ins tell them now, and keep them."""
        return self._collector.round()

    def public(self, name: str) -> list[RemotePost]:
        """What the world would see of the account, oldest first."""
        return list(self.stand_ins[name].public())

    def proof(self) -> Proof:
        """Whether every part that the store calls published is public once, and nothing else is."""
        lost: Counter[str] = Counter()
        stray: Counter[str] = Counter()
        for name in self.stand_ins:
            seen, written = Counter(post.remote_id for post in self.public(name)), self._written(name)
            lost += written - seen
            stray += seen - written
        total = sum(len(self.public(name)) for name in self.stand_ins)
        return Proof(total - stray.total(), tuple(lost.elements()), tuple(stray.elements()))

    def _worked(self, never: threading.Event) -> datetime | None:
        """Work on every account; the next moment at which there is something to do."""
        if self.app.store.is_nearly_full():
            # The publisher would wait for room; a virtual clock would wait for ever.
            raise StoreFull(Message("The disk is full: make room, nothing is lost."))
        moments = [self._publisher.work(name, never) for name in self.stand_ins]
        return min((moment for moment in moments if moment is not None), default=None)

    def _written(self, name: str) -> Counter[str]:
        with self.app.store.read() as connection:
            rows = queue.deliveries(connection, name=name)
            parts = [part for row in rows if row.taken_down_at is None for part in queue.parts_of(connection, row.id)]
        return Counter(part.remote_id for part in parts if part.remote_id is not None)

    def _sign_in(self) -> None:
        app = self.app
        for name, stand_in in self.stand_ins.items():
            ready = stand_in.accounts[0].credentials
            signing_in.take_ready(app.desk, app.vault, name, ready, clock=self.clock, http_for=self._http)

    def _http(self, name: str) -> Http:
        return signing_in.http(self.app.desk, name, self.clock, transport=self._transports[name])


def _staged(settings: Settings, stand_ins: Mapping[str, StandIn]) -> Settings:
    """The settings with what the stand-ins' own accounts are called there: another page, another server."""
    accounts = {
        name: account.model_copy(update={"own": {**account.own, **stand_ins[name].accounts[0].settings}}) if name in stand_ins else account
        for name, account in settings.accounts.items()
    }
    return settings.model_copy(update={"accounts": accounts})


def _in_process(stand_in: StandIn) -> httpx.BaseTransport:
    import httpx

    return httpx.WSGITransport(app=stand_in.app)
