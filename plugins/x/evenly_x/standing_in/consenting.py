"""Routes for signing in with OAuth 2.0: the page where a person consents, and tokens that are renewed once each."""

from __future__ import annotations

import base64
import hashlib
import html
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from evenly.plugin import App
from evenly_x.standing_in.state import Code, Grant, Renewal, State
from evenly_x.standing_in.wsgi import Answer, Problem, Request, page, redirect

if TYPE_CHECKING:
    from evenly_x.standing_in.state import User

APP = App("stand-in-client-id-1", "stand-in-client-secret")
KNOWN_SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "media.write", "offline.access", "tweet.moderate.write"})
CODE_LIVES, TOKEN_LIVES = timedelta(seconds=30), timedelta(seconds=7_200)
_LONGEST_STATE = 500


def consent_page(state: State, request: Request) -> Answer:
    """`GET /i/oauth2/authorize`: who asks for what, and two buttons."""
    if not _is_complete(request.query):
        return _mistake()
    return form(state, "/i/oauth2/authorize", request.query, request.query["scope"])


def form(state: State, action: str, hidden: dict[str, str], asked: str) -> Answer:
    """A page with two buttons."""
    kept = "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in hidden.items())
    people = "".join(f'<option value="{each.username}">@{each.username}</option>' for each in state.users)
    return page(
        f"""<h1>evenly wants to access your X account</h1><p>It asks for: {html.escape(asked)}</p>
<form method="post" action="{action}">{kept}<label>Account <select name="username">{people}</select></label>
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>"""
    )


def decide(state: State, request: Request) -> Answer:
    """The form of that page: sends the browser back with a code, or with an error."""
    asked = request.form
    if not _is_complete(asked):
        return _mistake()
    if asked.get("decision") != "allow":
        return redirect(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}")
    code = state.secret("code")
    state.codes[code] = Code(
        user=state.user(asked.get("username", "")),
        redirect_uri=asked["redirect_uri"],
        scopes=frozenset(asked["scope"].split()),
        challenge=asked["code_challenge"],
        until=state.clock.now() + CODE_LIVES,
    )
    return redirect(f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}")


def token(state: State, request: Request) -> Answer:
    """`POST /2/oauth2/token`: a code, or a refresh token, becomes a new pair."""
    _check_client(request)
    match request.form.get("grant_type"):
        case "authorization_code":
            return Answer(_tokens(state, _traded(state, request)))
        case "refresh_token":
            return Answer(_tokens(state, _renewed(state, request)))
        case _:
            raise _error("unsupported_grant_type", "Missing required parameter [grant_type].")


def revoke(state: State, request: Request) -> Answer:
    """`POST /2/oauth2/revoke`"""
    _check_client(request)
    held = request.form.get("token", "")
    renewal = state.renewals.get(held)
    grant = state.grants.get(held) or (renewal.grant if renewal else None)
    if grant is not None:
        _end(state, grant.family)
    return Answer({"revoked": True})


def ready_made(state: State, user: User, scopes: frozenset[str], lives: timedelta | None) -> tuple[str, str]:
    """An access token and a refresh token."""
    grant = Grant(user, scopes, None if lives is None else state.clock.now() + lives, state.secret("family"))
    access, renewing = state.secret("access"), state.secret("refresh")
    state.grants[access], state.renewals[renewing] = grant, Renewal(grant)
    return access, renewing


def _traded(state: State, request: Request) -> Grant:
    said = request.form
    code = state.codes.pop(said.get("code", ""), None)
    verifier = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
    good = code is not None and code.until > state.clock.now() and code.redirect_uri == said.get("redirect_uri")
    if code is None or not good or code.challenge != verifier:
        raise _error("invalid_request", "Value passed for the authorization code was invalid.")
    return Grant(code.user, code.scopes, None, state.secret("family"))


def _renewed(state: State, request: Request) -> Grant:
    renewal = state.renewals.get(request.form.get("refresh_token", ""))
    if renewal is None or renewal.used:
        if renewal is not None:  # somebody has a copy: nobody keeps anything
            _end(state, renewal.grant.family)
        raise _error("invalid_request", "Value passed for the token was invalid.")
    renewal.used = True
    return renewal.grant


def _tokens(state: State, grant: Grant) -> dict[str, Any]:
    access, fresh = state.secret("access"), replace(grant, until=state.clock.now() + TOKEN_LIVES)
    state.grants[access] = fresh
    told: dict[str, Any] = {
        "token_type": "bearer",
        "expires_in": TOKEN_LIVES.seconds,
        "access_token": access,
        "scope": " ".join(sorted(grant.scopes)),
    }
    if "offline.access" in grant.scopes:
        renewing = state.secret("refresh")
        state.renewals[renewing] = Renewal(fresh)
        told["refresh_token"] = renewing
    return told


def _end(state: State, family: str) -> None:
    for access in [each for each, grant in state.grants.items() if grant.family == family]:
        del state.grants[access]
    for renewing in [each for each, renewal in state.renewals.items() if renewal.grant.family == family]:
        del state.renewals[renewing]


def _check_client(request: Request) -> None:
    """A confidential app proves itself by its secret; the stand-in's is one."""
    basic = base64.b64encode(f"{APP.client_id}:{APP.client_secret}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {basic}":
        answer = Answer(
            {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}, HTTPStatus.UNAUTHORIZED
        )
        raise Problem(answer)


def _is_complete(asked: dict[str, str]) -> bool:
    scopes, where = frozenset(asked.get("scope", "").split()), urlsplit(asked.get("redirect_uri", ""))
    known = asked.get("client_id") == APP.client_id and asked.get("response_type") == "code" and where.hostname == "127.0.0.1"
    proof = asked.get("code_challenge") and asked.get("code_challenge_method") == "S256"
    return bool(known and scopes and scopes <= KNOWN_SCOPES and 0 < len(asked.get("state", "")) <= _LONGEST_STATE and proof)


def _mistake() -> Answer:
    answer = page("<h1>Something went wrong</h1><p>You weren’t able to give access to the App. Go back and try logging in again.</p>")
    answer.status = HTTPStatus.BAD_REQUEST
    return answer


def _error(error: str, description: str) -> Problem:
    return Problem(Answer({"error": error, "error_description": description}, HTTPStatus.BAD_REQUEST))
