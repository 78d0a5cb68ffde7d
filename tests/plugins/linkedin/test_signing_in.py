"""Signing in as a member or for a page, with the permissions that are needed and no others."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

import evenly_linkedin as linkedin
from evenly.plugin import App, Credentials, Message, Part, SignedIn, SignInNeeded
from evenly_linkedin.standing_in.consent import MEMBER, MEMBER_APP, PAGE_APP
from tests.plugins.linkedin.conftest import Desk

PAGE = "urn:li:organization:100001"
REDIRECT = "https://localhost/"


@dataclass
class Person:
    """Consents on the stand-in's page, as with a browser, and brings back where it ends."""

    desk: Desk
    answers: Sequence[str] = ()
    decision: str = "allow"
    waits: timedelta = timedelta(0)
    redirect_uri: str = REDIRECT
    said: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    offered: list[list[str]] = field(default_factory=list)

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        self.asked = dict(parse_qsl(urlsplit(url).query))
        with httpx.Client(transport=httpx.WSGITransport(app=self.desk.server.app)) as browser:
            answer = browser.get(url)
            if not answer.is_redirect:
                hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text)
                form = {html.unescape(name): html.unescape(value) for name, value in hidden}
                answer = browser.post(url.partition("?")[0], data={**form, "decision": self.decision})
        back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        assert back.get("state") == state
        if "error" in back:
            raise SignInNeeded(back["error"])
        self.desk.clock.advance(self.waits)
        return back

    def ask(self, question: Message, *, secret: bool = False) -> str:  # noqa: ARG002 - nothing is asked for
        raise AssertionError(question)

    def choose(self, question: Message, choices: Sequence[tuple[str, str]]) -> str:  # noqa: ARG002 - as the protocol has it
        self.offered.append([title for _id, title in choices])
        return self.answers[len(self.offered) - 1]

    def say(self, message: Message) -> None:
        self.said.append(str(message))


def sign_in(desk: Desk, person: Person, app: App | None) -> SignedIn:
    with desk.http() as http:
        return linkedin.sign_in(desk.account, app, person, http)


@pytest.fixture
def new(open_desk: Callable[..., Desk]) -> Desk:
    """An account of which nothing is known."""
    desk = open_desk()
    desk.account = replace(desk.account, settings={}, credentials=None)
    return desk


def test_a_member_consents(new: Desk) -> None:
    """Only what publishing needs is asked for, in one list, with a state; the author is found out."""
    person = Person(new, answers=["member"])
    signed_in = sign_in(new, person, MEMBER_APP)
    assert person.asked["scope"] == "openid profile w_member_social"
    assert len(person.asked["state"]) > 20
    assert signed_in.settings == {"author": MEMBER}
    held = signed_in.credentials
    assert held.expires_at == new.clock.now() + timedelta(days=60)
    assert set(held.scopes) == {"openid", "profile", "w_member_social"}
    assert (held.client_id, held.refresh_token) == (MEMBER_APP.client_id, None)
    assert any("60 days" in each for each in person.said)
    new.account = replace(new.account, settings=dict(signed_in.settings), credentials=held)
    new.look()
    new.publish(Part(text="Signed in"))


def test_the_redirect_address_to_register_is_told_first(new: Desk) -> None:
    """LinkedIn wants the very same text, and no address of this machine."""
    person = Person(new, answers=["member"])
    sign_in(new, person, MEMBER_APP)
    assert REDIRECT in person.said[0]
    assert linkedin.network().loopback is False


def test_a_page_is_chosen_by_its_name(new: Desk) -> None:
    """Only pages with a role that may publish are offered. A page's app has other permissions than a member's."""
    person = Person(new, answers=["page", PAGE])
    signed_in = sign_in(new, person, PAGE_APP)
    assert person.asked["scope"] == "w_organization_social r_organization_social rw_organization_admin"
    assert person.offered[1] == ["Atelier Lumière", "Maison Doré"]
    assert signed_in.settings == {"author": PAGE}
    assert signed_in.credentials.refresh_token


@pytest.mark.parametrize(("author", "app"), [(MEMBER, MEMBER_APP), (PAGE, PAGE_APP)])
def test_who_is_named_in_the_settings_is_not_asked_for(new: Desk, author: str, app: App) -> None:
    """Nothing is left to choose."""
    new.with_settings(author=author)
    person = Person(new)
    assert sign_in(new, person, app).settings == {"author": author}
    assert person.offered == []


def test_another_member_than_the_settings_name_is_refused(new: Desk) -> None:
    """Each app has its own name for a member."""
    new.with_settings(author="urn:li:person:Other")
    with pytest.raises(SignInNeeded, match=MEMBER):
        sign_in(new, Person(new), MEMBER_APP)


def test_a_page_without_a_role_is_refused(new: Desk) -> None:
    """An analyst may not publish."""
    new.with_settings(author="urn:li:organization:100003")
    with pytest.raises(SignInNeeded, match="role"):
        sign_in(new, Person(new), PAGE_APP)


def test_further_permissions_can_be_asked_for(new: Desk) -> None:
    """Or others instead: one that the app lacks makes LinkedIn refuse the whole sign-in."""
    new.with_settings(author=MEMBER, more_scopes=("r_member_postAnalytics",))
    person = Person(new)
    with pytest.raises(SignInNeeded, match="unauthorized_scope_error"):
        sign_in(new, person, MEMBER_APP)
    new.with_settings(scopes=("openid", "profile", "w_member_social"), more_scopes=())
    assert sign_in(new, person, MEMBER_APP).settings == {"author": MEMBER}


def test_without_what_publishing_needs_it_ends(new: Desk) -> None:
    """The missing permission is named."""
    new.with_settings(author=MEMBER, scopes=("openid", "profile"))
    with pytest.raises(SignInNeeded, match="w_member_social"):
        sign_in(new, Person(new), MEMBER_APP)


def test_without_an_app_it_says_where_to_make_one(new: Desk) -> None:
    """And how its secret is stored."""
    for app in (None, App("id-without-secret")):
        with pytest.raises(SignInNeeded, match="evenly connect --app linkedin"):
            sign_in(new, Person(new), app)


def test_a_refused_consent_ends_it(new: Desk) -> None:
    """In LinkedIn's own words."""
    with pytest.raises(SignInNeeded, match="user_cancelled_authorize"):
        sign_in(new, Person(new, answers=["member"], decision="deny"), MEMBER_APP)


def test_a_code_that_has_ended_is_told_apart(new: Desk) -> None:
    """It is another sentence than a wrong secret's."""
    with pytest.raises(SignInNeeded, match="expired"):
        sign_in(new, Person(new, answers=["member"], waits=timedelta(hours=1)), MEMBER_APP)
    with pytest.raises(SignInNeeded, match="invalid_client"):
        sign_in(new, Person(new, answers=["member"]), App(MEMBER_APP.client_id, "a-wrong-secret"))


def test_no_secret_stands_in_an_address(new: Desk) -> None:
    """Codes, tokens and secrets travel in bodies and headers."""
    held = sign_in(new, Person(new, answers=["page", PAGE]), PAGE_APP).credentials
    for request in new.seen:
        assert not set(parse_qs(str(request.url.query))) & {"code", "client_secret", "access_token"}
        assert str(held.access_token) not in str(request.url)


def test_a_version_that_ends_soon_is_told(new: Desk) -> None:
    """With the day."""
    new.with_settings(author=MEMBER, version="202504")
    person = Person(new)
    sign_in(new, person, MEMBER_APP)
    assert any("202504" in each and "2026-04-15" in each for each in person.said)


# ── renewing ──


def test_a_partners_app_renews_without_a_person(page: Desk) -> None:
    """The refresh token stays the same, and keeps its end."""
    assert page.account.credentials is not None
    before = page.account.credentials
    page.clock.advance(timedelta(days=59))
    with page.http() as http:
        fresh = linkedin.refresh(page.account, None, http)
    assert fresh.access_token not in {None, before.access_token}
    assert fresh.refresh_token == before.refresh_token
    assert fresh.expires_at == page.clock.now() + timedelta(days=60)
    assert set(fresh.scopes) == set(before.scopes)


def test_other_apps_need_a_person_every_60_days(member: Desk) -> None:
    """It is said how."""
    with member.http() as http, pytest.raises(SignInNeeded, match="evenly connect feed"):
        linkedin.refresh(member.account, MEMBER_APP, http)


def test_an_answer_without_a_refresh_token_keeps_the_old_one(page: Desk) -> None:
    """LinkedIn does not rotate it."""
    page.instead = lambda _request: httpx.Response(200, json={"access_token": "AQfresh", "expires_in": 5_184_000})
    assert page.account.credentials is not None
    with page.http() as http:
        fresh = linkedin.refresh(page.account, PAGE_APP, http)
    assert (fresh.access_token, fresh.refresh_token) == ("AQfresh", page.account.credentials.refresh_token)


def test_an_answer_without_a_token_replaces_nothing(page: Desk) -> None:
    """An empty token is none."""
    page.instead = lambda _request: httpx.Response(200, json={"access_token": "", "expires_in": 5})
    with page.http() as http, pytest.raises(SignInNeeded):
        linkedin.refresh(page.account, PAGE_APP, http)


def test_a_refresh_token_that_has_ended_needs_a_person(page: Desk) -> None:
    """After a year."""
    page.clock.advance(timedelta(days=366))
    with page.http() as http, pytest.raises(SignInNeeded, match="refresh token"):
        linkedin.refresh(page.account, None, http)


# ── looking ──


def test_a_page_is_looked_at(open_desk: Callable[..., Desk]) -> None:
    """Its name and address, the roles, whether its posts can be read, and when the sign-in ends."""
    desk = open_desk()
    state = desk.look().state
    assert state is not None
    assert (state.remote_id, state.name, state.url) == (PAGE, "Atelier Lumière", "https://www.linkedin.com/company/atelier-lumiere/")
    assert state.facts == {"roles": ["ADMINISTRATOR"], "readable": True}
    assert state.expires_at == desk.clock.now() + timedelta(days=60)
    assert state.repeat_safe == {"refusal": timedelta(minutes=15), "read-back": timedelta(minutes=5)}


def test_a_member_is_looked_at(member: Desk) -> None:
    """Nothing can be read back: only the refusal of an equal text settles a lost answer."""
    state = member.account.state
    assert state is not None
    assert (state.remote_id, state.name, state.repeat_safe) == (MEMBER, "Camille Lumière", {"refusal": timedelta(minutes=15)})


def test_a_page_that_cannot_be_read_is_settled_like_a_member(open_desk: Callable[..., Desk]) -> None:
    """Without the permission to read, publishing still works."""
    desk = open_desk(withheld=("r_organization_social", "rw_organization_admin"))
    state = desk.look().state
    assert state is not None
    assert (state.name, state.facts["readable"], set(state.repeat_safe or {})) == (PAGE, False, {"refusal"})
    desk.publish(Part(text="Unread"))


def test_how_long_lists_lag_can_be_set(page: Desk) -> None:
    """It is not documented."""
    page.with_settings(read_back="20m")
    state = page.look().state
    assert state is not None
    assert state.repeat_safe is not None
    assert state.repeat_safe["read-back"] == timedelta(minutes=20)


def test_a_ready_token_tells_whose_it_is(open_desk: Callable[..., Desk]) -> None:
    """Nothing else is known of it."""
    desk = open_desk(member_first=True)
    assert desk.account.credentials is not None
    ready = Credentials(access_token=desk.account.credentials.access_token)
    desk.account = replace(desk.account, settings={}, credentials=ready)
    state = desk.look().state
    assert state is not None
    assert (state.remote_id, state.expires_at) == (MEMBER, None)
    desk.publish(Part(text="With a ready token"))


def test_a_ready_token_that_does_not_tell_needs_the_author(open_desk: Callable[..., Desk]) -> None:
    """A page's token does not say for which page."""
    desk = open_desk()
    desk.account = replace(desk.account, settings={})
    with pytest.raises(SignInNeeded, match="author"):
        desk.look()


def test_a_token_that_may_only_publish_works_with_the_author_set(open_desk: Callable[..., Desk]) -> None:
    """The version's own look proves that the token is good."""
    desk = open_desk(member_first=True, withheld=("openid", "profile"))
    state = desk.look().state
    assert state is not None
    assert state.name == MEMBER


def test_another_members_token_is_found_out(member: Desk) -> None:
    """Before anything is published in the wrong name."""
    member.with_settings(author="urn:li:person:Other")
    with pytest.raises(SignInNeeded, match="Other"):
        member.look()


def test_a_dead_version_is_found_out_by_looking(open_desk: Callable[..., Desk]) -> None:
    """For members, too, whose look needs no versioned call otherwise."""
    for first in (True, False):
        desk = open_desk(member_first=first, dead=("202609",))
        with pytest.raises(SignInNeeded, match="202609"):
            desk.look()


def test_a_token_that_was_taken_back_is_found_out(page: Desk) -> None:
    """LinkedIn is asked about it where the app's secret is known."""
    assert page.account.credentials is not None
    page.server.consent.tokens.pop(str(page.account.credentials.access_token))
    with pytest.raises(SignInNeeded, match="evenly connect feed"):
        page.look()


def test_limits_that_nobody_documents_can_be_set(page: Desk) -> None:
    """Bytes of a picture, and the length of its alternative text."""
    page.with_settings(largest_picture=8_000_000, longest_alt=4_000)
    state = page.look().state
    assert state is not None
    assert state.limits is not None
    assert (state.limits.picture.bytes, state.limits.alt, state.limits.text) == (8_000_000, 4_000, 3_000)
