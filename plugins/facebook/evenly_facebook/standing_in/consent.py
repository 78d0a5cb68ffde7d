"""The stand-in's users, Pages and tokens: the page where a person consents, and what each token may do."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from evenly.plugin import App, Credentials, StandInAccount
from evenly_facebook.signing_in import SCOPES
from evenly_graph.stand_in import GraphError, Reply, asked_fields, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.plugin import Clock
    from evenly_graph.stand_in import Call

APP = App("111111111111111", "app-secret-of-the-stand-in")
USER = "222222222222222"
CONFIGURATION = "333333333333333"  #: of Facebook Login for Business: gives every permission, to a token that lasts
_SHORT, _LONG, _CODE = timedelta(hours=1), timedelta(seconds=5_183_944), timedelta(minutes=10)
_PUBLISHER = ("ANALYZE", "CREATE_CONTENT", "MODERATE", "MANAGE")
_PAGES = (
    ("Atelier Lumière", "atelier.lumiere", _PUBLISHER),
    ("Maison Doré", "maison.dore", _PUBLISHER),
    ("Read only", "read.only", ("ANALYZE",)),
)


@dataclass
class Grant:
    """What a token stands for. A user's token has no Page."""

    page: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    app: str = APP.client_id

    def need(self, scope: str, code: int) -> None:
        if not self.page:
            raise GraphError(210, said="(#210) A page access token is required to request this resource.")
        if scope not in self.scopes:
            raise GraphError(code, said=f"(#{code}) Requires {scope} permission")

    def owns(self, page: str) -> None:
        if self.page and self.page != page:
            raise GraphError(10, said="(#10) Application does not have permission for this action")


@dataclass
class OwnPage:
    id: str
    name: str
    username: str
    followers: int
    tasks: tuple[str, ...]
    token: str


@dataclass
class Consent:
    """Who may do what. `declined` are the scopes that the user refuses."""

    clock: Clock
    seed: int
    declined: frozenset[str] = frozenset()
    pages: dict[str, OwnPage] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    lasting: set[str] = field(default_factory=set)  #: codes that are traded for a token without an end

    def __post_init__(self) -> None:
        for number, (name, username, tasks) in enumerate(_PAGES, 1):
            token = f"page-token-{number}-{self.seed:04d}"
            page = OwnPage(f"10000000000000{number}", name, username, 900 * number + self.seed, tasks, token)
            self.pages[page.id] = page
            self.tokens[token] = Grant(page.id, self.granted)
        self.tokens[self.user_token] = Grant("", self.granted)

    @property
    def user_token(self) -> str:
        return f"user-token-{self.seed:04d}"

    @property
    def granted(self) -> frozenset[str]:
        return frozenset(SCOPES) - self.declined

    def accounts(self) -> Sequence[StandInAccount]:
        publishers = [each for each in self.pages.values() if "CREATE_CONTENT" in each.tasks]
        return [
            StandInAccount(
                settings={"page_id": page.id},
                credentials=Credentials(access_token=page.token, scopes=SCOPES, extra={"user_token": self.user_token}),
                name=page.name,
            )
            for page in publishers
        ]

    def grant(self, call: Call) -> Grant:
        """What the call's token stands for, if it lives and the proof that goes with it is right."""
        found = self.tokens.get(call.token)
        if not call.token:
            raise GraphError(2500, said="An active access token must be used to query information about the current user.")
        if found is None:
            raise GraphError(190, said="Invalid OAuth access token - Cannot parse access token", status=400)
        if found.expires_at is not None and found.expires_at <= self.clock.now():
            raise GraphError(190, 463, "Error validating access token: Session has expired")
        proof = call.params.get("appsecret_proof")
        if proof is not None and not hmac.compare_digest(proof, _proof(call.token)):
            raise GraphError(104, said="Invalid appsecret_proof provided in the API argument")
        return found

    def answer(self, call: Call, path: tuple[str, ...]) -> Reply | None:
        """Answers to the calls of a sign-in; None for any other."""
        match path:
            case ("dialog", "oauth"):
                return self._decided(call) if call.method == "POST" else self._dialog(call)
            case ("oauth", "access_token"):
                return Reply(self._exchange(call))
            case ("debug_token",):
                return Reply({"data": self._inspected(call)})
            case ("me", "permissions"):
                self.grant(call)
                return Reply({"data": [{"permission": each, "status": self._status(each)} for each in SCOPES]})
            case ("me", "accounts"):
                self.grant(call)
                return Reply(self._accounts(call))
        return None

    def _status(self, scope: str) -> str:
        return "declined" if scope in self.declined else "granted"

    def _dialog(self, call: Call) -> Reply:
        asked = {name: call.params.get(name, "") for name in ("client_id", "redirect_uri", "state", "scope", "config_id")}
        if asked["client_id"] != APP.client_id or not re.match(r"https?://", asked["redirect_uri"]):
            return Reply("<h1>The app or its redirect address is not known.</h1>", 400)
        if asked["config_id"] not in {"", CONFIGURATION}:
            return Reply("<h1>The configuration is not known.</h1>", 400)
        hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked.items())
        scopes = "".join(f"<li>{escape(each)}</li>" for each in asked["scope"].split(","))
        buttons = '<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button>'
        page = f'<form method="post">{hidden}<p>An app asks for:</p><ul>{scopes}</ul>{buttons}</form>'
        return Reply(f"<!doctype html><title>Stand-in of Facebook</title>{page}")

    def _decided(self, call: Call) -> Reply:
        back, state = call.params.get("redirect_uri", ""), call.params.get("state", "")
        if call.params.get("decision") != "allow":
            said = {"error": "access_denied", "error_reason": "user_denied", "error_description": "Permissions error", "state": state}
            return Reply("", 302, {"Location": f"{back}?{urlencode(said)}"})
        code = f"code-{len(self.codes) + 1}-{self.seed:04d}"
        self.codes[code] = (back, self.clock.now() + _CODE)
        if call.params.get("config_id"):
            self.lasting.add(code)
        return Reply("", 302, {"Location": f"{back}?{urlencode({'code': code, 'state': state})}"})

    def _exchange(self, call: Call) -> dict[str, Any]:
        if (call.params.get("client_id"), call.params.get("client_secret")) != (APP.client_id, APP.client_secret):
            raise GraphError(101, said="Error validating application. Cannot get application info")
        if call.params.get("grant_type") == "fb_exchange_token":
            return self._prolonged(call.params.get("fb_exchange_token", ""))
        code = call.params.get("code", "")
        back, until = self.codes.pop(code, ("", self.clock.now()))
        if back != call.params.get("redirect_uri") or until <= self.clock.now():
            raise GraphError(100, 36009, "This authorization code has been used or has expired.")
        return self._issue("lasting", None) if code in self.lasting else self._issue("short", _SHORT)

    def _prolonged(self, token: str) -> dict[str, Any]:
        held = self.tokens.get(token)
        if held is not None and held.expires_at is None:
            raise GraphError(100, said="(#100) This token cannot be exchanged")
        if held is None or (held.expires_at is not None and held.expires_at <= self.clock.now()):
            raise GraphError(190, 463, "Error validating access token: Session has expired")
        return self._issue("long", _LONG)

    def _issue(self, kind: str, lives: timedelta | None) -> dict[str, Any]:
        token = f"user-{kind}-{len(self.tokens)}-{self.seed:04d}"
        self.tokens[token] = Grant("", self.granted, None if lives is None else self.clock.now() + lives)
        told = {"access_token": token, "token_type": "bearer"}
        return told if lives is None else {**told, "expires_in": int(lives.total_seconds())}

    def _inspected(self, call: Call) -> dict[str, Any]:
        if call.token != f"{APP.client_id}|{APP.client_secret}":
            raise GraphError(190, said="Invalid OAuth access token signature.")
        found = self.tokens.get(call.params.get("input_token", ""))
        if found is None:
            return {"is_valid": False, "scopes": []}
        seconds = 0 if found.expires_at is None else int(found.expires_at.timestamp())
        told = {"app_id": found.app, "type": "PAGE" if found.page else "USER", "application": "Stand-in", "user_id": USER}
        granular = [{"scope": each, **({"target_ids": [found.page]} if found.page else {})} for each in sorted(found.scopes)]
        told |= {"profile_id": found.page} if found.page else {}
        return {**told, "expires_at": seconds, "is_valid": True, "scopes": sorted(found.scopes), "granular_scopes": granular}

    def _accounts(self, call: Call) -> dict[str, Any]:
        known = ("id", "name", "username", "access_token", "tasks", "category", "picture", "followers_count", "instagram_business_account")
        names = asked_fields(call, known, ("id", "name", "access_token", "tasks", "category"))
        rows = [
            {"id": page.id, "name": page.name, "username": page.username, "access_token": page.token, "tasks": list(page.tasks)}
            for page in self.pages.values()
        ]
        return listed([{name: value for name, value in row.items() if name in names} for row in rows], call)


def _proof(token: str) -> str:
    return hmac.new((APP.client_secret or "").encode(), token.encode(), hashlib.sha256).hexdigest()
