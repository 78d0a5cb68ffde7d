"""`NetworkContract`: what every network promises, as tests that a plugin's own test class inherits."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, overload

import pytest

from evenly.plugin.testing import samples
from evenly.plugin.testing.bench import Bench, Hooks, SteppedClock, Watched
from evenly.plugin.testing.describing import Describes
from evenly.plugin.testing.posting import Publishes
from evenly.plugin.testing.reading import ReadsBack, app_of
from evenly.plugin.testing.refusing import Refuses
from evenly.plugin.testing.serving import Served, serve
from evenly.plugin.testing.settling import Settles
from evenly.plugin.types import Account, Part, StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta
    from pathlib import Path

_LOOPBACK = frozenset({None, "127.0.0.1", "localhost", "::1", b"127.0.0.1", b"localhost"})


class NetworkContract(Describes, Publishes, Settles, Refuses, ReadsBack):
    """The promises of a network. Subclass it and say which plugin is meant:

        import my_network
        from evenly.plugin.testing import NetworkContract

        class TestMyNetwork(NetworkContract):
            @pytest.fixture
            def plugin(self):
                return my_network

    The plugin's own `stand_in` is served on loopback, with faults on the wire; time is virtual. What the network declares it cannot do
    (no pictures, no `delete`) is skipped, and the skip says so. Fixtures to override where the defaults do not fit: `stand_in` (knobs of
    your stand-in), `accounts`, `slow` (how long your stand-in works on a file), `refused` (a part that the network refuses).
    """

    exempt: ClassVar[Mapping[str, str]] = {}
    """Promises that this network cannot keep: the name of the test, and the reason that people are told."""

    @pytest.fixture(autouse=True)
    def _declared(self, request: pytest.FixtureRequest) -> None:
        reason = self.exempt.get(getattr(request.function, "__name__", ""))
        if reason is not None:
            pytest.skip(f"declared: {reason}")

    @pytest.fixture(autouse=True)
    def _only_loopback(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        strangers: list[str] = []
        resolve = socket.getaddrinfo

        def resolve_loopback(host: Any, *arguments: Any, **keywords: Any) -> Any:
            if host not in _LOOPBACK:
                strangers.append(str(host))
                raise OSError(f"{host} is not the stand-in")
            return resolve(host, *arguments, **keywords)

        monkeypatch.setattr(socket, "getaddrinfo", resolve_loopback)
        yield
        assert not strangers, f"the plugin tried to reach {', '.join(strangers)}: every request goes through `http`"

    @pytest.fixture
    def clock(self) -> SteppedClock:
        return SteppedClock()

    @pytest.fixture
    def hooks(self, plugin: Any) -> Hooks:
        return Hooks(plugin)

    @pytest.fixture
    def stand_in(self, hooks: Hooks, clock: SteppedClock) -> StandIn:
        made: StandIn = hooks.call("stand_in", clock=clock, seed=7)
        return made

    @pytest.fixture
    def served(self, stand_in: StandIn) -> Iterator[Served]:
        with serve(stand_in.app) as served:
            yield served
        assert served.crashes == [], "the stand-in raised an error of its own"

    @pytest.fixture
    def accounts(self, hooks: Hooks, clock: SteppedClock, stand_in: StandIn, served: Served) -> Sequence[Account]:
        """The stand-in's accounts, signed in and looked at."""
        assert stand_in.accounts, "a stand-in brings at least one ready-made account"
        return Accounts(hooks, clock, stand_in, served)

    @pytest.fixture
    def hosted_at(self, hooks: Hooks, tmp_path: Path) -> Iterator[str | None]:
        """Where networks that fetch media themselves find the samples."""
        if not hooks.call("network").limits.hosted:
            yield None
            return
        with serve(samples.hosting(tmp_path)) as files:
            yield files.url

    @pytest.fixture
    def bench(
        self,
        hooks: Hooks,
        clock: SteppedClock,
        stand_in: StandIn,
        served: Served,
        accounts: Sequence[Account],
        tmp_path: Path,
        hosted_at: str | None,
    ) -> Bench:
        return Bench(hooks, hooks.call("network"), clock, stand_in, served, accounts, tmp_path, hosted_at)

    @pytest.fixture
    def slow(self) -> timedelta | None:
        """How long the stand-in works on a picture (or a video, where the network takes videos)."""
        return None

    @pytest.fixture
    def refused(self, bench: Bench) -> Part | None:
        """A part that the network refuses: by default one that is too long."""
        limit = bench.limits.text
        return None if limit is None else bench.part("much too long " * (limit // 14 + 2))


class Accounts(Sequence[Account]):
    """The accounts of a stand-in as they are after `evenly connect`: the first at once, the others when they are asked for."""

    def __init__(self, hooks: Hooks, clock: SteppedClock, stand_in: StandIn, served: Served) -> None:
        self._hooks, self._clock, self._stand_in, self._served = hooks, clock, stand_in, served
        self._connected = {0: self._connect(0)}

    def __len__(self) -> int:
        return len(self._stand_in.accounts)

    @overload
    def __getitem__(self, place: int) -> Account: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Account]: ...
    def __getitem__(self, place: int | slice) -> Account | Sequence[Account]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if place not in self._connected:
            self._connected[place] = self._connect(place)
        return self._connected[place]

    def _connect(self, place: int) -> Account:
        """Refreshed where it has no access token yet, then looked at."""
        hooks, network, made = self._hooks, self._hooks.call("network"), self._stand_in.accounts[place]
        account = Account(
            id=f"{network.name}-{place + 1}", network=network.name, settings=made.settings, credentials=made.credentials, language="en"
        )
        with Watched(self._stand_in.public, clock=self._clock, network=network, api=self._served.url) as http:
            if made.credentials.access_token is None and hooks.offers("refresh"):
                fresh = hooks.call("refresh", account=account, app=app_of(made.credentials), http=http)
                account = replace(account, credentials=fresh)
            if hooks.offers("look"):
                account = replace(account, state=hooks.call("look", account=account, http=http))
        return account
