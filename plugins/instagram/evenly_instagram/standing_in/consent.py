"""The stand-in's users, profiles and tokens: the pages where a person consents, of both logins, and what each token may do."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from evenly.plugin import App, Credentials, StandInAccount
from evenly_graph.stand_in import GraphError, Reply, asked_fields, listed
from evenly_instagram.profile import SCOPES

if TYPE_CHECKING:
    from evenly.plugin import Clock
    from evenly_graph.stand_in import Call
    from evenly_instagram.profile import Login

#: With Facebook's login an app goes by its own id; with Instagram's by another one.
APPS: dict[Login, App] = {
    "facebook": App("111111111111111", "app-secret-of-the-stand-in"),
    "instagram": App("222222222222222", "instagram-app-secret-of-the-stand-in"),
}
_SHORT, _LONG, _CODE = timedelta(hours=1), timedelta(days=60), timedelta(hours=1)
_YOUNGEST = timedelta(hours=24)
_PROFILES = (("atelier.lumiere", "Atelier Lumière"), ("maison_dore", "Maison Doré"), ("no_link", "Without a Page"))


@dataclass
class Grant:
    """What a token stands for. A Facebook user's token has no profile of its own: it opens all of them."""

    login: Login
    profile: str
    scopes: frozenset[str]
    issued_at: datetime
    expires_at: datetime | None = None

    def need(self, what: str, code: int = 10) -> None:
        """`content_publish` and the like: the two logins name them differently."""
        name = f"instagram_business_{what}" if self.login == "instagram" else f"instagram_{what}"
        if name not in self.scopes:
            raise GraphError(code, said=f"(#{code}) Application does not have permission for this action: {name}")

    def opens(self, profile: str) -> bool:
        return self.profile in {profile, ""}


@dataclass
class OwnProfile:
    id: str
    scoped: str  #: the id that only this app knows, of no use in paths
    username: str
    name: str
    page: str
    followers: int


@dataclass
class Consent:
    """Who may do what. `declined` are the scopes that the user refuses; `flat` is the shape of the code's answer."""

    clock: Clock
    seed: int
    logins: Sequence[Login] = ("instagram", "facebook")
    declined: frozenset[str] = frozenset()
    flat: bool = False
    profiles: dict[str, OwnProfile] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, tuple[Login, str, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weeks_ago = self.clock.now() - timedelta(days=14)
        for number, (username, name) in enumerate(_PROFILES, 1):
            page = f"10000000000000{number}" if number < len(_PROFILES) else ""
            profile = OwnProfile(f"1784140000000000{number}", f"900000000000000{number}", username, name, page, 700 * number + self.seed)
            self.profiles[profile.id] = profile
            self.tokens[self.token_of(profile, "instagram")] = Grant(
                "instagram", profile.id, self.granted("instagram"), weeks_ago, self.clock.now() + timedelta(days=46)
            )
            if page:
                self.tokens[self.token_of(profile, "facebook")] = Grant("facebook", profile.id, self.granted("facebook"), weeks_ago)
        self.tokens[self.user_token] = Grant("facebook", "", self.granted("facebook"), weeks_ago)

    @property
    def user_token(self) -> str:
        return f"user-token-{self.seed:04d}"

    def token_of(self, profile: OwnProfile, login: Login) -> str:
        return f"{'profile' if login == 'instagram' else 'page'}-token-{profile.id[-1]}-{self.seed:04d}"

    def granted(self, login: Login) -> frozenset[str]:
        return frozenset(SCOPES[login]) - self.declined

    def accounts(self) -> Sequence[StandInAccount]:
        return [self._account(profile, login) for profile, login in zip(self.profiles.values(), self.logins, strict=False)]

    def _account(self, profile: OwnProfile, login: Login) -> StandInAccount:
        extra = {"user_token": self.user_token, "page_id": profile.page}
        if login == "instagram":
            extra = {"issued_at": (self.clock.now() - timedelta(days=14)).isoformat()}
        token = self.token_of(profile, login)
        held = Credentials(access_token=token, expires_at=self.tokens[token].expires_at, scopes=SCOPES[login], extra=extra)
        return StandInAccount(settings={"login": login, "user_id": profile.id}, credentials=held, name=profile.name)

    def grant(self, call: Call) -> Grant:
        """What the call's token stands for, if it lives and the proof that goes with it is right."""
        found = self.tokens.get(call.token)
        if not call.token:
            raise GraphError(2500, said="An active access token must be used to query information about the current user.")
        if found is None:
            raise GraphError(190, said="Invalid OAuth access token - Cannot parse access token")
        if found.expires_at is not None and found.expires_at <= self.clock.now():
            raise GraphError(190, 463, "Error validating access token: Session has expired")
        proof = call.params.get("appsecret_proof")
        if proof is not None and not hmac.compare_digest(proof, _proof(call.token)):
            raise GraphError(104, said="Invalid appsecret_proof provided in the API argument")
        return found

    # ── calls of a sign-in ──

    def unversioned(self, call: Call) -> Reply | None:
        """Instagram's own login."""
        match call.path:
            case ("oauth", "authorize"):
                return self._page(call, "instagram")
            case ("oauth", "access_token"):
                return self._short(call)
            case ("access_token",):
                return Reply(self._long(call))
            case ("refresh_access_token",):
                return Reply(self._refreshed(call))
        return None

    def versioned(self, call: Call, path: tuple[str, ...]) -> Reply | None:
        """Facebook's login."""
        match path:
            case ("dialog", "oauth"):
                return self._page(call, "facebook")
            case ("oauth", "access_token"):
                return Reply(self._exchanged(call))
            case ("debug_token",):
                return Reply({"data": self._inspected(call)})
            case ("me", "permissions"):
                self.grant(call)
                return Reply({"data": [{"permission": each, "status": self._status(each)} for each in SCOPES["facebook"]]})
            case ("me", "accounts"):
                return Reply(self._accounts(call))
        return None

    def _status(self, scope: str) -> str:
        return "declined" if scope in self.declined else "granted"

    def _page(self, call: Call, login: Login) -> Reply:
        asked = {name: call.params.get(name, "") for name in ("client_id", "redirect_uri", "state", "scope")}
        if asked["client_id"] != APPS[login].client_id or not re.match(r"https://|http://127\.0\.0\.1[:/]", asked["redirect_uri"]):
            return Reply("<h1>The app or its redirect address is not known.</h1>", 400)
        if call.method == "POST":
            return self._decided(call, login)
        hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked.items())
        scopes = "".join(f"<li>{escape(each)}</li>" for each in asked["scope"].split(","))
        buttons = '<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button>'
        page = f'<form method="post">{hidden}<p>An app asks for:</p><ul>{scopes}</ul>{buttons}</form>'
        return Reply(f"<!doctype html><title>Stand-in of Instagram</title>{page}")

    def _decided(self, call: Call, login: Login) -> Reply:
        back, state = call.params["redirect_uri"], call.params.get("state", "")
        if call.params.get("decision") != "allow":
            said = {"error": "access_denied", "error_reason": "user_denied", "error_description": "Permissions error", "state": state}
            return Reply("", 302, {"Location": f"{back}?{urlencode(said)}"})
        code = f"code-{len(self.codes) + 1}-{self.seed:04d}"
        self.codes[code] = (login, back, self.clock.now() + _CODE)
        end = "#_" if login == "instagram" else ""
        return Reply("", 302, {"Location": f"{back}?{urlencode({'state': state, 'code': code})}{end}"})

    def _spent(self, call: Call, login: Login) -> bool:
        """Whether a code cannot be traded; each can be once."""
        held = self.codes.pop(call.params.get("code", ""), None)
        return held is None or held[:2] != (login, call.params.get("redirect_uri")) or held[2] <= self.clock.now()

    def _issue(self, kind: str, login: Login, profile: str, lives: timedelta) -> dict[str, Any]:
        token = f"{kind}-{len(self.tokens)}-{self.seed:04d}"
        now = self.clock.now()
        self.tokens[token] = Grant(login, profile, self.granted(login), now, now + lives)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(lives.total_seconds())}

    # ── Instagram's own ──

    def _short(self, call: Call) -> Reply:
        app = (call.params.get("client_id"), call.params.get("client_secret"))
        if app != (APPS["instagram"].client_id, APPS["instagram"].client_secret) or call.params.get("grant_type") != "authorization_code":
            return _unlike("Invalid platform app")
        if self._spent(call, "instagram"):
            return _unlike("Matching code was not found or was already used")
        profile = next(iter(self.profiles.values()))
        token = self._issue("short", "instagram", profile.id, _SHORT)["access_token"]
        scopes = sorted(self.granted("instagram"))
        if self.flat:
            return Reply({"access_token": token, "user_id": int(profile.scoped), "permissions": scopes})
        return Reply({"data": [{"access_token": token, "user_id": profile.scoped, "permissions": ",".join(scopes)}]})

    def _long(self, call: Call) -> dict[str, Any]:
        held = self.grant(call)
        if (call.params.get("grant_type"), call.params.get("client_secret")) != ("ig_exchange_token", APPS["instagram"].client_secret):
            raise GraphError(101, said="Error validating client secret.")
        return self._issue("long", "instagram", held.profile, _LONG)

    def _refreshed(self, call: Call) -> dict[str, Any]:
        held = self.grant(call)
        if call.params.get("grant_type") != "ig_refresh_token" or self.clock.now() - held.issued_at < _YOUNGEST:
            raise GraphError(100, said="The access token is not at least 24 hours old")
        return {**self._issue("long", "instagram", held.profile, _LONG), "permissions": ",".join(sorted(held.scopes))}

    # ── Facebook's ──

    def _exchanged(self, call: Call) -> dict[str, Any]:
        app = APPS["facebook"]
        if (call.params.get("client_id"), call.params.get("client_secret")) != (app.client_id, app.client_secret):
            raise GraphError(101, said="Error validating application. Cannot get application info")
        if call.params.get("grant_type") != "fb_exchange_token":
            if self._spent(call, "facebook"):
                raise GraphError(100, 36009, "This authorization code has been used or has expired.")
            return self._issue("short-user", "facebook", "", _SHORT)
        if call.params.get("fb_exchange_token") not in self.tokens:
            raise GraphError(190, 463, "Error validating access token: Session has expired")
        return self._issue("long-user", "facebook", "", _LONG)

    def _inspected(self, call: Call) -> dict[str, Any]:
        app = APPS["facebook"]
        if call.token != f"{app.client_id}|{app.client_secret}":
            raise GraphError(190, said="Invalid OAuth access token signature.")
        found = self.tokens.get(call.params.get("input_token", ""))
        if found is None:
            return {"is_valid": False, "scopes": []}
        ends = {
            "expires_at": int(found.expires_at.timestamp()) if found.expires_at else 0,
            "data_access_expires_at": int((found.issued_at + timedelta(days=90)).timestamp()),
        }
        kind = "PAGE" if found.profile else "USER"
        return {"app_id": app.client_id, "type": kind, "user_id": "3", **ends, "is_valid": True, "scopes": sorted(found.scopes)}

    def _accounts(self, call: Call) -> dict[str, Any]:
        if self.grant(call).profile:
            raise GraphError(100, said="(#100) Tried accessing nonexisting field (accounts) on node type (Page)")
        names = asked_fields(call, ("id", "name", "username", "access_token", "tasks", "instagram_business_account"), ("id", "name"))
        rows = [self.page_row(each) for each in self.profiles.values() if each.page]
        return listed([{name: value for name, value in row.items() if name in names} for row in rows], call)

    def page_row(self, profile: OwnProfile) -> dict[str, Any]:
        linked = {"id": profile.id, "username": profile.username, "name": profile.name}
        token = self.token_of(profile, "facebook")
        return {"id": profile.page, "name": profile.name, "access_token": token, "instagram_business_account": linked}


def _unlike(said: str) -> Reply:
    """The host of codes words its errors in another way than the Graph API."""
    return Reply({"error_type": "OAuthException", "code": 400, "error_message": said}, 400)


def _proof(token: str) -> str:
    return hmac.new((APPS["facebook"].client_secret or "").encode(), token.encode(), hashlib.sha256).hexdigest()
