"""The requests of Mastodon's client API, built without sending anything: https://docs.joinmastodon.org/methods/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote, urlencode

from evenly.plugin import Message, SignInNeeded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from evenly.plugin import Account, App, Media
    from evenly_mastodon.composing import Status

APP_NAME = "evenly"
SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
PAGE = 40  #: the most statuses that a server gives at once
STATUSES = "/api/v1/statuses"
#: Several statuses at once, since 4.3: https://docs.joinmastodon.org/methods/statuses/#index
MANY = 20


def server(account: Account) -> str:
    """The account's server as `https://host`. Raises `SignInNeeded` where none is known."""
    from evenly_mastodon.settings import settings

    instance = settings(account.settings).instance
    if instance is None:
        raise SignInNeeded(
            Message("It is not known on which server {account} lives; write instance in evenly.toml or sign in.", account=account.id)
        )
    return instance


def create(account: Account, status: Status, key: str) -> httpx.Request:
    """The one visible call. A server keeps `key` for an hour, per account; the body is not compared."""
    return _as(account, "POST", STATUSES, headers={"Idempotency-Key": key}, json=status.body())


def status(account: Account, remote_id: str) -> httpx.Request:
    return _as(account, "GET", f"{STATUSES}/{_id(remote_id)}")


def statuses(account: Account, remote_ids: Sequence[str]) -> httpx.Request:
    """Up to `MANY` statuses at once; on Mastodon itself only."""
    return _as(account, "GET", f"{STATUSES}?{urlencode([('id[]', each) for each in remote_ids])}")


def source(account: Account, remote_id: str) -> httpx.Request:
    """The text and warning of an own status as they were sent."""
    return _as(account, "GET", f"{STATUSES}/{_id(remote_id)}/source")


def delete(account: Account, remote_id: str) -> httpx.Request:
    return _as(account, "DELETE", f"{STATUSES}/{_id(remote_id)}")


def own_statuses(account: Account, account_id: str, *, before: str | None = None) -> httpx.Request:
    """A page of the account's statuses, newest first, replies included and boosts left out."""
    query = {"limit": str(PAGE), "exclude_reblogs": "true"} | ({"max_id": before} if before else {})
    return _as(account, "GET", f"/api/v1/accounts/{_id(account_id)}/statuses?{urlencode(query)}")


def upload(account: Account, media: Media, file: BinaryIO, *, version: str = "v2") -> httpx.Request:
    """Upload a file with its alternative text. `v1` is for servers that do not know `v2`. The file's own name stays here."""
    data = {"description": media.alt} if media.alt else {}
    files = {"file": (f"media{media.path.suffix}", file, media.mime)}
    return _as(account, "POST", f"/api/{version}/media", data=data, files=files)


def media(account: Account, media_id: str) -> httpx.Request:
    """One look at an upload: 200 ready, 206 still working, 404 unknown or attached already."""
    return _as(account, "GET", f"/api/v1/media/{_id(media_id)}")


def who(account: Account) -> httpx.Request:
    return _as(account, "GET", "/api/v1/accounts/verify_credentials")


def instance(base: str, *, version: str = "v2", token: str | None = None) -> httpx.Request:
    """What kind of server this is; `v1` is for servers that do not know `v2`. Some answer only to a token."""
    return _request("GET", f"{base}/api/{version}/instance", headers=_bearer(token) if token else {})


def webfinger(base: str, handle: str) -> httpx.Request:
    """Where an account (`name@host`) really lives: https://docs.joinmastodon.org/spec/webfinger/"""
    return _request("GET", f"{base}/.well-known/webfinger?{urlencode({'resource': f'acct:{handle}'})}")


def register(base: str, redirect_uri: str) -> httpx.Request:
    """Register this program with a server: https://docs.joinmastodon.org/methods/apps/#create"""
    form = {"client_name": APP_NAME, "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)}
    return _request("POST", f"{base}/api/v1/apps", data=form)


def consent(base: str, app: App, *, redirect_uri: str, state: str, challenge: str, language: str | None) -> str:
    """The address where a person allows this program in: https://docs.joinmastodon.org/methods/oauth/#authorize"""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "force_login": "true",
    }
    return f"{base}/oauth/authorize?{urlencode(query | ({'lang': language} if language else {}))}"


def token(base: str, app: App, *, code: str, redirect_uri: str, verifier: str) -> httpx.Request:
    """Trade the code for a token, which never expires: https://docs.joinmastodon.org/methods/oauth/#token"""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.client_id,
        "client_secret": app.client_secret or "",
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    return _request("POST", f"{base}/oauth/token", data=form)


def _as(account: Account, method: str, path: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> httpx.Request:
    """A request in the account's name. Raises `SignInNeeded` where there is no token."""
    held = account.credentials.access_token if account.credentials else None
    if not held:
        raise SignInNeeded
    return _request(method, f"{server(account)}{path}", headers={**_bearer(held), **(headers or {})}, **content)


def _request(method: str, url: str, **content: Any) -> httpx.Request:
    import httpx

    return httpx.Request(method, url, **content)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _id(remote_id: str) -> str:
    return quote(remote_id, safe="")
