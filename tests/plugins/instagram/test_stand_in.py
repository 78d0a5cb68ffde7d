"""The stand-in is strict where Instagram is strict."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_instagram as instagram
from evenly.plugin import Http, Limits, Part, Prepared
from evenly.plugin.testing import SteppedClock, samples, serve
from evenly_instagram.standing_in.fetching import seen
from evenly_instagram.standing_in.stand_in import InstagramStandIn
from tests.plugins.instagram.conftest import Desk

ME, OWN, PAGE = "/v25.0/17841400000000001", "profile-token-1-0007", "page-token-1-0007"


@pytest.fixture
def server(clock: SteppedClock) -> InstagramStandIn:
    return InstagramStandIn(clock, 7, budget=40, total=3)


@pytest.fixture
def ask(server: InstagramStandIn) -> Callable[..., httpx.Response]:
    def ask(method: str, path: str, *, token: str = OWN, **keywords: Any) -> httpx.Response:
        with httpx.Client(transport=httpx.WSGITransport(app=server.app), base_url="https://graph.instagram.com") as client:
            return client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **keywords)

    return ask


@pytest.fixture
def picture(hosted_at: str, tmp_path: Any) -> str:
    return f"{hosted_at}/{samples.picture(tmp_path, 1, Limits()).path.name}"


@pytest.fixture
def film(hosted_at: str, tmp_path: Any) -> str:
    return f"{hosted_at}/{samples.video(tmp_path, 9).path.name}"


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
        ("GET", "/v25.0/me", {"params": {"fields": "shoe_size"}}, (100, None)),
        ("GET", ME, {"token": PAGE, "params": {"fields": "account_type"}}, (100, None)),
        ("GET", "/v25.0/17841400000000002/media", {}, (2500, None)),
        ("GET", f"{ME}/tags", {}, (100, None)),
        ("GET", f"{ME}/media", {"params": {"limit": "101"}}, (100, None)),
        ("GET", f"{ME}/insights", {"params": {"metric": "views", "period": "day"}}, (100, None)),
        ("GET", "/v25.0/17960000000000009", {}, (100, 33)),
        ("GET", "/refresh_access_token", {"params": {"grant_type": "x"}}, (100, None)),
        ("GET", "/access_token", {"params": {"grant_type": "ig_exchange_token", "client_secret": "x"}}, (101, None)),
        ("POST", f"{ME}/media", {"data": {}}, (100, None)),
        ("POST", f"{ME}/media", {"data": {"media_type": "TEXT"}}, (100, 2207023)),
        ("POST", f"{ME}/media", {"data": {"image_url": "http://127.0.0.1:9/x.jpg"}}, (9004, 2207052)),
        ("POST", f"{ME}/media", {"data": {"image_url": "nonsense"}}, (9004, 2207052)),
        ("POST", f"{ME}/media", {"data": {"caption": "x" * 2_201}}, (36004, 2207010)),
        ("POST", f"{ME}/media", {"data": {"caption": "#a " * 31}}, (100, 2207040)),
        ("POST", f"{ME}/media", {"data": {"picture": "x"}}, (100, None)),
        ("POST", f"{ME}/media", {"data": {"media_type": "STORIES", "alt_text": "x"}}, (100, None)),
        ("POST", f"{ME}/media", {"data": {"media_type": "REELS", "alt_text": "x"}}, (100, None)),
        ("POST", f"{ME}/media", {"data": {"media_type": "VIDEO"}}, (100, 2207023)),
        ("POST", f"{ME}/media", {"data": {"thumb_offset": "1"}}, (100, None)),
        ("POST", f"{ME}/media", {"data": {"user_tags": '[{"username":"ada"}]'}}, (100, 2207036)),
        ("POST", f"{ME}/media", {"data": {"media_type": "REELS", "user_tags": '[{"username":"a","x":0}]'}}, (100, 2207035)),
        ("POST", f"{ME}/media", {"data": {"user_tags": '[{"x":0,"y":0}]'}}, (100, 2207037)),
        ("POST", f"{ME}/media", {"data": {"user_tags": "ada"}}, (100, None)),
        ("POST", f"{ME}/media", {"data": {"collaborators": '["a","b","c","d"]'}}, (100, 2207040)),
        ("POST", f"{ME}/media", {"data": {"media_type": "CAROUSEL", "children": "1"}}, (100, 2207028)),
        ("POST", f"{ME}/media", {"data": {"media_type": "CAROUSEL", "children": "1,2"}}, (24, 2207006)),
        ("POST", f"{ME}/media", {"data": {"media_type": "REELS", "upload_type": "resumable"}}, (100, None)),
        ("POST", f"{ME}/media_publish", {"data": {"creation_id": "9"}}, (24, 2207006)),
        ("POST", "/v25.0/17920000000000009/comments", {"data": {"message": "x"}}, (100, 33)),
        ("DELETE", "/v25.0/17920000000000009", {}, (100, 33)),
    ],
)
def test_what_instagram_refuses_is_refused(
    ask: Callable[..., httpx.Response], method: str, path: str, keywords: dict[str, Any], expected: tuple[int, int | None]
) -> None:
    """With Instagram's own code and subcode."""
    response = ask(method, path, **keywords)
    assert response.status_code == 400
    assert code(response) == expected


def test_a_file_is_really_fetched_and_looked_at(
    ask: Callable[..., httpx.Response], hosted_at: str, tmp_path: Any, picture: str, film: str
) -> None:
    """Pictures are refused at once, films when they are worked on; a moment outside a film has no picture."""
    (tmp_path / "words.jpg").write_bytes(b"words")
    (tmp_path / "large.jpg").write_bytes(b"\xff\xd8\xff" + bytes(8 * 2**20))
    wide = samples.picture(tmp_path, 2, Limits()).path
    from PIL import Image

    Image.new("RGB", (600, 100)).save(wide, "JPEG")
    for name, expected in {"words.jpg": (36001, 2207005), "large.jpg": (36000, 2207004), wide.name: (36003, 2207009)}.items():
        assert code(ask("POST", f"{ME}/media", data={"image_url": f"{hosted_at}/{name}"})) == expected
    assert ask("POST", f"{ME}/media", data={"image_url": f"{hosted_at}/{wide.name}", "media_type": "STORIES"}).status_code == 200
    late = {"video_url": film, "media_type": "REELS", "thumb_offset": "9001"}
    assert code(ask("POST", f"{ME}/media", data=late)) == (1, 2207057)
    assert ask("POST", f"{ME}/media", data={"image_url": picture}).status_code == 200


def test_a_container_has_a_life(ask: Callable[..., httpx.Response], clock: SteppedClock, picture: str) -> None:
    """In progress, finished, published; and expired after a day."""

    def status(container: str) -> str:
        return str(ask("GET", f"/v25.0/{container}", params={"fields": "status_code,status"}).json()["status_code"])

    one, other = (str(ask("POST", f"{ME}/media", data={"image_url": picture}).json()["id"]) for _ in range(2))
    assert status(one) == "IN_PROGRESS"
    assert code(ask("POST", f"{ME}/media_publish", data={"creation_id": one})) == (9007, 2207027)
    clock.advance(timedelta(seconds=5))
    assert status(one) == "FINISHED"
    assert ask("POST", f"{ME}/media_publish", data={"creation_id": one}).status_code == 200
    assert status(one) == "PUBLISHED"
    assert code(ask("POST", f"{ME}/media_publish", data={"creation_id": one})) == (9007, 2207027)
    clock.advance(timedelta(days=1))
    assert (status(one), status(other)) == ("PUBLISHED", "EXPIRED")
    assert code(ask("POST", f"{ME}/media_publish", data={"creation_id": other})) == (24, 2207008)


def test_a_second_publish_may_make_a_second_post(open_desk: Callable[..., Desk]) -> None:
    """What Instagram itself does is not known: the stand-in can do either."""
    desk = open_desk(again="new")
    container = desk.prepare(Part(media=(desk.picture(),))).data["containers"][0]["id"]
    world = desk.server.world
    assert world.publish(world.containers[container]).id != world.publish(world.containers[container]).id


def test_children_must_be_ready_for_their_parent(ask: Callable[..., httpx.Response], clock: SteppedClock, picture: str) -> None:
    """Each of them; and none can be published alone."""
    child = {"image_url": picture, "is_carousel_item": "true"}
    ids = [str(ask("POST", f"{ME}/media", data=child).json()["id"]) for _ in range(2)]
    around = {"media_type": "CAROUSEL", "children": json.dumps(ids)}
    assert code(ask("POST", f"{ME}/media", data=around)) == (9007, 2207027)
    clock.advance(timedelta(minutes=1))
    assert ask("POST", f"{ME}/media", data=around).status_code == 200
    assert code(ask("POST", f"{ME}/media_publish", data={"creation_id": ids[0]})) == (100, 2207023)


def test_posts_and_containers_are_counted(ask: Callable[..., httpx.Response], clock: SteppedClock, picture: str) -> None:
    """Three posts in 24 hours here, and four times as many containers; the count is told."""
    made = [ask("POST", f"{ME}/media", data={"image_url": picture}) for _ in range(13)]
    assert code(made[-1]) == (9, 2207042)
    clock.advance(timedelta(minutes=1))
    ends = [ask("POST", f"{ME}/media_publish", data={"creation_id": each.json()["id"]}) for each in made[:4]]
    assert [each.status_code for each in ends] == [200, 200, 200, 400]
    assert code(ends[-1]) == (9, 2207042)
    told = ask("GET", f"{ME}/content_publishing_limit", params={"fields": "quota_usage,config"}).json()
    assert told == {"data": [{"quota_usage": 3, "config": {"quota_total": 3, "quota_duration": 86_400}}]}


def test_a_comment_that_asks_for_fields_is_made_and_fails(ask: Callable[..., httpx.Response], clock: SteppedClock, picture: str) -> None:
    """As Instagram does."""
    container = ask("POST", f"{ME}/media", data={"image_url": picture}).json()["id"]
    clock.advance(timedelta(minutes=1))
    media = ask("POST", f"{ME}/media_publish", data={"creation_id": container}).json()["id"]
    assert code(ask("POST", f"/v25.0/{media}/comments", data={"message": "x", "fields": "id"})) == (20, 1772107)
    listed = ask("GET", f"/v25.0/{media}/comments", params={"fields": "id,text,username"}).json()["data"]
    assert [(each["text"], each["username"]) for each in listed] == [("x", "atelier.lumiere")]


def test_too_many_calls_are_throttled_and_the_headers_say_so(ask: Callable[..., httpx.Response], clock: SteppedClock) -> None:
    """With HTTP 400."""
    answers = [ask("GET", "/v25.0/me") for _ in range(41)]
    assert '"type": "instagram", "call_count": 2' in answers[0].headers["x-business-use-case-usage"]
    assert code(answers[-1]) == (80002, None)
    clock.advance(timedelta(days=1))
    assert ask("GET", "/v25.0/me").status_code == 200


def test_bytes_go_with_their_size_and_a_token_of_their_own_kind(linked: Desk) -> None:
    """A wrong offset or size is refused in the upload host's dialect."""
    data = {"media_type": "REELS", "upload_type": "resumable"}
    with httpx.Client(transport=httpx.WSGITransport(app=linked.server.app), base_url="https://graph.facebook.com") as client:
        uri = client.post(f"{ME}/media", data=data, headers={"Authorization": f"Bearer {PAGE}"}).json()["uri"]
        for headers in ({"offset": "1", "file_size": "3"}, {"offset": "0", "file_size": "4"}):
            refused = client.post(uri, content=b"xyz", headers={"Authorization": f"OAuth {PAGE}", **headers})
            assert refused.json()["debug_info"]["retriable"] is True


def test_what_is_seen_in_a_files_bytes(tmp_path: Any) -> None:
    """Its kind, a picture's shape, a film's length."""
    shown = samples.picture(tmp_path, 1, Limits())
    assert seen(shown.path.read_bytes()).ratio == pytest.approx(640 / 480)
    assert seen(samples.video(tmp_path, 9).path.read_bytes()).seconds == pytest.approx(9)
    assert seen(b"\xff\xd8\xff").ratio is None
    assert not seen(b"words").jpeg


def test_it_works_over_a_socket(desk: Desk, clock: SteppedClock) -> None:
    """Picture, carousel, reel and story through a real connection, all hosts moved by the `api` override."""
    parts = [
        Part(text="A picture", media=(desk.picture(1),)),
        Part(text="A carousel", media=(desk.picture(1), desk.video())),
        Part(text="A reel", format="reel", media=(desk.video(),)),
        Part(format="story", media=(desk.picture(2),)),
    ]
    network = instagram.network()
    with serve(desk.server.app) as served:
        for part in parts:
            prepared: Prepared | None = None
            while prepared is None or not prepared.ready:
                if prepared is not None and isinstance(prepared.look_again, timedelta):
                    clock.advance(prepared.look_again)
                with Http(clock=clock, network=network, api=served.url) as http:
                    prepared = instagram.prepare(desk.account, part, prepared, [], http)
            with Http(clock=clock, network=network, api=served.url) as http:
                instagram.publish(desk.account, part, prepared, http)
    assert [each.text for each in desk.server.public()] == ["A picture", "A carousel", "A reel", ""]
