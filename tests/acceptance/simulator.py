"""All networks on loopback, with bad weather, and a workspace with accounts on each of them."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenly.clock import FastClock
from evenly.plugin.testing import Fault, Served, serve
from evenly_facebook.standing_in.stand_in import FacebookStandIn
from evenly_instagram.standing_in.stand_in import InstagramStandIn
from evenly_linkedin.standing_in.stand_in import LinkedInStandIn
from evenly_mastodon.standing_in import Server
from evenly_x.api import SCOPES
from evenly_x.standing_in import XStandIn, consenting
from tests.acceptance.jumping import VARIABLE, Jump
from tests.acceptance.weather import LATEST_LISTING, Journal, Weather, lagging
from tests.acceptance.world import EVERYWHERE, Place, World, as_json, web_server

if TYPE_CHECKING:
    from evenly.plugin import Clock, Credentials

_START = datetime(2026, 12, 1, 6, tzinfo=UTC)
_CADENCE = {"instagram": "90/day"}  # it takes no more than a hundred within a day
_SETTINGS = """cadence = "{cadence}"
gap = "1m"
windows = ["Mon-Sun 00:00-24:00"]
missed = "publish within 90 days"
"""
_ENGINE = '[engine]\nlease = "4s"\nrequest = "2s"\nsettle = "6s"\n'


@dataclass
class Simulated:
    """One account's network: the stand-in, the journal in front of it, the weather in front of that."""

    name: str
    place: Place
    stand_in: Any
    journal: Journal
    weather: Weather
    served: Served
    credentials: Credentials

    def signed_in_again(self) -> Credentials:
        """What a person brings back from the network's consent page."""
        if self.place.network != "x":
            return self.credentials
        with self.stand_in.state.lock:
            lives = consenting.TOKEN_LIVES
            access, renewing = consenting.ready_made(self.stand_in.state, self.stand_in.state.users[0], frozenset(SCOPES), lives)
        return replace(self.credentials, access_token=access, refresh_token=renewing, expires_at=self.stand_in.state.clock.now() + lives)


class HasteningClock(FastClock):
    """A clock that runs with time until it is told to run faster."""

    def __init__(self) -> None:
        self._set(_START, 1.0)

    def hasten(self, speed: float) -> str:
        """Run so fast from now on; what other processes are told to show the same time."""
        return self._set(self.now(), speed)

    def _set(self, start: datetime, speed: float) -> str:
        since = time.time()
        super().__init__(start, speed, since=since)
        return f"{start.isoformat()}@{since!r}x{speed!r}"


@dataclass
class Simulation(World):
    """A workspace, its networks, and a clock that can be made to jump for every program but the networks."""

    speed: float = 1.0
    networks: dict[str, Simulated] = field(default_factory=dict)
    jump: Jump = field(init=False)
    hastening: HasteningClock = field(default_factory=HasteningClock)

    def sign_in(self, network: Simulated) -> None:
        self.done("connect", network.name, "--token-stdin", given=as_json(network.credentials))

    def begin(self) -> None:
        """From now on time runs fast, and the weather is bad."""
        self.environment["EVENLY_CLOCK"] = self.hastening.hasten(self.speed)
        for each in self.networks.values():
            each.weather.calm = False

    def calm(self) -> None:
        """No more faults."""
        for each in self.networks.values():
            each.weather.calm = True

    def struck(self) -> Counter[str]:
        return sum((each.weather.struck for each in self.networks.values()), Counter())

    def calls(self) -> int:
        return sum(each.weather.calls for each in self.networks.values())


@contextmanager
def simulation(folder: Path, *, speed: float, seed: int, groups: int, cadence: str) -> Iterator[Simulation]:
    """`groups` accounts of each place of `EVERYWHERE`, each on a network of its own. Until it begins, time runs as it does."""
    clock, behind = HasteningClock(), timedelta(seconds=speed * LATEST_LISTING)
    environment = {**os.environ, "EVENLY_CLOCK": clock.hasten(1.0), "LANGUAGE": "en"}
    environment[VARIABLE] = str(folder / "jump")
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    environment.pop("EVENLY_WORKSPACE", None)
    here = Simulation(folder, clock, environment, EVERYWHERE, speed=speed, hastening=clock)
    here.jump = Jump.made(folder / "jump")
    journals = folder / "journals"
    journals.mkdir()
    with ExitStack() as stack:
        public = stack.enter_context(web_server(folder / "public"))
        lines = ['[brand]\nname = "18F"\ntimezone = "UTC"\n[mix]\nenforce = "advise"\n[planner]\nstagger = "0s"\n', _ENGINE]
        lines.append(f'[media]\npublic_dir = "public"\npublic_url = "{public}"\n')
        for group in range(groups):
            for place_name, place in EVERYWHERE.items():
                each = _simulated(f"{place_name}{group}", place, clock, seed, behind, journals, stack)
                here.networks[each.name] = each
                lines.append(_account(each, cadence))
        (folder / "evenly.toml").write_text("\n".join(lines))
        here.done("init", ".")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(here.sign_in, here.networks.values()))
        yield here


def _simulated(name: str, place: Place, clock: Clock, seed: int, behind: timedelta, journals: Path, stack: ExitStack) -> Simulated:
    stand_in = _STAND_INS[place.network](clock, seed, behind)
    journal = Journal(stand_in.app, stand_in.public, place.network, journals / f"{name}.jsonl")
    lists = lagging(clock, behind) if place.network == "mastodon" else None
    weather = Weather(place.network, name, seed, lists, calm=True)
    served = stack.enter_context(serve(journal, [Fault(weather)]))
    return Simulated(name, place, stand_in, journal, weather, served, stand_in.accounts[place.number].credentials)


def _account(each: Simulated, cadence: str) -> str:
    ready = each.stand_in.accounts[each.place.number]
    own = "".join(f"{key} = {json.dumps(value)}\n" for key, value in ready.settings.items())
    settings = _SETTINGS.format(cadence=_CADENCE.get(each.place.network, cadence))
    return f'[accounts.{each.name}]\nnetwork = "{each.place.network}"\napi = "{each.served.url}"\n{own}{each.place.settings}{settings}'


_STAND_INS: Mapping[str, Callable[[Clock, int, timedelta], Any]] = {
    "mastodon": lambda clock, seed, _behind: Server(clock, seed),
    "facebook": lambda clock, seed, behind: FacebookStandIn(clock, seed, unlisted=behind),
    "instagram": lambda clock, seed, behind: InstagramStandIn(clock, seed, unlisted=behind),
    "x": lambda clock, seed, behind: XStandIn(clock, seed, unlisted=behind, tokens_live=consenting.TOKEN_LIVES),
    "linkedin": lambda clock, seed, behind: LinkedInStandIn(clock, seed, unlisted=behind),
}
