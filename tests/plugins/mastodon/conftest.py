"""A stand-in in process, an account that has signed in and been looked at, and clients that speak to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import evenly_mastodon as mastodon
from evenly.plugin import Absent, Account, CannotTell, Found, Http, Media, Part, Prepared, Published
from evenly.plugin.testing import SteppedClock
from evenly_mastodon.standing_in import Server

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000000301010018dd8db0"
    "0000000049454e44ae426082"
)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64


def account_of(server: Server, number: int = 0, **settings: Any) -> Account:
    made = server.accounts[number]
    return Account(id="toots", network="mastodon", settings={**made.settings, **settings}, credentials=made.credentials)


@dataclass
class Desk:
    """One account at work against one stand-in; each step has a client of its own, as in the core."""

    server: Server
    clock: SteppedClock
    account: Account
    folder: Path
    seen: list[httpx.Request] = field(default_factory=list)
    answer_instead: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None

    def http(self) -> Http:
        return Http(clock=self.clock, network=mastodon.network(), api="http://127.0.0.1", transport=_Transport(self))

    def looked(self) -> Account:
        with self.http() as http:
            self.account = replace(self.account, state=mastodon.look(self.account, http))
        return self.account

    def prepare(self, part: Part) -> Prepared:
        prepared = None
        while prepared is None or not prepared.ready:
            with self.http() as http:
                prepared = mastodon.prepare(self.account, part, prepared, http)
            if isinstance(prepared.look_again, timedelta):
                self.clock.advance(prepared.look_again)
        return prepared

    def publish(
        self,
        part: Part,
        thread: Sequence[Published] = (),
        *,
        key: str = "key",
        prepared: Prepared | None = None,
        first: datetime | None = None,
    ) -> Published:
        prepared = prepared or self.prepare(part)
        with self.http() as http:
            return mastodon.publish(self.account, part, prepared, thread, key, first or self.clock.now(), http)

    def find(
        self, part: Part, thread: Sequence[Published] = (), *, prepared: Prepared | None = None, first: datetime | None = None
    ) -> Found | Absent | CannotTell:
        with self.http() as http:
            return mastodon.find(self.account, part, prepared or Prepared(), thread, first or self.clock.now(), http)

    def picture(self, name: str = "ring.png", alt: str = "A silver ring on slate") -> Media:
        return self._file(name, PNG, kind="picture", mime="image/png", alt=alt)

    def video(self) -> Media:
        return self._file("polish.mp4", MP4, kind="video", mime="video/mp4", alt="Polishing")

    def _file(self, name: str, content: bytes, **fields: Any) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(path=path, bytes=len(content), **fields)


class _Transport(httpx.BaseTransport):
    """The stand-in in process; it remembers requests, and lets a test answer in its place."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wsgi = httpx.WSGITransport(app=desk.server.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._desk.seen.append(request)
        return self._desk.answer_instead(request) or self._wsgi.handle_request(request)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def server(clock: SteppedClock) -> Server:
    return Server(clock, 7)


@pytest.fixture
def desk(server: Server, clock: SteppedClock, tmp_path: Path) -> Desk:
    desk = Desk(server, clock, account_of(server), tmp_path)
    desk.looked()
    desk.seen.clear()
    return desk


@pytest.fixture
def gotosocial(clock: SteppedClock, tmp_path: Path) -> Desk:
    server = Server(clock, 7, kind="gotosocial")
    desk = Desk(server, clock, account_of(server), tmp_path)
    desk.looked()
    return desk
