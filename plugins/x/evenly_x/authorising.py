"""In whose name a request is made: a bearer token (OAuth 2.0), or a signature (OAuth 1.0a).

https://docs.x.com/fundamentals/authentication/overview
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from evenly.plugin import Message, SignInNeeded

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    import httpx

    from evenly.plugin import Account

SECRET = "access_token_secret"  # noqa: S105 - the name under which it is kept


def uses_signatures(account: Account) -> bool:
    return account.settings.get("auth") == "oauth1"


def authorise(request: httpx.Request, account: Account, now: datetime) -> httpx.Request:
    """The request, in the account's name. Raises `SignInNeeded` where something for it is missing."""
    held = account.credentials
    if held is None or not held.access_token:
        raise SignInNeeded
    if not uses_signatures(account):
        request.headers["Authorization"] = f"Bearer {held.access_token}"
        return request
    secret = held.extra.get(SECRET)
    if not (secret and held.client_id and held.client_secret):
        raise SignInNeeded(
            Message(
                "OAuth 1.0a needs four values for {account}: client_id, client_secret, access_token and access_token_secret.",
                account=account.id,
            )
        )
    return sign(request, now, consumer=(held.client_id, held.client_secret), token=(held.access_token, secret))


def sign(
    request: httpx.Request,
    now: datetime,
    *,
    consumer: tuple[str, str],
    token: tuple[str, str] | None = None,
    callback: str | None = None,
    verifier: str | None = None,
) -> httpx.Request:
    """The request with its signature. JSON and multipart bodies are no part of it: RFC 5849, section 3.4.1.3."""
    from oauthlib.oauth1 import Client

    logging.getLogger("oauthlib").setLevel(logging.WARNING)  # below that it logs what is secret
    signer: Any = Client(
        consumer[0],
        client_secret=consumer[1],
        resource_owner_key=token[0] if token else None,
        resource_owner_secret=token[1] if token else None,
        callback_uri=callback,
        verifier=verifier,
        timestamp=str(int(now.timestamp())),
    )
    _url, headers, _body = signer.sign(str(request.url), http_method=request.method)
    request.headers["Authorization"] = headers["Authorization"]
    return request
