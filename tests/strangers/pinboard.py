"""Pinboard, written by somebody who has read the documentation and nothing else. One file, with its stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from evenly.plugin import (
    Absent,
    Account,
    AccountState,
    CannotTell,
    Credentials,
    Found,
    Http,
    Limits,
    Metrics,
    Network,
    Part,
    Published,
    RemotePost,
    StandInAccount,
    hookimpl,
)
from evenly.plugin.match import matches, not_before, settled

if TYPE_CHECKING:
    import httpx

    from evenly.plugin import Clock

LAG = timedelta(minutes=3)


@hookimpl
def network() -> Network:
    return Network(name="pinboard", title="Pinboard", limits=Limits(text=140, thread=25), repeat_safe={"read-back": LAG})


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    me = http.send_repeatable(_request("GET", "/me", account)).json()
    return AccountState(remote_id=me["name"], name=me["name"])


@hookimpl
def publish(http: Http, thread: Sequence[Published], part: Part, account: Account) -> Published:
    pin = {"text": _text(part), "below": thread[-1].remote_id if thread else None}
    made = http.send_once(_request("POST", "/pins", account, pin)).json()
    return Published(remote_id=made["id"], url=f"https://pinboard.example/{made['id']}")


@hookimpl
def find(account: Account, part: Part, thread: Sequence[Published], first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    below = thread[-1].remote_id if thread else None
    listed = _pins(account, not_before(first_attempt), http)
    return settled(pin for pin in listed if matches(pin, part, text=_text(part), first_attempt=first_attempt, parent=below))


@hookimpl
def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    return list(_pins(account, since, http))


@hookimpl
def delete(account: Account, published: Published, http: Http) -> None:
    http.send_repeatable(_request("DELETE", f"/pins/{published.remote_id}", account), accept={404})


@hookimpl
def account_metrics(account: Account, http: Http) -> Metrics:
    return Metrics(followers=http.send_repeatable(_request("GET", "/me", account)).json().get("readers"))


@hookimpl
def stand_in(clock: Clock) -> Pinboard:
    return Pinboard(clock)


def _text(part: Part) -> str:
    return f"{part.text} {part.link}" if part.link else part.text


def _request(method: str, path: str, account: Account, body: Any = None) -> httpx.Request:
    import httpx

    token = account.credentials.access_token if account.credentials else ""
    return httpx.Request(method, f"https://pinboard.example{path}", json=body, headers={"Authorization": f"Bearer {token}"})


def _pins(account: Account, since: datetime, http: Http) -> Iterator[RemotePost]:
    before = ""
    while True:
        page = http.send_repeatable(_request("GET", f"/pins?before={before}", account)).json()
        for pin in page:
            if datetime.fromisoformat(pin["at"]) < since:
                return
            yield RemotePost(remote_id=pin["id"], text=pin["text"], at=datetime.fromisoformat(pin["at"]), parent=pin["below"])
        if not page:
            return
        before = page[-1]["id"]


class Pinboard:
    """The stand-in: keeps pins, lists ten at a time, and shows a pin in its list a little later."""

    accounts = tuple(
        StandInAccount(settings={}, credentials=Credentials(access_token=f"pin-token-of-{name}"), name=name) for name in ("eve", "joe")
    )

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.pins: dict[str, dict[str, Any]] = {}
        self.made = 0

    def public(self) -> list[RemotePost]:
        return [
            RemotePost(remote_id=pin["id"], text=pin["text"], at=datetime.fromisoformat(pin["at"]), parent=pin["below"])
            for pin in self.pins.values()
        ]

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        owner = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer pin-token-of-")
        known = owner in {account.name for account in self.accounts}
        status, answer = self._answer(environ, owner) if known else (401, "who is it?")
        start_response(f"{status} -", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _answer(self, environ: dict[str, Any], owner: str) -> tuple[int, Any]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if path == "/me":
            return 200, {"name": owner, "readers": 31}
        if (method, path) == ("POST", "/pins"):
            return self._pin(owner, json.load(environ["wsgi.input"]))
        if (method, path) == ("GET", "/pins"):
            return 200, self._list(owner, parse_qs(environ["QUERY_STRING"]).get("before", [""])[0])
        gone = self.pins.pop(path.removeprefix("/pins/"), None)
        return (200, {}) if gone else (404, "no such pin")

    def _pin(self, owner: str, pin: dict[str, Any]) -> tuple[int, Any]:
        if len(pin["text"]) > 140:
            return 422, "too long"
        if pin["below"] is not None and pin["below"] not in self.pins:
            return 404, "nothing to pin it below"
        self.made += 1
        made = pin | {"id": f"n{self.made}", "owner": owner, "at": self.clock.now().isoformat()}
        self.pins[made["id"]] = made
        return 200, made

    def _list(self, owner: str, before: str) -> list[dict[str, Any]]:
        shown = self.clock.now() - LAG / 2
        own = [pin for pin in reversed(self.pins.values()) if pin["owner"] == owner and datetime.fromisoformat(pin["at"]) <= shown]
        places = [place for place, pin in enumerate(own, 1) if pin["id"] == before]
        start = places[0] if places else 0
        return own[start : start + 10]
