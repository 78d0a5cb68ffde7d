"""Whoever comments stays with the network: no name, no handle, no words of theirs; and no token, in any form of the report."""

from __future__ import annotations

import json
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.plugin.testing import Exchange, Fault, faults
from tests.acceptance.world import EVERYWHERE, UNREADABLE, World, world
from tests.cli.conftest import Program
from tests.cli.shops import picture
from tests.security.canaries import as_forms, found_below, found_in

PERSON = {
    "a commenter's name": "Gwendolyn Cnryfield",
    "a commenter's handle": "gwen.cnryfield",
    "a commenter's address": "https://people.example/cnry-4711",
    "a comment": "cnry: such a lovely ring, my sister Enid wants one",
}
_SAID_BY = {
    "id": "47110815",
    "name": PERSON["a commenter's name"],
    "username": PERSON["a commenter's handle"],
    "acct": PERSON["a commenter's handle"],
    "url": PERSON["a commenter's address"],
}
_SPEED = 3600.0  #: a second is an hour
_LONGEST = 150.0  #: seconds


@dataclass
class Gossip:
    """Names whoever commented in every answer, wherever a network could."""

    told: int = 0

    def __call__(self, exchange: Exchange) -> None:
        answer = exchange.run()
        try:
            document = json.loads(answer.body)
        except ValueError:
            exchange.send(answer)
            return
        headers = tuple(pair for pair in answer.headers if pair[0].lower() != "content-length")
        exchange.send(replace(answer, headers=headers, body=json.dumps(self._with_people(document)).encode()))

    def _with_people(self, document: Any) -> Any:
        if isinstance(document, list):
            return [self._with_people(each) for each in document]
        if not isinstance(document, dict):
            return document
        self.told += 1
        comment = {**_SAID_BY, "from": _SAID_BY, "account": _SAID_BY, "author": _SAID_BY, "message": PERSON["a comment"]}
        comment |= {"text": PERSON["a comment"], "content": PERSON["a comment"], "created_time": "2026-12-01T06:00:00+0000"}
        known = {name: self._with_people(value) for name, value in document.items()}
        if isinstance(known.get("comments"), dict):
            known["comments"] = {**known["comments"], "data": [comment]}
        return {"latest_comments": [comment], "notifications": [comment], "replied_by": _SAID_BY, **known}


@dataclass
class Told:
    """A workspace on every network, and everything that its commands have said."""

    world: World
    evenly: Program
    gossip: Gossip
    heard: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> None:
        result = self.evenly(*arguments)
        assert result.code in codes, result.err
        self.heard[" ".join(arguments)] = (result.out + result.err).encode()

    def run_until_measured(self) -> None:
        """The daemon, until it has counted comments on two networks."""
        log = self.world.folder.parent / "daemon.log"
        daemon = self.world.daemon(log, "--log-level", "debug")
        try:
            begun = time.monotonic()
            while not self._is_measured():
                assert time.monotonic() < begun + _LONGEST, log.read_text()[-3000:]
                time.sleep(0.5)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)
        self.heard["run"] = log.read_bytes()

    def _is_measured(self) -> bool:
        with closing(sqlite3.connect(self.world.folder / ".evenly" / "evenly.sqlite")) as store:
            read = store.execute("select account, figures from metric where delivery_id is not null").fetchall()
        return len({account for account, figures in read if json.loads(figures).get("comments")}) > 1

    def tokens(self) -> dict[str, str]:
        held = {name: stand_in.accounts[self.world.places[name].number].credentials for name, stand_in in self.world.stand_ins.items()}
        secrets = {f"the token of {name}": each.access_token for name, each in held.items()}
        return secrets | {f"the refresh token of {name}": each.refresh_token for name, each in held.items() if each.refresh_token}


@pytest.fixture
def told(program: Program) -> Iterator[Told]:
    """A picture is queued for every account, with a first comment where there can be one; the first answer to one is lost."""
    gossip, folder = Gossip(), program.folder
    places = {name: place for name, place in EVERYWHERE.items() if name not in UNREADABLE}
    nosy = {name: [Fault(faults.lose_answer, method="POST", path=".*/comments", nth=1), Fault(gossip)] for name in places}
    with world(folder, speed=_SPEED, faults=nosy, places=places, settings='gap = "1m"\nmissed = "publish within 90 days"\n') as here:
        with (folder / "evenly.toml").open("a") as file:
            file.write('[campaigns.winter]\ngoal = "appointments"\n')
        program.env["EVENLY_CLOCK"] = here.environment["EVENLY_CLOCK"]
        made = Told(here, program, gossip)
        ring = ("--media", str(picture(folder / "ring.png", (800, 800))), "--alt", "A ring on slate", "--campaign", "winter")
        soon = here.clock.now() + timedelta(hours=4)
        at = ("--at", soon.isoformat(timespec="minutes"))
        made("add", "How do you look after silver?", *at, *ring)
        made("add", "And a word below", *at, "--to", "page", "--to", "grid", "--first-comment", "Ask away", *ring)
        here.clock.wait_until(soon, threading.Event())
        yield made


@pytest.mark.slow
def test_nobody_who_comments_is_named_or_quoted_anywhere(told: Told, tmp_path: Path) -> None:
    """Not in any form of the report, nor in the week, the calendar or the log, nor in a byte of the store; and no token is."""
    told("run", "--once", "--log-level", "debug")
    told.run_until_measured()  # what a daemon reads when it begins
    out = tmp_path / "out"
    out.mkdir()
    for form in ((), ("--json",), ("--csv",), ("--html", f"{out}/report.html"), ("--campaign", "winter")):
        told("report", *form)
    told("report", "--pack", "winter", "--out", f"{out}/winter.zip")
    for command in (("week",), ("week", "--json"), ("export", "--ics"), ("export",), ("queue", "--json"), ("show", "p1"), ("advice",)):
        told(*command, codes=(0, 1))
    told("plan", "--html", f"{out}/plan.html")
    for reading in ("sync", "metrics"):
        told(reading, "--json", codes=(0, 1))
    told("backup", f"{out}/all.evenly-backup")

    assert told.gossip.told > 100
    secrets = as_forms({**PERSON, **told.tokens()})
    assert {said: found for said, data in told.heard.items() if (found := found_in(data, secrets))} == {}
    assert found_below(out, among=secrets) == []
    assert found_below(told.world.folder / ".evenly", among=secrets) == []
