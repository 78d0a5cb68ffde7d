"""A stand-in in process, an account that has been looked at, and clients whose every request is held against LinkedIn's contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import evenly_linkedin as linkedin
from evenly.plugin import Absent, Account, CannotTell, Found, Http, Media, Part, Post, Prepared, Problem, Published
from evenly.plugin.testing import SteppedClock
from evenly_linkedin.standing_in.stand_in import LinkedInStandIn
from tests.plugins.linkedin.endpoints import faults, sent

JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4
PDF = b"%PDF-1.7\n" + bytes(500)
KEY = "5b1c0f4e-0000-4000-8000-000000000001"


@dataclass
class Desk:
    """One account at work against one stand-in; each step has a client of its own, as in the core."""

    server: LinkedInStandIn
    clock: SteppedClock
    account: Account
    folder: Path
    seen: list[httpx.Request] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    instead: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None

    def http(self) -> Http:
        return Http(clock=self.clock, network=linkedin.network(), transport=_Held(self))

    def look(self) -> Account:
        with self.http() as http:
            self.account = replace(self.account, state=linkedin.look(self.account, http))
        return self.account

    def check(self, *parts: Part) -> list[Problem]:
        return linkedin.check(self.account, Post(parts=parts, format=parts[0].format, options=parts[0].options))

    def step(self, part: Part, so_far: Prepared | None = None, thread: Sequence[Published] = ()) -> Prepared:
        with self.http() as http:
            return linkedin.prepare(self.account, part, so_far, thread, http)

    def prepare(self, part: Part, thread: Sequence[Published] = ()) -> Prepared:
        prepared = self.step(part, None, thread)
        while not prepared.ready:
            assert isinstance(prepared.look_again, timedelta)
            self.clock.advance(prepared.look_again)
            prepared = self.step(part, prepared, thread)
        return prepared

    def publish(
        self, part: Part, thread: Sequence[Published] = (), *, prepared: Prepared | None = None, first: datetime | None = None
    ) -> Published:
        prepared = prepared or self.prepare(part, thread)
        with self.http() as http:
            return linkedin.publish(self.account, part, prepared, KEY, first or self.clock.now(), http)

    def find(
        self, part: Part, prepared: Prepared | None = None, thread: Sequence[Published] = (), *, first: datetime | None = None
    ) -> Found | Absent | CannotTell:
        with self.http() as http:
            return linkedin.find(self.account, part, prepared or Prepared(), thread, first or self.clock.now(), http)

    def figures(self, *published: Published) -> dict[str, dict[str, int]]:
        with self.http() as http:
            return {name: metrics.known() for name, metrics in linkedin.post_metrics(self.account, published, http).items()}

    def with_settings(self, **settings: Any) -> None:
        self.account = replace(self.account, settings={**self.account.settings, **settings})

    def picture(self, name: str = "ring.jpg", alt: str = "A ring on slate") -> Media:
        return self._file(name, JPEG, kind="picture", mime="image/jpeg", alt=alt, width=640, height=480)

    def video(self, content: bytes = MP4) -> Media:
        return self._file("polish.mp4", content, kind="video", mime="video/mp4", width=1280, height=720, seconds=12.0)

    def document(self, content: bytes = PDF) -> Media:
        return self._file("rings.pdf", content, kind="document", mime="application/pdf")

    def _file(self, name: str, content: bytes, **fields: Any) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(path=path, bytes=len(content), **fields)


class _Held(httpx.BaseTransport):
    """The stand-in in process; what LinkedIn's contract does not know is written down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inner = httpx.WSGITransport(app=desk.server.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._desk.seen.append(request)
        self._desk.against += faults(sent(request))
        return self._desk.instead(request) or self._inner.handle_request(request)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def open_desk(clock: SteppedClock, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Make a desk, with the knobs of the stand-in. At the end every request must have been one that LinkedIn knows."""
    desks: list[Desk] = []

    def open_desk(number: int = 0, **knobs: Any) -> Desk:
        server = LinkedInStandIn(clock, 7, **knobs)
        made = server.accounts[number]
        account = Account(id="feed", network="linkedin", settings=made.settings, credentials=made.credentials)
        desks.append(Desk(server, clock, account, tmp_path))
        return desks[-1]

    yield open_desk
    for desk in desks:
        assert desk.against == [], "a request that LinkedIn's contract does not know"


@pytest.fixture
def page(open_desk: Callable[..., Desk]) -> Desk:
    """A page, looked at."""
    desk = open_desk()
    desk.look()
    return desk


@pytest.fixture
def member(open_desk: Callable[..., Desk]) -> Desk:
    """A member, looked at."""
    desk = open_desk(member_first=True)
    desk.look()
    return desk


def refused(status: int, code: str = "", said: str = "Refused", **more: Any) -> httpx.Response:
    """An error as LinkedIn words it."""
    return httpx.Response(status, json={"status": status, "message": said, **({"code": code} if code else {}), **more})
