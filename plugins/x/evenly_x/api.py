"""The requests that tweepy has not: media (https://docs.x.com/x-api/media/introduction) and OAuth 2.0 tokens.

Built without sending anything; https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    import httpx

    from evenly.plugin import App, Media

HOST = "https://api.x.com"
CONSENT = "https://x.com/i/oauth2/authorize"
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
CATEGORIES = {"picture": "tweet_image", "animation": "tweet_gif", "video": "tweet_video"}
MOST_SEGMENTS = 1_000


def initialize(media: Media) -> httpx.Request:
    """Announce an upload: of what kind and how large."""
    return _request(
        "POST",
        "/2/media/upload/initialize",
        json={"media_type": media.mime, "media_category": CATEGORIES[media.kind], "total_bytes": media.bytes},
    )


def append(media_id: str, segment: int, content: bytes) -> httpx.Request:
    """One piece of the file. The same piece again replaces it."""
    return _request(
        "POST",
        f"/2/media/upload/{media_id}/append",
        data={"segment_index": str(segment)},
        files={"media": ("media", content, "application/octet-stream")},
    )


def finalize(media_id: str) -> httpx.Request:
    return _request("POST", f"/2/media/upload/{media_id}/finalize")


def status(media_id: str) -> httpx.Request:
    """One look at an upload that X is working on."""
    return _request("GET", "/2/media/upload", params={"command": "STATUS", "media_id": media_id})


def describe(media_id: str, alt: str) -> httpx.Request:
    """Tell the alternative text."""
    return _request("POST", "/2/media/metadata", json={"id": media_id, "metadata": {"alt_text": {"text": alt}}})


def consent(app: App, *, redirect_uri: str, state: str, challenge: str) -> str:
    """The address where a person gives consent."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{CONSENT}?{urlencode(query)}"


def trade_code(app: App, *, code: str, redirect_uri: str, verifier: str) -> httpx.Request:
    """Trade the code, which lives for 30 seconds, for a pair of tokens."""
    return _token(app, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier})


def renew(app: App, refresh_token: str) -> httpx.Request:
    """Trade a refresh token, which is good for one use, for a new pair."""
    return _token(app, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _token(app: App, form: dict[str, str]) -> httpx.Request:
    if app.client_secret is None:
        return _request("POST", "/2/oauth2/token", data=form | {"client_id": app.client_id})
    basic = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    return _request("POST", "/2/oauth2/token", data=form, headers={"Authorization": f"Basic {basic}"})


def _request(method: str, path: str, **content: Any) -> httpx.Request:
    import httpx

    return httpx.Request(method, f"{HOST}{path}", **content)
