"""A stand-in in process, an account that has signed in and been looked at; and every request held against X's own description."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import evenly_x as x
from evenly.plugin import Absent, Account, CannotTell, Found, Http, Media, Part, Prepared, Published, Quota
from evenly.plugin.testing import SteppedClock
from evenly_x.standing_in import XStandIn
from tests import counted
from tests.plugins.x import description

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 4
GIF = b"GIF89a" + bytes(300)

_DESCRIPTION = f"X's own description of its API, versions {' and '.join(description.VERSIONS.values())}"
_against: list[str] = []


@pytest.fixture(autouse=True)
def _every_request_is_known_to_x(monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> Iterator[None]:
    """Whatever a test makes the plugin send, by whatever way, X's own description must know."""
    if description.missing() is not None:
        yield
        return
    _against.clear()
    address = Http._address

    def checked(self: Http, request: httpx.Request) -> None:
        request.read()
        _against.extend(f"{request.method} {request.url.path}: {fault}" for fault in description.faults(request))
        counted.count(pytestconfig, f"requests were held against {_DESCRIPTION}")
        address(self, request)

    monkeypatch.setattr(Http, "_address", checked)
    yield
    assert _against == [], "a request, or an answer of the stand-in, that X's description of its API does not know"


@dataclass
class Desk:
    """One account at work against one stand-in; each step has a client of its own, as in the core."""

    server: XStandIn
    clock: SteppedClock
    account: Account
    folder: Path
    seen: list[httpx.Request] = field(default_factory=list)
    told: list[Quota] = field(default_factory=list)
    instead: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None

    def http(self) -> Http:
        return Http(clock=self.clock, network=x.network(), transport=_Transport(self), on_quota=self.told.append)

    def look(self) -> Account:
        with self.http() as http:
            self.account = replace(self.account, state=x.look(self.account, http))
        return self.account

    def step(self, part: Part, so_far: Prepared | None = None) -> Prepared:
        with self.http() as http:
            return x.prepare(self.account, part, so_far, http)

    def prepare(self, part: Part) -> Prepared:
        prepared = self.step(part)
        while not prepared.ready:
            assert isinstance(prepared.look_again, timedelta)
            self.clock.advance(prepared.look_again)
            prepared = self.step(part, prepared)
        return prepared

    def publish(self, part: Part, thread: Sequence[Published] = (), *, prepared: Prepared | None = None) -> Published:
        prepared = prepared or self.prepare(part)
        with self.http() as http:
            return x.publish(self.account, part, prepared, thread, http)

    def find(
        self, part: Part, thread: Sequence[Published] = (), *, prepared: Prepared | None = None, first: datetime | None = None
    ) -> Found | Absent | CannotTell:
        with self.http() as http:
            return x.find(self.account, part, prepared or Prepared(), thread, first or self.clock.now(), http)

    def figures(self, *published: Published) -> dict[str, dict[str, int]]:
        with self.http() as http:
            return {name: metrics.known() for name, metrics in x.post_metrics(self.account, published, http).items()}

    def paths(self) -> list[str]:
        """What was asked for, in short."""
        return [f"{each.method} {each.url.path}" for each in self.seen]

    def picture(self, name: str = "ring.png", alt: str = "A ring on slate") -> Media:
        return self._file(name, PNG, kind="picture", mime="image/png", alt=alt)

    def animation(self) -> Media:
        return self._file("polish.gif", GIF, kind="animation", mime="image/gif", alt="Polishing")

    def video(self, content: bytes = MP4) -> Media:
        return self._file("polish.mp4", content, kind="video", mime="video/mp4", seconds=12.0)

    def _file(self, name: str, content: bytes, **fields: Any) -> Media:
        path = self.folder / name
        path.write_bytes(content)
        return Media(path=path, bytes=len(content), **fields)


class _Transport(httpx.BaseTransport):
    """The stand-in in process; it remembers requests, and lets a test answer in its place."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inner = httpx.WSGITransport(app=desk.server.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._desk.seen.append(request)
        instead = self._desk.instead(request)
        return instead if instead is not None else self._judged(request, self._inner.handle_request(request))

    def _judged(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        response.read()
        if response.is_success and description.missing() is None:
            _against.extend(description.faults_of_answer(request, response, self._desk.server.state.words))
        return response


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def open_desk(clock: SteppedClock, tmp_path: Path) -> Callable[..., Desk]:
    """Make a desk, with the knobs of the stand-in; its account has been looked at."""

    def open_desk(number: int = 0, settings: dict[str, Any] | None = None, **knobs: Any) -> Desk:
        server = XStandIn(clock, 7, **knobs)
        made = server.accounts[number]
        account = Account(id="post", network="x", settings={**made.settings, **(settings or {})}, credentials=made.credentials)
        desk = Desk(server, clock, account, tmp_path)
        desk.look()
        desk.seen.clear()
        return desk

    return open_desk


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def problem(status: int, detail: str, kind: str = "about:blank", **more: Any) -> httpx.Response:
    """An error as X words it."""
    return httpx.Response(status, json={"title": "Problem", "detail": detail, "type": kind, "status": status, **more})
