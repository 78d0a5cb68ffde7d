"""The stand-in's members, pages, apps and tokens: the page where a member consents, and what each token may do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from evenly.plugin import App, Credentials, StandInAccount
from evenly_linkedin.signing_in import MEMBER_SCOPES, PAGE_SCOPES
from evenly_linkedin.standing_in.wsgi import Answer, Denied, Refusal, Request

if TYPE_CHECKING:
    from collections.abc import Collection

    from evenly.plugin import Clock

#: A self-serve app, and the app of a company that was let to the Community Management API. Each may ask for its own scopes only.
MEMBER_APP = App("77member0000app", "WPL_AP1.member-app-secret")
PAGE_APP = App("77page0000000app", "WPL_AP1.page-app-secret")
ANALYTICS = ("r_member_postAnalytics", "r_member_profileAnalytics")
MEMBER = "urn:li:person:FAKEsub001"
MEMBER_NAME = "Camille Lumière"
PAGES = {
    "urn:li:organization:100001": ("Atelier Lumière", "atelier-lumiere", "ADMINISTRATOR"),
    "urn:li:organization:100002": ("Maison Doré", "maison-dore", "CONTENT_ADMINISTRATOR"),
    "urn:li:organization:100003": ("Seen only", "seen-only", "ANALYST"),
}
_CODE, _TOKEN, _REFRESH = timedelta(minutes=30), timedelta(days=60), timedelta(days=365)


@dataclass(frozen=True)
class Grant:
    """What a token stands for."""

    app: App
    scopes: frozenset[str]
    given: datetime
    ends: datetime


@dataclass
class Consent:
    """Who may do what. `partner`: the page's app gets refresh tokens · `granted`: further scopes that the apps were granted."""

    clock: Clock
    seed: int
    partner: bool
    granted: Collection[str] = ()
    withheld: Collection[str] = ()
    tokens: dict[str, Grant] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, tuple[App, str, frozenset[str], datetime]] = field(default_factory=dict)
    _made: int = 0

    def account(self, author: str) -> StandInAccount:
        """A ready-made account, as after a sign-in."""
        of_page = author in PAGES
        app = PAGE_APP if of_page else MEMBER_APP
        told = self._issue(app, self.scopes_of(app))
        credentials = Credentials(
            access_token=told["access_token"],
            refresh_token=told.get("refresh_token"),
            expires_at=self.clock.now() + _TOKEN,
            client_id=app.client_id,
            client_secret=app.client_secret,
            scopes=tuple(told["scope"].split(",")),
        )
        name = PAGES[author][0] if of_page else MEMBER_NAME
        return StandInAccount(settings={"author": author}, credentials=credentials, name=name)

    def scopes_of(self, app: App) -> frozenset[str]:
        """What the app was granted by LinkedIn."""
        own = PAGE_SCOPES if app == PAGE_APP else MEMBER_SCOPES
        return (frozenset(own) | frozenset(self.granted)) - frozenset(self.withheld)

    def grant(self, request: Request) -> Grant:
        """What the call's token stands for, if it lives. Raises `Refusal`."""
        if not request.token:
            raise Refusal(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", serviceErrorCode=65604)
        found = self.tokens.get(request.token)
        if found is None:
            raise Refusal(401, "INVALID_ACCESS_TOKEN", "Invalid access token", serviceErrorCode=65600)
        if found.ends <= self.clock.now():
            raise Refusal(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", serviceErrorCode=65602)
        return found

    # ── the routes ──

    def page(self, request: Request) -> Answer:
        """`GET /oauth/v2/authorization`: who asks for what, and two buttons."""
        asked = {name: unquote(value.replace("+", " ")) for name, value in request.query.items()}
        app = self._asking(asked)
        unknown = set(asked.get("scope", "").split()) - self.scopes_of(app)
        if unknown:
            said = f'Scope "{min(unknown)}" is not authorized for your application'
            return _back(asked, error="unauthorized_scope_error", error_description=said)
        hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked.items())
        return Answer(
            html=f"""<!doctype html><html lang="en"><title>LinkedIn</title><h1>evenly would like to act for {MEMBER_NAME}</h1>
<p>It asks for: {escape(asked.get("scope", ""))}</p><form method="post" action="/oauth/v2/authorization">{hidden}
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form></html>"""
        )

    def decide(self, request: Request) -> Answer:
        """The form of that page: sends the browser back with a code, or with a refusal."""
        asked = request.form()
        app = self._asking(asked)
        if asked.get("decision") != "allow":
            return _back(asked, error="user_cancelled_authorize", error_description="The user cancelled the authorization")
        code = self._secret("code")
        self.codes[code] = (app, asked["redirect_uri"], frozenset(asked["scope"].split()), self.clock.now() + _CODE)
        return _back(asked, code=code)

    def trade(self, request: Request) -> Answer:
        """`POST /oauth/v2/accessToken`: a code is for one use, for the same app and address."""
        said = request.form()
        app = self._app(said)
        if said.get("grant_type") == "refresh_token":
            return Answer(self._renewed(app, said.get("refresh_token", "")))
        if said.get("grant_type") != "authorization_code":
            raise Denied(400, "invalid_request", 'A required parameter "grant_type" is missing or invalid')
        held = self.codes.pop(said.get("code", ""), None)
        if held is None or held[:2] != (app, said.get("redirect_uri")):
            raise Denied(400, "invalid_request", "Unable to retrieve access token: appid/redirect uri/code verifier does not match")
        if held[3] <= self.clock.now():
            raise Denied(400, "invalid_request", "Unable to retrieve access token: authorization code expired")
        return Answer(self._issue(app, held[2]))

    def inspect(self, request: Request) -> Answer:
        said = request.form()
        self._app(said)
        found = self.tokens.get(said.get("token", ""))
        if found is None or found.ends <= self.clock.now():
            return Answer({"active": False})
        times = {"created_at": int(found.given.timestamp()), "expires_at": int(found.ends.timestamp())}
        told = {"active": True, "status": "active", "client_id": found.app.client_id, "auth_type": "3L"}
        return Answer({**told, **times, "scope": ",".join(sorted(found.scopes))})

    def revoke(self, request: Request) -> Answer:
        said = request.form()
        self._app(said)
        self.tokens.pop(said.get("token", ""), None)
        return Answer()

    def who(self, request: Request) -> Answer:
        grant = self.grant(request)
        if not {"openid", "profile"} <= grant.scopes:
            raise Refusal(403, "ACCESS_DENIED", "Not enough permissions to access: userinfo.GET.NO_VERSION", serviceErrorCode=100)
        sub = MEMBER.rpartition(":")[2]
        return Answer({"sub": sub, "name": MEMBER_NAME, "given_name": "Camille", "family_name": "Lumière"})

    # ── tokens ──

    def _renewed(self, app: App, token: str) -> dict[str, Any]:
        """The refresh token is not rotated, and keeps its own end."""
        held = self.refresh_tokens.get(token)
        if held is None or held.app != app or held.ends <= self.clock.now():
            raise Denied(400, "invalid_grant", "The provided refresh token is invalid or has expired")
        fresh = self._access(app, held.scopes)
        left = int((held.ends - self.clock.now()).total_seconds())
        return {**fresh, "refresh_token": token, "refresh_token_expires_in": left}

    def _issue(self, app: App, scopes: frozenset[str]) -> dict[str, Any]:
        told = self._access(app, scopes)
        if app != PAGE_APP or not self.partner:
            return told
        token, now = self._secret("refresh"), self.clock.now()
        self.refresh_tokens[token] = Grant(app, scopes, now, now + _REFRESH)
        return {**told, "refresh_token": token, "refresh_token_expires_in": int(_REFRESH.total_seconds())}

    def _access(self, app: App, scopes: frozenset[str]) -> dict[str, Any]:
        token, now = self._secret("token"), self.clock.now()
        self.tokens[token] = Grant(app, scopes, now, now + _TOKEN)
        return {"access_token": token, "expires_in": int(_TOKEN.total_seconds()), "scope": ",".join(sorted(scopes)), "token_type": "Bearer"}

    def _app(self, said: dict[str, str]) -> App:
        for app in (MEMBER_APP, PAGE_APP):
            if (said.get("client_id"), said.get("client_secret")) == (app.client_id, app.client_secret):
                return app
        raise Denied(401, "invalid_client", "Client authentication failed")

    def _asking(self, asked: dict[str, str]) -> App:
        app = next((each for each in (MEMBER_APP, PAGE_APP) if each.client_id == asked.get("client_id")), None)
        back = asked.get("redirect_uri", "")
        if app is None or asked.get("response_type") != "code" or not back.startswith(("https://", "http://localhost")) or "#" in back:
            raise Denied(400, "invalid_request", "The redirect_uri does not match the registered value")
        return app

    def _secret(self, purpose: str) -> str:
        """A text nobody guesses; the same for the same seed and history."""
        self._made += 1
        return "AQ" + hashlib.sha256(f"{self.seed}:{purpose}:{self._made}".encode()).hexdigest()[:48]


def _back(asked: dict[str, str], **told: str) -> Answer:
    query = urlencode(told | ({"state": asked["state"]} if "state" in asked else {}))
    return Answer(html="", status=302, headers={"Location": f"{asked['redirect_uri']}?{query}"})
