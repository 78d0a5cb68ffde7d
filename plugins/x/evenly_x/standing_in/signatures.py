"""OAuth 1.0a as the stand-in checks it: RFC 5849, with signatures worked out anew; and the three routes for signing in with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode

from evenly.plugin import App
from evenly_x.standing_in import consenting
from evenly_x.standing_in.state import State, Temporary, User
from evenly_x.standing_in.wsgi import Answer, Problem, Request, problem, redirect

if TYPE_CHECKING:
    from collections.abc import Mapping

CONSUMER = App("stand-in-consumer-key", "stand-in-consumer-secret")
_HOST = "https://api.x.com"
_CLOCKS_DIFFER = timedelta(minutes=5)
_FIELD = re.compile(r'(oauth_[a-z_]+)="([^"]*)"')


def is_signed(request: Request) -> bool:
    return request.headers.get("authorization", "").startswith("OAuth ")


def signer(state: State, request: Request) -> User:
    """Whose request it is. Raises `Problem` (401)."""
    said = _said(request)
    user, secret = state.signed.get(said.get("oauth_token", ""), (None, ""))
    _check(state, request, said, secret)
    if user is None:
        raise unauthorized()
    return user


def request_token(state: State, request: Request) -> Answer:
    """`POST /oauth/request_token`"""
    said = _said(request)
    _check(state, request, said, "")
    callback = said.get("oauth_callback", "")
    if not callback.startswith("http://127.0.0.1"):
        raise problem(HTTPStatus.FORBIDDEN, "Callback URL not approved for this client application.")
    token = state.secret("temporary")
    state.temporary[token] = Temporary(state.secret("temporary secret"), callback)
    return _form(oauth_token=token, oauth_token_secret=state.temporary[token].secret, oauth_callback_confirmed="true")


def consent_page(state: State, request: Request) -> Answer:
    """`GET /oauth/authorize`"""
    token = request.query.get("oauth_token", "")
    if token not in state.temporary:
        raise unauthorized()
    return consenting.form(state, "/oauth/authorize", {"oauth_token": token}, "reading and writing posts")


def decide(state: State, request: Request) -> Answer:
    token = request.form.get("oauth_token", "")
    asked = state.temporary.get(token)
    if asked is None:
        raise unauthorized()
    if request.form.get("decision") != "allow":
        del state.temporary[token]
        return redirect(f"{asked.callback}?{urlencode({'denied': token})}")
    asked.user, asked.verifier = state.user(request.form.get("username", "")), state.secret("verifier")
    return redirect(f"{asked.callback}?{urlencode({'oauth_token': token, 'oauth_verifier': asked.verifier})}")


def access_token(state: State, request: Request) -> Answer:
    """`POST /oauth/access_token`"""
    said = _said(request)
    asked = state.temporary.pop(said.get("oauth_token", ""), None)
    _check(state, request, said, asked.secret if asked else "")
    if asked is None or asked.user is None or said.get("oauth_verifier") != asked.verifier:
        raise unauthorized()
    token, secret = ready_made(state, asked.user)
    return _form(oauth_token=token, oauth_token_secret=secret, user_id=asked.user.id, screen_name=asked.user.username)


def ready_made(state: State, user: User) -> tuple[str, str]:
    """A lasting token and its secret; the digits before the dash are the user's id."""
    token, secret = f"{user.id}-{state.secret('token')[:40]}", state.secret("token secret")
    state.signed[token] = (user, secret)
    return token, secret


def unauthorized() -> Problem:
    return problem(HTTPStatus.UNAUTHORIZED, "Unauthorized")


def signature(method: str, url: str, parameters: list[tuple[str, str]], secrets: tuple[str, str]) -> str:
    """HMAC-SHA1 over method, address and sorted parameters: RFC 5849, section 3.4."""
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in parameters)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join([method, _escaped(url), _escaped(joined)])
    key = "&".join(map(_escaped, secrets)).encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()


def _check(state: State, request: Request, said: Mapping[str, str], secret: str) -> None:
    stamp, nonce = said.get("oauth_timestamp", ""), said.get("oauth_nonce", "")
    made = datetime.fromtimestamp(int(stamp), UTC) if stamp.isdigit() else None
    fresh = made is not None and abs(state.clock.now() - made) < _CLOCKS_DIFFER and nonce not in state.nonces
    parameters = [(name, value) for name, value in said.items() if name != "oauth_signature"]
    parameters += parse_qsl(request.raw_query, keep_blank_values=True)
    right = signature(request.method, f"{_HOST}{request.path}", parameters, (CONSUMER.client_secret or "", secret))
    known = said.get("oauth_consumer_key") == CONSUMER.client_id and said.get("oauth_signature_method") == "HMAC-SHA1"
    if not (fresh and known and nonce and hmac.compare_digest(right, said.get("oauth_signature", ""))):
        raise unauthorized()
    state.nonces.add(nonce)


def _said(request: Request) -> dict[str, str]:
    return {name: unquote(value) for name, value in _FIELD.findall(request.headers.get("authorization", ""))}


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")


def _form(**told: str) -> Answer:
    return Answer(text=urlencode(told), content_type="application/x-www-form-urlencoded")
