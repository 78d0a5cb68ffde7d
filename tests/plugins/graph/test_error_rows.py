"""Every row of the table of Meta's errors, one test each: what it means for us, and what a person reads.

The rows are a copy of their own, not those that the package reads: what is lost there is missed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from evenly.plugin import Duplicate, NetworkError, OutcomeUnknown, PostRejected, PrepareAgain, SignInNeeded, TryLater
from evenly_graph.calls import Graph
from evenly_graph.cures import cure
from evenly_graph.errors import BadParameter, NotThere, PermissionMissing, WrongOffset, failed, refusal

GRAPH = Graph("v25.0", "FAKE_TOKEN")
TITLES = {"facebook": "Facebook", "instagram": "Instagram"}
ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "errors.json").read_text(encoding="utf-8"))
BY_CLASS = {"auth": SignInNeeded, "permission": PermissionMissing, "duplicate": Duplicate, "invalid_content": PostRejected}
BY_RETRY = {"new_container": PrepareAgain, "resume_at_offset": WrongOffset}
#: Errors that a person can do something about.
A_PERSONS = {"auth", "permission", "invalid_content"}


def cases() -> Iterator[Any]:
    for row in ROWS:
        for network in TITLES if row["network"] in {"graph", "rupload"} else [row["network"]]:
            for code in codes(row["code"]):
                yield pytest.param(network, code, row, id=f"{network}-{code}-{row['subcode']}")


def codes(written: int | str | None) -> list[int | str]:
    """The codes of a row; a subcode that comes without one is tried with any."""
    if isinstance(written, str) and written[0].isdigit():
        return [int(each) for each in written.replace("-", ",").split(",")]
    return [100 if written is None else written]


def answered(code: int | str, row: dict[str, Any], *, publishes: bool = False, edge: str = "media") -> httpx.Response:
    request = GRAPH.post(f"1/{edge}", {}, publishes=publishes)
    if isinstance(code, str):
        return httpx.Response(400, json={"debug_info": {"retriable": False, "type": code, "message": row["meaning"]}}, request=request)
    error = {"message": row["meaning"], "type": "OAuthException", "code": code, "fbtrace_id": "ATRACE"}
    error |= {"error_subcode": row["subcode"]} if row["subcode"] else {}
    return httpx.Response(400, json={"error": error}, request=request)


def read(network: str, response: httpx.Response) -> NetworkError:
    found = refusal(response, network=network, title=TITLES[network], two_phase=network == "instagram")
    assert found is not None
    return found


def on_staging(row: dict[str, Any]) -> type[NetworkError]:
    """What a call that nobody sees ends with."""
    if row["class"] in BY_CLASS:
        return BY_CLASS[row["class"]]
    if row["retry"] in BY_RETRY:
        return BY_RETRY[row["retry"]]
    hidden = row["class"] == "unknown" or (row["class"], row["retry"]) == ("media_not_ready", "reconcile_first")
    return NotThere if hidden else TryLater


def on_the_visible_call(row: dict[str, Any], network: str) -> type[NetworkError]:
    """Only what is certain is a refusal; on Instagram the container is asked, on Facebook what was staged there is staged anew."""
    match row["class"], row["retry"]:
        case ("rate_limit", "after_wait" | "after_wait_and_human") | ("media_not_ready", "poll"):
            return TryLater
        case ("auth" | "permission" | "duplicate" | "invalid_content", _):
            return on_staging(row)
        case (_, "yes_staging" | "resume_at_offset" | "new_container") if network == "facebook":
            return PrepareAgain
    return OutcomeUnknown


@pytest.mark.parametrize(("network", "code", "row"), list(cases()))
def test_a_row_says_what_happens_next(network: str, code: int | str, row: dict[str, Any]) -> None:
    """While staging, and on the one visible call."""
    edge = "insights" if row["meaning"].startswith("insights: not enough") else "media"
    staged = read(network, answered(code, row, edge=edge))
    assert isinstance(staged, on_staging(row))
    assert isinstance(staged, PermissionMissing) is (row["class"] == "permission")
    if edge == "media":
        visible = read(network, answered(code, row, publishes=True))
        assert isinstance(visible, on_the_visible_call(row, network))
        assert isinstance(visible, BadParameter) is (row["class"] == "invalid_content" and code == 100)


@pytest.mark.parametrize(("network", "code", "row"), list(cases()))
def test_a_row_is_told_with_its_cure(network: str, code: int | str, row: dict[str, Any]) -> None:
    """Meta's own words, the numbers for support, and what to do, wherever a person can do something."""
    said = str(read(network, answered(code, row)))
    number = str(code) if row["subcode"] is None else f"{code}/{row['subcode']}"
    assert said.startswith(f"{TITLES[network]} says: {row['meaning']} (code {number}")
    if row["class"] in A_PERSONS and (code, row["subcode"]) != (100, None):
        found = cure(code, row["subcode"], row["class"])
        assert found is not None
        assert said.endswith(str(found.sentence))


@pytest.mark.parametrize(
    "row", [each for each in ROWS if each["network"] == "instagram" and each["subcode"]], ids=lambda row: row["subcode"]
)
def test_a_container_in_error_means_what_its_number_says(row: dict[str, Any]) -> None:
    """There the number stands in a sentence."""
    found = failed(f"Error: Media upload has failed with error code {row['subcode']}", network="instagram", title="Instagram")
    assert isinstance(found, PostRejected if row["class"] == "invalid_content" else PrepareAgain)
    known = cure(None, row["subcode"])
    assert known is None or str(found).endswith(str(known.sentence))


@pytest.mark.parametrize("status", ["Error: Media upload has failed with error code 2299999", "Error", ""])
def test_a_container_in_error_without_a_known_number_is_shown_whole(status: str) -> None:
    """It may pass: a new container is tried."""
    found = failed(status, network="instagram", title="Instagram")
    assert isinstance(found, PrepareAgain)
    assert str(found) == f"Instagram says: {status}"


@pytest.mark.parametrize("network", TITLES)
def test_an_unknown_code_is_shown_whole(network: str) -> None:
    """Title, what is meant for users and what is meant for us, with code, subcode and trace."""
    error = {
        "message": "Fatal",
        "code": 777,
        "error_subcode": 7777777,
        "error_user_title": "Post not shared",
        "error_user_msg": "Try another picture.",
        "fbtrace_id": "ATRACE",
    }
    request = GRAPH.post("1/media", {})
    found = read(network, httpx.Response(400, json={"error": error}, request=request))
    assert isinstance(found, PostRejected)
    said = f"{TITLES[network]} says: Post not shared | Try another picture. | Fatal (code 777/7777777, trace ATRACE)"
    assert str(found) == said


def test_too_few_viewers_are_not_a_missing_permission() -> None:
    """Instagram gives them one code, told apart by what was asked for."""
    row = {"meaning": "(#10) Not enough viewers", "subcode": None}
    assert isinstance(read("instagram", answered(10, row, edge="insights")), NotThere)
    for publishes in (False, True):
        assert isinstance(read("instagram", answered(10, row, publishes=publishes)), PermissionMissing)


def test_what_looks_like_spam_rests_for_hours() -> None:
    """For the account alone, though the code is that of an app's limit."""
    row = {"meaning": "action blocked", "subcode": 2207051}
    found = read("instagram", answered(4, row))
    assert isinstance(found, TryLater)
    assert found.wait is not None
    assert (found.wait >= timedelta(hours=2), found.scope) == (True, "account")


@pytest.mark.parametrize(
    ("code", "subcode", "field"),
    [(36004, 2207010, "text"), (36003, 2207009, "media"), (100, 2207028, "media"), (1, 2207057, "options.thumb_offset")],
)
def test_a_refusal_names_its_field(code: int, subcode: int, field: str) -> None:
    """So that people see where to change something."""
    found = read("instagram", answered(code, {"meaning": "Words", "subcode": subcode}))
    assert isinstance(found, PostRejected)
    assert found.problem is not None
    assert found.problem.field == field
