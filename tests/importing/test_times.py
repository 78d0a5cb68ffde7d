"""Times as other tools write them."""

from datetime import datetime

import pytest

from evenly.importing.times import can_be, parse


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-12-01 10:00", "2026-12-01T10:00"),
        ("2026/12/01 10:00:30", "2026-12-01T10:00:30"),
        ("2026-12-01T10:00+01:00", "2026-12-01T10:00+01:00"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00+00:00"),
        ("12/1/2026 10:00", "2026-12-01T10:00"),
        ("12/1/26 2:30 PM", "2026-12-01T14:30"),
        ("12/1/2026 12:05 a.m.", "2026-12-01T00:05"),
    ],
)
def test_a_time_is_read(written: str, iso: str) -> None:
    """In all the notations that bulk files use."""
    assert parse(written) == datetime.fromisoformat(iso)


@pytest.mark.parametrize("written", ["", "next Friday at 2 PM", "2026-13-01 10:00", "12/1/2026", "12/1/2026 25:00", "12/1/2026 13:00 PM"])
def test_what_is_no_time_is_none(written: str) -> None:
    """Prompts, dates alone where a time is needed, and impossible hours."""
    assert parse(written) is None


def test_the_order_of_day_and_month_shows_where_one_is_above_twelve() -> None:
    """Only the file as a whole can tell."""
    assert can_be(["03/04/2026 10:00", "25/12/2026 10:00"], day_first=True)
    assert not can_be(["03/04/2026 10:00", "25/12/2026 10:00"], day_first=False)
