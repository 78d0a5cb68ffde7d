"""Each error answer says what happens next, and each usage header what is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

import evenly_x as x
from evenly.plugin import Duplicate, NetworkError, PostRejected, PrepareAgain, Quota, SignInNeeded, TryLater
from evenly_x.refusals import NotVisible, UnknownWords, quota, refusal

_NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_DATE = "Fri, 20 Nov 2026 09:00:00 GMT"
_NEW, _OLD = "https://api.x.com/2/problems/", "https://api.twitter.com/2/problems/"


def answer(
    status: int, path: str = "/2/tweets", method: str = "POST", headers: dict[str, str] | None = None, **body: Any
) -> httpx.Response:
    request = httpx.Request(method, f"https://api.x.com{path}")
    return httpx.Response(status, json=body, headers={"Date": _DATE, **(headers or {})}, request=request)


def detail(status: int, said: str, kind: str = "about:blank", **more: Any) -> httpx.Response:
    return answer(status, detail=said, title="Problem", type=kind, **more)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (detail(400, "One or more parameters to your request was invalid.", f"{_NEW}invalid-request"), PostRejected),
        (detail(403, "Your Tweet text is too long. For more information ..."), PostRejected),
        (detail(400, "Your media IDs are invalid."), PrepareAgain),
        (detail(400, "The Tweet contains an invalid URL."), PostRejected),
        (detail(401, "Unauthorized"), SignInNeeded),
        (detail(402, "no credits", f"{_NEW}credits"), TryLater),
        (detail(402, "no credits", f"{_OLD}credits-depleted"), TryLater),
        (detail(403, "You are not allowed to create a Tweet with duplicate content."), Duplicate),
        (answer(403, errors=[{"code": 187, "message": "Status is a duplicate."}]), Duplicate),
        (detail(403, "x", f"{_NEW}client-forbidden", reason="client-not-enrolled"), SignInNeeded),
        (detail(403, "x", f"{_OLD}unsupported-authentication"), SignInNeeded),
        (detail(403, "x", f"{_OLD}oauth1-permissions"), SignInNeeded),
        (detail(403, "SpendCapReached", f"{_NEW}credits"), TryLater),
        (detail(403, "Reply to this conversation is not allowed because you have not been mentioned"), PostRejected),
        (detail(403, "Quoting this post is not allowed"), PostRejected),
        (detail(403, "This user is not allowed to post a video longer than 20 minutes."), PostRejected),
        (detail(403, "You attempted to reply to a Tweet that is deleted or not visible to you."), NotVisible),
        (detail(403, "You are not permitted to perform this action."), SignInNeeded),
        (detail(403, "Your account is suspended."), SignInNeeded),
        (answer(403, "/2/media/upload/initialize", detail="Forbidden"), SignInNeeded),
        (detail(404, "x", f"{_NEW}resource-not-found"), PostRejected),
        (answer(413, "/2/media/upload/1/append"), PostRejected),
        (detail(418, "teapot"), type(None)),
        (detail(429, "Too Many Requests"), TryLater),
        (answer(429, errors=[{"code": 88, "message": "Rate limit exceeded"}]), TryLater),
        (detail(409, "x", f"{_NEW}conflict"), type(None)),
        (detail(500, "duplicate content"), type(None)),
        (
            answer(400, "/2/oauth2/token", error="invalid_request", error_description="Value passed for the token was invalid."),
            SignInNeeded,
        ),
        (answer(401, "/oauth/request_token"), SignInNeeded),
        (answer(429, "/2/oauth2/token"), TryLater),
        (answer(503, "/2/oauth2/token"), type(None)),
        (answer(400, "/2/tweets", "GET", errors=[{"message": "The query parameter [tweet.fields] is not one of [..]"}]), UnknownWords),
    ],
)
def test_an_answer_says_what_happens_next(response: httpx.Response, expected: type[NetworkError]) -> None:
    """By its status and type; and by X's own words where these are the same for everything."""
    assert type(refusal(response)) is expected


def test_a_person_reads_xs_own_words() -> None:
    """The most exact of those that an answer has."""
    told = detail(400, "One or more parameters were invalid.", errors=[{"message": "$.status: is not defined"}])
    assert str(refusal(told)) == "X refused this: $.status: is not defined"
    assert str(refusal(httpx.Response(403, text="<html>", request=told.request))) == "X refused this: 403"


@pytest.mark.parametrize(
    ("headers", "wait", "scope"),
    [
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(_NOW.timestamp()) + 300)}, timedelta(minutes=5), "account"),
        (
            {
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": str(int(_NOW.timestamp()) + 300),
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": str(int(_NOW.timestamp()) + 7_200),
            },
            timedelta(hours=2),
            "account",
        ),
        (
            {
                "x-rate-limit-remaining": "40",
                "x-rate-limit-reset": str(int(_NOW.timestamp()) + 900),
                "x-app-limit-24hour-remaining": "0",
                "x-app-limit-24hour-reset": str(int(_NOW.timestamp()) + 60),
            },
            timedelta(minutes=1),
            "app",
        ),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(_NOW.timestamp()) - 300)}, timedelta(seconds=1), "account"),
        ({"retry-after": "120"}, timedelta(minutes=2), "account"),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, None, "account"),
        ({}, None, "account"),
    ],
)
def test_slowing_down_waits_until_the_last_counter_that_has_run_out_starts_anew(
    headers: dict[str, str], wait: timedelta | None, scope: str
) -> None:
    """By X's own clock, or as `Retry-After` asks."""
    refused = refusal(answer(429, headers=headers))
    assert isinstance(refused, TryLater)
    assert (refused.wait, refused.scope) == (wait, scope)


def test_where_reading_is_too_much_posting_goes_on() -> None:
    """X counts each endpoint apart; the look after an upload belongs to posting."""
    over = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(_NOW.timestamp()) + 900)}
    scopes = {}
    for path in ("/2/users/1/tweets", "/2/tweets", "/2/media/upload"):
        refused = refusal(answer(429, path, "GET", headers=over))
        assert isinstance(refused, TryLater)
        scopes[path] = refused.scope

    assert scopes == {"/2/users/1/tweets": "part", "/2/tweets": "part", "/2/media/upload": "account"}


def test_a_monthly_cap_concerns_the_app() -> None:
    """Everybody who uses it waits."""
    refused = refusal(detail(429, "Usage cap exceeded", f"{_OLD}usage-capped", period="Monthly", scope="Product"))
    assert isinstance(refused, TryLater)
    assert refused.scope == "app"


def test_a_spending_limit_waits_for_its_date() -> None:
    """As X names it; else an hour."""
    for reset, wait in (("2026-11-22T09:00:00Z", timedelta(days=2)), (None, timedelta(hours=1)), ("someday", timedelta(hours=1))):
        refused = refusal(detail(403, "SpendCapReached", f"{_NEW}credits", reset_date=reset))
        assert isinstance(refused, TryLater)
        assert (refused.wait, refused.scope) == (wait, "app")


def test_the_narrowest_counter_is_told() -> None:
    """Those that have started anew, and those without a number, are none."""
    reset = str(int(_NOW.timestamp()) + 900)
    headers = {
        "x-rate-limit-limit": "100",
        "x-rate-limit-remaining": "97",
        "x-rate-limit-reset": reset,
        "x-app-limit-24hour-limit": "10000",
        "x-app-limit-24hour-remaining": "12",
        "x-app-limit-24hour-reset": reset,
        "x-user-limit-24hour-remaining": "1",
        "x-user-limit-24hour-reset": str(int(_NOW.timestamp()) - 1),
    }
    resets_at = datetime.fromtimestamp(int(reset), UTC)
    assert quota(headers, _NOW) == Quota(limit=10_000, remaining=12, resets_at=resets_at, scope="app")
    del headers["x-app-limit-24hour-remaining"]
    assert quota(headers, _NOW) == Quota(limit=100, remaining=97, resets_at=resets_at)
    assert quota({"x-rate-limit-remaining": "many"}, _NOW) is None
    assert x.network().quota is quota
