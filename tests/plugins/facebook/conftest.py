"""A stand-in in process, an account that has signed in, and clients whose every request is held against Meta's specification."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import evenly_facebook as facebook
from evenly.plugin import Absent, Account, CannotTell, Found, Http, Media, Part, Prepared, Published
from evenly.plugin.testing import SteppedClock
from evenly_facebook.standing_in.consent import APP
from evenly_facebook.standing_in.stand_in import FacebookStandIn
from tests.plugins.facebook.endpoints import faults, recorded

JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4


@dataclass
class Desk:
    """One account at work against one stand-in; each step has a client of its own, as in the core."""

    server: FacebookStandIn
    clock: SteppedClock
    account: Account
    folder: Path
    seen: list[httpx.Request] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    instead: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None

    def http(self) -> Http:
        return Http(clock=self.clock, network=facebook.network(), transport=_Held(self))

    def look(self) -> Account:
        with self.http() as http:
            self.account = replace(self.account, state=facebook.look(self.account, http))
        return self.account

    def step(self, part: Part, so_far: Prepared | None = None, thread: Sequence[Published] = ()) -> Prepared:
        with self.http() as http:
            return facebook.prepare(self.account, part, so_far, thread, http)

    def prepare(self, part: Part, thread: Sequence[Published] = ()) -> Prepared:
        prepared = self.step(part, None, thread)
        while not prepared.ready:
            assert isinstance(prepared.look_again, timedelta)
            self.clock.advance(prepared.look_again)
            prepared = self.step(part, prepared, thread)
        return prepared

    def publish(self, part: Part, thread: Sequence[Published] = (), *, prepared: Prepared | None = None) -> Published:
        prepared = prepared or self.prepare(part, thread)
        with self.http() as http:
            return facebook.publish(self.account, part, prepared, http)

    def find(
        self, part: Part, prepared: Prepared, thread: Sequence[Published] = (), *, first: datetime | None = None
    ) -> Found | Absent | CannotTell:
        with self.http() as http:
            return facebook.find(self.account, part, prepared, thread, first or self.clock.now(), http)

    def figures(self, *published: Published) -> dict[str, dict[str, int]]:
        with self.http() as http:
            return {name: metrics.known() for name, metrics in facebook.post_metrics(self.account, published, http).items()}

    def with_app(self) -> None:
        """As after a sign-in of our own: the app's id and secret are known."""
        assert self.account.credentials is not None
        held = replace(self.account.credentials, client_id=APP.client_id, client_secret=APP.client_secret)
        self.account = replace(self.account, credentials=held)

    def photo(self, name: str = "ring.jpg", alt: str = "A ring on slate") -> Media:
        return self._file(name, JPEG, kind="picture", mime="image/jpeg", alt=alt, width=640, height=480)

    def video(self, content: bytes = MP4) -> Media:
        return self._file("polish.mp4", content, kind="video", mime="video/mp4", width=1280, height=720, seconds=12.0)

    def upright(self) -> Media:
        return self._file("upright.mp4", MP4, kind="video", mime="video/mp4", width=1080, height=1920, seconds=12.0)

    def _file(self, name: str, content: bytes, **fields: Any) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(path=path, bytes=len(content), **fields)


class _Held(httpx.BaseTransport):
    """The stand-in in process; what Meta's specification does not know is written down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inner = httpx.WSGITransport(app=desk.server.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._desk.seen.append(request)
        self._desk.against += faults(request)
        return self._desk.instead(request) or self._inner.handle_request(request)


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What Meta's specification has against any request that a stand-in heard from the plugin in any test."""
    against: list[str] = []
    hear = FacebookStandIn.__call__

    def heard(self: FacebookStandIn, environ: Any, start_response: Any) -> Any:
        request = recorded(environ)
        if request is not None:
            against.extend(faults(request))
        return hear(self, environ, start_response)

    monkeypatch.setattr(FacebookStandIn, "__call__", heard)
    yield against
    assert against == [], "a request that Meta's specification does not know"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def open_desk(clock: SteppedClock, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Make a desk, with the knobs of the stand-in. At the end every request must have been one that Meta knows."""
    desks: list[Desk] = []

    def open_desk(number: int = 0, **knobs: Any) -> Desk:
        server = FacebookStandIn(clock, 7, **knobs)
        made = server.accounts[number]
        account = Account(id="page", network="facebook", settings=made.settings, credentials=made.credentials)
        desks.append(Desk(server, clock, account, tmp_path))
        return desks[-1]

    yield open_desk
    for desk in desks:
        assert desk.against == [], "a request that Meta's specification does not know"


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def error_answer(status: int = 400, **error: Any) -> httpx.Response:
    """An error as the Graph API words it."""
    return httpx.Response(status, json={"error": {"message": "Refused", "type": "OAuthException", "fbtrace_id": "ATRACE", **error}})
