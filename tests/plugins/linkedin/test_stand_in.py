"""The stand-in is strict where LinkedIn is strict: else a wrong request would pass here and fail there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from evenly.plugin.testing import SteppedClock, serve
from evenly_linkedin.standing_in.consent import MEMBER, MEMBER_APP
from evenly_linkedin.standing_in.stand_in import LinkedInStandIn

PAGE = "urn:li:organization:100001"
API = "https://api.linkedin.com"
GOOD = {
    "author": PAGE,
    "commentary": "Good",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED"},
    "lifecycleState": "PUBLISHED",
}
Call = Callable[..., httpx.Response]


@pytest.fixture
def server() -> LinkedInStandIn:
    return LinkedInStandIn(SteppedClock(), 7)


@pytest.fixture
def call(server: LinkedInStandIn) -> Iterator[Call]:
    """Makes a call with a page's token and the right headers, but for what is said otherwise."""
    with httpx.Client(transport=httpx.WSGITransport(app=server.app)) as client:

        def call(method: str, path: str, *, number: int = 0, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
            token = server.accounts[number].credentials.access_token
            usual = {"Authorization": f"Bearer {token}", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
            sent = {name: value for name, value in (usual | (headers or {})).items() if value}
            return client.request(method, f"{API}{path}", headers=sent, **content)

        yield call


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"LinkedIn-Version": ""}, 400, "VERSION_MISSING"),
        ({"LinkedIn-Version": "202502"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn-Version": "20260901"}, 426, "NONEXISTENT_VERSION"),
        ({"X-Restli-Protocol-Version": ""}, 400, "INVALID_REQUEST"),
        ({"Authorization": ""}, 401, "EMPTY_ACCESS_TOKEN"),
        ({"Authorization": "Bearer wrong"}, 401, "INVALID_ACCESS_TOKEN"),
    ],
)
def test_headers_are_checked(call: Call, headers: dict[str, str], status: int, code: str) -> None:
    """Version, protocol, token."""
    answer = call("POST", "/rest/posts", headers=headers, json=GOOD)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_token_ends_after_60_days(server: LinkedInStandIn, call: Call) -> None:
    """And says so."""
    assert isinstance(server.clock, SteppedClock)
    server.clock.advance(timedelta(days=60))
    assert call("POST", "/rest/posts", json=GOOD).json()["serviceErrorCode"] == 65602


def test_a_new_post_is_named_in_a_header_only(call: Call) -> None:
    """The body is empty."""
    answer = call("POST", "/rest/posts", json=GOOD)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["x-restli-id"].startswith("urn:li:share:")


@pytest.mark.parametrize(
    "change",
    [
        {"author": None},
        {"visibility": "CONNECTIONS"},
        {"lifecycleState": "DRAFT"},
        {"commentary": "x" * 3_001},
        {"commentary": ""},
        {"text": "unknown"},
        {"content": {}},
        {"content": {"article": {"source": "https://a.example"}}},
        {"content": {"article": {"source": "a.example", "title": "t"}}},
        {"content": {"media": {"id": "urn:li:image:Nobodys"}}},
        {"content": {"media": {"id": "urn:li:document:A"}}},
        {"content": {"multiImage": {"images": [{"id": "urn:li:image:A"}]}}},
        {"content": {"poll": {"question": "?", "options": [{"text": "a"}], "settings": {"duration": "ONE_DAY"}}}},
        {"content": {"poll": {"question": "?", "options": [{"text": "a"}, {"text": "b"}], "settings": {"duration": "ONE_WEEK"}}}},
    ],
    ids=str,
)
def test_a_wrong_body_is_refused(server: LinkedInStandIn, call: Call, change: dict[str, Any]) -> None:
    """400, and nothing is published."""
    body = {name: value for name, value in (GOOD | change).items() if value is not None}
    assert call("POST", "/rest/posts", json=body).status_code == 400
    assert server.public() == []


@pytest.mark.parametrize("author", [MEMBER, "urn:li:organization:100003", "urn:li:organization:9"])
def test_nobody_publishes_in_anothers_name(call: Call, author: str) -> None:
    """A page's token is not the member's, and an analyst may not publish."""
    answer = call("POST", "/rest/posts", json=GOOD | {"author": author})
    assert answer.status_code == 403
    assert "[/author]" in answer.json()["message"]


def test_an_asset_belongs_to_its_author(server: LinkedInStandIn, call: Call) -> None:
    """Another page's picture is refused."""
    asset = server.world.begin("image", "urn:li:organization:100002")
    answer = call("POST", "/rest/posts", json=GOOD | {"content": {"media": {"id": asset.urn}}})
    assert answer.json()["code"] == "INVALID_IMAGE_ID"


def test_the_same_is_refused_for_a_day(server: LinkedInStandIn, call: Call) -> None:
    """It names the first; after a deletion a post that does not exist, another one each time."""
    assert isinstance(server.clock, SteppedClock)
    first = call("POST", "/rest/posts", json=GOOD).headers["x-restli-id"]
    again = call("POST", "/rest/posts", json=GOOD)
    assert again.status_code == 422
    assert again.json()["message"].endswith(first)
    call("DELETE", f"/rest/posts/{first.replace(':', '%3A')}")
    ghosts = {call("POST", "/rest/posts", json=GOOD).json()["message"] for _ in range(2)}
    assert len(ghosts) == 2
    assert not any(each.endswith(first) for each in ghosts)
    server.clock.advance(timedelta(days=1))
    assert call("POST", "/rest/posts", json=GOOD).status_code == 201


def test_lists_are_for_pages(call: Call) -> None:
    """A member's is closed."""
    assert call("GET", f"/rest/posts?q=author&author={PAGE.replace(':', '%3A')}&count=100").status_code == 200
    assert call("GET", f"/rest/posts?q=author&author={MEMBER.replace(':', '%3A')}", number=2).status_code == 403
    assert call("GET", f"/rest/posts?q=author&author={PAGE.replace(':', '%3A')}&count=101").status_code == 400


def test_brackets_must_not_be_encoded(call: Call) -> None:
    """Then they are no list."""
    about = f"/rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity={PAGE.replace(':', '%3A')}"
    assert call("GET", f"{about}&shares=List(urn%3Ali%3Ashare%3A1)").status_code == 200
    assert call("GET", f"{about}&shares=List%28urn%3Ali%3Ashare%3A1%29").status_code == 400
    assert call("GET", about).status_code == 400


def test_parts_of_a_video_are_held_to_their_bounds(call: Call) -> None:
    """And to their order, when they are put together."""
    asked = {"owner": PAGE, "fileSizeBytes": 10, "uploadCaptions": False, "uploadThumbnail": False}
    value = call("POST", "/rest/videos?action=initializeUpload", json={"initializeUploadRequest": asked}).json()["value"]
    path = value["uploadInstructions"][0]["uploadUrl"].removeprefix("https://www.linkedin.com")
    assert call("PUT", path, content=b"too short").status_code == 400
    etag = call("PUT", path, content=b"0123456789").headers["etag"]
    wrong = {"video": value["video"], "uploadToken": "", "uploadedPartIds": [etag]}
    finish = "/rest/videos?action=finalizeUpload"
    assert call("POST", finish, json={"finalizeUploadRequest": wrong}).json()["code"] == "UPDATING_ASSET_FAILED"
    right = wrong | {"uploadedPartIds": [etag.strip('"')]}
    assert call("POST", finish, json={"finalizeUploadRequest": right}).status_code == 200


def test_the_smallest_video_can_be_set(call: Call) -> None:
    """Its samples are smaller than LinkedIn takes."""
    server = LinkedInStandIn(SteppedClock(), smallest_video=75_000)
    token = server.accounts[0].credentials.access_token
    headers = {"Authorization": f"Bearer {token}", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
    with httpx.Client(transport=httpx.WSGITransport(app=server.app)) as client:
        asked = {"initializeUploadRequest": {"owner": PAGE, "fileSizeBytes": 74_999}}
        assert client.post(f"{API}/rest/videos?action=initializeUpload", headers=headers, json=asked).status_code == 400


def test_the_consent_page_knows_its_apps(call: Call) -> None:
    """A page without them, an address of this machine by number, and scopes of the other app."""
    asked = {
        "response_type": "code",
        "client_id": MEMBER_APP.client_id,
        "redirect_uri": "https://localhost/",
        "scope": "openid",
        "state": "s",
    }
    path = "/oauth/v2/authorization"
    page = call("GET", path, params=asked)
    assert page.status_code == 200
    assert "Allow" in page.text
    assert call("GET", path, params=asked | {"client_id": "unknown"}).status_code == 400
    assert call("GET", path, params=asked | {"redirect_uri": "http://127.0.0.1:8917/"}).status_code == 400
    refused = call("GET", path, params=asked | {"scope": "w_organization_social"})
    assert "error=unauthorized_scope_error" in refused.headers["location"]


def test_a_token_can_be_revoked(server: LinkedInStandIn, call: Call) -> None:
    """From then on it is not known."""
    held = server.accounts[2].credentials
    form = {"token": held.access_token, "client_id": held.client_id, "client_secret": held.client_secret}
    assert call("POST", "/oauth/v2/revoke", data=form).status_code == 200
    assert call("GET", "/v2/userinfo", number=2).status_code == 401


def test_figures_only_grow_and_are_the_same_for_the_same_seed() -> None:
    """So that a demo looks the same each time."""

    def figures() -> list[int]:
        server, told = LinkedInStandIn(SteppedClock(), 3), []
        post = server.world.publish(PAGE, "Good", "Good", {}, "PUBLIC")
        token = server.accounts[0].credentials.access_token
        headers = {"Authorization": f"Bearer {token}", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
        with httpx.Client(transport=httpx.WSGITransport(app=server.app)) as client:
            for _ in range(3):
                assert isinstance(server.clock, SteppedClock)
                server.clock.advance(timedelta(days=2))
                about = f"{API}/rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity={PAGE}"
                answer = client.get(f"{about}&shares=List({post.urn})", headers=headers)
                told.append(answer.json()["elements"][0]["totalShareStatistics"]["impressionCount"])
        return told

    assert figures() == figures() == sorted(figures())


def test_it_is_served_on_a_socket_as_well(server: LinkedInStandIn) -> None:
    """Addresses with encoded names arrive as they were sent."""
    token = server.accounts[0].credentials.access_token
    headers = {"Authorization": f"Bearer {token}", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
    with serve(server.app) as served, httpx.Client(base_url=served.url, headers=headers, trust_env=False) as client:
        created = client.post("/rest/posts", content=json.dumps(GOOD), headers={"Content-Type": "application/json"})
        urn = created.headers["x-restli-id"].replace(":", "%3A")
        assert client.get(f"/rest/posts/{urn}").json()["commentary"] == "Good"
