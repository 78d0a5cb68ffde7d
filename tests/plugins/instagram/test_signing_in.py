"""From consent to a token of the profile, by both logins; renewing it; and what a look at it tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

import evenly_instagram as instagram
from evenly.plugin import Account, App, Credentials, Message, Part, Quota, SignedIn, SignInNeeded
from evenly_instagram.profile import SCOPES
from evenly_instagram.standing_in.consent import APPS
from tests.plugins.instagram.conftest import Desk, error_answer, parameters

OWN, LINKED = APPS["instagram"], APPS["facebook"]
FIRST, SECOND = "17841400000000001", "17841400000000002"


@dataclass
class Person:
    """A browser with somebody before it, who clicks in the stand-in's page and pastes the address they end at."""

    desk: Desk
    decision: str = "allow"
    picks: int = 0
    redirect_uri: str = "https://atelier.example/callback"
    urls: list[str] = field(default_factory=list)
    offered: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        self.urls.append(url)
        with httpx.Client(transport=httpx.WSGITransport(app=self.desk.server.app)) as client:
            page = client.get(url)
            back = client.post(urlsplit(url)._replace(query="").geturl(), data={**_hidden(page.text), "decision": self.decision})
        # As text: somebody may paste the fragment with it.
        query = {name: values[0] for name, values in parse_qs(back.headers["location"].partition("?")[2]).items()}
        if "error" in query or query.get("state") != state:
            raise SignInNeeded(Message("Consent was refused."))
        return query

    def ask(self, question: Message, *, secret: bool = False) -> str:
        raise AssertionError(f"nobody expects {question} {secret}")

    def choose(self, question: Message, choices: Sequence[tuple[str, str]]) -> str:
        assert str(question) == "Which profile is it?"
        self.offered = list(choices)
        return choices[self.picks][0]

    def say(self, message: Message) -> None:
        self.said.append(str(message))


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def signed_in(desk: Desk, person: Person, *, app: App | None = None, **settings: Any) -> SignedIn:
    login = desk.account.settings["login"]
    account = Account(id="profile", network="instagram", settings={"login": login, **settings})
    with desk.http() as http:
        return instagram.sign_in(account, app or (LINKED if login == "facebook" else OWN), person, http)


# ── Instagram's own login ──


@pytest.mark.parametrize("flat", [True, False])
def test_a_person_consents_with_instagrams_login(open_desk: Callable[..., Desk], flat: bool) -> None:
    """The code without its `#_`, a short token in either shape, a long one, and the profile's own id, which is not the token's."""
    desk = open_desk("instagram", flat=flat)
    person = Person(desk)
    result = signed_in(desk, person)
    assert result.settings == {"user_id": FIRST}
    held = result.credentials
    assert held.access_token is not None
    assert held.access_token.startswith("long-")
    assert held.expires_at == desk.clock.now() + timedelta(days=60)
    assert (held.client_id, set(held.scopes)) == (OWN.client_id, set(SCOPES["instagram"]))
    assert any(person.redirect_uri in each for each in person.said)


def test_the_dialog_asks_for_what_is_needed(own: Desk) -> None:
    """Scopes of this login, a state, and the redirect address."""
    person = Person(own)
    signed_in(own, person, more_scopes=("instagram_business_manage_messages",))
    url = urlsplit(person.urls[0])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (url.netloc, url.path) == ("www.instagram.com", "/oauth/authorize")
    assert len(asked.pop("state")) > 20
    assert asked == {
        "client_id": OWN.client_id,
        "redirect_uri": person.redirect_uri,
        "response_type": "code",
        "scope": ",".join([*SCOPES["instagram"], "instagram_business_manage_messages"]),
    }


def test_only_what_the_settings_name_is_asked_for(own: Desk) -> None:
    """Who wants no figures need not give the permission."""
    person = Person(own)
    wanted = ("instagram_business_basic", "instagram_business_content_publish")
    signed_in(own, person, scopes=wanted)
    assert parse_qs(urlsplit(person.urls[0]).query)["scope"] == [",".join(wanted)]


def test_codes_are_traded_where_instagram_trades_them(own: Desk) -> None:
    """Three hosts, the same redirect address as in the dialog."""
    signed_in(own, Person(own))
    steps = [(each.method, each.url.host, each.url.path) for each in own.seen]
    assert steps == [
        ("POST", "api.instagram.com", "/oauth/access_token"),
        ("GET", "graph.instagram.com", "/access_token"),
        ("GET", "graph.instagram.com", "/v25.0/me"),
    ]
    assert parameters(own.seen[0])["redirect_uri"] == "https://atelier.example/callback"
    assert own.seen[0].url.query == b""


def test_a_spent_code_is_told_in_the_hosts_own_words(own: Desk) -> None:
    """That host words its errors in another way."""
    refused = {"error_type": "OAuthException", "code": 400, "error_message": "Matching code was not found"}
    own.instead = lambda asked: httpx.Response(400, json=refused) if asked.url.host == "api.instagram.com" else None
    with pytest.raises(SignInNeeded, match="Matching code was not found"):
        signed_in(own, Person(own))


def test_another_profile_than_the_one_that_is_set_is_refused(own: Desk) -> None:
    """The wrong person was signed in to Instagram."""
    with pytest.raises(SignInNeeded, match=f"{FIRST}.*{SECOND}"):
        signed_in(own, Person(own), user_id=SECOND)


# ── through Facebook ──


def test_a_person_consents_with_facebooks_login_and_picks_a_profile(linked: Desk) -> None:
    """The token of its Page is kept, with the user's, which reads what that one cannot and fetches a new one."""
    person = Person(linked, picks=1)
    result = signed_in(linked, person)
    assert person.offered == [(FIRST, "atelier.lumiere"), (SECOND, "maison_dore")]
    assert result.settings == {"user_id": SECOND}
    assert result.credentials.access_token == "page-token-2-0007"
    assert result.credentials.extra["page_id"] == "100000000000002"
    assert result.credentials.extra["user_token"].startswith("long-user")
    assert urlsplit(person.urls[0]).path == "/v25.0/dialog/oauth"
    assert "instagram_content_publish" in person.urls[0]


def test_a_profile_that_is_set_is_not_asked_for(linked: Desk) -> None:
    """And one that no Page is linked to is refused."""
    person = Person(linked)
    assert signed_in(linked, person, user_id=SECOND).settings == {"user_id": SECOND}
    assert person.offered == []
    with pytest.raises(SignInNeeded, match="17841400000000003"):
        signed_in(linked, person, user_id="17841400000000003")


def test_without_a_linked_page_it_says_what_to_do(linked: Desk) -> None:
    """Facebook's login needs one."""
    linked.instead = lambda asked: httpx.Response(200, json={"data": []}) if asked.url.path.endswith("/accounts") else None
    with pytest.raises(SignInNeeded, match="Link them"):
        signed_in(linked, Person(linked))


# ── both ──


def test_a_refused_consent_ends_it(desk: Desk) -> None:
    """With either login."""
    with pytest.raises(SignInNeeded):
        signed_in(desk, Person(desk, decision="deny"))


@pytest.mark.parametrize(("login", "short"), [("instagram", "instagram_business_"), ("facebook", "instagram_")])
def test_what_was_not_allowed_is_said(open_desk: Callable[..., Desk], login: str, short: str) -> None:
    """Comments and figures may be missing; publishing may not."""
    desk = open_desk(login, declined=[f"{short}manage_comments"])
    person = Person(desk)
    assert signed_in(desk, person).credentials.access_token
    assert f"{short}manage_comments" in person.said[-1]
    stricter = open_desk(login, declined=[f"{short}content_publish"])
    with pytest.raises(SignInNeeded, match=f"{short}content_publish"):
        signed_in(stricter, Person(stricter))


@pytest.mark.parametrize(("login", "which"), [("instagram", "Instagram app id"), ("facebook", "App settings, Basic")])
def test_without_an_app_it_says_how_to_make_one(open_desk: Callable[..., Desk], login: str, which: str) -> None:
    """Each login has an id and a secret of its own."""
    desk = open_desk(login)
    account = Account(id="profile", network="instagram", settings={"login": login})
    with desk.http() as http, pytest.raises(SignInNeeded, match=f"{which}.*evenly connect --app instagram"):
        instagram.sign_in(account, None, Person(desk), http)


def test_no_secret_stands_in_an_address_where_a_header_will_do(desk: Desk) -> None:
    """Instagram's own exchange takes them nowhere else; every other call keeps them out."""
    desk.with_app()
    signed_in(desk, Person(desk))
    desk.publish(Part(text="x", media=(desk.picture(),)))
    allowed = {"/access_token", "/refresh_access_token"}
    shown = " ".join(str(each.url) for each in desk.seen if each.url.path not in allowed)
    held = desk.account.credentials
    assert held is not None
    for secret in (held.access_token, held.client_secret, desk.server.consent.user_token, "code-", "long-", "short-"):
        assert str(secret) not in shown


# ── renewing ──


def renewed(desk: Desk, **changes: Any) -> Credentials:
    assert desk.account.credentials is not None
    account = replace(desk.account, credentials=replace(desk.account.credentials, **changes))
    with desk.http() as http:
        return instagram.refresh(account, None, http)


def test_a_token_of_instagrams_lives_for_sixty_more_days(own: Desk) -> None:
    """With another text, which replaces the old one."""
    fresh = renewed(own)
    assert fresh.access_token not in {None, "profile-token-1-0007"}
    assert fresh.expires_at == own.clock.now() + timedelta(days=60)
    own.account = replace(own.account, credentials=fresh)
    assert own.publish(Part(text="x", media=(own.picture(),))).remote_id


def test_a_token_of_today_needs_no_renewing(own: Desk) -> None:
    """Instagram would refuse it."""
    young = {"issued_at": (own.clock.now() - timedelta(hours=23)).isoformat()}
    assert renewed(own, extra=young).access_token == "profile-token-1-0007"
    assert own.seen == []


def test_a_dead_token_is_not_renewed(own: Desk) -> None:
    """Only a new sign-in helps."""
    own.clock.advance(timedelta(days=47))
    with pytest.raises(SignInNeeded):
        renewed(own)
    own.instead = lambda _: httpx.Response(200, json={"token_type": "bearer"})
    with pytest.raises(SignInNeeded, match="evenly connect profile"):
        renewed(own)


def test_a_token_that_works_is_kept_though_it_cannot_be_renewed(own: Desk) -> None:
    """A ready one may be of today, and nobody has said so."""
    own.instead = lambda asked: error_answer(code=100) if asked.url.path == "/refresh_access_token" else None
    assert renewed(own, extra={}).access_token == "profile-token-1-0007"


def test_a_pages_token_is_fetched_anew_with_the_users(linked: Desk) -> None:
    """Meta has no refresh tokens."""
    assert renewed(linked, access_token=None).access_token == "page-token-1-0007"
    assert parameters(linked.seen[0]) == {"fields": "access_token"}
    with pytest.raises(SignInNeeded, match="evenly connect profile"):
        renewed(linked, extra={})


# ── looking ──


def test_a_look_tells_who_it_is_and_what_is_left(desk: Desk) -> None:
    """The profile's id, its name, and Instagram's own count of the day's posts."""
    desk.publish(Part(text="x", media=(desk.picture(),)))
    state = desk.look().state
    assert state is not None
    assert (state.remote_id, state.name, state.url) == (FIRST, "Atelier Lumière", "https://www.instagram.com/atelier.lumiere/")
    assert state.quota == Quota(limit=100, remaining=99, resets_at=desk.clock.now() + timedelta(hours=1))
    assert state.facts["username"] == "atelier.lumiere"


def test_which_media_need_an_address_depends_on_the_login(own: Desk, linked: Desk) -> None:
    """Through Facebook videos go as bytes."""
    hosted = [each.look().state for each in (own, linked)]
    assert [each.limits.hosted for each in hosted if each and each.limits] == [frozenset({"picture", "video"}), frozenset({"picture"})]
    own.with_settings(upload_videos=True)
    state = own.look().state
    assert state is not None
    assert state.limits is not None
    assert state.limits.hosted == frozenset({"picture"})


def test_a_ready_token_finds_its_profile(desk: Desk) -> None:
    """Without `user_id`, by itself."""
    desk.account = replace(desk.account, settings={"login": desk.account.settings["login"]})
    state = desk.look().state
    assert state is not None
    assert state.remote_id == FIRST
    assert desk.publish(Part(text="x", media=(desk.picture(),))).remote_id


def test_a_users_token_opens_several_profiles(linked: Desk) -> None:
    """Which one is meant must be said."""
    held = Credentials(access_token=linked.server.consent.user_token)
    linked.account = replace(linked.account, settings={"login": "facebook"}, credentials=held)
    with pytest.raises(SignInNeeded, match="2 professional profiles: say with user_id"):
        linked.look()
    linked.with_settings(user_id=SECOND)
    state = linked.look().state
    assert state is not None
    assert state.remote_id == SECOND


def test_a_token_for_another_profile_is_found_out(own: Desk) -> None:
    """Before anything is published there."""
    own.with_settings(user_id=SECOND)
    with pytest.raises(SignInNeeded, match=SECOND):
        own.look()


def test_a_personal_account_is_found_out(own: Desk) -> None:
    """Only professional ones have an id to publish under."""
    own.instead = lambda asked: httpx.Response(200, json={"id": "9"}) if asked.url.path.endswith("/me") else None
    with pytest.raises(SignInNeeded, match="professional"):
        own.look()


def test_a_token_that_may_not_publish_is_found_out(desk: Desk) -> None:
    """By the scopes it came with."""
    assert desk.account.credentials is not None
    desk.account = replace(desk.account, credentials=replace(desk.account.credentials, scopes=("instagram_basic",)))
    with pytest.raises(SignInNeeded, match="content_publish"):
        desk.look()


def test_meta_tells_when_a_sign_in_ends(linked: Desk, own: Desk) -> None:
    """Where the app's secret is known: people who stay away for 90 days must confirm the app. Instagram's tokens end by themselves."""
    linked.with_app()
    state = linked.look().state
    assert state is not None
    assert state.expires_at == linked.clock.now() + timedelta(days=76)
    assert all("appsecret_proof" in parameters(each) for each in linked.seen if not each.url.path.endswith("/debug_token"))
    own.with_app()
    state = own.look().state
    assert state is not None
    assert state.expires_at == own.clock.now() + timedelta(days=46)
    assert not any("appsecret_proof" in parameters(each) for each in own.seen)


def test_a_dead_token_is_found_out(linked: Desk) -> None:
    """Meta says that it is not valid."""
    linked.with_app()
    linked.instead = lambda asked: (
        httpx.Response(200, json={"data": {"is_valid": False}}) if asked.url.path.endswith("debug_token") else None
    )
    with pytest.raises(SignInNeeded):
        linked.look()


def test_the_dialog_of_the_stand_in_knows_its_apps(own: Desk) -> None:
    """Another app's id, or a redirect without https, is told to the person."""
    for asked in (
        {"client_id": LINKED.client_id, "redirect_uri": "https://x.example"},
        {"client_id": OWN.client_id, "redirect_uri": "http://x"},
    ):
        with httpx.Client(transport=httpx.WSGITransport(app=own.server.app)) as client:
            assert client.get(f"https://www.instagram.com/oauth/authorize?{urlencode(asked)}").status_code == 400
