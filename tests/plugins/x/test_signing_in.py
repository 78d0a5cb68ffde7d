"""Signing in: a person consents in the browser, and tokens that are renewed once each never get lost."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

import evenly_x as x
from evenly.plugin import Account, App, Credentials, Message, Part, SignedIn, SignInNeeded
from evenly_x import authorising, signing_in
from evenly_x.standing_in.consenting import APP
from evenly_x.standing_in.signatures import CONSUMER, signature
from tests.plugins.x.conftest import Desk
from tests.plugins.x.description import form


@dataclass
class Person:
    """Sits at the browser, and presses a button in the stand-in's page."""

    desk: Desk
    decision: str = "allow"
    redirect_uri: str = "http://127.0.0.1:8917/"
    urls: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    changed: Callable[[dict[str, str]], dict[str, str]] = dict
    late: timedelta = timedelta(0)

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        self.urls.append(url)
        with httpx.Client(transport=httpx.WSGITransport(app=self.desk.server.app)) as client:
            page = client.get(url)
            page.raise_for_status()
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
            pressed = {**hidden, "decision": self.decision, "username": "studio_lumiere"}
            back = client.post(urlsplit(url)._replace(query="").geturl(), data=pressed)
        query = {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}
        if "error" in query or (state is not None and query.get("state") != state):
            raise SignInNeeded(Message("Consent was refused."))
        self.desk.clock.advance(self.late)
        return self.changed(query)

    def ask(self, question: Message, *, secret: bool = False) -> str:
        raise AssertionError(f"nobody expects {question} {secret}")

    def choose(self, question: Message, choices: Sequence[tuple[str, str]]) -> str:
        raise AssertionError(f"nobody expects {question} {choices}")

    def say(self, message: Message) -> None:
        self.told.append(str(message))


def signed_in(desk: Desk, person: Person, app: App | None = APP, **settings: Any) -> SignedIn:
    with desk.http() as http:
        return x.sign_in(Account(id="post", network="x", settings=settings), app, person, http)


def refreshed(desk: Desk, credentials: Credentials | None, app: App | None = None, **settings: Any) -> Credentials:
    with desk.http() as http:
        return x.refresh(Account(id="post", network="x", settings=settings, credentials=credentials), app, http)


def test_a_person_consents_and_the_tokens_work(desk: Desk) -> None:
    """Both tokens are kept, with when the first ends and for which app they were made."""
    result = signed_in(desk, Person(desk))
    held = result.credentials
    assert held.refresh_token
    assert held.expires_at == desk.clock.now() + timedelta(hours=2)
    assert (held.client_id, held.client_secret) == (APP.client_id, APP.client_secret)
    assert set(held.scopes) == {"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"}
    desk.account = Account(id="post", network="x", credentials=held)
    assert desk.look().state is not None
    desk.publish(Part(text="Signed in", media=(desk.picture(),)))


def test_the_page_asks_for_what_is_needed_with_a_proof(desk: Desk) -> None:
    """PKCE, and a state that nobody can guess."""
    first, second = Person(desk), Person(desk)
    signed_in(desk, first)
    signed_in(desk, second)
    url, query = urlsplit(first.urls[0]), parse_qs(urlsplit(first.urls[0]).query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://x.com/i/oauth2/authorize"
    assert query["scope"] == ["tweet.read tweet.write users.read media.write offline.access"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) > 20
    assert parse_qs(urlsplit(second.urls[0]).query)["state"] != query["state"]
    assert any("http://127.0.0.1:8917/" in each for each in first.told)


def test_no_secret_stands_in_an_address(desk: Desk) -> None:
    """The app's secret goes into a header."""
    person = Person(desk)
    signed_in(desk, person)
    (request,) = desk.seen
    assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{APP.client_id}:{APP.client_secret}".encode()).decode()
    assert APP.client_secret is not None
    assert APP.client_secret not in f"{person.urls} {request.url} {form(request)}"


def test_an_app_without_a_secret_names_itself(desk: Desk) -> None:
    """As public apps do."""
    desk.instead = lambda _request: httpx.Response(200, json={"access_token": "a", "token_type": "bearer"})
    signed_in(desk, Person(desk), App(APP.client_id))
    (request,) = desk.seen
    assert "authorization" not in request.headers
    assert form(request)["client_id"] == APP.client_id


def test_without_an_app_it_is_said_which_to_make(desk: Desk) -> None:
    """Where, with which address, and what to do with its id."""
    with pytest.raises(SignInNeeded, match=r"console\.x\.com.*127\.0\.0\.1:8917.*evenly connect --app x"):
        signed_in(desk, Person(desk), None)


def test_a_refused_consent_ends_it(desk: Desk) -> None:
    """Nothing is kept."""
    with pytest.raises(SignInNeeded):
        signed_in(desk, Person(desk, decision="deny"))


def test_a_code_lives_for_half_a_minute(desk: Desk) -> None:
    """Whoever is too slow begins again."""
    with pytest.raises(SignInNeeded, match="authorization code was invalid"):
        signed_in(desk, Person(desk, late=timedelta(seconds=31)))


def test_a_redirect_without_a_code_ends_it(desk: Desk) -> None:
    """There is nothing to trade."""
    with pytest.raises(SignInNeeded, match="no code"):
        signed_in(desk, Person(desk, changed=lambda _query: {}))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"access_token": "a", "refresh_token": "r", "scope": "tweet.read tweet.write users.read offline.access"}, "media.write"),
        ({"access_token": "a", "scope": "tweet.read tweet.write users.read media.write"}, "offline.access"),
    ],
)
def test_what_was_not_allowed_is_said(desk: Desk, told: dict[str, str], words: str) -> None:
    """Where publishing works without it."""
    desk.instead = lambda _request: httpx.Response(200, json=told)
    person = Person(desk)
    signed_in(desk, person)
    assert any(words in each for each in person.told)


@pytest.mark.parametrize("told", [{"access_token": "a", "scope": "tweet.read users.read"}, {"access_token": ""}, {}])
def test_a_sign_in_that_cannot_publish_ends_it(desk: Desk, told: dict[str, str]) -> None:
    """A token must be there, and be good for posts."""
    desk.instead = lambda _request: httpx.Response(200, json=told)
    with pytest.raises(SignInNeeded):
        signed_in(desk, Person(desk))


def test_a_refresh_token_is_good_for_one_use(desk: Desk) -> None:
    """Each renewal brings the next; the old one again ends everything that came of it."""
    first = signed_in(desk, Person(desk)).credentials
    second = refreshed(desk, first)
    assert second.refresh_token not in {None, first.refresh_token}
    assert second.access_token not in {None, first.access_token}
    third = refreshed(desk, second)
    with pytest.raises(SignInNeeded, match="token was invalid"):
        refreshed(desk, first)
    with pytest.raises(SignInNeeded):
        refreshed(desk, third)


def test_an_ended_token_is_not_accepted(open_desk: Callable[..., Desk]) -> None:
    """After two hours; the renewed one is."""
    desk = open_desk(tokens_live=timedelta(hours=2))
    desk.clock.advance(timedelta(hours=2))
    with pytest.raises(SignInNeeded):
        desk.publish(Part(text="Too late"))
    desk.account = replace(desk.account, credentials=refreshed(desk, desk.account.credentials))
    desk.publish(Part(text="In time"))


def test_what_an_answer_leaves_out_is_kept(desk: Desk) -> None:
    """An empty value never replaces a good one."""
    first = signed_in(desk, Person(desk)).credentials
    desk.instead = lambda _request: httpx.Response(200, json={"access_token": "new", "expires_in": 7200})
    fresh = refreshed(desk, first)
    assert (fresh.access_token, fresh.refresh_token, fresh.scopes) == ("new", first.refresh_token, first.scopes)
    desk.instead = lambda _request: httpx.Response(200, json={"access_token": "", "refresh_token": ""})
    with pytest.raises(SignInNeeded):
        refreshed(desk, first)


def test_tokens_are_renewed_with_the_app_they_were_made_for(desk: Desk) -> None:
    """Whatever app is stored by now; a pasted pair without one uses that."""
    first = signed_in(desk, Person(desk)).credentials
    fresh = refreshed(desk, first, App("another", "secret"))
    bare = replace(fresh, client_id=None, client_secret=None)
    assert refreshed(desk, bare, APP).access_token


@pytest.mark.parametrize("held", [None, Credentials(access_token="a"), Credentials(access_token="a", refresh_token="r")])
def test_what_cannot_be_renewed_asks_for_a_person(desk: Desk, held: Credentials | None) -> None:
    """Naming the command."""
    with pytest.raises(SignInNeeded, match="evenly connect post"):
        refreshed(desk, held)
    assert desk.seen == []


# ── OAuth 1.0a ──


def test_a_person_consents_the_older_way(open_desk: Callable[..., Desk]) -> None:
    """Four values that do not end, and that work."""
    desk = open_desk(auth="oauth1")
    held = signed_in(desk, Person(desk), CONSUMER, auth="oauth1").credentials
    assert held.expires_at is None
    assert held.access_token is not None
    assert held.access_token.startswith("2244994946-")
    assert (held.client_id, held.client_secret) == (CONSUMER.client_id, CONSUMER.client_secret)
    desk.account = Account(id="post", network="x", settings={"auth": "oauth1"}, credentials=held)
    desk.publish(Part(text="Signed", media=(desk.picture(),)))
    assert all(each.headers["authorization"].startswith("OAuth ") for each in desk.seen)


@pytest.mark.parametrize(
    "person",
    [
        {"decision": "deny"},
        {"changed": lambda query: {**query, "oauth_token": "another"}},
        {"changed": lambda query: {"oauth_token": query["oauth_token"]}},
        {"changed": lambda query: {**query, "oauth_verifier": "guessed"}},
    ],
)
def test_the_older_way_takes_no_foreign_answer(open_desk: Callable[..., Desk], person: dict[str, Any]) -> None:
    """Refused, of another sign-in, without proof or with a wrong one."""
    desk = open_desk(auth="oauth1")
    with pytest.raises(SignInNeeded):
        signed_in(desk, Person(desk, **person), CONSUMER, auth="oauth1")


def test_the_older_way_needs_the_apps_secret(desk: Desk) -> None:
    """It signs with it."""
    with pytest.raises(SignInNeeded, match="secret"):
        signed_in(desk, Person(desk), App("key"), auth="oauth1")


def test_a_missing_value_is_named(desk: Desk) -> None:
    """All four are needed."""
    desk.account = Account(id="post", network="x", settings={"auth": "oauth1"}, credentials=Credentials(access_token="1-a"))
    with pytest.raises(SignInNeeded, match="access_token_secret"):
        desk.look()


def test_tokens_without_an_end_are_not_renewed(desk: Desk) -> None:
    """A person has to sign in anew."""
    with pytest.raises(SignInNeeded):
        refreshed(desk, Credentials(access_token="1-a", refresh_token="r", client_id="k"), auth="oauth1")


@pytest.mark.parametrize(
    ("host", "expected"), [("api.twitter.com", "hCtSmYh+iHYCEqBWrE7C7hYmtUk="), ("api.x.com", "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=")]
)
def test_a_signature_is_what_xs_own_example_shows(host: str, expected: str) -> None:
    """https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature; its secrets are made up."""
    parameters = [
        ("status", "Hello Ladies + Gentlemen, a signed OAuth request!"),
        ("include_entities", "true"),
        ("oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBog"),
        ("oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1318622958"),
        ("oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
        ("oauth_version", "1.0"),
    ]
    secrets = ("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE")
    assert signature("POST", f"https://{host}/1.1/statuses/update.json", parameters, secrets) == expected


def test_signing_logs_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where everything is logged."""
    caplog.set_level(logging.DEBUG)
    request = httpx.Request("GET", "https://api.x.com/2/users/me?user.fields=id,name")
    authorising.sign(request, desk.clock.now(), consumer=("key-of-app", "secret-of-app"), token=("token-1", "secret-of-token"))
    assert request.headers["authorization"].startswith("OAuth ")
    assert "secret-of" not in caplog.text
    assert "token-1" not in caplog.text


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    assert signing_in.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
