"""Signing in the older way: tokens that do not expire, and a signature on every request.

https://docs.x.com/fundamentals/authentication/oauth-1-0a/obtaining-user-access-tokens
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from evenly.plugin import Credentials, Message, SignInNeeded
from evenly_x import api, authorising

if TYPE_CHECKING:
    import httpx

    from evenly.plugin import App, Browser, Http


def credentials(app: App, browser: Browser, http: Http) -> Credentials:
    """Three steps: a temporary token, consent to it, and the lasting one. Raises `SignInNeeded`."""
    if not app.client_secret:
        raise SignInNeeded(Message("OAuth 1.0a needs the secret of the app: store both with `evenly connect --app x`."))
    consumer = (app.client_id, app.client_secret)
    request = authorising.sign(_post("/oauth/request_token"), http.clock.now(), consumer=consumer, callback=browser.redirect_uri)
    temporary = _pair(http.send_repeatable(request))
    back = browser.authorise(f"{api.HOST}/oauth/authorize?{urlencode({'oauth_token': temporary[0]})}")
    if back.get("denied"):
        raise SignInNeeded(Message("Consent was refused, so nothing was changed. Run the command again to give it."))
    if back.get("oauth_token") != temporary[0] or not back.get("oauth_verifier"):
        raise SignInNeeded(Message("The answer belongs to another sign-in: begin again and use the newest page."))
    request = authorising.sign(
        _post("/oauth/access_token"), http.clock.now(), consumer=consumer, token=temporary, verifier=back["oauth_verifier"]
    )
    token, secret = _pair(http.send_repeatable(request))
    return Credentials(access_token=token, client_id=app.client_id, client_secret=app.client_secret, extra={authorising.SECRET: secret})


def _post(path: str) -> httpx.Request:
    import httpx

    return httpx.Request("POST", f"{api.HOST}{path}")


def _pair(response: httpx.Response) -> tuple[str, str]:
    told = dict(parse_qsl(response.text))
    if not told.get("oauth_token") or not told.get("oauth_token_secret"):
        raise SignInNeeded(Message("X gave no token; sign in again."))
    return told["oauth_token"], told["oauth_token_secret"]
