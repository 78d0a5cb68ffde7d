"""A workspace with a Mastodon and a Facebook account, their networks' stand-ins on loopback, and a clock that runs fast."""

from __future__ import annotations

import functools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from evenly.clock import FastClock
from evenly.networks import Networks
from evenly.plugin import Credentials, RemotePost
from evenly.plugin.testing import Fault, Served, serve
from tests.acceptance import wire


@dataclass(frozen=True)
class Place:
    """One of the ready-made accounts of a network's stand-in."""

    network: str
    number: int = 0
    settings: str = ""


TWO = {"fedi": Place("mastodon"), "page": Place("facebook")}
#: A member of LinkedIn: nothing can be read back, and an equal text is refused for a while that passes too fast on a fast clock.
UNREADABLE = frozenset({"person"})
EVERYWHERE = {
    **TWO,
    "grid": Place("instagram"),
    "short": Place("x"),
    "firm": Place("linkedin"),
    "person": Place("linkedin", 2, 'remembered = "24h"\n'),
}


@dataclass
class World:
    """Everything a campaign needs. Times are the fast clock's."""

    folder: Path
    clock: FastClock
    environment: dict[str, str]
    places: Mapping[str, Place]
    stand_ins: dict[str, Any] = field(default_factory=dict)
    served: dict[str, Served] = field(default_factory=dict)

    def evenly(self, *arguments: str, timeout: float = 300, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run the real program in the workspace."""
        command = [sys.executable, "-m", "evenly", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False, input=given
        )

    def done(self, *arguments: str, timeout: float = 300, given: str | None = None) -> str:
        """Run the program, which must succeed; its output."""
        result = self.evenly(*arguments, timeout=timeout, given=given)
        assert result.returncode == 0, f"evenly {' '.join(arguments)}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def deliveries(self) -> list[dict[str, Any]]:
        result = self.evenly("queue", "--json")
        assert result.returncode in {0, 1}, result.stderr
        found: list[dict[str, Any]] = json.loads(result.stdout)["deliveries"]
        return found

    def public(self, account: str) -> list[RemotePost]:
        return list(self.stand_ins[account].public())

    def daemon(self, log: Path, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "evenly", "run", *options]
        with log.open("ab") as out:
            return subprocess.Popen(command, cwd=self.folder, env=self.environment, stderr=out, stdout=subprocess.DEVNULL)


@contextmanager
def world(
    folder: Path,
    *,
    speed: float,
    faults: Mapping[str, Sequence[Fault]] | None = None,
    settings: str = "",
    places: Mapping[str, Place] = TWO,
) -> Iterator[World]:
    """A workspace in `folder`, signed in to the stand-ins of `places`; `settings` and `faults` are of each account."""
    start, since = datetime(2026, 12, 1, 6, tzinfo=UTC), time.time()
    clock = FastClock(start, speed, since=since)
    environment = {**os.environ, "EVENLY_CLOCK": f"{start.isoformat()}@{since!r}x{speed!r}", "LANGUAGE": "en"}
    environment.pop("EVENLY_WORKSPACE", None)
    here = World(folder, clock, environment, places)
    networks = Networks.load({place.network for place in places.values()})
    assert not networks.refused, networks.refused
    with ExitStack() as stack:
        lines = ['[brand]\nname = "18F"\ntimezone = "Europe/Paris"\n[mix]\nenforce = "advise"\n[planner]\nstagger = "1m"\n']
        lines.append('[engine]\nlease = "4s"\nrequest = "2s"\nsettle = "6s"\n')
        public = stack.enter_context(web_server(folder / "public"))
        lines.append(f'[media]\npublic_dir = "public"\npublic_url = "{public}"\n')
        credentials = {}
        for name, place in places.items():
            stand_in = networks.call(place.network, "stand_in", clock=clock, seed=7)
            served = stack.enter_context(serve(stand_in.app, list((faults or {}).get(name, ()))))
            account = stand_in.accounts[place.number]
            here.stand_ins[name], here.served[name] = stand_in, served
            credentials[name] = account.credentials
            own = "".join(f"{key} = {json.dumps(value)}\n" for key, value in account.settings.items())
            lines.append(f'[accounts.{name}]\nnetwork = "{place.network}"\napi = "{served.url}"\n{own}{place.settings}{settings}')
        (folder / "evenly.toml").write_text("\n".join(lines))
        here.done("init", ".")
        for name, held in credentials.items():
            here.done("connect", name, "--token-stdin", given=as_json(held))
        yield here


@contextmanager
def web_server(folder: Path) -> Iterator[str]:
    """What a brand's own web server would show of a folder, for networks that fetch media themselves; its address."""
    folder.mkdir()
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def as_json(held: Credentials) -> str:
    """A ready token as `connect --token-stdin` reads it."""
    every = {each.name: getattr(held, each.name) for each in fields(held)}
    extra, expires_at = every.pop("extra"), every.pop("expires_at")
    told = {**every, **extra, "expires_at": expires_at and expires_at.isoformat()}
    return json.dumps({name: value for name, value in told.items() if value})


def kill_now_and_then(here: World, log: Path, *, kills: int, least: float, most: float, seed: int, until: datetime) -> tuple[int, int]:
    """Run the daemon, killed with SIGKILL after `least` to `most` seconds, `kills` times, then to the end.

    Gives how often it was killed, and how many deliveries a person had to settle.
    """
    chance, killed, settled = random.Random(seed), 0, 0
    process = here.daemon(log)
    try:
        while killed < kills and here.clock.now() < until:
            time.sleep(chance.uniform(least, most))
            assert process.poll() is None, f"the daemon ended by itself:\n{log.read_text()[-3000:]}"
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            process = here.daemon(log)
        _until_nothing_waits(here, process, log, until)
        while asked := _settled_by_a_person(here):
            settled += asked
            _until_nothing_waits(here, process, log, here.clock.now())
    finally:
        process.terminate()
        process.wait(timeout=60)
    return killed, settled


def _settled_by_a_person(here: World) -> int:
    """What could not be found out, where the network tells nothing: somebody looks, and says whether it is there. How many."""
    uncertain = [each for each in here.deliveries() if each["state"] == "uncertain" and each["account"] in UNREADABLE]
    for each in uncertain:
        seen = [post.url for post in here.public(each["account"]) if post.text == each["text"] and post.url]
        here.done("settle", each["id"], *(("--published", seen[0]) if seen else ("--not-published",)))
    return len(uncertain)


def _until_nothing_waits(here: World, process: subprocess.Popen[bytes], log: Path, until: datetime) -> None:
    deadline = time.monotonic() + max(here.clock.seconds_until(until), 0) + 90
    while time.monotonic() < deadline:
        time.sleep(min(max(here.clock.seconds_until(until) / 4, 2.0), 20.0))
        assert process.poll() is None, f"the daemon ended by itself:\n{log.read_text()[-3000:]}"
        if not {each["state"] for each in here.deliveries()} & {"planned", "publishing"}:
            return
    raise AssertionError(f"still waiting: {Counter(each['state'] for each in here.deliveries())}\n{log.read_text()[-3000:]}")


def assert_exactly_once(here: World, planned: Sequence[dict[str, Any]]) -> None:
    """Every planned delivery is public once, not before its time, with its pictures and their words."""
    told = {each["id"]: each for each in here.deliveries()}
    wrong = [each for each in told.values() if each["state"] != "published"]
    stories = [here.evenly("show", each["id"]).stdout for each in wrong[:5]]
    assert not wrong, f"{len(wrong)} not published: {[(each['id'], each['account'], each['state']) for each in wrong]}\n{''.join(stories)}"
    for name in here.places:
        public = {post.remote_id: post for post in here.public(name)}
        roots = [post for post in public.values() if post.parent is None]
        mine = [each for each in planned if each["account"] == name]
        known = {told[each["id"]]["remote_id"] for each in mine}
        stray = [(post.remote_id, post.text[:40], str(post.at)) for post in roots if post.remote_id not in known]
        assert not stray, f"public on {name} and unknown to us, so doubled: {stray}"
        assert len(roots) == len(mine) == len(known), f"{name}: {len(roots)} public, {len(mine)} planned, {len(known)} known"
        for each in mine:
            post = public[told[each["id"]]["remote_id"]]
            assert post.text.startswith(each["text"].split("\n")[0]), (each["id"], post.text)
            assert post.at >= datetime.fromisoformat(each["due"]) - timedelta(seconds=1), (each["id"], post.at, each["due"])
            assert len(post.media) == len(each["media"]), each["id"]
            alts = [medium["alt"] for medium in each["media"]]
            # What a story, a film or a document shows cannot be told in words everywhere.
            assert list(post.alts) == alts or (not any(post.alts) and not _is_described(each)), (each["id"], post.alts)


def assert_known(here: World) -> int:
    """The networks' own descriptions know every call that was made; how many there were."""
    for name, place in here.places.items():
        against = wire.faults(place.network, here.served[name].log)
        assert not against, f"{name}: {len(against)} calls that {place.network} does not know, such as {against[:5]}"
    return sum(len(served.log) for served in here.served.values())


def _is_described(delivery: dict[str, Any]) -> bool:
    return bool(delivery["text"]) and all(medium["path"].endswith(".jpg") for medium in delivery["media"])
