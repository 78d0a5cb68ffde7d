"""Pure: the calls of Instagram's own login: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login

None of them carries a version. Two can take the token, and one the app's secret, in the address only; neither is ever logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from evenly_graph.answers import answer, count, part_of
from evenly_instagram.profile import HOSTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from evenly.plugin import App

WWW = "https://www.instagram.com"
CODES = "https://api.instagram.com"
_GRAPH = HOSTS["instagram"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is given. `permissions` is empty where the answer does not tell them."""

    value: str = field(repr=False)
    lives: timedelta | None = None
    permissions: tuple[str, ...] = ()


def dialog(app: App, *, redirect_uri: str, state: str, scopes: Sequence[str]) -> str:
    """The address of the page where a person allows the app what it asks for."""
    asked = {
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": ",".join(scopes),
        "state": state,
    }
    return f"{WWW}/oauth/authorize?{urlencode(asked)}"


def code_of(query: Mapping[str, str]) -> str:
    """The code of the redirect, without the `#_` that Instagram appends."""
    return str(query.get("code") or "").removesuffix("#_")


def trade_code(app: App, *, redirect_uri: str, code: str) -> httpx.Request:
    """The code for a token that lives an hour. `redirect_uri` must be the very same text."""
    import httpx

    body = {
        "client_id": app.client_id,
        "client_secret": app.client_secret or "",
        "grant_type": "authorization_code",
        "redirect_uri": redirect_uri,
        "code": code,
    }
    return httpx.Request("POST", f"{CODES}/oauth/access_token", data=body)


def prolong(app: App, token: str) -> httpx.Request:
    """A short token for one of 60 days."""
    return _asked("access_token", grant_type="ig_exchange_token", client_secret=app.client_secret or "", access_token=token)


def renew(token: str) -> httpx.Request:
    """A token that is at least a day old, and alive, for one of 60 more days."""
    return _asked("refresh_access_token", grant_type="ig_refresh_token", access_token=token)


def _asked(path: str, **params: str) -> httpx.Request:
    import httpx

    return httpx.Request("GET", f"{_GRAPH}/{path}", params=params)


def token(response: httpx.Response) -> Token | None:
    """A token, in the shape that is documented (`data[0]`) or in the flat one that is seen. None: there is none in it."""
    body: Any = answer(response)
    told = part_of(body, "data", 0) or body
    value, seconds, allowed = told.get("access_token"), count(told.get("expires_in")), told.get("permissions") or ()
    names = allowed.split(",") if isinstance(allowed, str) else allowed
    if not value:
        return None
    return Token(str(value), timedelta(seconds=seconds) if seconds else None, tuple(str(each).strip() for each in names))
