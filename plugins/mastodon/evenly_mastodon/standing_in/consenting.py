"""Routes of the stand-in for signing in: apps, the page where a person consents, tokens."""

from __future__ import annotations

import base64
import hashlib
import html
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from evenly_mastodon.standing_in.calling import Call
from evenly_mastodon.standing_in.state import HOST, Code, Person, Registered, State, Token
from evenly_mastodon.standing_in.wsgi import Answer, Refusal

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_KNOWN_SCOPES = frozenset(
    {
        *("profile", "read", "write", "follow", "push"),
        *("read:accounts", "read:notifications", "read:statuses", "write:accounts", "write:media", "write:statuses"),
    }
)
_CODE_LIVES = timedelta(minutes=10)


def register(call: Call) -> Answer:
    """`POST /api/v1/apps`"""
    state, request = call.state, call.request
    name, redirects = request.fields.get("client_name"), request.fields.get("redirect_uris")
    uris = tuple(redirects.split() if isinstance(redirects, str) else redirects or ())
    scopes = frozenset(str(request.fields.get("scopes") or "read").split())
    if not name or not uris or not scopes <= _KNOWN_SCOPES or not all(uri == OUT_OF_BAND or "://" in uri for uri in uris):
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation failed: Redirect URI must be an absolute URI.")
    app = Registered(state.secret("client id"), state.secret("client secret"), str(name), uris, scopes)
    state.apps[app.client_id] = app
    return Answer(
        {
            "id": str(len(state.apps)),
            "name": app.name,
            "website": None,
            "scopes": sorted(scopes),
            "redirect_uris": list(uris),
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "client_secret_expires_at": 0,
        }
    )


def consent_page(call: Call) -> Answer:
    """`GET /oauth/authorize`: who asks for what, and two buttons."""
    state, request = call.state, call.request
    asked = {name: request.one(name) for name in request.query}
    app = _asking(state, asked)
    hidden = "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in asked.items())
    people = "".join(f'<option value="{each.username}">@{each.username}@{HOST}</option>' for each in state.people)
    return Answer(
        html=f"""<!doctype html><html lang="en"><title>{HOST}</title><h1>{html.escape(app.name)} would like to use your account</h1>
<p>It asks for: {html.escape(asked.get("scope", "read"))}</p><form method="post" action="/oauth/authorize">{hidden}
<label>Account <select name="username">{people}</select></label>
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form></html>"""
    )


def decide(call: Call) -> Answer:
    """The form of that page: sends the browser back with a code, or shows the code where there is nowhere to go."""
    state, request = call.state, call.request
    asked = {name: str(value) for name, value in request.fields.items()}
    app = _asking(state, asked)
    person = next((each for each in state.people if each.username == asked.get("username")), state.people[0])
    if asked.get("decision") != "allow":
        return _back(asked, error="access_denied", error_description="The resource owner denied the request.")
    code = state.secret("code")
    state.codes[code] = Code(
        person=person,
        app=app,
        redirect_uri=asked["redirect_uri"],
        scopes=frozenset(asked.get("scope", "read").split()),
        challenge=asked.get("code_challenge", ""),
        until=state.clock.now() + _CODE_LIVES,
    )
    if asked["redirect_uri"] == OUT_OF_BAND:
        return Answer(html=f'<!doctype html><title>{HOST}</title><p>Copy this code:</p><input name="code" readonly value="{code}">')
    return _back(asked, code=code)


def trade(call: Call) -> Answer:
    """`POST /oauth/token`: a code is for one use, for the same app, the same address and the one who knows the verifier."""
    state, request = call.state, call.request
    said: dict[str, Any] = request.fields
    if said.get("grant_type") != "authorization_code":
        raise Refusal(HTTPStatus.BAD_REQUEST, "unsupported_grant_type", error_description="This grant type is not supported.")
    app = state.apps.get(str(said.get("client_id")))
    if app is None or app.client_secret != said.get("client_secret"):
        raise Refusal(HTTPStatus.UNAUTHORIZED, "invalid_client", error_description="Client authentication failed.")
    code = state.codes.pop(str(said.get("code")), None)
    good = code is not None and code.app == app and code.redirect_uri == said.get("redirect_uri") and code.until > state.clock.now()
    if code is None or not good or not _proves(code, str(said.get("code_verifier") or "")):
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_grant", error_description="The provided authorization grant is invalid.")
    return Answer(_token(state, code.person, code.scopes, app))


def revoke(call: Call) -> Answer:
    """`POST /oauth/revoke`"""
    state, request = call.state, call.request
    app, token = state.apps.get(str(request.fields.get("client_id"))), state.tokens.get(str(request.fields.get("token")))
    if app is None or app.client_secret != request.fields.get("client_secret") or (token and token.app != app.name):
        raise Refusal(HTTPStatus.FORBIDDEN, "unauthorized_client", error_description="You are not authorized to revoke this token")
    state.tokens.pop(str(request.fields.get("token")), None)
    return Answer({})


def _asking(state: State, asked: dict[str, str]) -> Registered:
    app = state.apps.get(asked.get("client_id", ""))
    if app is None:
        raise Refusal(HTTPStatus.UNAUTHORIZED, "invalid_client")
    held = all({scope, scope.partition(":")[0]} & app.scopes for scope in asked.get("scope", "read").split())
    if asked.get("redirect_uri") not in app.redirect_uris or asked.get("response_type") != "code" or not held:
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_request")
    return app


def _back(asked: dict[str, str], **told: str) -> Answer:
    if asked["redirect_uri"] == OUT_OF_BAND:
        return Answer(html=f"<!doctype html><title>{HOST}</title><p>{html.escape(told['error_description'])}</p>")
    query = urlencode(told | ({"state": asked["state"]} if "state" in asked else {}))
    return Answer(html="", status=HTTPStatus.FOUND, headers={"Location": f"{asked['redirect_uri']}?{query}"})


def _proves(code: Code, verifier: str) -> bool:
    if not code.challenge:
        return True
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode() == code.challenge


def _token(state: State, person: Person, scopes: frozenset[str], app: Registered) -> dict[str, Any]:
    held = state.secret("token")
    state.tokens[held] = Token(person, scopes, app.name)
    return {
        "access_token": held,
        "token_type": "Bearer",
        "scope": " ".join(sorted(scopes)),
        "created_at": int(state.clock.now().timestamp()),
    }
