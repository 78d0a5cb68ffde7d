"""Signing in with a person at a browser: https://docs.joinmastodon.org/client/authorized/

Every server is a network of its own: the program is registered there first, anew each time, since the address to come back to has
another port each time and older servers forget programs that nobody has used.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from evenly.plugin import App, Credentials, Message, SignedIn, SignInNeeded
from evenly_mastodon import answers, api

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.plugin import Account, Browser, Http

_ELSEWHERE = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)


def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    """Credentials, and the server where the account was found. `app` is used instead of registering anew."""
    base = _home(account, browser, http)
    registered = app or _registered(base, browser, http)
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    address = api.consent(
        base,
        registered,
        redirect_uri=browser.redirect_uri,
        state=state,
        challenge=challenge(verifier),
        language=account.language,
    )
    code = _code(browser, address, state)
    request = api.token(base, registered, code=code, redirect_uri=browser.redirect_uri, verifier=verifier)
    token = answers.mapping(http.send_repeatable(request))
    return SignedIn(credentials=_credentials(token, registered, ours=app is None), settings={"instance": base})


def challenge(verifier: str) -> str:
    """The S256 challenge of PKCE, RFC 7636 section 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def handle(written: str) -> str | None:
    """`name@host` where a handle was written, else None."""
    name, at, host = written.strip().removeprefix("@").partition("@")
    return f"{name}@{host}" if at and name and host and "/" not in written else None


def _home(account: Account, browser: Browser, http: Http) -> str:
    """The server that answers for the account, which may be another than the one in its handle."""
    from evenly_mastodon.settings import base_url

    written = account.settings.get("instance") or browser.ask(Message("Which server is your account on (such as mastodon.social)?"))
    try:
        base = base_url(written)
    except ValueError as error:
        raise SignInNeeded(
            Message("{written} names no server; write its address, such as https://mastodon.social.", written=written)
        ) from error
    here = http.send_repeatable(api.instance(base), accept={*_ELSEWHERE, HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED})
    if here.status_code in _ELSEWHERE:
        return _said(browser, base_url(urljoin(base, here.headers.get("location", ""))))
    if here.status_code == HTTPStatus.NOT_FOUND and not answers.is_gone(here) and (named := handle(written)):
        return _said(browser, _by_webfinger(base, named, http))
    return base


def _by_webfinger(base: str, named: str, http: Http) -> str:
    from evenly_mastodon.settings import base_url

    links = answers.mapping(http.send_repeatable(api.webfinger(base, named))).get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "self" and isinstance(link.get("href"), str):
            return base_url(link["href"])
    raise SignInNeeded(Message("{server} does not say where {handle} lives; write the address of its server.", server=base, handle=named))


def _said(browser: Browser, base: str) -> str:
    browser.say(Message("Your account lives on {server}.", server=base))
    return base


def _registered(base: str, browser: Browser, http: Http) -> App:
    response = http.send_repeatable(api.register(base, browser.redirect_uri))
    return App(answers.field(response, "client_id"), answers.field(response, "client_secret"))


def _code(browser: Browser, address: str, state: str) -> str:
    """The code that the server gives after consent: brought back by the browser, or shown on the page and pasted."""
    code = browser.authorise(address, state=state).get("code", "")
    if not code:
        raise SignInNeeded(Message("The server gave no code; sign in again."))
    return code


def _credentials(token: Mapping[str, object], app: App, *, ours: bool) -> Credentials:
    held, granted = token.get("access_token"), tuple(str(token.get("scope") or "").split())
    if not isinstance(held, str) or not held:
        raise SignInNeeded(Message("The server gave no token; sign in again."))
    if missing := missing_scopes(granted):
        raise SignInNeeded(Message("The sign-in lacks the permission {scopes}; allow it and sign in again.", scopes=", ".join(missing)))
    return Credentials(
        access_token=held,
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=granted,
        # A mark, and not our name: whatever is kept beside a token is hidden wherever it would be shown.
        extra={"own_app": "yes"} if ours else {},
    )


def missing_scopes(granted: tuple[str, ...]) -> list[str]:
    """What publishing needs and was not granted; a whole scope such as `write` contains its parts. Not told: nothing is missing."""
    return [scope for scope in api.SCOPES if granted and not {scope, scope.partition(":")[0]} & set(granted)]
