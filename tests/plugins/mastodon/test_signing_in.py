"""Signing in: a person consents in the browser, and the account is found wherever it really lives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

import evenly_mastodon
from evenly.plugin import Account, App, Message, SignedIn, SignInNeeded, TryLater
from evenly_mastodon import signing_in
from evenly_mastodon.standing_in import Server
from tests.plugins.mastodon.conftest import Desk

_LOOPBACK = "http://127.0.0.1:49152/signed-in"
_OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@dataclass
class Person:
    """Sits at the browser: reads the stand-in's consent page and presses a button on it."""

    server: Server
    redirect_uri: str = _LOOPBACK
    decision: str = "allow"
    replies: Sequence[str] = ()
    questions: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    changed: Callable[[dict[str, str]], dict[str, str]] = dict

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        answer = self._pressed(url)
        if self.redirect_uri == _OUT_OF_BAND:
            return dict(re.findall(r'name="(code)" readonly value="([0-9a-f]+)"', answer.text))
        back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        if back.get("state") != state or "error" in back:
            raise SignInNeeded(Message("Consent was refused."))
        return back

    def ask(self, question: Message, *, secret: bool = False) -> str:
        assert not secret
        self.questions.append(str(question))
        return self.replies[0]

    def choose(self, question: Message, choices: Sequence[tuple[str, str]]) -> str:
        self.questions.append(str(question))
        return choices[0][0]

    def say(self, message: Message) -> None:
        self.told.append(str(message))

    def _pressed(self, url: str) -> httpx.Response:
        with httpx.Client(transport=httpx.WSGITransport(app=self.server.app), base_url="http://127.0.0.1") as client:
            page = client.get("/oauth/authorize", params=dict(parse_qsl(urlsplit(url).query)))
            page.raise_for_status()
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text)) | {"decision": self.decision, "username": "studio"}
            return client.post("/oauth/authorize", data=self.changed(hidden))


def _sign_in(desk: Desk, person: Person, *, app: App | None = None, **settings: str) -> SignedIn:
    account = Account(id="toots", network="mastodon", settings=settings, language="fr")
    with desk.http() as http:
        return evenly_mastodon.sign_in(account, app, person, http)


def test_consent_leads_to_a_token_that_publishes(desk: Desk) -> None:
    """Registered, consented, traded: the account of the person who consented."""
    signed_in = _sign_in(desk, Person(desk.server), instance="mastodon.example")

    assert signed_in.settings == {"instance": "https://mastodon.example"}
    assert set(signed_in.credentials.scopes) == {"read:accounts", "read:statuses", "write:statuses", "write:media"}
    desk.account = Account(id="toots", network="mastodon", settings=signed_in.settings, credentials=signed_in.credentials)
    state = desk.looked().state
    assert state is not None
    assert state.name == "@studio@mastodon.example"


def test_what_is_kept_beside_the_token_is_no_word_of_ours(desk: Desk) -> None:
    """It is masked like a secret: our name in it would be missing from every sentence afterwards."""
    signed_in = _sign_in(desk, Person(desk.server), instance="mastodon.example")

    assert "evenly" not in signed_in.credentials.extra.values()


def test_the_page_is_asked_for_in_the_accounts_language_with_pkce(desk: Desk) -> None:
    """And with a state that nobody guesses."""
    asked: list[dict[str, str]] = []

    def remember(fields: dict[str, str]) -> dict[str, str]:
        asked.append(fields)
        return fields

    _sign_in(desk, Person(desk.server, changed=remember), instance="mastodon.example")
    _sign_in(desk, Person(desk.server, changed=remember), instance="mastodon.example")

    assert asked[0]["lang"] == "fr"
    assert asked[0]["code_challenge_method"] == "S256"
    assert asked[0]["state"] != asked[1]["state"]
    assert asked[0]["code_challenge"] != asked[1]["code_challenge"]


def test_without_a_way_back_the_code_is_copied(desk: Desk) -> None:
    """The page shows it; the person pastes it."""
    signed_in = _sign_in(desk, Person(desk.server, redirect_uri=_OUT_OF_BAND), instance="mastodon.example")

    assert signed_in.credentials.access_token in desk.server.state.tokens


@pytest.mark.parametrize("redirect", [_LOOPBACK, _OUT_OF_BAND])
def test_who_denies_is_not_signed_in(desk: Desk, redirect: str) -> None:
    """Nothing is kept."""
    with pytest.raises(SignInNeeded):
        _sign_in(desk, Person(desk.server, redirect_uri=redirect, decision="deny"), instance="mastodon.example")


def test_an_unknown_server_is_asked_for(desk: Desk) -> None:
    """A handle is as good as an address."""
    person = Person(desk.server, replies=["@studio@mastodon.example"])

    assert _sign_in(desk, person).settings == {"instance": "https://mastodon.example"}
    assert person.questions == ["Which server is your account on (such as mastodon.social)?"]


def test_an_answer_that_names_no_server_is_refused(desk: Desk) -> None:
    """With a sentence that says what a server looks like."""
    with pytest.raises(SignInNeeded, match="names no server"):
        _sign_in(desk, Person(desk.server, replies=["dunno !"]))


def test_an_app_of_ones_own_is_used_instead_of_registering(desk: Desk) -> None:
    """What `connect --app` stored."""
    mine = {"client_name": "mine", "redirect_uris": _LOOPBACK, "scopes": "read write"}
    with desk.http() as http:
        made = http.send_repeatable(httpx.Request("POST", "https://x.example/api/v1/apps", data=mine)).json()
    desk.seen.clear()

    signed_in = _sign_in(desk, Person(desk.server), app=App(made["client_id"], made["client_secret"]), instance="mastodon.example")

    assert signed_in.credentials.client_id == made["client_id"]
    assert not any(request.url.path == "/api/v1/apps" for request in desk.seen)


def test_an_alias_is_followed_to_the_server_behind_it(desk: Desk) -> None:
    """A redirect names it, and the person is told."""

    def alias(request: httpx.Request) -> httpx.Response | None:
        moved = request.url.path == "/api/v2/instance"
        return httpx.Response(301, headers={"Location": "https://mastodon.example/api/v2/instance"}) if moved else None

    desk.answer_instead = alias
    person = Person(desk.server)

    assert _sign_in(desk, person, instance="alias.example").settings == {"instance": "https://mastodon.example"}
    assert person.told == ["Your account lives on https://mastodon.example."]


def test_a_handles_host_may_name_another_server(desk: Desk) -> None:
    """Webfinger tells where the account lives."""
    desk.answer_instead = lambda request: httpx.Response(404, text="<html>") if request.url.path == "/api/v2/instance" else None
    person = Person(desk.server, replies=["@studio@brand.example"])

    assert _sign_in(desk, person).settings == {"instance": "https://mastodon.example"}


def test_a_code_is_for_one_use_and_for_who_knows_the_verifier(desk: Desk) -> None:
    """A stolen code is worth nothing: the server asks for the verifier."""
    stolen = Person(desk.server, changed=lambda fields: fields | {"code_challenge": signing_in.challenge("another")})

    with pytest.raises(SignInNeeded, match="refused the sign-in"):
        _sign_in(desk, stolen, instance="mastodon.example")


def test_a_permission_that_was_not_given_is_named(desk: Desk) -> None:
    """A sign-in that could not publish is no sign-in."""
    narrow = Person(desk.server, changed=lambda fields: fields | {"scope": "read:accounts read:statuses"})

    with pytest.raises(SignInNeeded, match="write:statuses, write:media"):
        _sign_in(desk, narrow, instance="mastodon.example")


def test_a_lost_answer_is_tried_again_by_the_person(desk: Desk) -> None:
    """A code cannot be traded twice."""
    desk.answer_instead = lambda request: httpx.Response(503, text="<html>") if request.url.path == "/oauth/token" else None

    with pytest.raises(TryLater):
        _sign_in(desk, Person(desk.server), instance="mastodon.example")


def test_a_whole_scope_contains_its_parts() -> None:
    """`write` is enough for `write:media`; where nothing is told nothing is missing."""
    assert signing_in.missing_scopes(("read", "write")) == []
    assert signing_in.missing_scopes(()) == []
    assert signing_in.missing_scopes(("read",)) == ["write:statuses", "write:media"]


def test_a_pasted_token_is_proven_by_a_look(desk: Desk) -> None:
    """Made by the user on the server's own pages: no app, no scopes known."""
    assert desk.looked().state is not None
    assert desk.account.credentials is not None
    desk.account = replace(desk.account, credentials=replace(desk.account.credentials, access_token="wrong"))

    with pytest.raises(SignInNeeded, match="does not accept the sign-in"):
        desk.looked()


def test_the_challenge_is_the_one_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    assert signing_in.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
