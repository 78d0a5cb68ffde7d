"""`evenly effort`, `evenly forget` and `evenly metrics`, as they are typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Program


def listed(program: Program) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(program("effort", "--json").out)
    return document


def test_an_effort_is_logged_listed_and_taken_out(evenly: Program) -> None:
    """As a table, and as JSON."""
    added = json.loads(evenly("effort", "add", "25m", "--task", "reply", "--note", "Questions", "--json").out)
    assert added == {**listed(evenly)["efforts"][0]}
    assert (added["minutes"], added["task"], added["note"], added["posts"]) == (25, "reply", "Questions", [])
    assert "25m" in evenly("effort").out

    assert evenly("effort", "drop", added["id"]).code == 0
    assert listed(evenly) == {"efforts": [], "timer": None}


def test_the_timer_outlives_the_program(evenly: Program) -> None:
    """Another process stops it."""
    assert evenly("effort", "start", "--task", "write").code == 0
    assert listed(evenly)["timer"]["task"] == "write"

    again = evenly("effort", "start", "--task", "plan")
    assert again.code == 2
    assert "running already, for write" in again.err

    assert json.loads(evenly("effort", "stop", "--json").out)["task"] == "write"
    assert listed(evenly)["timer"] is None
    stopped = evenly("effort", "stop")
    assert (stopped.code, "No timer is running" in stopped.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "25", "--task", "write"), "is no duration"),
        (("add", "0m", "--task", "write"), "at least a second"),
        (("add", "--task", "write", "--", "-5m"), "is no duration"),
        (("add", "25m", "--task", "dream"), "'dream' is not one of"),
        (("add", "25m"), "--task"),
        (("add", "25m", "--task", "write", "--account", "nobody"), "There is no account nobody"),
        (("add", "25m", "--task", "write", "--post", "p9"), "no post or delivery p9"),
        (("add", "25m", "--task", "write", "--at", "soon"), "is no time"),
        (("add", "25m", "--task", "write", "--at", "2999-01-01"), "has not come yet"),
        (("drop", "7"), "There is no effort 7"),
        (("stop", "5m", "--cancel"), "Either a duration, or --cancel"),
        (("stop", "--cancel"), "No timer is running"),
        (("list", "--since", "x"), "is no time"),
    ],
)
def test_what_cannot_be_is_refused(evenly: Program, arguments: tuple[str, ...], said: str) -> None:
    """In a sentence, and nothing is logged."""
    result = evenly("effort", *arguments)

    assert result.code == 2
    assert said in result.err
    assert listed(evenly) == {"efforts": [], "timer": None}


def test_forgetting_asks_first_and_says_what_went(evenly: Program) -> None:
    """Without an answer nothing goes."""
    evenly("effort", "add", "5m", "--task", "reply", "--at", "2020-05-02T10:00", "--note", "To Anna")

    asked = evenly("forget", "--before", "2021-01-01", stdin="n\n")
    assert asked.code != 0
    assert "1 note on an effort" in asked.err
    assert listed(evenly)["efforts"][0]["note"] == "To Anna"

    done = json.loads(evenly("forget", "--before", "2021-01-01", "--yes", "--json").out)
    assert (done["forgotten"]["notes"], done["dry_run"]) == (1, False)
    assert listed(evenly)["efforts"][0]["note"] is None
    assert "nothing to forget" in evenly("forget", "--before", "2021-01-01").out


@pytest.mark.parametrize(("day", "said"), [("2999-01-01", "60 days"), ("yesterday", "is no time")])
def test_a_day_that_cannot_be_meant_is_refused(evenly: Program, day: str, said: str) -> None:
    """What is needed stays."""
    result = evenly("forget", "--before", day, "--yes")

    assert (result.code, said in result.err) == (2, True)


def test_figures_of_an_unknown_account_are_refused(evenly: Program) -> None:
    """With those there are."""
    result = evenly("metrics", "--account", "nobody")

    assert (result.code, "There is no account nobody" in result.err) == (2, True)
