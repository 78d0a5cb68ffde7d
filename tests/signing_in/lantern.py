"""A network that exists in these tests only: OAuth with PKCE, and refresh tokens that may be used once. Plugin and server."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import BaseModel

from evenly.plugin import (
    Account,
    AccountState,
    App,
    Browser,
    Credentials,
    Http,
    Limits,
    Message,
    Network,
    Part,
    Published,
    Quota,
    SignedIn,
    SignInNeeded,
    hookimpl,
)

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    import httpx


class Settings(BaseModel):
    """An account's own settings."""

    server: str | None = None
    room: str | None = None


# ---- the plugin


@hookimpl
def network() -> Network:
    return Network(
        name="lantern",
        title="Lantern",
        limits=Limits(text=500),
        settings=Settings,
        repeat_safe={"none": timedelta(0)},
        quota=_quota,
    )


def _quota(headers: Mapping[str, str], now: datetime) -> Quota | None:
    left = headers.get("x-left")
    return Quota(limit=100, remaining=int(left), resets_at=now + timedelta(hours=1)) if left else None


@hookimpl
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    if app is None:
        raise SignInNeeded(Message("Lantern needs an app: evenly connect --app lantern"))
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(8)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {"client_id": app.client_id, "redirect_uri": browser.redirect_uri, "state": state, "challenge": challenge}
    code = browser.authorise(f"{_server(account)}/authorize?{urlencode(asked)}", state=state)["code"]
    browser.say(Message("Lantern knows you."))
    room = browser.choose(Message("Which room?"), [("7", "Front room"), ("8", "Back room")])
    token = _token(http, account, grant="code", code=code, verifier=verifier, client_id=app.client_id, secret=app.client_secret or "")
    return SignedIn(credentials=token, settings={"room": room})


@hookimpl
def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    held = account.credentials or Credentials()
    return _token(http, account, grant="refresh", refresh_token=held.refresh_token or "")


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    told = http.send_repeatable(_request(account, "GET", "/me")).json()
    return AccountState(remote_id=told["id"], name=told["name"], url=f"{_server(account)}/{told['id']}", limits=Limits(text=told["text"]))


@hookimpl
def publish(account: Account, part: Part, http: Http) -> Published:
    request = _request(account, "POST", "/notes", json={"text": part.text})
    return Published(remote_id=http.send_once(request).json()["id"])


def _server(account: Account) -> str:
    return str(account.settings["server"])


def _request(account: Account, method: str, path: str, **body: Any) -> httpx.Request:
    import httpx

    token = account.credentials.access_token if account.credentials else ""
    return httpx.Request(method, _server(account) + path, headers={"Authorization": f"Bearer {token}"}, **body)


def _token(http: Http, account: Account, **fields: str) -> Credentials:
    import httpx

    told = http.send_repeatable(httpx.Request("POST", f"{_server(account)}/token", data=fields)).json()
    lives = told.get("expires_in")
    return Credentials(
        access_token=told["access_token"],
        refresh_token=told.get("refresh_token"),
        expires_at=http.clock.now() + timedelta(seconds=lives) if lives else None,
    )


# ---- the server


@dataclass
class Lantern:
    """The server: strict about tokens, and with a memory of every refresh token that came twice."""

    lives: float | None = 3600.0  #: seconds of an access token
    consents: bool = True  #: the person at the browser says yes
    state_changed: bool = False  #: somebody puts another state into the redirect
    keeps_access: bool = False  #: a renewal leaves the old access token alive
    name: str = "Ada"
    refresh_answer: Mapping[str, Any] | None = None  #: instead of the true answer to a renewal
    access: set[str] = field(default_factory=set)
    refresh: dict[str, bool] = field(default_factory=dict)  #: token → still good
    codes: dict[str, str] = field(default_factory=dict)  #: code → challenge
    replays: int = 0
    renewals: int = 0
    looks: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pair(self) -> Credentials:
        """A new pair of tokens that the server knows."""
        access, renewing = f"access-{secrets.token_hex(12)}", f"refresh-{secrets.token_hex(12)}"
        self.access.add(access)
        self.refresh[renewing] = True
        return Credentials(access_token=access, refresh_token=renewing)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self.lock:
            status, headers, document = self._answer(environ)
        body = json.dumps(document).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("X-Left", "42"), *headers])
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], Any]:
        query = parse_qs(environ["QUERY_STRING"])
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        match environ["PATH_INFO"]:
            case "/authorize":
                return self._consent({name: values[0] for name, values in query.items()})
            case "/token":
                return self._token({name: values[0] for name, values in parse_qs(body).items()})
            case "/me" if self._knows(environ):
                self.looks += 1
                return "200 OK", [], {"id": "ada", "name": self.name, "text": 777}
            case "/me":
                token = environ.get("HTTP_AUTHORIZATION", "")
                return "401 Unauthorized", [], {"error": f"no such token: {token}"}
        return "404 Not Found", [], {}

    def _knows(self, environ: WSGIEnvironment) -> bool:
        return environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ") in self.access

    def _consent(self, asked: Mapping[str, str]) -> tuple[str, list[tuple[str, str]], Any]:
        back = {"state": "forged" if self.state_changed else asked["state"]}
        if self.consents:
            code = f"code-{secrets.token_hex(12)}"
            self.codes[code] = asked["challenge"]
            back["code"] = code
        else:
            back["error"] = "access_denied"
        return "302 Found", [("Location", f"{asked['redirect_uri']}?{urlencode(back)}")], {}

    def _token(self, asked: Mapping[str, str]) -> tuple[str, list[tuple[str, str]], Any]:
        if asked["grant"] == "code":
            challenge = base64.urlsafe_b64encode(hashlib.sha256(asked["verifier"].encode()).digest()).rstrip(b"=").decode()
            if self.codes.pop(asked["code"], None) != challenge:
                return "400 Bad Request", [], {"error": "invalid_grant", "error_description": "the code has expired"}
            return "200 OK", [], self._given()
        return self._renewed(asked.get("refresh_token", ""))

    def _renewed(self, token: str) -> tuple[str, list[tuple[str, str]], Any]:
        if not self.refresh.get(token):
            self.replays += token in self.refresh
            return "400 Bad Request", [], {"error": "invalid_grant", "error_description": f"{token} was used before"}
        self.refresh[token] = False
        self.renewals += 1
        if not self.keeps_access:
            self.access.clear()
        given = self._given()
        return "200 OK", [], given if self.refresh_answer is None else {**given, **self.refresh_answer}

    def _given(self) -> Mapping[str, Any]:
        pair = self.pair()
        return {"access_token": pair.access_token, "refresh_token": pair.refresh_token, "expires_in": self.lives}


def expiring(pair: Credentials, *, left: timedelta) -> Credentials:
    """The pair as if its access token ended in `left`."""
    return replace(pair, expires_at=datetime.now(UTC) + left)


def path_of(url: str) -> str:
    return urlsplit(url).path
