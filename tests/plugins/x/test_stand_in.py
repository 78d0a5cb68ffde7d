"""The stand-in is strict where X is: a plugin that is wrong is found out here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from evenly.plugin.testing import SteppedClock
from evenly_x.standing_in import XStandIn
from evenly_x.standing_in.consenting import APP
from tests.plugins.x.conftest import PNG


@pytest.fixture
def server(clock: SteppedClock) -> XStandIn:
    return XStandIn(clock, 7)


def client(server: XStandIn, number: int = 0, token: str | None = None) -> httpx.Client:
    held = token or server.accounts[number].credentials.access_token
    transport = httpx.WSGITransport(app=server.app)
    return httpx.Client(transport=transport, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {held}"})


def post(server: XStandIn, number: int = 0, **fields: Any) -> httpx.Response:
    with client(server, number) as http:
        return http.post("/2/tweets", json=fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "Hello"}, 201),
        ({"text": "x" * 280}, 201),
        ({"text": "x" * 281}, 400),
        ({"text": "日" * 141}, 400),
        ({"text": "https://example.com/" + "x" * 400}, 201),
        ({"text": "a\uffff"}, 400),
        ({"text": ""}, 400),
        ({"status": "Hello"}, 400),
        ({"text": "x", "reply": {"in_reply_to_tweet_id": "1"}}, 403),
        ({"text": "x", "quote_tweet_id": "1"}, 403),
        ({"text": "x", "media": {"media_ids": ["1"]}}, 400),
        ({"text": "x", "reply_settings": "everyone"}, 400),
        ({"text": "x", "poll": {"options": ["a"], "duration_minutes": 60}}, 400),
        ({"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 1}}, 400),
        ({"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 60}}, 201),
        ({"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 60}, "media": {"media_ids": ["1"]}}, 400),
        ({"text": "$EVEN and $ODD"}, 403),
    ],
)
def test_parameters_are_checked(server: XStandIn, fields: dict[str, Any], expected: int) -> None:
    """What is refused is not public."""
    assert post(server, **fields).status_code == expected
    assert len(server.public()) == (1 if expected == 201 else 0)


def test_long_posts_are_for_those_who_pay(server: XStandIn) -> None:
    """And are cut where they are listed."""
    assert post(server, 1, text="word " * 1_000).status_code == 201
    assert post(server, 1, text="w" * 25_001).status_code == 400


def test_an_equal_text_is_refused_for_a_day_per_account(server: XStandIn, clock: SteppedClock) -> None:
    """White space makes no difference."""
    assert post(server, text="Every day").status_code == 201
    refused = post(server, text="Every  day ")
    assert (refused.status_code, "duplicate content" in refused.json()["detail"]) == (403, True)
    assert post(server, 1, text="Every day").status_code == 201
    clock.advance(timedelta(days=1))
    assert post(server, text="Every day").status_code == 201


def test_nobody_answers_strangers(server: XStandIn) -> None:
    """Apps of one's own may not."""
    theirs = post(server, 1, text="Hello").json()["data"]["id"]
    refused = post(server, text="Hello you", reply={"in_reply_to_tweet_id": theirs})
    assert (refused.status_code, "not been mentioned" in refused.json()["detail"]) == (403, True)


def test_text_comes_back_with_short_addresses(server: XStandIn) -> None:
    """And three characters as HTML has them."""
    told = post(server, text="R&D: https://example.com/a <b>").json()["data"]["text"]
    assert told.startswith("R&amp;D: https://t.co/")
    assert told.endswith(" &lt;b&gt;")


def test_a_new_post_is_missing_from_the_list_for_a_while(clock: SteppedClock) -> None:
    """An empty list has no data."""
    server = XStandIn(clock, 7, unlisted=timedelta(seconds=20))
    post(server, text="New")
    with client(server) as http:
        listed = http.get("/2/users/2244994945/tweets").json()
        assert listed == {"meta": {"result_count": 0}}
        clock.advance(timedelta(seconds=20))
        assert http.get("/2/users/2244994945/tweets").json()["meta"]["result_count"] == 1


def test_lists_come_in_pages(server: XStandIn, clock: SteppedClock) -> None:
    """Newest first, each from where the one before ended; thread parts are left out with `exclude=replies`."""
    first = post(server, text="0").json()["data"]["id"]
    for number in range(1, 8):
        clock.advance(timedelta(seconds=1))
        post(server, text=str(number), reply={"in_reply_to_tweet_id": first})
    with client(server) as http:
        address = "/2/users/2244994945/tweets?max_results=5"
        page = http.get(address).json()
        rest = http.get(f"{address}&pagination_token={page['meta']['next_token']}").json()
        assert [each["text"] for each in page["data"] + rest["data"]] == list("76543210")
        assert "next_token" not in rest["meta"]
        assert [each["text"] for each in http.get(f"{address}&exclude=replies").json()["data"]] == ["0"]
        assert http.get("/2/users/2244994945/tweets?max_results=4").status_code == 400


def test_calls_are_counted(server: XStandIn, clock: SteppedClock) -> None:
    """A hundred posts in a quarter of an hour, then none until it is over."""
    last = [post(server, text=str(number)) for number in range(101)][-1]
    assert (last.status_code, last.headers["x-rate-limit-remaining"]) == (429, "0")
    clock.advance(timedelta(minutes=15))
    assert post(server, text="again").headers["x-rate-limit-remaining"] == "99"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"media_type": "image/png", "media_category": "tweet_image", "total_bytes": 5_000_001}, 400),
        ({"media_type": "image/gif", "media_category": "tweet_gif", "total_bytes": 15_000_000}, 200),
        ({"media_type": "image/gif", "media_category": "tweet_gif", "total_bytes": 15_000_001}, 400),
        ({"media_type": "image/png", "media_category": "tweet_video", "total_bytes": 1}, 400),
        ({"media_type": "image/png", "media_category": "amplify", "total_bytes": 1}, 400),
        ({"media_type": "image/png", "media_category": "tweet_image"}, 400),
    ],
)
def test_uploads_are_checked_when_they_are_announced(server: XStandIn, said: dict[str, Any], expected: int) -> None:
    """Kind and size."""
    with client(server) as http:
        assert http.post("/2/media/upload/initialize", json=said).status_code == expected


def test_pieces_are_numbered_small_and_complete(server: XStandIn) -> None:
    """Else they are refused, one that is too large without a word."""
    said = {"media_type": "image/png", "media_category": "tweet_image", "total_bytes": len(PNG)}
    with client(server) as http:
        media = http.post("/2/media/upload/initialize", json=said).json()["data"]["id"]
        address = f"/2/media/upload/{media}"
        large = http.post(f"{address}/append", data={"segment_index": "0"}, files={"media": ("m", bytes(2**22 + 1))})
        assert (large.status_code, large.content) == (413, b"")
        assert http.post(f"{address}/append", data={"segment_index": "1000"}, files={"media": ("m", PNG)}).status_code == 400
        assert http.post(f"{address}/append", data={"segment_index": "1"}, files={"media": ("m", PNG)}).status_code == 200
        assert http.post(f"{address}/finalize").status_code == 400
        assert post(server, text="x", media={"media_ids": [media]}).status_code == 400
        assert http.get(f"/2/media/upload?command=STATUS&media_id={media}").status_code == 400
        assert http.post("/2/media/metadata", json={"id": media, "metadata": {"alt_text": {"text": "a" * 1_001}}}).status_code == 400
        assert http.get(f"/2/media/upload?command=INIT&media_id={media}").status_code == 400


def test_uploads_are_forgotten_after_a_day(server: XStandIn, clock: SteppedClock) -> None:
    """And belong to who made them."""
    said = {"media_type": "image/png", "media_category": "tweet_image", "total_bytes": len(PNG)}
    with client(server) as http:
        media = http.post("/2/media/upload/initialize", json=said).json()["data"]["id"]
        http.post(f"/2/media/upload/{media}/append", data={"segment_index": "0"}, files={"media": ("m", PNG)})
        http.post(f"/2/media/upload/{media}/finalize")
    assert post(server, 1, text="Not mine", media={"media_ids": [media]}).status_code == 400
    clock.advance(timedelta(hours=25))
    assert post(server, text="Too late", media={"media_ids": [media]}).status_code == 400


def test_a_token_must_be_known_and_good_for_it(server: XStandIn) -> None:
    """401 for a wrong one, 403 for a missing scope."""
    with client(server, token="wrong") as http:
        assert http.get("/2/users/me").status_code == 401
    for grant in server.state.grants.values():
        grant.scopes -= {"tweet.write"}
    assert post(server, text="x").status_code == 403


def test_a_signature_is_checked_to_the_letter(clock: SteppedClock) -> None:
    """Another address, another second, or a second use: 401."""
    from evenly_x import authorising
    from evenly_x.standing_in.signatures import CONSUMER

    server = XStandIn(clock, 7, auth="oauth1")
    held = server.accounts[0].credentials
    app, token = (CONSUMER.client_id, CONSUMER.client_secret or ""), (held.access_token or "", held.extra["access_token_secret"])
    request = httpx.Request("GET", "https://api.x.com/2/users/me?user.fields=id,name")
    signed = authorising.sign(request, clock.now(), consumer=app, token=token).headers["authorization"]
    with httpx.Client(
        transport=httpx.WSGITransport(app=server.app), base_url="http://127.0.0.1", headers={"Authorization": signed}
    ) as http:
        assert http.get("/2/users/me?user.fields=id").status_code == 401
        assert http.get("/2/users/me?user.fields=id,name").status_code == 200
        assert http.get("/2/users/me?user.fields=id,name").status_code == 401
    late = authorising.sign(request, clock.now() - timedelta(hours=1), consumer=app, token=token).headers["authorization"]
    with httpx.Client(transport=httpx.WSGITransport(app=server.app), base_url="http://127.0.0.1", headers={"Authorization": late}) as http:
        assert http.get("/2/users/me?user.fields=id,name").status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://localhost:8917/"},
        {"scope": "everything"},
        {"code_challenge": ""},
        {"state": "s" * 501},
    ],
)
def test_the_page_for_consent_wants_everything_right(server: XStandIn, changed: dict[str, str]) -> None:
    """Else it shows that something went wrong, and sends nobody anywhere."""
    asked = {
        "response_type": "code",
        "client_id": APP.client_id,
        "redirect_uri": "http://127.0.0.1:8917/",
        "scope": "tweet.read",
        "state": "s",
        "code_challenge": "c",
        "code_challenge_method": "S256",
    }
    with client(server) as http:
        assert http.get("/i/oauth2/authorize", params=asked).status_code == 200
        assert http.get("/i/oauth2/authorize", params=asked | changed).status_code == 400
        assert http.post("/i/oauth2/authorize", data=asked | changed).status_code == 400


def test_tokens_can_be_taken_back(server: XStandIn) -> None:
    """Then neither of the pair works."""
    held = server.accounts[0].credentials
    with client(server) as http:
        auth = (APP.client_id, APP.client_secret or "")
        assert http.post("/2/oauth2/revoke", data={"token": held.refresh_token}, auth=auth).json() == {"revoked": True}
        assert http.get("/2/users/me").status_code == 401
        assert http.post("/2/oauth2/token", data={"grant_type": "password"}, auth=auth).status_code == 400


def test_what_is_gone_is_told_beside_the_rest(server: XStandIn) -> None:
    """Partial errors in an answer of 200."""
    kept = post(server, text="Kept").json()["data"]["id"]
    with client(server) as http:
        told = http.get(f"/2/tweets?ids={kept},1").json()
        assert [each["id"] for each in told["data"]] == [kept]
        assert told["errors"][0]["type"].endswith("/resource-not-found")
        assert http.delete("/2/tweets/1").status_code == 404
        theirs = post(server, 1, text="Theirs").json()["data"]["id"]
        assert http.delete(f"/2/tweets/{theirs}").status_code == 403
        assert http.get("/1.1/statuses/update.json").status_code == 404
