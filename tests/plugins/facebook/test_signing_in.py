"""From consent to the token of a Page, and what a look at it tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

import evenly_facebook as facebook
from evenly.plugin import Account, App, Message, Part, SignedIn, SignInNeeded
from evenly_facebook import refresh, sign_in
from evenly_facebook.page import VERSION, facilities
from evenly_facebook.standing_in.consent import APP, CONFIGURATION
from tests.plugins.facebook.conftest import Desk, error_answer
from tests.plugins.facebook.endpoints import parameters


@dataclass
class Person:
    """A browser with somebody before it, who clicks in the stand-in's page."""

    desk: Desk
    decision: str = "allow"
    picks: int = 0
    redirect_uri: str = "http://127.0.0.1:8123/callback"
    urls: list[str] = field(default_factory=list)
    offered: list[tuple[str, str]] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        self.urls.append(url)
        with httpx.Client(transport=httpx.WSGITransport(app=self.desk.server.app)) as client:
            page = client.get(url)
            back = client.post(urlsplit(url)._replace(query="").geturl(), data={**_hidden(page.text), "decision": self.decision})
        query = {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}
        if "error" in query or query.get("state") != state:
            raise SignInNeeded(Message("Consent was refused."))
        return query

    def ask(self, question: Message, *, secret: bool = False) -> str:
        raise AssertionError(f"nobody expects {question} {secret}")

    def choose(self, question: Message, choices: Sequence[tuple[str, str]]) -> str:
        assert str(question) == "Which Page is it?"
        self.offered = list(choices)
        return choices[self.picks][0]

    def say(self, message: Message) -> None:
        self.said.append(message)


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def signed_in(desk: Desk, person: Person, *, app: App | None = APP, page_id: str | None = None) -> SignedIn:
    account = Account(id="page", network="facebook", settings={"page_id": page_id} if page_id else {})
    with desk.http() as http:
        return sign_in(account, app, person, http)


def test_a_person_consents_and_picks_a_page(desk: Desk) -> None:
    """The token of the Page is kept, with the user's, which can fetch a new one."""
    person = Person(desk, picks=1)
    result = signed_in(desk, person)
    assert person.offered == [("100000000000001", "Atelier Lumière"), ("100000000000002", "Maison Doré")]
    assert result.settings == {"page_id": "100000000000002"}
    assert result.credentials.access_token == "page-token-2-0007"
    assert result.credentials.expires_at is None
    assert result.credentials.client_id == APP.client_id
    assert "pages_manage_posts" in result.credentials.scopes
    assert result.credentials.extra["user_token"].startswith("user-long")
    assert "CREATE_CONTENT" in result.credentials.extra["tasks"]
    assert [each.values["address"] for each in person.said] == ["http://127.0.0.1:8123/callback"]


def test_the_dialog_asks_for_what_is_needed(desk: Desk) -> None:
    """With a state that nobody can guess, in the account's version."""
    first, second = Person(desk), Person(desk)
    signed_in(desk, first)
    signed_in(desk, second)
    url = urlsplit(first.urls[0])
    query = parse_qs(url.query)
    assert (url.scheme, url.netloc, url.path) == ("https", "www.facebook.com", f"/{VERSION}/dialog/oauth")
    assert query["scope"][0].split(",")[:2] == ["pages_show_list", "pages_manage_posts"]
    assert len(query["state"][0]) > 20
    assert parse_qs(urlsplit(second.urls[0]).query)["state"] != query["state"]


def test_further_permissions_can_be_asked_for(desk: Desk) -> None:
    """Whether videos still need `publish_video` is not confirmed."""
    person = Person(desk)
    account = Account(id="page", network="facebook", settings={"more_scopes": ["publish_video"]})
    with desk.http() as http:
        sign_in(account, APP, person, http)
    assert parse_qs(urlsplit(person.urls[0]).query)["scope"][0].endswith(",publish_video")


def test_only_what_the_settings_name_is_asked_for(desk: Desk) -> None:
    """Who wants no figures need not give the permission; nothing is missing then."""
    person = Person(desk)
    wanted = ["pages_show_list", "pages_manage_posts", "pages_read_engagement"]
    with desk.http() as http:
        sign_in(Account(id="page", network="facebook", settings={"scopes": wanted}), APP, person, http)
    assert parse_qs(urlsplit(person.urls[0]).query)["scope"] == [",".join(wanted)]
    assert not [said for said in person.said if "missing" in str(said)]


def test_a_configuration_stands_for_the_permissions(desk: Desk) -> None:
    """Facebook Login for Business: its token lasts, cannot be prolonged, and what it may do is asked of the token itself."""
    person = Person(desk)
    account = Account(id="page", network="facebook", settings={"config_id": CONFIGURATION})
    with desk.http() as http:
        result = sign_in(account, APP, person, http)
    query = parse_qs(urlsplit(person.urls[0]).query)
    assert query["config_id"] == [CONFIGURATION]
    assert "scope" not in query
    assert result.credentials.access_token == "page-token-1-0007"
    assert result.credentials.extra["user_token"].startswith("user-lasting")
    assert "pages_manage_posts" in result.credentials.scopes
    assert not any(parameters(each).get("grant_type") or each.url.path.endswith("/permissions") for each in desk.seen)


def test_without_an_app_it_is_said_which_one_to_make(desk: Desk) -> None:
    """Where, of what kind, and how to store it."""
    with pytest.raises(SignInNeeded, match=r"developers\.facebook\.com/apps .*`evenly connect --app facebook`"):
        signed_in(desk, Person(desk), app=None)


def test_the_address_that_the_browser_ends_at_is_pasted() -> None:
    """Facebook lets the browser come back to registered addresses only, and shows no way back to this machine."""
    assert facebook.network().loopback is False


def test_no_secret_stands_in_an_address(desk: Desk) -> None:
    """Codes, tokens and the app's secret travel in bodies and headers."""
    result = signed_in(desk, Person(desk))
    addresses = " ".join(str(request.url) for request in desk.seen)
    for secret in (APP.client_secret, result.credentials.access_token, *result.credentials.extra.values()):
        assert secret
        assert urlencode({"": secret})[1:] not in addresses


def test_every_call_carries_the_proof_of_the_apps_secret(desk: Desk) -> None:
    """Once the secret is known, apps can demand it."""
    signed_in(desk, Person(desk))
    assert all("appsecret_proof" in parameters(each) for each in desk.seen if "/me/" in each.url.path)
    desk.with_app()
    desk.publish(Part(text="Words", media=(desk.photo(),)))
    assert all("appsecret_proof" in parameters(each) for each in desk.seen[-2:])


def test_a_page_that_is_set_is_taken_without_asking(desk: Desk) -> None:
    """`page_id` decides."""
    person = Person(desk)
    assert signed_in(desk, person, page_id="100000000000002").settings == {"page_id": "100000000000002"}
    assert person.offered == []


def test_a_page_that_the_list_leaves_out_is_asked_for_by_its_id(desk: Desk) -> None:
    """Some Pages of businesses are not listed."""
    desk.instead = lambda request: httpx.Response(200, json={"data": []}) if request.url.path.endswith("/me/accounts") else None
    assert signed_in(desk, Person(desk), page_id="100000000000001").credentials.access_token == "page-token-1-0007"


def test_pages_are_listed_to_the_end(desk: Desk) -> None:
    """Also where they fill more than one page."""

    def instead(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/me/accounts"):
            return None
        last = "after" in request.url.params
        rows = [{"id": "100000000000009" if last else "100000000000008", "name": "P", "access_token": "t", "tasks": ["MANAGE"]}]
        paging = {"cursors": {"after": "AAA"}} | ({} if last else {"next": "https://graph.facebook.com/v25.0/me/accounts?after=AAA"})
        return httpx.Response(200, json={"data": rows, "paging": paging})

    desk.instead = instead
    person = Person(desk)
    signed_in(desk, person)
    assert [each for each, _ in person.offered] == ["100000000000008", "100000000000009"]


@pytest.mark.parametrize(
    ("page", "declined", "said"),
    [("100000000000009", set(), "100000000000009"), (None, {"pages_manage_posts"}, "pages_manage_posts")],
)
def test_a_sign_in_that_could_not_publish_is_refused(
    open_desk: Callable[..., Desk], page: str | None, declined: set[str], said: str
) -> None:
    """With what is missing."""
    desk = open_desk(declined=declined)
    with pytest.raises(SignInNeeded, match=said):
        signed_in(desk, Person(desk), page_id=page)


def test_a_user_without_pages_is_told(desk: Desk) -> None:
    """And what may help."""
    desk.instead = lambda request: httpx.Response(200, json={"data": []}) if request.url.path.endswith("/me/accounts") else None
    with pytest.raises(SignInNeeded, match="no Page to publish on"):
        signed_in(desk, Person(desk))


def test_what_was_not_allowed_is_said(open_desk: Callable[..., Desk]) -> None:
    """Figures are no reason to refuse."""
    desk = open_desk(declined={"read_insights"})
    person = Person(desk)
    signed_in(desk, person)
    assert [str(each) for each in person.said[1:]] == ["Not allowed, so some figures and comments will be missing: read_insights"]


def test_a_refused_consent_ends_it(desk: Desk) -> None:
    """Nothing is asked of the API then."""
    with pytest.raises(SignInNeeded):
        signed_in(desk, Person(desk, decision="deny"))
    assert desk.seen == []


@pytest.mark.parametrize("app", [None, App("111111111111111"), App("111111111111111", "wrong")])
def test_without_the_right_app_nobody_signs_in(desk: Desk, app: App | None) -> None:
    """Facebook has no apps for everybody: the user's own is needed."""
    with pytest.raises(SignInNeeded):
        signed_in(desk, Person(desk), app=app)


def test_a_look_tells_who_the_page_is(desk: Desk) -> None:
    """Its name, address and followers; what a lost answer is settled by."""
    state = desk.look().state
    assert state is not None
    assert (state.remote_id, state.name, state.url) == ("100000000000001", "Atelier Lumière", "https://www.facebook.com/atelier.lumiere")
    assert state.facts == {"username": "atelier.lumiere", "followers": 907}
    assert state.repeat_safe == facilities(timedelta(minutes=5))
    assert state.limits is None


def test_a_look_with_an_app_tells_what_the_token_may_do(desk: Desk) -> None:
    """Meta itself confirms whose token it is."""
    desk.with_app()
    state = desk.look().state
    assert state is not None
    assert state.facts["app_id"] == APP.client_id
    assert state.expires_at is None


def test_a_page_can_be_found_out_from_its_token(desk: Desk) -> None:
    """A ready token is enough; with the app's secret or without."""
    desk.account = replace(desk.account, settings={})
    assert desk.look().state is not None
    desk.account = replace(desk.account, state=None)
    desk.with_app()
    desk.look()
    desk.publish(Part(text="Words"))
    assert desk.server.public()[0].remote_id.startswith("100000000000001_")


def test_settings_change_what_is_declared(desk: Desk) -> None:
    """Where Meta gives no number, the user may know better."""
    settings = {**desk.account.settings, "read_back": "90s", "longest_text": 55_000, "most_photos": 20}
    desk.account = replace(desk.account, settings=settings)
    state = desk.look().state
    assert state is not None
    assert state.limits is not None
    assert (state.limits.text, state.limits.pictures) == (55_000, 20)
    assert state.repeat_safe == facilities(timedelta(seconds=90))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"is_valid": False}, "sign-in"),
        ({"type": "USER"}, "user's token"),
        ({"scopes": ["pages_read_engagement"]}, "pages_manage_posts"),
        ({"granular_scopes": [{"scope": "pages_manage_posts", "target_ids": ["5"]}]}, "other Pages"),
    ],
)
def test_a_token_that_cannot_publish_is_found_out(desk: Desk, told: dict[str, object], said: str) -> None:
    """Before the first post is due."""
    good = {"is_valid": True, "type": "PAGE", "app_id": "1", "scopes": ["pages_manage_posts", "pages_read_engagement"]}

    def instead(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, json={"data": good | told}) if request.url.path.endswith("debug_token") else None

    desk.with_app()
    desk.instead = instead
    with pytest.raises(SignInNeeded, match=said):
        desk.look()


def test_a_users_token_is_recognised_without_an_app_too(desk: Desk) -> None:
    """Users have no followers_count."""
    desk.instead = lambda _: error_answer(code=100)
    with pytest.raises(SignInNeeded, match="opens no Page"):
        desk.look()


def test_a_missing_token_or_page_says_what_to_do(desk: Desk) -> None:
    """Rather than asking the network in vain."""
    for account in (replace(desk.account, credentials=None), replace(desk.account, settings={})):
        desk.account = account
        with pytest.raises(SignInNeeded, match="evenly connect page"):
            desk.publish(Part(text="Words"))


def test_a_new_page_token_is_fetched_with_the_users(desk: Desk) -> None:
    """That is all the renewal Meta knows."""
    held = signed_in(desk, Person(desk)).credentials
    account = replace(desk.account, credentials=replace(held, access_token="dead"))
    with desk.http() as http:
        fresh = refresh(account, APP, http)
    assert fresh == held


def test_when_the_users_token_has_died_too_a_person_signs_in(desk: Desk) -> None:
    """After about 60 days, or without one."""
    held = signed_in(desk, Person(desk)).credentials
    desk.clock.advance(timedelta(days=61))
    for credentials in (held, replace(held, extra={})):
        with desk.http() as http, pytest.raises(SignInNeeded):
            refresh(replace(desk.account, credentials=credentials), APP, http)
