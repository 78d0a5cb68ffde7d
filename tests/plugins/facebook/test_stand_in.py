"""The stand-in is strict where Facebook is strict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_facebook as facebook
from evenly.plugin import Http, Part, Prepared, TryLater
from evenly.plugin.testing import SteppedClock, serve
from evenly_facebook.standing_in.stand_in import FacebookStandIn
from tests.plugins.facebook.conftest import JPEG, Desk

PAGE, TOKEN = "100000000000001", "page-token-1-0007"
CARD = '{"link":"https://a.example/1","picture":"https://a.example/1.jpg"}'


@pytest.fixture
def ask(clock: SteppedClock) -> Callable[..., httpx.Response]:
    server = FacebookStandIn(clock, 7, budget=20)

    def ask(method: str, path: str, *, token: str = TOKEN, **keywords: Any) -> httpx.Response:
        with httpx.Client(transport=httpx.WSGITransport(app=server.app), base_url="https://graph.facebook.com") as client:
            return client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **keywords)

    return ask


def code(response: httpx.Response) -> tuple[int, int | None]:
    error = response.json()["error"]
    assert error["fbtrace_id"]
    return error["code"], error.get("error_subcode")


@pytest.mark.parametrize(
    ("method", "path", "keywords", "expected"),
    [
        ("GET", "/me", {}, (2500, None)),
        ("GET", "/v25.0/me", {"token": ""}, (2500, None)),
        ("GET", "/v25.0/me", {"token": "who"}, (190, None)),
        ("GET", "/v25.0/me", {"params": {"appsecret_proof": "00"}}, (104, None)),
        ("GET", "/v25.0/me", {"params": {"date_format": "U"}}, (100, None)),
        ("GET", "/v25.0/me", {"params": {"fields": "shoe_size"}}, (100, None)),
        ("GET", "/v25.0/100000000000002/published_posts", {}, (10, None)),
        ("GET", f"/v25.0/{PAGE}/published_posts", {"token": "user-token-0007"}, (210, None)),
        ("GET", f"/v25.0/{PAGE}/published_posts", {"params": {"limit": "101"}}, (100, None)),
        ("GET", f"/v25.0/{PAGE}/published_posts", {"params": {"after": "x"}}, None),
        ("GET", f"/v25.0/{PAGE}/insights", {"params": {"period": "day"}}, (3001, 1504028)),
        ("GET", f"/v25.0/{PAGE}/insights", {"params": {"period": "day", "metric": "page_impressions"}}, (100, None)),
        ("GET", "/v25.0/12345_6", {}, (100, 33)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x" * 63_207}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "tags": "1"}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"link": "rings"}}, (100, 2061006)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"link": "https://www.facebook.com/x"}}, (100, 1609008)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"link": "https://nowhere.invalid/x"}}, (1609005, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"attached_media[0]": '{"media_fbid":"31"}'}}, (100, 33)),
        ("POST", f"/v25.0/{PAGE}/photos", {"files": {"source": ("a.jpg", b"no picture")}}, (100, 1366046)),
        ("POST", f"/v25.0/{PAGE}/photos", {"data": {"published": "false"}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/videos", {"data": {"upload_phase": "finish", "upload_session_id": "x"}}, (6000, None)),
        ("POST", f"/v25.0/{PAGE}/video_reels", {"data": {"upload_phase": "finish", "video_id": "9"}}, (100, 33)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "targeting": "FR"}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "targeting": '{"age_min":14}'}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "targeting": '{"genders":[1]}'}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "feed_targeting": '{"geo_locations":{"land":"FR"}}'}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "place": "Lyon"}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "call_to_action": '{"type":"SHOP_NOW"}'}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"link": "https://a.example", "child_attachments": f"[{CARD}]"}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"message": "x", "child_attachments": f"[{CARD},{CARD}]"}}, (100, None)),
        ("POST", f"/v25.0/{PAGE}/feed", {"data": {"link": "https://a.example", "child_attachments": f"[{CARD},{{}}]"}}, (100, None)),
        ("POST", "/v25.0/900000000000001/thumbnails", {"files": {"source": ("a.jpg", JPEG)}}, (100, 33)),
        ("POST", "/v25.0/900000000000001/collaborators", {"data": {"target_id": "1"}}, (100, 33)),
        ("POST", "/v25.0/12345_6/comments", {"data": {"message": "x"}}, (100, 33)),
        ("DELETE", "/v25.0/12345_6", {}, (100, 33)),
    ],
)
def test_what_facebook_refuses_is_refused(
    ask: Callable[..., httpx.Response], method: str, path: str, keywords: dict[str, Any], expected: tuple[int, int | None] | None
) -> None:
    """With Facebook's own code and subcode."""
    response = ask(method, path, **keywords)
    assert response.status_code == 400
    assert expected is None or code(response) == expected


def test_a_photo_is_attached_once_and_kept_for_a_day(ask: Callable[..., httpx.Response], clock: SteppedClock) -> None:
    """The second time it has been posted already; unused it vanishes."""

    def staged() -> str:
        response = ask("POST", f"/v25.0/{PAGE}/photos", data={"published": "false"}, files={"source": ("a.jpg", JPEG)})
        return str(response.json()["id"])

    used, unused = staged(), staged()
    post = {"message": "x", "attached_media[0]": f'{{"media_fbid":"{used}"}}'}
    assert ask("POST", f"/v25.0/{PAGE}/feed", data=post).status_code == 200
    assert code(ask("POST", f"/v25.0/{PAGE}/feed", data=post)) == (100, 1366051)
    clock.advance(timedelta(hours=25))
    late = {"message": "y", "attached_media[0]": f'{{"media_fbid":"{unused}"}}'}
    assert code(ask("POST", f"/v25.0/{PAGE}/feed", data=late)) == (100, 33)


def test_too_many_calls_are_throttled_and_the_headers_say_so(ask: Callable[..., httpx.Response], clock: SteppedClock) -> None:
    """In per cent of the day's budget, until the day is over."""
    first = ask("GET", "/v25.0/me")
    assert '"call_count": 5' in first.headers["x-business-use-case-usage"]
    answers = [ask("GET", "/v25.0/me") for _ in range(20)]
    assert code(answers[-1]) == (32, None)
    assert '"estimated_time_to_regain_access": 60' in answers[-1].headers["x-business-use-case-usage"]
    clock.advance(timedelta(days=1))
    assert ask("GET", "/v25.0/me").status_code == 200


def test_no_more_than_thirty_reels_a_day(desk: Desk) -> None:
    """As Meta's page says; a rate limit, which waits."""
    part = Part(format="reel", media=(desk.upright(),))
    for _ in range(30):
        desk.publish(part)
    with pytest.raises(TryLater):
        desk.publish(part)


def test_it_works_over_a_socket(desk: Desk, clock: SteppedClock) -> None:
    """Photo, chunked video and reel through a real connection, all hosts moved by the `api` override."""
    parts = [
        Part(text="A photo", media=(desk.photo(),)),
        Part(text="A video", media=(desk.video(bytes(2**20 + 9)),)),
        Part(text="A reel", format="reel", media=(desk.upright(),)),
    ]
    network = facebook.network()
    with serve(desk.server.app) as served:
        for part in parts:
            prepared: Prepared | None = None
            while prepared is None or not prepared.ready:
                with Http(clock=clock, network=network, api=served.url) as http:
                    prepared = facebook.prepare(desk.account, part, prepared, [], http)
            with Http(clock=clock, network=network, api=served.url) as http:
                facebook.publish(desk.account, part, prepared, http)
    assert [each.text for each in desk.server.public()] == ["A photo", "A video", "A reel"]
