"""Error answers are told by status, call and state, never by their words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import NetworkError, PostRejected, Quota, SignInNeeded, TryLater
from evenly_mastodon import refusals
from tests.plugins.mastodon import recorded

_NOW = "Sun, 22 Nov 2026 10:00:00 GMT"
_STATUSES = "/api/v1/statuses"


def _refusal(status: int, body: Any = None, *, path: str = _STATUSES, headers: dict[str, str] | None = None) -> NetworkError | None:
    request = httpx.Request("POST", f"https://toots.example{path}")
    content: dict[str, Any] = {"text": body} if isinstance(body, str) else {"json": body or {"error": "Nope"}}
    return refusals.refusal(httpx.Response(status, request=request, headers={"Date": _NOW, **(headers or {})}, **content))


@pytest.mark.parametrize(
    ("status", "body", "path", "expected"),
    [
        (400, None, _STATUSES, PostRejected),
        (401, None, _STATUSES, SignInNeeded),
        (403, None, _STATUSES, SignInNeeded),
        (404, None, _STATUSES, PostRejected),
        (404, "<html>Not here</html>", _STATUSES, SignInNeeded),
        (410, None, _STATUSES, SignInNeeded),
        (413, "<html>Too large</html>", "/api/v2/media", PostRejected),
        (415, None, "/api/v2/media", PostRejected),
        (422, None, _STATUSES, PostRejected),
        (429, None, _STATUSES, TryLater),
        (301, "", "/api/v2/instance", SignInNeeded),
        (308, "", "/api/v1/accounts/verify_credentials", SignInNeeded),
        (400, {"error": "invalid_grant"}, "/oauth/token", SignInNeeded),
        (401, {"error": "invalid_client"}, "/oauth/token", SignInNeeded),
        (422, None, "/api/v1/apps", SignInNeeded),
        (401, None, "/api/v2/instance", SignInNeeded),
    ],
)
def test_every_definite_status_has_its_meaning(status: int, body: Any, path: str, expected: type[NetworkError]) -> None:
    """The table of the network's reference page."""
    assert type(_refusal(status, body, path=path)) in (expected, *expected.__subclasses__())


def test_a_code_that_came_too_late_is_told_in_plain_words() -> None:
    """Whatever the server says of grants."""
    refused = _refusal(400, {"error": "invalid_grant", "error_description": "The provided grant is invalid."}, path="/oauth/token")

    assert "your consent has expired" in str(refused)


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504])
def test_faults_of_the_server_are_left_to_the_core(status: int) -> None:
    """They prove nothing about the visible call, and are tried again elsewhere."""
    assert _refusal(status) is None


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("no token", SignInNeeded),
        ("bad token", SignInNeeded),
        ("media bad file", PostRejected),
        ("reuse media in 2nd status", PostRejected),
        ("unknown media", PostRejected),
        ("empty", PostRejected),
        ("too long 6000", PostRejected),
        ("bad visibility", PostRejected),
        ("bad language", PostRejected),
        ("reply to missing", PostRejected),
        ("token wrong", SignInNeeded),
    ],
)
def test_recorded_refusals_are_read_rightly(label: str, expected: type[NetworkError]) -> None:
    """What a real server answered."""
    matching = [name for name in recorded.exchanges() if name == label or name.startswith(label)]

    assert isinstance(refusals.refusal(recorded.answer(matching[0])), expected)


def test_a_person_is_told_what_the_server_said() -> None:
    """The server's own words are shown, and decide nothing."""
    assert str(_refusal(422, {"error": "Validation failed: Text character limit of 500 exceeded"})) == (
        "toots.example refused this: Validation failed: Text character limit of 500 exceeded"
    )


def test_a_moved_server_is_named() -> None:
    """A redirect means that an alias was typed: the sentence says what to write instead."""
    assert "https://real.example/" in str(_refusal(301, "", headers={"Location": "https://real.example/"}))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-RateLimit-Reset": "2026-11-22T10:05:00.123456Z"}, timedelta(minutes=5, microseconds=123_456)),
        ({"X-RateLimit-Reset": "1795342200"}, timedelta(minutes=10)),
        ({"X-RateLimit-Reset": "2026-11-22T09:00:00Z"}, timedelta(seconds=1)),
        ({"X-RateLimit-Reset": "2030-01-01T00:00:00Z"}, timedelta(days=1)),
        ({"X-RateLimit-Reset": "soon"}, None),
        ({}, None),
        ({"Retry-After": "90"}, timedelta(seconds=90)),
        ({"Retry-After": "900", "X-RateLimit-Reset": "2026-11-22T10:05:00Z"}, timedelta(seconds=900)),
        ({"Retry-After": "60", "X-RateLimit-Reset": "2026-11-22T10:05:00Z"}, timedelta(seconds=300)),
    ],
)
def test_the_wait_lasts_until_the_counter_starts_anew(headers: dict[str, str], expected: timedelta | None) -> None:
    """By the server's own clock; a proxy's Retry-After counts too, and nonsense does not."""
    error = _refusal(429, headers=headers)

    assert isinstance(error, TryLater)
    assert (expected, "account") == (error.wait, error.scope)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"x-ratelimit-remaining": "many"}, None),
        ({"x-ratelimit-remaining": "²"}, None),
        (
            {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "299", "x-ratelimit-reset": "2026-11-22T13:00:00.000000Z"},
            Quota(limit=300, remaining=299, resets_at=datetime(2026, 11, 22, 13, tzinfo=UTC)),
        ),
        (
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795348800"},
            Quota(remaining=0, resets_at=datetime.fromtimestamp(1_795_348_800, UTC)),
        ),
        ({"x-ratelimit-remaining": "7"}, Quota(remaining=7)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-22T09:00:00Z"}, None),
    ],
)
def test_usage_headers_are_read_in_either_notation(headers: dict[str, str], expected: Quota | None) -> None:
    """ISO times as Mastodon sends them, epoch seconds as others do; a counter of the past is no counter."""
    assert expected == refusals.quota(headers, datetime(2026, 11, 22, 10, tzinfo=UTC))


@given(st.dictionaries(st.sampled_from(["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]), st.text(max_size=20)))
def test_no_usage_header_is_too_odd(headers: dict[str, str]) -> None:
    """Whatever a server or proxy sends, nothing is raised."""
    refusals.quota(headers, datetime(2026, 11, 22, 10, tzinfo=UTC))
