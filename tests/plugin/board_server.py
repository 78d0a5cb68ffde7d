"""A pinboard on the web: small, but with everything that networks have. Strict, and with its memory only."""

# ruff: noqa: ARG002 - each place is asked in the same way

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from evenly.plugin import Credentials, RemotePost, StandInAccount

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from evenly.plugin import Clock

LONGEST = 200
PAGE = 5
KEY_WINDOW = timedelta(hours=1)
TOKENS = {"token-of-ada-0001": "ada", "token-of-bob-0002": "bob"}


class Refused(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        self.status = status
        self.answer = {"error": code} | more
        super().__init__(code)


@dataclass
class Pin:
    """One pin as the server keeps it."""

    id: str
    owner: str
    text: str
    at: datetime
    link: str | None = None
    pictures: tuple[str, ...] = ()
    answers: str | None = None


@dataclass
class BoardServer:
    """The stand-in. `facility` is what it offers to settle lost answers: key, refusal, two-phase, record, or nothing."""

    clock: Clock
    facility: str = "key"
    slow: timedelta = timedelta(0)
    pins: dict[str, Pin] = field(default_factory=dict)
    pictures: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    drafts: dict[str, str | None] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def accounts(self) -> list[StandInAccount]:
        return [
            StandInAccount(settings={"board": owner}, credentials=Credentials(access_token=token, refresh_token=f"refresh-{owner}-0003"))
            for token, owner in TOKENS.items()
        ]

    def public(self) -> list[RemotePost]:
        with self._lock:
            return [
                RemotePost(
                    remote_id=pin.id,
                    text=pin.text,
                    at=pin.at,
                    link=pin.link,
                    media=pin.pictures,
                    parent=pin.answers,
                    alts=tuple(self.pictures[each][0] for each in pin.pictures),
                )
                for pin in self.pins.values()
            ]

    def app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            try:
                status, answer = 200, self._answer(environ)
            except Refused as refused:
                status, answer = refused.status, refused.answer
        start_response(f"{status} -", [("Content-Type", "application/json"), ("X-Pins-Left", str(1000 - len(self.pins)))])
        return [json.dumps(answer).encode()]

    def _answer(self, environ: Mapping[str, Any]) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].strip("/").split("/")
        raw = environ["wsgi.input"].read()
        body = json.loads(raw) if raw else {}
        if path == ["token"]:
            return self._token(body)
        owner = TOKENS.get(environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer "))
        if owner is None:
            raise Refused(401, "unknown_token")
        place = getattr(self, f"_at_{path[0]}", None)
        if place is None:
            raise Refused(404, "no_such_place")
        return place(method, path[1:], owner=owner, body=body, environ=environ)

    def _at_me(self, method: str, path: list[str], *, owner: str, **_: Any) -> Any:
        return {"id": owner, "name": owner.title(), "followers": 12}

    def _at_pins(self, method: str, path: list[str], *, owner: str, body: Any, environ: Mapping[str, Any]) -> Any:
        match method, *path:
            case ["POST"]:
                return self._pin(owner, body, environ.get("HTTP_IDEMPOTENCY_KEY"))
            case "PUT", name:
                return self._shown(self.pins[name]) if name in self.pins else self._pin(owner, body, None, name)
            case ["GET"]:
                return self._list(owner, parse_qs(environ["QUERY_STRING"]))
            case "GET", name, "figures":
                return self._figures(self._pin_of(owner, name))
            case "DELETE", name:
                del self.pins[self._pin_of(owner, name).id]
                return {}
        raise Refused(404, "no_such_place")

    def _at_pictures(self, method: str, path: list[str], *, body: Any, **_: Any) -> Any:
        if method == "GET":
            return {"ready": self.pictures[path[0]][1] <= self.clock.now()}
        base64.b64decode(body["data"], validate=True)
        name = f"picture-{len(self.pictures) + 1}"
        self.pictures[name] = (body["alt"], self.clock.now() + self.slow)
        return {"id": name}

    def _at_drafts(self, method: str, path: list[str], *, owner: str, body: Any, **_: Any) -> Any:
        if not path:
            self.drafts[f"d{len(self.drafts) + 1}"] = None
            return {"id": f"d{len(self.drafts)}"}
        name = path[0]
        if method == "POST" and self.drafts[name] is None:
            self.drafts[name] = self._pin(owner, body, name)["id"]
        return {"pin": self.drafts[name]} if method == "GET" else self._shown(self.pins[str(self.drafts[name])])

    def _token(self, body: Mapping[str, Any]) -> Any:
        owner = str(body.get("refresh_token", "")).removeprefix("refresh-").removesuffix("-0003")
        tokens = [token for token, each in TOKENS.items() if each == owner]
        if not tokens:
            raise Refused(401, "unknown_token")
        return {"access_token": tokens[0]}

    def _pin(self, owner: str, body: Mapping[str, Any], key: str | None, name: str | None = None) -> Any:
        known = self.keys.get((owner, key or ""))
        if self.facility == "key" and known is not None and self.clock.now() - self.pins[known].at < KEY_WINDOW:
            return self._shown(self.pins[known])
        self._check(owner, body)
        pin = Pin(
            id=name or f"pin-{len(self.pins) + len(self.keys) + 1}",
            owner=owner,
            text=body["text"],
            at=self.clock.now(),
            link=body.get("link"),
            pictures=tuple(body.get("pictures", ())),
            answers=body.get("answers"),
        )
        self.pins[pin.id] = pin
        self.keys[owner, key or pin.id] = pin.id
        return self._shown(pin)

    def _check(self, owner: str, body: Mapping[str, Any]) -> None:
        if len(body["text"]) > LONGEST:
            raise Refused(422, "too_long")
        if body.get("answers") is not None and body["answers"] not in self.pins:
            raise Refused(404, "no_such_pin")
        for each in body.get("pictures", ()):
            if self.pictures[each][1] > self.clock.now():
                raise Refused(422, "picture_not_ready")
        equal = [pin.id for pin in self.pins.values() if pin.owner == owner and pin.text == body["text"]]
        if self.facility == "refusal" and equal:
            raise Refused(409, "duplicate", of=equal[0])

    def _list(self, owner: str, query: Mapping[str, list[str]]) -> Any:
        ours = [pin for pin in reversed(self.pins.values()) if pin.owner == owner]
        start = int(query.get("from", ["0"])[0])
        more = start + PAGE if len(ours) > start + PAGE else None
        return {"pins": [self._shown(pin) for pin in ours[start : start + PAGE]], "next": more}

    def _pin_of(self, owner: str, name: str) -> Pin:
        pin = self.pins.get(name)
        if pin is None or pin.owner != owner:
            raise Refused(404, "no_such_pin")
        return pin

    def _figures(self, pin: Pin) -> Any:
        age = int((self.clock.now() - pin.at) / timedelta(hours=1))
        return {"views": 10 * age, "likes": age}

    def _shown(self, pin: Pin) -> Any:
        return {
            "id": pin.id,
            "text": pin.text,
            "link": pin.link,
            "pictures": list(pin.pictures),
            "answers": pin.answers,
            "at": pin.at.isoformat(),
        }
