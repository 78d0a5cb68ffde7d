"""`evenly effort`, `evenly forget` and `evenly metrics`, as they are typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Program
from tests.cli.shops import Shop


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


def test_money_is_logged_with_time_or_alone(evenly: Program) -> None:
    """In the currency of evenly.toml; together they are told."""
    settings = evenly.folder / "evenly.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[capacity]\nminutes_per_week = 60\ncurrency = "EUR"\n', "utf-8")

    assert evenly("effort", "add", "0m", "--cost", "30", "--note", "Reach").out == "Effort 1: 30.00 EUR.\n"
    assert evenly("effort", "add", "25m", "--cost", "12,5", "--task", "photo").out == "Effort 2: 25m, 12.50 EUR, photo.\n"
    first, second = listed(evenly)["efforts"]
    assert (first["task"], first["minutes"], first["cost"]) == (None, 0, 30)
    assert (second["task"], second["minutes"], second["cost"]) == ("photo", 25, 12.5)
    assert "Together: 25m, 42.50 EUR" in evenly("effort").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "0m", "--cost", "0"), "is no cost"),
        (("add", "0m", "--cost", "-3"), "is no cost"),
        (("add", "0m", "--cost", "3.141"), "is no cost"),
        (("add", "0m", "--cost", "much"), "is no cost"),
        (("add", "0m", "--cost", "99999999"), "at most 10,000,000"),
        (("add", "25m", "--cost", "3"), "name it with --task"),
        (("start",), "name it with --task"),
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


def test_figures_come_from_a_file(shop: Shop) -> None:
    """Good rows are kept, the others are told with their line; in JSON, too. A second time nothing is new."""
    (shop.folder / "figures.csv").write_text("account,taken_at,followers,mood\necho,2026-01-02,120,fine\necho,2026-01-03,-1,\n")

    tried = shop("metrics", "--import", "figures.csv", "--dry-run")
    assert (tried.code, "1 reading would be kept; nothing was changed." in tried.out) == (1, True)
    done = shop("metrics", "--import", "figures.csv")
    assert (done.code, done.out) == (1, "1 reading is kept.\n1 was refused.\n")
    assert "left out: mood" in done.err
    assert "refused: line 3: followers cannot be '-1'" in done.err
    again = json.loads(shop("metrics", "--import", "figures.csv", "--json").out)
    assert (again["added"], again["unchanged"], again["told_otherwise"], again["refused"][0]["line"]) == (0, 1, 0, 3)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--import", "none.csv"), "There is no file none.csv"),
        (("--import", "x.csv", "--account", "page"), "leave --account away"),
        (("--dry-run",), "--dry-run goes with --import"),
    ],
)
def test_figures_from_a_file_that_cannot_be_are_refused(evenly: Program, options: tuple[str, ...], said: str) -> None:
    result = evenly("metrics", *options)

    assert (result.code, said in result.err) == (2, True)


def test_figures_of_an_unknown_account_are_refused(evenly: Program) -> None:
    """With those there are."""
    result = evenly("metrics", "--account", "nobody")

    assert (result.code, "There is no account nobody" in result.err) == (2, True)
