"""What a calendar page shows is what the workspace holds: no more, no less, judged as it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evenly import fields, planning
from evenly.app import App
from evenly.clock import VirtualClock
from evenly.pages import Calendar, gathered
from evenly.planning import calendar as calendars
from evenly.planning import changing
from evenly.rehearsal import Rehearsal
from evenly.store.secrets import make_key

START = datetime(2026, 11, 30, 5, tzinfo=UTC)  # a Monday
_SETTINGS = '[brand]\nname = "Atelier"\ntimezone = "Europe/Paris"\nlanguage = "fr"\n[accounts.fedi]\nnetwork = "mastodon"\n'


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """A workspace with one account, one post a day."""
    (tmp_path / "evenly.toml").write_text(_SETTINGS)
    (tmp_path / ".evenly").mkdir(mode=0o700)
    make_key(tmp_path / ".evenly")
    clock = VirtualClock(START)
    with App.open(tmp_path, environment={}, clock=clock) as app:
        yield Rehearsal.open(app, clock)


def add(rehearsal: Rehearsal, text: str, **more: Any) -> str:
    """Queue a post; the id of its delivery."""
    new = planning.NewPost(fields=fields.read({"text": text, **more}), root=rehearsal.app.settings.folder)
    return str(planning.add(rehearsal.app.desk, new, now=rehearsal.clock.now()).deliveries[0])


def texts(calendar: Calendar) -> list[str]:
    return [delivery["text"] for delivery in calendar.accounts[0]["deliveries"]]


def test_it_holds_what_went_out_and_what_is_planned(rehearsal: Rehearsal) -> None:
    """With the names that people know: brand, zone, titles of networks."""
    for number in range(4):
        add(rehearsal, f"Number {number}")
    rehearsal.publish(until=START + timedelta(days=2))

    calendar = gathered(rehearsal.app.desk, now=rehearsal.clock.now())

    assert texts(calendar) == [f"Number {number}" for number in range(4)]
    assert [each["state"] for each in calendar.accounts[0]["deliveries"]] == ["published", "published", "planned", "planned"]
    assert (calendar.brand, calendar.zone, calendar.language) == ("Atelier", "Europe/Paris", "fr")
    assert calendar.titles["mastodon"] == "Mastodon"


def test_it_keeps_to_the_time_that_is_asked_for(rehearsal: Rehearsal) -> None:
    """From `since`, before `until`."""
    for number in range(5):
        add(rehearsal, f"Number {number}")

    calendar = gathered(rehearsal.app.desk, now=START, since=START + timedelta(days=1), until=START + timedelta(days=3))

    assert texts(calendar) == ["Number 1", "Number 2"]


def test_what_will_never_go_out_is_left_away(rehearsal: Rehearsal) -> None:
    """Cancelled ones and drafts have no place in a calendar; what is held without a time has, for it needs somebody."""
    add(rehearsal, "Planned")
    add(rehearsal, "Draft", draft=True)
    changing.drop(rehearsal.app.desk, [add(rehearsal, "Cancelled")], now=START)
    bounds = {"not_before": "2026-12-05T22:00", "not_after": "2026-12-05T23:00"}
    add(rehearsal, "Held", **bounds)

    calendar = gathered(rehearsal.app.desk, now=START)

    assert texts(calendar) == ["Planned", "Held"]
    assert calendar.accounts[0]["deliveries"][1]["due"] is None


def test_the_evenness_of_a_plan_is_that_of_the_plan_command(rehearsal: Rehearsal) -> None:
    """The same scores for the same times."""
    for number in range(9):
        add(rehearsal, f"Number {number}")

    calendar = gathered(rehearsal.app.desk, now=START)

    desk = rehearsal.app.desk
    (plan,) = calendars.plans(desk, now=START)
    assert calendar.accounts[0]["evenness"] == calendars.document(desk, plan)["evenness"]


def test_the_evenness_of_the_past_is_that_of_the_times_it_went_out_at(rehearsal: Rehearsal) -> None:
    """A post that somebody sent out at once counts where it went out, not where it was planned."""
    ids = [add(rehearsal, f"Number {number}") for number in range(4)]
    desk, clock = rehearsal.app.desk, rehearsal.clock
    (planned,) = gathered(desk, now=START).accounts
    rehearsal.publish(until=START + timedelta(days=1, hours=6))
    changing.publish_now(desk, [ids[3]], now=clock.now())
    rehearsal.publish()

    (out,) = gathered(desk, now=clock.now(), since=START).accounts

    assert [each["state"] for each in out["deliveries"]] == ["published"] * 4
    assert out["evenness"]["days"]["value"] > planned["evenness"]["days"]["value"]


def test_pictures_and_figures_go_with_their_delivery(rehearsal: Rehearsal) -> None:
    """The first picture, small; the latest figures."""
    for name in ("first", "second"):
        Image.new("RGB", (400, 300), "teal").save(rehearsal.app.settings.folder / f"{name}.jpg")
    with_pictures = add(rehearsal, "With pictures", media=[{"path": f"{name}.jpg", "alt": f"The {name}"} for name in ("first", "second")])
    add(rehearsal, "Without")
    rehearsal.publish()
    rehearsal.clock.advance(timedelta(days=2))
    rehearsal.collect()

    calendar = gathered(rehearsal.app.desk, now=rehearsal.clock.now(), since=START)

    assert list(calendar.pictures) == [with_pictures]
    assert calendar.pictures[with_pictures].startswith("data:image/jpeg;base64,")
    assert len(calendar.figures) == 2
    assert all("likes" in figures for figures in calendar.figures.values())
