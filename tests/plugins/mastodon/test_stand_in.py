"""The stand-in is strict where the network is strict: a plugin that is wrong is found out here."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from evenly.plugin.testing import SteppedClock
from evenly_mastodon.standing_in import Server
from tests.plugins.mastodon.conftest import PNG


def _client(server: Server, token: str | None = None) -> httpx.Client:
    held = token or server.accounts[0].credentials.access_token
    return httpx.Client(
        transport=httpx.WSGITransport(app=server.app), base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {held}"}
    )


def _post(server: Server, **fields: Any) -> httpx.Response:
    with _client(server) as client:
        return client.post("/api/v1/statuses", json=fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "Hello"}, 200),
        ({"status": "x" * 500}, 200),
        ({"status": "x" * 501}, 422),
        ({"status": "x" * 499, "spoiler_text": "ab"}, 422),
        ({"status": ""}, 422),
        ({"status": "x", "visibility": "world"}, 422),
        ({"status": "x", "language": "klingonese!"}, 422),
        ({"status": "x", "in_reply_to_id": "1"}, 404),
        ({"status": "x", "media_ids": ["1"]}, 422),
        ({"status": "x", "media_ids": ["1", "2", "3", "4", "5"]}, 422),
        ({"status": "x", "poll": {"options": ["a"], "expires_in": 600}}, 422),
        ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 10}}, 422),
        ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 600}}, 200),
    ],
)
def test_parameters_are_checked(server: Server, fields: dict[str, Any], expected: int) -> None:
    """As Mastodon checks them; what is refused is not public."""
    assert expected == _post(server, **fields).status_code
    assert len(server.public()) == (1 if expected == 200 else 0)


def test_the_other_kind_of_server_refuses_with_400(clock: SteppedClock) -> None:
    """As was seen."""
    server = Server(clock, 7, kind="gotosocial")

    assert _post(server, status="").status_code == 400
    assert _post(server, status="x", visibility="world").status_code == 422
    assert _post(server, status="x").json()["id"].startswith("0")


@pytest.mark.parametrize(("token", "status"), [("", 401), ("wrong", 401)])
def test_tokens_are_checked(server: Server, token: str, status: int) -> None:
    """An unknown token opens nothing."""
    with _client(server, token or "-") as client:
        assert status == client.get("/api/v1/accounts/verify_credentials").status_code


def test_followers_only_posts_are_hidden_from_others(server: Server) -> None:
    """Another account sees a 404, and not in the list either."""
    made = _post(server, status="Psst", visibility="private").json()
    with _client(server, server.accounts[1].credentials.access_token) as stranger:
        assert stranger.get(f"/api/v1/statuses/{made['id']}").status_code == 404
        assert stranger.get(f"/api/v1/accounts/{made['account']['id']}/statuses").json() == []
        assert stranger.delete(f"/api/v1/statuses/{made['id']}").status_code == 404


def test_a_file_is_attached_once(server: Server) -> None:
    """A second post with it is refused."""
    with _client(server) as client:
        media = client.post("/api/v2/media", files={"file": ("a.png", PNG, "image/png")}, data={"description": "A – ring"}).json()
    assert media["description"] == "A – ring"

    assert _post(server, status="One", media_ids=[media["id"]]).status_code == 200
    assert _post(server, status="Two", media_ids=[media["id"]]).status_code == 422


def test_calls_are_counted_and_refused_beyond_the_limit(server: Server, clock: SteppedClock) -> None:
    """Thirty uploads in half an hour; the headers say so, and time gives them back."""
    with _client(server) as client:

        def upload() -> httpx.Response:
            return client.post("/api/v2/media", files={"file": ("a.png", PNG, "image/png")})

        answers = [upload() for _ in range(31)]
        assert [answer.status_code for answer in answers] == [200] * 30 + [429]
        assert answers[29].headers["X-RateLimit-Remaining"] == "0"
        clock.advance(timedelta(minutes=31))
        assert upload().status_code == 200


def test_it_keeps_keys_unless_it_is_told_to_ignore_them(clock: SteppedClock) -> None:
    """A server that ignores them makes two posts."""
    for ignores_key, expected in ((False, 1), (True, 2)):
        server = Server(clock, 7, ignores_key=ignores_key)
        with _client(server) as client:
            for _ in range(2):
                client.post("/api/v1/statuses", json={"status": "x"}, headers={"Idempotency-Key": "k"})
        assert len(server.public()) == expected


def test_forms_are_read_like_json(server: Server) -> None:
    """Mastodon takes either."""
    with _client(server) as client:
        made = client.post("/api/v1/statuses", data={"status": "From a form", "sensitive": "true"}).json()

    assert (made["sensitive"], server.public()[0].text) == (True, "From a form")


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/nowhere", b"", 404),
        ("PUT", "/api/v1/statuses", b"", 405),
        ("POST", "/api/v1/statuses", b"{broken", 400),
        ("POST", "/api/v2/media", b"", 400),
        ("GET", "/oauth/authorize", b"", 401),
        ("POST", "/oauth/token", b"", 400),
        ("GET", "/.well-known/webfinger", b"", 404),
    ],
)
def test_odd_calls_get_an_error_of_the_apis_shape(server: Server, method: str, path: str, body: bytes, expected: int) -> None:
    """Never a crash."""
    with _client(server) as client:
        answer = client.request(method, path, content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, "error" in answer.json()) == (expected, True)


def test_a_token_can_be_revoked_by_its_own_app_only(server: Server) -> None:
    """Somebody else's app gets 403."""
    token = server.accounts[0].credentials.access_token
    with _client(server) as client:
        apps = [
            client.post("/api/v1/apps", data={"client_name": name, "redirect_uris": "https://x.example", "scopes": "read"}).json()
            for name in ("evenly", "another")
        ]
        form = [{"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token} for app in apps]
        assert client.post("/oauth/revoke", data=form[1]).status_code == 403
        assert client.post("/oauth/revoke", data=form[0]).status_code == 200
        assert client.get("/api/v1/accounts/verify_credentials").status_code == 401


def test_the_same_seed_gives_the_same_server(clock: SteppedClock) -> None:
    """Demo and rehearsal can be repeated."""
    one, two = Server(clock, 3), Server(SteppedClock(), 3)

    assert one.accounts == two.accounts
    assert json.dumps(_post(one, status="x").json()) == json.dumps(_post(two, status="x").json())
    assert one.accounts != Server(clock, 4).accounts
