"""A network whose plugin is careless: whatever it says, in an error or in the log, repeats the secrets that it was given."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import BaseModel

from evenly.plugin import (
    Absent,
    Account,
    AccountState,
    App,
    Browser,
    CannotTell,
    Credentials,
    Http,
    Limits,
    Network,
    OutcomeUnknown,
    Part,
    PostRejected,
    Published,
    SignedIn,
    SignInNeeded,
    TryLater,
    hookimpl,
)

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger("careless")


class Settings(BaseModel):
    """An account's own settings."""

    server: str


@hookimpl
def network() -> Network:
    return Network(name="careless", title="Careless", limits=Limits(text=500), settings=Settings, repeat_safe={"none": timedelta(0)})


@hookimpl
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    assert app is not None
    state = secrets.token_urlsafe(8)
    asked = {"client_id": app.client_id, "redirect_uri": browser.redirect_uri, "state": state}
    code = browser.authorise(f"{_server(account)}/authorize?{urlencode(asked)}", state=state)["code"]
    _log.warning("traded %s with %s", code, app.client_secret)
    fields = {"grant": "code", "code": code, "client_id": app.client_id, "client_secret": app.client_secret or ""}
    return SignedIn(credentials=_token(http, account, **fields))


@hookimpl
def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    held = account.credentials or Credentials()
    _log.info("renewing %s", held.refresh_token)
    return _token(http, account, grant="refresh", refresh_token=held.refresh_token or "")


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    told = http.send_repeatable(_request(account, "GET", "/me")).json()
    return AccountState(remote_id=told["id"], name=told["name"])


@hookimpl
def publish(account: Account, part: Part, http: Http) -> Published:
    said = _everything(account)
    match part.text.split()[0]:
        case "raise":
            raise RuntimeError(f"no idea what to do with {said}")
        case "chain":
            try:
                raise ValueError(said)
            except ValueError as error:
                raise KeyError("what came of it") from error
        case "reject":
            raise PostRejected(f"not with {said}")
        case "later":
            raise TryLater(timedelta(hours=1), "part", f"wait with {said}")
        case "unknown":
            http.send_once(_request(account, "POST", "/lost"))
            raise OutcomeUnknown(f"lost {said}")
        case "needed":
            raise SignInNeeded(f"nobody knows {said}")
    _log.info("publishing with %s", said)
    return Published(remote_id=http.send_once(_request(account, "POST", "/posts")).json()["id"])


@hookimpl
def find(account: Account) -> Absent | CannotTell:
    raise RuntimeError(f"cannot look with {_everything(account)}")


@hookimpl
def recent(account: Account, since: datetime) -> list[Any]:
    raise RuntimeError(f"cannot read with {_everything(account)}")


@hookimpl
def post_metrics(account: Account) -> dict[str, Any]:
    raise RuntimeError(f"cannot count with {_everything(account)}")


def _everything(account: Account) -> str:
    held = account.credentials or Credentials()
    return f"{held.access_token} {held.refresh_token} {held.client_secret} {dict(held.extra)}"


def _server(account: Account) -> str:
    return str(account.settings["server"])


def _request(account: Account, method: str, path: str) -> httpx.Request:
    import httpx

    token = account.credentials.access_token if account.credentials else ""
    return httpx.Request(method, _server(account) + path, headers={"Authorization": f"Bearer {token}"}, params={"access_token": token})


def _token(http: Http, account: Account, **fields: str) -> Credentials:
    import httpx

    told = http.send_repeatable(httpx.Request("POST", f"{_server(account)}/token", data=fields)).json()
    ends = http.clock.now() + timedelta(seconds=told["expires_in"])
    return Credentials(access_token=told["access_token"], refresh_token=told["refresh_token"], expires_at=ends)
