"""A new token for an old one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.plugin import Message, PostRejected, SignInNeeded
from evenly_graph.answers import answer
from evenly_graph.calls import Graph
from evenly_instagram import login
from evenly_instagram.profile import graph_of, login_of, version_of

if TYPE_CHECKING:
    from evenly.plugin import Account, App, Credentials, Http

_YOUNGEST = timedelta(hours=24)  #: https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token


def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    held = account.credentials
    if held is None or not (held.access_token or held.extra.get("user_token")):
        raise SignInNeeded(_by_hand(account))
    return _page_token(account, held, app, http) if login_of(account) == "facebook" else _renewed(account, held, http)


def _renewed(account: Account, held: Credentials, http: Http) -> Credentials:
    """60 more days. A token of less than a day cannot be renewed, and need not be: what still opens the profile is kept."""
    now = http.clock.now()
    issued = held.extra.get("issued_at")
    if issued and now - datetime.fromisoformat(issued) < _YOUNGEST:
        return held
    try:
        fresh = login.token(http.send_repeatable(login.renew(held.access_token or "")))
    except PostRejected:
        answer(http.send_repeatable(graph_of(account).get("me", fields="user_id")))
        return held
    if fresh is None:
        raise SignInNeeded(_by_hand(account))
    return replace(
        held,
        access_token=fresh.value,
        expires_at=held.expires_at if fresh.lives is None else now + fresh.lives,
        scopes=fresh.permissions or held.scopes,
        extra={**held.extra, "issued_at": now.isoformat()},
    )


def _page_token(account: Account, held: Credentials, app: App | None, http: Http) -> Credentials:
    """Fetch the Page's token anew with the user's. Meta has no refresh tokens: when that one has died, a person signs in again."""
    user, page = held.extra.get("user_token"), held.extra.get("page_id")
    if not user or not page:
        raise SignInNeeded(_by_hand(account))
    graph = Graph(version_of(account), user, held.client_secret or (app.client_secret if app else None))
    told = answer(http.send_repeatable(graph.get(page, fields="access_token")))
    if not told.get("access_token"):
        raise SignInNeeded(_by_hand(account))
    return replace(held, access_token=str(told["access_token"]))


def _by_hand(account: Account) -> Message:
    return Message("This token cannot be renewed: run `evenly connect {account}`.", account=account.id)
