"""A workspace with a Mastodon and a Facebook account, their networks' stand-ins on loopback, and a clock that runs fast."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evenly.clock import FastClock
from evenly.networks import Networks
from evenly.plugin import RemotePost
from evenly.plugin.testing import Fault, serve

POSTS = Path(__file__).with_name("data") / "sample_posts_cc0.csv"
ACCOUNTS = {"fedi": "mastodon", "page": "facebook"}


@dataclass
class World:
    """Everything a campaign needs. Times are the fast clock's."""

    folder: Path
    clock: FastClock
    environment: dict[str, str]
    stand_ins: dict[str, Any] = field(default_factory=dict)

    def evenly(self, *arguments: str, timeout: float = 300, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run the real program in the workspace."""
        command = [sys.executable, "-m", "evenly", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False, input=given
        )

    def done(self, *arguments: str, given: str | None = None) -> str:
        """Run the program, which must succeed; its output."""
        result = self.evenly(*arguments, given=given)
        assert result.returncode == 0, f"evenly {' '.join(arguments)}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def deliveries(self) -> list[dict[str, Any]]:
        result = self.evenly("queue", "--json")
        assert result.returncode in {0, 1}, result.stderr
        found: list[dict[str, Any]] = json.loads(result.stdout)["deliveries"]
        return found

    def public(self, account: str) -> list[RemotePost]:
        return list(self.stand_ins[account].public())

    def daemon(self, log: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "evenly", "run"]
        with log.open("ab") as out:
            return subprocess.Popen(command, cwd=self.folder, env=self.environment, stderr=out, stdout=subprocess.DEVNULL)


@contextmanager
def world(folder: Path, *, speed: float, faults: Mapping[str, Sequence[Fault]] | None = None, settings: str = "") -> Iterator[World]:
    """A workspace in `folder`, signed in to both stand-ins. `settings` are further lines for each account, `faults` are by account."""
    start, since = datetime(2026, 12, 1, 6, tzinfo=UTC), time.time()
    clock = FastClock(start, speed, since=since)
    environment = {**os.environ, "EVENLY_CLOCK": f"{start.isoformat()}@{since!r}x{speed!r}", "LANGUAGE": "en"}
    environment.pop("EVENLY_WORKSPACE", None)
    here = World(folder, clock, environment)
    networks = Networks.load(ACCOUNTS.values())
    assert not networks.refused, networks.refused
    with ExitStack() as stack:
        lines = ['[brand]\nname = "18F"\ntimezone = "Europe/Paris"\n[mix]\nenforce = "advise"\n[planner]\nstagger = "1m"\n']
        lines.append('[engine]\nlease = "4s"\nrequest = "2s"\nsettle = "6s"\n')
        credentials = {}
        for name, network in ACCOUNTS.items():
            stand_in = networks.call(network, "stand_in", clock=clock, seed=7)
            served = stack.enter_context(serve(stand_in.app, list((faults or {}).get(name, ()))))
            account = stand_in.accounts[0]
            here.stand_ins[name] = stand_in
            credentials[name] = account.credentials
            own = "".join(f"{key} = {json.dumps(value)}\n" for key, value in account.settings.items())
            lines.append(f'[accounts.{name}]\nnetwork = "{network}"\napi = "{served.url}"\n{own}{settings}')
        (folder / "evenly.toml").write_text("\n".join(lines))
        here.done("init", ".")
        for name, held in credentials.items():
            token = {"access_token": held.access_token, "client_id": held.client_id, "client_secret": held.client_secret}
            here.done("connect", name, "--token-stdin", given=json.dumps({key: value for key, value in token.items() if value}))
        yield here


def write_posts(folder: Path, count: int) -> int:
    """The first `count` sample posts as Markdown, with pictures where the original had one; how many."""
    folder.mkdir()
    with POSTS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:count]
    for number, row in enumerate(rows):
        front = [f"link: {row['url']}", "origin: owned"]
        if row["has_image"] == "1":
            _draw(folder / f"{number}.jpg", number)
            front.append(f"media:\n  - path: {number}.jpg\n    alt: {json.dumps('Picture ' + str(number) + ' of ' + row['title'])}")
        if number % 9 == 4:
            front.append(f"first_comment: {json.dumps('Tags: ' + row['tags'])}")
        text = f"{row['title']}\n\n{row['excerpt'][:200]}"
        (folder / f"{number:03d}.md").write_text("---\n" + "\n".join(front) + f"\n---\n{text}\n", encoding="utf-8")
    return len(rows)


def _draw(path: Path, number: int) -> None:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (320, 240), (number * 7 % 256, number * 13 % 256, 120))
    ImageDraw.Draw(picture).ellipse((60, 40, 260, 200), outline=(255, 255, 255), width=5)
    picture.save(path, quality=80)


def kill_now_and_then(here: World, log: Path, *, kills: int, least: float, most: float, seed: int, until: datetime) -> int:
    """Run the daemon, killed with SIGKILL after `least` to `most` seconds, `kills` times, then to the end; how often it was killed."""
    chance, killed = random.Random(seed), 0
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
    finally:
        process.terminate()
        process.wait(timeout=60)
    return killed


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
    assert not wrong, f"{len(wrong)} not published: {[(each['id'], each['state'], each['reason']) for each in wrong[:5]]}"
    for name in ACCOUNTS:
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
            assert list(post.alts) == [medium["alt"] for medium in each["media"]], each["id"]
