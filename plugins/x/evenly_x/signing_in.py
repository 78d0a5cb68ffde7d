"""Signing in, and looking at what a sign-in opens.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.plugin import App, Credentials, Message, PostRejected, SignedIn, SignInNeeded
from evenly_x import answers, api, authorising, signing_in_oauth1

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from evenly.plugin import Account, AccountState, Browser, Http

_NEEDED = ("tweet.read", "tweet.write", "users.read")
_USER_FIELDS = ["id", "name", "username", "subscription_type", "protected"]


def look(account: Account, http: Http) -> AccountState:
    """Who it is; and, on the way, which words X understands."""
    from evenly_x.client import Client

    client = Client(account, http)
    response = client.get_me(user_fields=_USER_FIELDS, tweet_fields=["id"])
    return answers.account_state(response, account, client.names)


def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    """Consent in the browser, then tokens. Raises `SignInNeeded`."""
    if app is None:
        raise SignInNeeded(_which_app(browser))
    browser.say(
        Message(
            "X sends the browser back to {address}. That very address must be among the callback addresses of your app.",
            address=browser.redirect_uri,
        )
    )
    if authorising.uses_signatures(account):
        return SignedIn(credentials=signing_in_oauth1.credentials(app, browser, http))
    return SignedIn(credentials=_by_consent(app, browser, http))


def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    """A new pair. The refresh token is good for this one use; the new one replaces it."""
    held = account.credentials
    used = _app_of(held, app)
    if authorising.uses_signatures(account) or held is None or not held.refresh_token or used is None:
        raise SignInNeeded(Message("The sign-in at X cannot be renewed: run `evenly connect {account}`.", account=account.id))
    told = answers.mapping(http.send_repeatable(api.renew(used, held.refresh_token)))
    fresh = _credentials(told, used, http.clock.now())
    return replace(fresh, refresh_token=fresh.refresh_token or held.refresh_token, scopes=fresh.scopes or held.scopes)


def challenge(verifier: str) -> str:
    """The S256 challenge of PKCE, RFC 7636 section 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _which_app(browser: Browser) -> Message:
    return Message(
        "X needs an app of your own: make one on https://console.x.com with read and write permission, "
        "let it send people back to {address}, and store its id and secret with `evenly connect --app x`.",
        address=browser.redirect_uri,
    )


def _by_consent(app: App, browser: Browser, http: Http) -> Credentials:
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    url = api.consent(app, redirect_uri=browser.redirect_uri, state=state, challenge=challenge(verifier))
    code = browser.authorise(url, state=state).get("code")
    if not code:
        raise SignInNeeded(Message("X gave no code; sign in again."))
    request = api.trade_code(app, code=code, redirect_uri=browser.redirect_uri, verifier=verifier)
    try:
        told = answers.mapping(http.send_repeatable(request))
    except (PostRejected, SignInNeeded) as refused:
        raise SignInNeeded(
            Message(
                "X did not take your consent: it holds for half a minute and one use, so sign in again. X says: {why}", why=refused.message
            )
        ) from refused
    credentials = _credentials(told, app, http.clock.now())
    _tell_what_is_missing(credentials, browser)
    return credentials


def _credentials(told: Mapping[str, object], app: App, now: datetime) -> Credentials:
    access, renewing, lives = told.get("access_token"), told.get("refresh_token"), told.get("expires_in")
    if not isinstance(access, str) or not access:
        raise SignInNeeded(Message("X gave no token; sign in again."))
    return Credentials(
        access_token=access,
        refresh_token=renewing if isinstance(renewing, str) and renewing else None,
        expires_at=now + timedelta(seconds=lives) if isinstance(lives, int) and lives > 0 else None,
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=tuple(str(told.get("scope") or "").split()),
    )


def _tell_what_is_missing(credentials: Credentials, browser: Browser) -> None:
    granted = credentials.scopes or api.SCOPES
    if missing := [each for each in _NEEDED if each not in granted]:
        raise SignInNeeded(
            Message(
                "X was not given {scopes}, without which nothing can be published: sign in again and allow it.", scopes=", ".join(missing)
            )
        )
    if "media.write" not in granted:
        browser.say(Message("X did not allow media.write: pictures and videos cannot be published."))
    if credentials.refresh_token is None:
        browser.say(Message("X did not allow offline.access: this sign-in ends in two hours and cannot be renewed."))


def _app_of(held: Credentials | None, app: App | None) -> App | None:
    """The app that the tokens were made for; a stored app may be another by now."""
    return App(held.client_id, held.client_secret) if held is not None and held.client_id else app
