"""A stand-in in process, media that are really served, an account that has signed in, and every call held against the specification."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import evenly_instagram as instagram
from evenly.plugin import Absent, Account, CannotTell, Found, Http, Limits, Media, Part, Prepared, Published
from evenly.plugin.testing import SteppedClock, samples, serve
from evenly_instagram.profile import Login
from evenly_instagram.standing_in.consent import APPS
from evenly_instagram.standing_in.stand_in import InstagramStandIn
from tests.plugins.instagram.recorder import recorded

_HOSTS = {
    "instagram": {"graph.instagram.com", "api.instagram.com", "www.instagram.com"},
    "facebook": {"graph.facebook.com", "www.facebook.com", "rupload.facebook.com"},
}


@dataclass
class Desk:
    """One account at work against one stand-in; each step has a client of its own, as in the core."""

    server: InstagramStandIn
    clock: SteppedClock
    account: Account
    folder: Path
    hosted_at: str
    seen: list[httpx.Request] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    instead: Callable[[httpx.Request], httpx.Response | None] = lambda _request: None

    def http(self) -> Http:
        return Http(clock=self.clock, network=instagram.network(), transport=_Held(self))

    def look(self) -> Account:
        with self.http() as http:
            self.account = replace(self.account, state=instagram.look(self.account, http))
        return self.account

    def step(self, part: Part, so_far: Prepared | None = None, thread: Sequence[Published] = ()) -> Prepared:
        with self.http() as http:
            return instagram.prepare(self.account, part, so_far, thread, http)

    def prepare(self, part: Part, thread: Sequence[Published] = (), so_far: Prepared | None = None) -> Prepared:
        prepared = self.step(part, so_far, thread)
        while not prepared.ready:
            assert isinstance(prepared.look_again, timedelta)
            self.clock.advance(prepared.look_again)
            prepared = self.step(part, prepared, thread)
        return prepared

    def publish(self, part: Part, thread: Sequence[Published] = (), *, prepared: Prepared | None = None) -> Published:
        prepared = prepared or self.prepare(part, thread)
        with self.http() as http:
            return instagram.publish(self.account, part, prepared, http)

    def find(self, part: Part, prepared: Prepared, *, first: datetime | None = None) -> Found | Absent | CannotTell:
        with self.http() as http:
            return instagram.find(self.account, part, prepared, first or self.clock.now(), http)

    def figures(self, *published: Published) -> dict[str, dict[str, int]]:
        with self.http() as http:
            return {name: metrics.known() for name, metrics in instagram.post_metrics(self.account, published, http).items()}

    def picture(self, number: int = 1, alt: str = "A ring on slate") -> Media:
        made = samples.picture(self.folder, number, Limits())
        return replace(made, alt=alt, url=f"{self.hosted_at}/{made.path.name}")

    def video(self, seconds: float = 12.0) -> Media:
        made = samples.video(self.folder, seconds)
        return replace(made, url=f"{self.hosted_at}/{made.path.name}")

    def with_settings(self, **settings: Any) -> None:
        self.account = replace(self.account, settings={**self.account.settings, **settings})

    def with_app(self) -> None:
        """As after a sign-in of our own: the app's id and secret are known."""
        held = self.account.credentials
        assert held is not None
        app = APPS["facebook"] if self.account.settings["login"] == "facebook" else APPS["instagram"]
        self.account = replace(self.account, credentials=replace(held, client_id=app.client_id, client_secret=app.client_secret))


class _Held(httpx.BaseTransport):
    """The stand-in in process; a call to a host that is not the login's is written down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inner = httpx.WSGITransport(app=desk.server.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._desk.seen.append(request)
        if request.url.host not in _HOSTS[str(self._desk.account.settings["login"])]:
            self._desk.strangers.append(str(request.url))
        return self._desk.instead(request) or self._inner.handle_request(request)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def hosted_at(tmp_path: Path) -> Iterator[str]:
    with serve(samples.hosting(tmp_path)) as files:
        yield files.url


@pytest.fixture
def open_desk(clock: SteppedClock, tmp_path: Path, hosted_at: str) -> Iterator[Callable[..., Desk]]:
    """Make a desk, with the knobs of the stand-in. At the end every call must have been one that Meta knows, at the right host."""
    desks: list[Desk] = []
    with ExitStack() as stack:

        def open_desk(login: Login = "instagram", **knobs: Any) -> Desk:
            server = InstagramStandIn(clock, 7, logins=(login, login), **knobs)
            stack.enter_context(recorded(server))
            made = server.accounts[0]
            account = Account(id="profile", network="instagram", settings=made.settings, credentials=made.credentials)
            desks.append(Desk(server, clock, account, tmp_path, hosted_at))
            return desks[-1]

        yield open_desk
    for desk in desks:
        assert desk.strangers == [], "a call to a host of the other login"


@pytest.fixture(params=["instagram", "facebook"])
def desk(open_desk: Callable[..., Desk], request: pytest.FixtureRequest) -> Desk:
    """With either login."""
    return open_desk(request.param)


@pytest.fixture
def own(open_desk: Callable[..., Desk]) -> Desk:
    """With Instagram's own login."""
    return open_desk("instagram")


@pytest.fixture
def linked(open_desk: Callable[..., Desk]) -> Desk:
    """Through a Page, with Facebook's login."""
    return open_desk("facebook")


def error_answer(status: int = 400, **error: Any) -> httpx.Response:
    """An error as the Graph API words it."""
    return httpx.Response(status, json={"error": {"message": "Refused", "type": "OAuthException", "fbtrace_id": "ATRACE", **error}})


def parameters(request: httpx.Request) -> dict[str, str]:
    """Everything a request says, wherever it says it."""
    form = httpx.QueryParams(request.content.decode()) if request.headers.get("content-type", "").startswith("application/x-www") else {}
    return {**dict(request.url.params), **dict(form)}


def sent(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    """The POSTs so far: path without version, and parameters."""
    return [(each.url.path.split("/", 2)[2], parameters(each)) for each in desk.seen if each.method == "POST"]
