"""Signing in to Meta: https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from evenly.plugin import App

WWW = "https://www.facebook.com"
_GRAPH = "https://graph.facebook.com"


def proof(secret: str, token: str) -> str:
    """`appsecret_proof`: https://developers.facebook.com/docs/graph-api/guides/secure-requests"""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def dialog(version: str, app: App, *, redirect_uri: str, state: str, scopes: Sequence[str]) -> str:
    """The address of the page where a person allows the app what it asks for."""
    asked = {
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "response_type": "code",
        "scope": ",".join(scopes),
        "auth_type": "rerequest",
    }
    return f"{WWW}/{version}/dialog/oauth?{urlencode(asked)}"


def trade_code(version: str, app: App, *, redirect_uri: str, code: str) -> httpx.Request:
    """The code of the redirect for a user's token that lives an hour or two. `redirect_uri` must be the very same text."""
    return _token_request(version, app, redirect_uri=redirect_uri, code=code)


def prolong(version: str, app: App, token: str) -> httpx.Request:
    """A short user's token for one of about 60 days."""
    return _token_request(version, app, grant_type="fb_exchange_token", fb_exchange_token=token)


def _token_request(version: str, app: App, **fields: str) -> httpx.Request:
    # Documented as GET; POST is what other publishers use as well, and keeps the secret out of addresses.
    import httpx

    body = {"client_id": app.client_id, "client_secret": app.client_secret or "", **fields}
    return httpx.Request("POST", f"{_GRAPH}/{version}/oauth/access_token", data=body)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as the exchange gives it."""

    value: str = field(repr=False)
    lives: timedelta | None = None  #: None: the answer did not say


def token(response: httpx.Response) -> Token:
    from evenly_graph.answers import answer, identifier

    seconds = answer(response).get("expires_in")
    lives = timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else None
    return Token(identifier(response, "access_token"), lives)


def inspect(version: str, app: App, token: str) -> httpx.Request:
    """Ask what a token is good for: https://developers.facebook.com/docs/graph-api/reference/debug_token

    The inspected token can only be named as a parameter of a GET; the app's own stays in the header.
    """
    import httpx

    headers = {"Authorization": f"Bearer {app.client_id}|{app.client_secret}"}
    return httpx.Request("GET", f"{_GRAPH}/{version}/debug_token", params={"input_token": token}, headers=headers)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What `debug_token` tells."""

    valid: bool
    app_id: str | None
    kind: str | None  #: "USER" or "PAGE"
    profile: str | None  #: the Page's id
    scopes: frozenset[str]
    targets: dict[str, frozenset[str]]  #: scope → the only Pages it was given for; a scope that is missing holds for all
    expires_at: datetime | None  #: None: never, or not told
    data_access_until: datetime | None = None  #: when the person has to confirm the app again; None: not told


def inspection(response: httpx.Response) -> Inspection:
    from evenly_graph.answers import answer, moment

    told = answer(response).get("data") or {}
    granular = [each for each in told.get("granular_scopes") or () if each.get("target_ids")]
    return Inspection(
        valid=told.get("is_valid") is True,
        app_id=str(told["app_id"]) if told.get("app_id") else None,
        kind=told.get("type"),
        profile=str(told["profile_id"]) if told.get("profile_id") else None,
        scopes=frozenset(told.get("scopes") or ()),
        targets={each["scope"]: frozenset(map(str, each["target_ids"])) for each in granular},
        expires_at=moment(told.get("expires_at")),
        data_access_until=moment(told.get("data_access_expires_at")),
    )
