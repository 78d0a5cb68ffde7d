"""The check that holds every request of these tests against Meta's specification can itself fail."""

from __future__ import annotations

import httpx
import pytest

import evenly_facebook as facebook
from evenly.plugin import Http, SignInNeeded
from evenly.plugin.testing import serve
from tests.plugins.facebook.conftest import Desk
from tests.plugins.facebook.endpoints import faults

GRAPH, VIDEO = "https://graph.facebook.com/v25.0", "https://graph-video.facebook.com/v25.0"


@pytest.mark.parametrize(
    "request_",
    [
        httpx.Request("GET", f"{GRAPH}/100000000000001", params={"fields": "id,name"}),
        httpx.Request("POST", f"{GRAPH}/100000000000001/feed", data={"message": "x", "attached_media[0]": "{}"}),
        httpx.Request(
            "POST", "https://graph-video.facebook.com/v25.0/100000000000001/videos", data={"upload_phase": "start", "file_size": "9"}
        ),
    ],
)
def test_what_meta_knows_passes(request_: httpx.Request) -> None:
    """Nothing is held against it."""
    assert faults(request_) == []


@pytest.mark.parametrize(
    "request_",
    [
        httpx.Request("GET", "https://graph.facebook.com/100000000000001"),
        httpx.Request("GET", f"{GRAPH}/100000000000001", params={"fields": "id,tasks"}),
        httpx.Request("GET", f"{GRAPH}/100000000000001_4", params={"fields": "post_id"}),
        httpx.Request("GET", f"{GRAPH}/100000000000001/published_posts", params={"pretty": "0"}),
        httpx.Request("GET", f"{GRAPH}/100000000000001/timeline"),
        httpx.Request("POST", f"{GRAPH}/100000000000001/feed", data={"text": "x"}),
        httpx.Request("POST", f"{GRAPH}/100000000000001/photos", data={"published": "0"}),
        httpx.Request("POST", f"{GRAPH}/100000000000001/videos", data={"upload_phase": "start"}),
        httpx.Request("POST", f"{GRAPH}/100000000000001/video_reels", data={"video_state": "PUBLIC"}),
        httpx.Request("POST", f"{GRAPH}/100000000000001/feed", data={"targeting": "FR"}),
        httpx.Request("POST", f"{GRAPH}/100000000000001/feed", data={"tags": "Ann"}),
        httpx.Request("POST", f"{GRAPH}/900000000000001/thumbnails", data={"source": "no file"}),
        httpx.Request("GET", f"{GRAPH}/100000000000001/stories", params={"status": '["HIDDEN"]'}),
        httpx.Request("GET", f"{GRAPH}/700000000000001/insights", params={"metric": "fame"}),
        httpx.Request("POST", "https://rupload.facebook.com/video-upload/v25.0/9", headers={"file-size": "3"}),
    ],
)
def test_what_meta_does_not_know_is_found(request_: httpx.Request) -> None:
    """A missing version, unknown edges, parameters, fields and values, the wrong host or header."""
    assert faults(request_)


def test_the_traffic_of_any_test_is_held_against_it(desk: Desk, held: list[str]) -> None:
    """Also over a socket, where hosts are moved; only the plugin's own calls count."""
    with serve(desk.server.app) as served, Http(clock=desk.clock, network=facebook.network(), api=served.url) as http:
        with pytest.raises(SignInNeeded):
            http.send_repeatable(httpx.Request("GET", f"{GRAPH}/100000000000001", params={"fields": "shoe_size"}))
        with httpx.Client() as browser:
            browser.get(f"{served.url}/v25.0/100000000000001/timeline")
    assert held == ["Page has no field shoe_size"]
    held.clear()
