"""Durations are read as people write them, and written so that they read back the same."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly import durations


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("10m", timedelta(minutes=10)),
        ("3h", timedelta(hours=3)),
        ("150s", timedelta(seconds=150)),
        ("7 days", timedelta(days=7)),
        ("1 day", timedelta(days=1)),
        ("2 weeks", timedelta(weeks=2)),
        ("1h 30m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        (" 20 Minutes ", timedelta(minutes=20)),
        ("0s", timedelta(0)),
    ],
)
def test_a_number_with_a_unit_or_a_word_is_a_duration(text: str, meaning: timedelta) -> None:
    """Letters and English words may both name the unit."""
    assert durations.parse(text) == meaning


@pytest.mark.parametrize("text", ["", " ", "3", "h", "-3h", "3 fortnights", "3h later", "3,5h", "1e9d", "nan h", "9999999d", "٣h", "1h 30"])
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    """A bare number, an unknown unit and an absurd length are refused, and the sentence shows how to write one."""
    with pytest.raises(durations.DurationRefused) as refused:
        durations.parse(text)

    assert "3h" in str(refused.value)


@given(st.timedeltas(min_value=timedelta(0), max_value=durations.LONGEST))
def test_what_is_written_reads_back_the_same(duration: timedelta) -> None:
    """`parse` undoes `written`, to the microsecond."""
    assert durations.parse(durations.written(duration)) == duration


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Every text is either a duration or refused."""
    with suppress(durations.DurationRefused):
        assert durations.parse(text) >= timedelta(0)


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(days=7), "7 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=150), "150s"),
        (timedelta(milliseconds=500), "0.5s"),
        (timedelta(0), "0s"),
    ],
)
def test_the_largest_unit_that_fits_is_used(duration: timedelta, text: str) -> None:
    """Nobody has to read 604800s."""
    assert durations.written(duration) == text
