"""`evenly doctor` and `evenly plan` on the brand: open questions, and cadences that nobody can carry."""

from __future__ import annotations

import re

from tests.cli.conftest import Program
from tests.cli.shops import SETTINGS, Shop

CAPACITY = "[capacity]\nminutes_per_week = {minutes}\n"


def found(evenly: Program) -> dict[str, tuple[bool, str]]:
    return {each["check"]: (each["ok"], each["message"]) for each in evenly("doctor", "--json").json["findings"]}


def test_open_questions_are_said_each_in_its_own_words(evenly: Program) -> None:
    """They hinder nothing: the settings that `init` writes have no answers yet."""
    findings = found(evenly)

    assert [findings[check][0] for check in ("audience", "networks", "topics")] == [True] * 3
    assert "[[audiences]]" in findings["audience"][1]
    assert "[accounts.page]" in findings["networks"][1]
    assert "[topics.NAME]" in findings["topics"][1]
    assert evenly("doctor").out.count("No answer yet") == 3


def test_answers_are_repeated(shop: Shop) -> None:
    """By their names."""
    shop.evenly.settings(SETTINGS + '[[audiences]]\nname = "couples"\n')

    findings = found(shop.evenly)

    assert [findings[check][1] for check in ("audience", "networks", "topics")] == ["couples", "echo, facebook, mastodon, well", "care"]


def test_cadences_beyond_the_capacity_are_found(shop: Shop) -> None:
    """By `doctor` and by `plan`, which names the missing minutes and prints its calendar all the same."""
    shop.evenly.settings(SETTINGS + CAPACITY.format(minutes=150))

    # Seven posts a week of 28 minutes: 4/5 are written, 1/5 found, 2/5 have a picture, and all are answered.
    ok, said = found(shop.evenly)["capacity"]
    assert (ok, "46 minutes are missing" in said) == (False, True)
    planned = shop("plan", "--json")
    assert (planned.code, len(planned.json["accounts"])) == (1, 4)
    assert "46 minutes are missing" in planned.err
    assert "Feasible are 5 posts a week" in planned.err


def test_cadences_within_the_capacity_are_well(shop: Shop) -> None:
    """Nothing is said where nothing is missing."""
    shop.evenly.settings(SETTINGS + CAPACITY.format(minutes=196))

    assert found(shop.evenly)["capacity"][0]
    planned = shop("plan")
    assert (planned.code, planned.err) == (0, "")


def test_the_plan_says_how_long_the_content_lasts(shop: Shop) -> None:
    """Of each account, and of each kind that the mix wants; what is used up soon has its date."""
    shop.add("One", to="toots")
    shop.add("Two", to="toots")

    lines = shop("plan").out.partition("How long it lasts:\n")[2].splitlines()

    assert lines[0].split() == ["account", "kind", "posts", "at", "the", "cadence"]
    toots = [re.split(" {2,}", line) for line in lines if line.startswith("toots")]
    assert [each[1:3] for each in toots] == [["all", "2"], ["your own posts", "2"], ["third-party posts", "0"], ["posts on topic", "0"]]
    assert toots[0][3:] == ["2 days of content left", "runs dry on 2026-11-25"]


def test_a_topic_without_words_is_said(shop: Shop) -> None:
    """It hinders nothing: a label can put posts into it."""
    assert found(shop.evenly)["topic words"] == (True, "The topic care has no words: only a label can put a post into it.")
