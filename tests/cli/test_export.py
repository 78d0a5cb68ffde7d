"""`evenly export`: everything, as text that other programs read."""

from __future__ import annotations

import csv
import io
import json
import stat
from typing import Any

from icalendar import Calendar

from tests.cli.shops import Shop


def test_every_line_is_a_json_object_that_says_what_it_is(shop: Shop) -> None:
    """Posts, deliveries, parts, attempts and metrics; deliveries with the keys that every other command prints."""
    delivery = shop.published("Hello")

    lines = [json.loads(line) for line in shop("export").out.splitlines()]

    assert lines[0] == {"type": "evenly", "version": 1}
    assert {line["type"] for line in lines[1:]} >= {"post", "delivery", "part", "attempt"}
    exported = next(line for line in lines if line["type"] == "delivery")
    assert {name: exported[name] for name in ("id", "post", "account", "state", "url")} == {
        name: delivery[name] for name in ("id", "post", "account", "state", "url")
    }


def test_nothing_secret_is_among_it(shop: Shop) -> None:
    """Tokens stay where they are."""
    shop.published("Hello")

    assert "not-a-real-one" not in shop("export").out


def test_the_csv_can_be_imported(shop: Shop) -> None:
    """The same posts, which are here already; formulas are made harmless on the way."""
    shop.add("=1+1", "--topic", "care", "--at", "2026-12-01T10:00")
    shop.add("Two\nlines", "--thread", "More", to="echo")

    exported = shop("export", "--csv").out
    rows = list(csv.DictReader(io.StringIO(exported)))
    (shop.folder / "posts.csv").write_text(exported, newline="")

    assert [row["text"] for row in rows] == ["'=1+1", "Two\nlines"]
    assert shop.done("import", "posts.csv") == {"added": 0, "unchanged": 2, "refused": []}


def test_the_calendar_holds_every_delivery_with_a_time(shop: Shop) -> None:
    """In UTC, under the same name in every export."""
    shop.add("Hello", "--at", "2026-12-01T10:00")
    shop.add("A draft", "--draft")

    event: Any
    (event,) = Calendar.from_ical(shop("export", "--ics").out).walk("VEVENT")

    assert event["summary"] == "page: Hello"
    assert event["dtstart"].dt.isoformat() == "2026-12-01T09:00:00+00:00"
    (again,) = Calendar.from_ical(shop("export", "--ics").out).walk("VEVENT")
    assert again["uid"] == event["uid"]


def test_a_file_is_written_whole_and_for_its_owner_alone(shop: Shop) -> None:
    """What was there is replaced at the end, not before."""
    shop.add("Hello")
    (shop.folder / "all.jsonl").write_text("old")

    result = shop("export", "-o", "all.jsonl")

    assert (result.code, result.out) == (0, "")
    written = shop.folder / "all.jsonl"
    assert written.read_text() == shop("export").out
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert [each.name for each in shop.folder.iterdir() if each.name.startswith(".all")] == []


def test_a_place_that_cannot_be_written_is_refused(shop: Shop) -> None:
    """With the reason; and one form at a time."""
    assert "cannot be written" in shop.refused("export", "-o", "nowhere/all.jsonl")
    assert "either --ics or --csv" in shop.refused("export", "--ics", "--csv")
