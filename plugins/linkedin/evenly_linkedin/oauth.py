"""Pure: LinkedIn's OAuth 2.0, with the app's secret.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow ·
https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from evenly.plugin import Credentials, Message, SignInNeeded
from evenly_linkedin import api

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import httpx

    from evenly.plugin import App

_OAUTH = "https://www.linkedin.com/oauth/v2"


def consent(app: App, *, redirect_uri: str, state: str, scopes: Sequence[str]) -> str:
    """The address where a member consents: to all of it or to nothing."""
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "scope": " ".join(scopes),
    }
    return f"{_OAUTH}/authorization?{urlencode(asked, quote_via=quote)}"


def trade(app: App, *, code: str, redirect_uri: str) -> httpx.Request:
    return _form("accessToken", app, grant_type="authorization_code", code=code, redirect_uri=redirect_uri)


def renew(app: App, refresh_token: str) -> httpx.Request:
    """For apps of LinkedIn's partners only. The refresh token keeps its own end, a year after the sign-in, and may be used again."""
    return _form("accessToken", app, grant_type="refresh_token", refresh_token=refresh_token)


def inspect(app: App, token: str) -> httpx.Request:
    return _form("introspectToken", app, token=token)


def credentials(response: httpx.Response, app: App, now: datetime, held: Credentials | None = None) -> Credentials:
    """What the token endpoint gave, over what is `held`. Raises `SignInNeeded` where there is no token in it."""
    told = api.answer(response)
    token = told.get("access_token")
    if not isinstance(token, str) or not token:
        raise SignInNeeded(Message("LinkedIn gave no token: sign in again."))
    lives = _seconds(told.get("expires_in"))
    return Credentials(
        access_token=token,
        refresh_token=str(told.get("refresh_token") or "") or (held.refresh_token if held else None),
        expires_at=now + lives if lives is not None else None,
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=scopes(told.get("scope")) or (held.scopes if held else ()),
        extra=held.extra if held else {},
    )


def inspected(response: httpx.Response) -> tuple[bool, datetime | None]:
    """Whether a token lives, and until when."""
    told = api.answer(response)
    ends = told.get("expires_at")
    known = isinstance(ends, int) and not isinstance(ends, bool) and 0 < ends < 10**11
    return told.get("active") is not False, datetime.fromtimestamp(ends, UTC) if known and isinstance(ends, int) else None


def scopes(told: Any) -> tuple[str, ...]:
    """With commas between, or spaces."""
    return tuple(each for each in re.split(r"[\s,]+", str(told or "")) if each)


def _form(path: str, app: App, **fields: str) -> httpx.Request:
    import httpx

    held = {"client_id": app.client_id, "client_secret": app.client_secret or ""}
    return httpx.Request("POST", f"{_OAUTH}/{path}", data={**fields, **held})


def _seconds(told: object) -> timedelta | None:
    return timedelta(seconds=told) if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 10**9 else None
