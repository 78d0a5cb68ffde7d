"""What goes out: JSON Lines that hold everything but secrets, a calendar, a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from evenly.exporting import Chore, export_csv, export_ics, export_lines
from evenly.importing import import_source
from evenly.planning import Desk
from evenly.plugin import Credentials
from evenly.store import models
from tests.importing.workspaces import NOW, posts_of, workspace

CSV = """text,to,at,topic,offer,draft,mood,text_for_page,options_pins
"=SUM(A1)
second line",page;pins,2026-12-01T10:00,care,service,,calm,Other,
Later,tokyo,,craft,,true,-5,,
"""


@pytest.fixture
def filled(desk: Desk, tmp_path: Path) -> Desk:
    """A workspace with two posts."""
    (tmp_path / "plan.csv").write_text(CSV)
    report = import_source(desk, str(tmp_path / "plan.csv"), now=NOW)
    assert report.added == 2, report.refused
    return desk


def test_deliveries_have_the_shape_that_is_promised(filled: Desk) -> None:
    """Every key of a delivery is there, beside the row as it is stored."""
    lines = [json.loads(line) for line in export_lines(filled)]
    keys = "id post account network state due pinned text link media origin topic on_topic actions campaign offer effort_minutes url"

    for delivery in (line for line in lines if line["type"] == "delivery"):
        assert {*keys.split(), "remote_id", "published_at", "reason", "type", "row"} == delivery.keys()


def test_an_export_is_the_same_every_time(filled: Desk) -> None:
    """In one order, so that two of them can be compared."""
    assert list(export_lines(filled)) == list(export_lines(filled))


def test_no_secret_goes_out(filled: Desk) -> None:
    """Neither a token nor what is known of the sign-in."""
    from evenly.store.secrets import Vault

    sealed = Vault([b"A" * 43 + b"="]).seal("account:page", Credentials(access_token="secret-token"))
    with filled.store.write() as connection:
        connection.execute(models.credential.insert().values(name="account:page", sealed=sealed, stored_at=NOW))
        connection.execute(models.account.update().values(state={"token": "secret-token"}, settings={"key": "secret-token"}))
    text = "\n".join(export_lines(filled))

    assert "secret-token" not in text
    assert sealed.decode() not in text


def test_a_spreadsheet_of_the_posts_comes_back(filled: Desk, tmp_path: Path) -> None:
    """Cells that look like formulas are guarded on the way; columns that nobody knows are there again."""
    text = "".join(export_csv(filled))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    (tmp_path / "back.csv").write_text(text, newline="")

    assert [row["mood"] for row in rows] == ["calm", "'-5"]
    assert [row["offer"] for row in rows] == ["service", ""]
    assert rows[0]["text"].startswith("'=SUM")
    with workspace(tmp_path / "other") as other:
        import_source(other, str(tmp_path / "back.csv"), now=NOW)
        assert posts_of(other) == posts_of(filled)
    assert import_source(filled, str(tmp_path / "back.csv"), now=NOW).unchanged == 2


def test_an_empty_workspace_gives_a_header_only(desk: Desk) -> None:
    """A spreadsheet to begin with, and a calendar without events."""
    assert len(list(export_csv(desk))) == 1
    assert Calendar.from_ical(export_ics(desk, NOW)).walk("VEVENT") == []


def test_the_calendar(filled: Desk) -> None:
    """Every delivery with a time, in UTC; lines are folded at 75 octets."""
    text = export_ics(filled, NOW)
    events = Calendar.from_ical(text).walk("VEVENT")

    assert [(str(event["status"]), event.decoded("dtstart").isoformat()) for event in events] == [
        ("CONFIRMED", "2026-12-01T09:00:00+00:00"),
        ("CONFIRMED", "2026-12-01T09:00:00+00:00"),
    ]
    assert [str(event["summary"]) for event in events] == ["page: Other", "pins: =SUM(A1) second line"]
    assert "CATEGORIES:page,facebook,care" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_an_event_is_known_again_after_it_was_moved(filled: Desk) -> None:
    """Its UID stays, its SEQUENCE rises; what was cancelled says so."""
    before = Calendar.from_ical(export_ics(filled, NOW)).walk("VEVENT")
    with filled.store.write() as connection:
        connection.execute(models.delivery.update().values(due=NOW + timedelta(days=9), state="cancelled", next_action_at=None))
    after = Calendar.from_ical(export_ics(filled, NOW + timedelta(minutes=1))).walk("VEVENT")

    assert {str(event["uid"]) for event in before} <= {str(event["uid"]) for event in after}
    assert after[0].decoded("sequence") > before[0].decoded("sequence")
    assert str(after[0]["status"]) == "CANCELLED"


def test_no_control_character_reaches_the_calendar(desk: Desk, tmp_path: Path) -> None:
    """A calendar may not hold them."""
    (tmp_path / "a.md").write_text("---\nto: page\nat: 2026-12-01T10:00\n---\nBell \x07 and 日本, emoji 👩‍🔧")
    import_source(desk, str(tmp_path / "a.md"), now=NOW)
    text = export_ics(desk, NOW)

    assert "\x07" not in text
    assert "👩‍🔧" in text.replace("\r\n ", "")


def test_what_is_to_be_done_is_a_to_do_that_later_exports_replace(desk: Desk) -> None:
    """With its minutes, from Monday to Sunday; its UID stays, its SEQUENCE goes up."""
    chore = Chore(
        key="week-2026-W48-write", summary="Write posts of your own: 3.", minutes=60, begin=date(2026, 11, 23), end=date(2026, 11, 29)
    )

    (first,), (second,) = (
        Calendar.from_ical(export_ics(desk, NOW + timedelta(minutes=later), chores=[chore])).walk("VTODO") for later in (0, 1)
    )

    assert first["summary"] == "Write posts of your own: 3. (60 min)"
    assert (first.decoded("dtstart"), first.decoded("due")) == (date(2026, 11, 23), date(2026, 11, 30))
    assert str(first["uid"]).startswith("week-2026-W48-write@")
    assert first["uid"] == second["uid"]
    assert second.decoded("sequence") > first.decoded("sequence")
