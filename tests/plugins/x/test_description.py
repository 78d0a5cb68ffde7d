"""The check that holds every request of these tests against X's own description can itself fail."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.plugins.x import description

_API = "https://api.x.com"


@pytest.fixture(autouse=True)
def _needs_the_description() -> None:
    if reason := description.missing():
        pytest.skip(reason)


@pytest.mark.parametrize(
    "request_",
    [
        httpx.Request("POST", f"{_API}/2/tweets", json={"text": "x"}),
        httpx.Request("GET", f"{_API}/2/users/12/tweets", params={"tweet.fields": "created_at,note_tweet", "max_results": "100"}),
        httpx.Request("GET", f"{_API}/2/users/12/tweets", params={"post.fields": "created_at,note_post"}),
        httpx.Request("POST", f"{_API}/2/media/upload/12/append", data={"segment_index": "0"}, files={"media": ("m", b"x")}),
        httpx.Request("POST", f"{_API}/2/oauth2/token"),
    ],
)
def test_what_x_knows_passes(request_: httpx.Request) -> None:
    """Nothing is held against it."""
    request_.read()
    assert description.faults(request_) == []


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/2/tweets", {"json": {"text": "x", "status": "x"}}),
        ("POST", "/2/tweets", {"json": {"media": {"media_ids": [12]}}}),
        ("POST", "/2/tweets", {"json": {"poll": {"options": ["a"], "duration_minutes": 60}}}),
        ("POST", "/2/tweets", {"json": {"reply_settings": "everyone"}}),
        ("POST", "/2/tweets", {"data": {"text": "x"}}),
        ("POST", "/2/statuses/update", {"json": {"text": "x"}}),
        ("GET", "/2/users/12/tweets", {"params": {"max_results": "4"}}),
        ("GET", "/2/users/12/tweets", {"params": {"count": "10"}}),
        ("GET", "/2/users/12/tweets", {"params": {"tweet.fields": "note_post"}}),
        ("GET", "/2/users/12/tweets", {"params": {"post.fields": "referenced_tweets"}}),
        ("GET", "/2/users/me12/tweets", {}),
        ("GET", "/2/tweets", {}),
        ("POST", "/2/media/upload/12/append", {"data": {"segment_index": "1000"}, "files": {"media": ("m", b"x")}}),
        ("POST", "/2/media/upload/12/append", {"data": {"segment_index": "1"}, "files": {"file": ("m", b"x")}}),
        ("POST", "/2/media/upload/12/finalize", {"json": {"id": "12"}}),
        ("POST", "/2/media/upload/initialize", {"json": {"media_type": "video/avi", "total_bytes": 1}}),
        ("GET", "/2/oauth2/token", {}),
    ],
)
def test_what_x_does_not_know_is_found(method: str, path: str, content: dict[str, Any]) -> None:
    """Each is named."""
    request = httpx.Request(method, f"{_API}{path}", **content)
    request.read()
    assert description.faults(request) != []


def test_another_host_is_found() -> None:
    """The older host may be switched off any day."""
    assert description.faults(httpx.Request("GET", "https://api.twitter.com/2/users/me")) != []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/2/users/me", {"data": {"id": 12, "name": "A", "username": "a"}}),
        ("/2/users/12/tweets", {"data": [{"id": "12", "text": 5}]}),
        ("/2/users/12/tweets", {"data": {"id": "12"}}),
    ],
)
@pytest.mark.parametrize("words", description.VERSIONS)
def test_an_answer_that_x_would_not_give_is_found(path: str, told: Any, words: str) -> None:
    """A stand-in that is wrong is no proof of anything."""
    assert description.faults_of_answer(httpx.Request("GET", f"{_API}{path}"), httpx.Response(200, json=told), words) != []
