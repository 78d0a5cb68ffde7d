"""What LinkedIn's error answers mean, by status and code."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from evenly.plugin import Duplicate, NetworkError, PostRejected, PrepareAgain, SignInNeeded, TryLater
from evenly_linkedin.refusals import NotAllowed, NotThere, Throttled, VersionOver, refusal
from tests.plugins.linkedin.conftest import refused
from tests.plugins.linkedin.endpoints import contract

CLASSES: dict[str, type[NetworkError]] = {
    "duplicate": Duplicate,
    "invalid_content": PostRejected,
    "permission": SignInNeeded,
    "auth": SignInNeeded,
    "rate_limit": TryLater,
}


def read(answer: httpx.Response, path: str = "/rest/posts") -> NetworkError | None:
    answer.request = httpx.Request("POST", f"https://api.linkedin.com{path}", headers={"LinkedIn-Version": "202501"})
    return refusal(answer)


@pytest.mark.parametrize("case", contract()["error_bodies"], ids=lambda case: f"{case['status']} {case['class']}")
def test_recorded_bodies_are_understood(case: dict[str, Any]) -> None:
    """Each in its class."""
    assert isinstance(read(httpx.Response(case["status"], json=case["body"])), CLASSES[case["class"]])


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "MISSING_FIELD", PostRejected),
        (400, "INVALID_VALUE_FOR_FIELD", PostRejected),
        (400, "VERSION_MISSING", PostRejected),
        (400, "INVALID_IMAGE_ID", PrepareAgain),
        (400, "INVALID_VIDEO_ID", PrepareAgain),
        (400, "MEDIA_ASSET_PROCESSING_FAILED", PrepareAgain),
        (400, "UPDATING_ASSET_FAILED", PrepareAgain),
        (400, "EXPIRED_UPLOAD_URL", PrepareAgain),
        (400, "MEDIA_ASSET_WAITING_UPLOAD", TryLater),
        (401, "EMPTY_ACCESS_TOKEN", SignInNeeded),
        (403, "ACCESS_DENIED", NotAllowed),
        (404, "NOT_FOUND", NotThere),
        (422, "UNPROCESSABLE_ENTITY", PostRejected),
        (422, "DUPLICATE_POST", Duplicate),
        (426, "NONEXISTENT_VERSION", VersionOver),
        (429, "TOO_MANY_REQUESTS", Throttled),
    ],
)
def test_status_and_code_say_what_happens_next(status: int, code: str, error: type[NetworkError]) -> None:
    """By the documented table."""
    assert type(read(refused(status, code))) is error


def test_codes_of_single_fields_count_too() -> None:
    """The answer's own code may be missing."""
    details = {"inputErrors": [{"code": "MEDIA_ASSET_WAITING_UPLOAD", "description": "-", "input": {}}]}
    assert isinstance(read(refused(400, errorDetails=details)), TryLater)


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504])
def test_faults_of_the_server_say_no_more_than_their_status(status: int) -> None:
    """Whether something was published depends on which call it was."""
    assert read(refused(status, "INTERNAL_SERVER_ERROR")) is None


def test_each_end_of_a_sign_in_has_its_own_sentence() -> None:
    """Ended, taken back, not known."""
    codes = ("EXPIRED_ACCESS_TOKEN", "REVOKED_ACCESS_TOKEN", "INVALID_ACCESS_TOKEN")
    assert len({str(read(refused(401, code))) for code in codes}) == 3


def test_a_dead_version_is_named_with_its_cure() -> None:
    """The setting that mends it."""
    said = str(read(refused(426, "NONEXISTENT_VERSION")))
    assert "202501" in said
    assert "`version`" in said


def test_a_blocked_machine_stops_everything() -> None:
    """999 comes with a page for people."""
    assert isinstance(read(httpx.Response(999, text="<html>")), SignInNeeded)


def test_an_upload_address_speaks_for_itself() -> None:
    """Its 401 is no word about the account's token; its 500 is a fault like others."""
    path = "/dms-uploads/A/uploaded-image/0"
    assert isinstance(read(httpx.Response(401), path), PrepareAgain)
    assert read(httpx.Response(500), path) is None


def test_the_oauth_endpoints_have_another_shape() -> None:
    """What went wrong is told in LinkedIn's words."""
    answer = httpx.Response(400, json={"error": "invalid_grant", "error_description": "the code is spent"})
    error = read(answer, "/oauth/v2/accessToken")
    assert isinstance(error, SignInNeeded)
    assert "the code is spent" in str(error)


def test_a_person_reads_linkedins_own_words_and_the_trace() -> None:
    """Support asks for it."""
    answer = refused(403, "ACCESS_DENIED", "Not enough permissions to access: POST /posts")
    answer.headers["x-li-uuid"] = "TRACE=="
    said = str(read(answer))
    assert "Not enough permissions to access: POST /posts" in said
    assert "TRACE==" in said
