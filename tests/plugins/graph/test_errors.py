"""What Meta's error codes mean: by code, never by words."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import (
    Duplicate,
    NetworkError,
    OutcomeUnknown,
    PostRejected,
    PrepareAgain,
    SignInNeeded,
    TryLater,
)
from evenly_graph.calls import Graph
from evenly_graph.errors import BadParameter, NotThere, PermissionMissing, WrongOffset, refusal
from tests.plugins.graph.conftest import answered

GRAPH = Graph("v25.0", "FAKE_TOKEN")


def read(
    error: Any, *, status: int = 400, publishes: bool = False, network: str = "facebook", headers: dict[str, str] | None = None
) -> NetworkError | None:
    answer = answered(GRAPH, status, {"error": error}, publishes=publishes, headers=headers)
    return refusal(answer, network=network, title="Facebook")


def code(number: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    return {"message": "Words", "code": number, **({"error_subcode": subcode} if subcode else {}), **more}


@pytest.mark.parametrize(
    ("error", "staging", "visible"),
    [
        (code(190), SignInNeeded, SignInNeeded),
        (code(190, 463), SignInNeeded, SignInNeeded),
        (code(102), SignInNeeded, SignInNeeded),
        (code(104), SignInNeeded, SignInNeeded),
        (code(10), PermissionMissing, PermissionMissing),
        (code(200), PermissionMissing, PermissionMissing),
        (code(299), PermissionMissing, PermissionMissing),
        (code(200, 1404078), PermissionMissing, PermissionMissing),
        (code(4), TryLater, TryLater),
        (code(80001), TryLater, TryLater),
        (code(80003), TryLater, TryLater),
        (code(100, 1390008), TryLater, TryLater),
        (code(368), TryLater, TryLater),
        (code(506), Duplicate, Duplicate),
        (code(1), TryLater, OutcomeUnknown),
        (code(2, is_transient=True), TryLater, OutcomeUnknown),
        (code(999_999, is_transient=True), TryLater, OutcomeUnknown),
        (code(100, is_transient=True), TryLater, OutcomeUnknown),
        (code(100), BadParameter, BadParameter),
        (code(100, 1366046), BadParameter, BadParameter),
        (code(382), PostRejected, PostRejected),
        (code(999_999), PostRejected, PostRejected),
        (code(100, 33), NotThere, OutcomeUnknown),
        (code(389), TryLater, PrepareAgain),
        (code(6000), TryLater, PrepareAgain),
        (code(6001, 1363037), WrongOffset, PrepareAgain),
        (code(6001), PostRejected, PostRejected),
    ],
)
def test_a_code_says_what_happens_next(error: dict[str, Any], staging: type[NetworkError], visible: type[NetworkError]) -> None:
    """What proves nothing is unknown on the visible call, and simply done again on any other."""
    assert type(read(error)) is staging
    assert type(read(error, publishes=True)) is visible


@pytest.mark.parametrize("number", [190, 100, 506, 32, 368])
def test_a_fault_of_the_server_proves_nothing_whatever_it_names(number: int) -> None:
    """On Threads a 500 with a code of refusal hid a live post."""
    assert type(read(code(number), status=500)) is TryLater
    assert type(read(code(number), status=503, publishes=True)) is OutcomeUnknown


@pytest.mark.parametrize("status", [400, 403, 429])
def test_the_status_decides_nothing(status: int) -> None:
    """Throttling was seen with 400."""
    assert type(read(code(80002), status=status)) is TryLater


@pytest.mark.parametrize(("status", "means"), [(401, None), (403, None), (429, None), (400, PostRejected)])
def test_an_unlisted_code_is_left_to_its_status(status: int, means: type[NetworkError] | None) -> None:
    """Where that says more than the body."""
    found = read(code(999_999), status=status)
    assert found is None if means is None else type(found) is means


def test_the_wait_is_what_the_headers_estimate() -> None:
    """In minutes, for the account; the app's own limits hold all its accounts."""
    usage = {"X-Business-Use-Case-Usage": '{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":12}]}'}
    page, app, blocked = read(code(32), headers=usage), read(code(4)), read(code(368))
    assert isinstance(page, TryLater)
    assert (page.wait, page.scope) == (timedelta(minutes=12), "account")
    assert isinstance(app, TryLater)
    assert (app.wait, app.scope) == (timedelta(minutes=10), "app")
    assert isinstance(blocked, TryLater)
    assert blocked.wait == timedelta(hours=6)


def test_a_retry_after_is_left_to_whoever_reads_it() -> None:
    """The client knows the clock."""
    found = read(code(32), headers={"Retry-After": "120"})
    assert isinstance(found, TryLater)
    assert found.wait is None


def test_a_wrong_offset_names_the_right_one() -> None:
    """The upload goes on there."""
    found = read(code(6001, 1363037, error_data={"start_offset": "4", "end_offset": 8}))
    assert isinstance(found, WrongOffset)
    assert (found.start, found.end, found.wait) == ("4", "8", timedelta(0))


def test_upload_hosts_speak_another_dialect() -> None:
    """`debug_info` with a type in place of a number."""
    body = {"debug_info": {"retriable": True, "type": "OffsetInvalidError", "message": "Request processing failed"}}
    assert isinstance(refusal(answered(GRAPH, 400, body), network="facebook", title="Facebook"), WrongOffset)


def test_a_person_reads_metas_own_words_and_the_trace() -> None:
    """Those meant for users, where there are any; the trace is for support."""
    found = read(code(100, error_user_msg="Your photo is too large.", fbtrace_id="ATRACE"))
    assert str(found) == "Facebook says: Your photo is too large. (code 100, trace ATRACE)"


def test_instagram_has_rows_of_its_own() -> None:
    """A code may mean something else there."""
    assert isinstance(read(code(9007, 2207027), network="instagram"), TryLater)
    assert isinstance(read(code(24, 2207008), network="instagram", publishes=True), OutcomeUnknown)
    assert isinstance(read(code(-2, 2207020), network="instagram"), PrepareAgain)
    assert isinstance(read(code(4, 2207051), network="instagram", publishes=True), OutcomeUnknown)


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_every_row_of_the_table_has_a_meaning(network: str) -> None:
    """None falls through to its status."""
    rows = json.loads(files("evenly_graph").joinpath("data", "errors.json").read_text(encoding="utf-8"))["errors"]
    for row in rows:
        if row["network"] in {"graph", network}:
            for number in (int(each) for each in str(row["code"] or 1).replace("-299", "").split(",")):
                error = {"message": "Words", "code": number, "error_subcode": row["subcode"]}
                assert isinstance(read(error, network=network), NetworkError)


NAMES = st.sampled_from(["error", "code", "error_subcode", "debug_info", "type"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=8,
)


@given(JSON, st.integers(400, 599), st.booleans())
def test_whatever_comes_can_be_read(body: Any, status: int, publishes: bool) -> None:
    """Any JSON at all."""
    found = refusal(answered(GRAPH, status, body, publishes=publishes), network="facebook", title="Facebook")
    assert found is None or isinstance(found, NetworkError)
