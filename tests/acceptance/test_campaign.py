"""A short campaign in the suite, and proofs that a campaign notices when something is wrong."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.campaign import Campaign, run
from tests.acceptance.daemons import AHEAD
from tests.acceptance.verdict import Verdict, judged
from tests.acceptance.weather import Appearance

Journals = Mapping[str, Mapping[str, Appearance]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campaign")


@pytest.fixture(scope="module")
def campaign(folder: Path) -> Campaign:
    return run(folder, deliveries=40, minutes=0.6, planned_minutes=0.1, per_day=48, seed=4, groups=1, least=3.0, most=6.0)


def judged_anew(folder: Path, journals: Journals) -> Verdict:
    return judged(folder, journals, ahead=timedelta(hours=AHEAD))


def test_nothing_is_doubled_or_lost_in_bad_weather_with_two_daemons_that_are_killed(campaign: Campaign) -> None:
    """Every kind of fault on every network, kills, pauses and a clock that is wrong."""
    told = "\n".join(campaign.told())

    assert campaign.is_good, told
    assert campaign.verdict.deliveries >= 40
    assert sum(campaign.struck.values()) > 3
    assert campaign.happened["kill"] > 0


def test_what_was_public_twice_is_noticed(folder: Path, campaign: Campaign) -> None:
    """Also when the second is gone by now: the journal keeps it."""
    name, entries = next((name, entries) for name, entries in campaign.journals.items() if name.startswith("fedi"))
    first = next(iter(entries.values()))
    doubled = {**campaign.journals, name: {**entries, "again": replace(first, remote_id="again")}}

    assert judged_anew(folder, doubled).doubled


def test_a_story_that_was_public_twice_is_noticed(folder: Path, campaign: Campaign) -> None:
    """It has no words by which the two could be told to be one."""
    name, entries = next((name, entries) for name, entries in campaign.journals.items() if any(not each.text for each in entries.values()))
    story = next(each for each in entries.values() if not each.text)
    doubled = {**campaign.journals, name: {**entries, "again": replace(story, remote_id="again")}}

    assert judged_anew(folder, doubled).doubled


def test_what_is_said_to_be_out_and_never_was_is_noticed(folder: Path, campaign: Campaign) -> None:
    """The store alone is not believed."""
    name, entries = next((name, entries) for name, entries in campaign.journals.items() if entries)

    assert judged_anew(folder, {**campaign.journals, name: dict(list(entries.items())[1:])}).lost


@pytest.mark.parametrize("state", ["failed", "missed", "planned"])
def test_what_never_got_out_is_noticed(folder: Path, campaign: Campaign, tmp_path: Path, state: str) -> None:
    """Whatever the store calls it."""
    shutil.copytree(folder / ".evenly", tmp_path / ".evenly")
    with closing(sqlite3.connect(tmp_path / ".evenly" / "evenly.sqlite")) as store:
        for trigger in store.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            store.execute(f'drop trigger "{trigger[0]}"')
        (chosen,) = store.execute("select id from delivery where state = 'published' limit 1").fetchone()
        store.execute("update part set state = 'waiting', remote_id = null where delivery_id = ?", (chosen,))
        store.execute("update delivery set state = ?, next_action_at = due where id = ?", (state, chosen))
        store.commit()

    assert judged_anew(tmp_path, campaign.journals).lost


def test_a_delivery_that_went_out_before_its_time_is_noticed(folder: Path, campaign: Campaign) -> None:
    """By more than the clock was wrong."""
    name, entries = next((name, entries) for name, entries in campaign.journals.items() if name.startswith("fedi"))
    early = {key: replace(each, at=each.at - timedelta(days=2)) for key, each in entries.items()}

    assert judged_anew(folder, {**campaign.journals, name: early}).early


def test_a_ledger_without_one_of_its_rules_is_caught(tmp_path: Path) -> None:
    """Where any error counts as a refusal, what was lost is sent again."""
    told = run(tmp_path, deliveries=40, minutes=0.6, planned_minutes=0.1, per_day=48, seed=1, groups=1, without="is_definite")

    assert told.verdict.doubled
    assert not told.is_good
