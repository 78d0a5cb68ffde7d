"""When an account may publish, as people write it and as the planner wants it."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.settings.calendar import (
    WEEKDAYS,
    Cadence,
    Dates,
    Hours,
    Missed,
    Window,
    cadence,
    dates,
    holiday_dates,
    hours_by_weekday,
    missed,
    weights,
    window,
)
from evenly.settings.faults import Refused

MORNING = Hours(time(8), time(12))


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Mon 08:00-12:00", (0,)),
        ("Mon-Fri 08:00-12:00", (0, 1, 2, 3, 4)),
        ("Fri-Mon 08:00-12:00", (0, 4, 5, 6)),
        ("Sun-Sat 08:00-12:00", (0, 1, 2, 3, 4, 5, 6)),
        ("Tue, Thu 08:00-12:00", (1, 3)),
        ("sat–sun 8:00 – 12:00", (5, 6)),
    ],
)
def test_a_window_names_days_and_hours(written: str, days: tuple[int, ...]) -> None:
    """Runs of days may wrap around the week; a dash may be a long one."""
    assert window(written) == Window(days, MORNING)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("Fri 20:00-02:00", Hours(time(20), time(2))),
        ("Fri 20:00-24:00", Hours(time(20), time(0))),
        ("Fri 00:00-24:00", Hours(time(0), time(0))),
    ],
)
def test_a_window_may_cross_midnight_or_end_with_it(written: str, hours: Hours) -> None:
    """An end that is not after the start lies on the next day."""
    assert window(written).hours == hours


def test_overlapping_windows_of_a_day_are_one() -> None:
    """No minute is counted twice."""
    windows = [window("Mon 08:00-12:00"), window("Mon-Tue 11:00-14:00"), window("Mon 14:00-15:00"), window("Mon 20:00-21:00")]

    assert hours_by_weekday(windows) == {
        0: (Hours(time(8), time(15)), Hours(time(20), time(21))),
        1: (Hours(time(11), time(14)),),
    }


@pytest.mark.parametrize("late", ["Fri 20:00-10:00", "Fri 20:00-09:01"])
def test_a_window_that_runs_into_the_next_days_is_refused(late: str) -> None:
    """Its last minutes would belong to two days; touching is no overlap."""
    with pytest.raises(Refused, match="windows of Fri that end before those of Sat begin"):
        hours_by_weekday([window(late), window("Sat 09:00-12:00")])

    hours_by_weekday([window("Fri 20:00-09:00"), window("Sat 09:00-12:00")])


def test_sunday_night_is_held_against_monday() -> None:
    """The week is a circle."""
    with pytest.raises(Refused, match="windows of Sun"):
        hours_by_weekday([window("Sun 22:00-03:00"), window("Mon 02:00-12:00")])


minutes = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))


@given(
    st.lists(
        st.builds(
            Window,
            st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple),
            st.builds(Hours, minutes, minutes).filter(lambda hours: hours.start < hours.end),
        )
    )
)
def test_the_hours_of_the_week_are_exactly_those_of_its_windows(windows: list[Window]) -> None:
    """Joining loses no minute, adds none and leaves no two stretches that touch."""
    joined = hours_by_weekday(windows)

    for day in range(7):
        wanted = {minute for each in windows if day in each.days for minute in _minutes(each.hours)}
        stretches = joined.get(day, ())
        assert wanted == {minute for hours in stretches for minute in _minutes(hours)}
        assert all(before.end < after.start for before, after in pairwise(stretches))


def _minutes(hours: Hours) -> range:
    return range(hours.start.hour * 60 + hours.start.minute, hours.end.hour * 60 + hours.end.minute)


@pytest.mark.parametrize(
    ("written", "meaning"),
    [("1/day", Cadence(1, "day")), ("3/week", Cadence(3, "week")), ("10 / month", Cadence(10, "month"))],
)
def test_a_cadence_is_a_number_per_day_week_or_month(written: str, meaning: Cadence) -> None:
    """Whole posts only."""
    assert cadence(written) == meaning


def test_days_without_a_weight_weigh_one_and_days_without_a_window_nothing() -> None:
    """`weekdays` names the exceptions."""
    assert weights({5: 0.5, 6: 2.0}, open_days=[0, 5]) == {0: 1.0, 5: 0.5}


def test_dates_hold_both_their_ends() -> None:
    """A blackout of three days closes three days."""
    christmas = dates("2026-12-24..2026-12-26")

    assert christmas == Dates(date(2026, 12, 24), date(2026, 12, 26))
    assert [date(2026, 12, day) in christmas for day in range(23, 28)] == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("publish within 6h", Missed("publish", timedelta(hours=6))),
        ("publish within 2 days", Missed("publish", timedelta(days=2))),
        ("replan", Missed("replan")),
        ("skip", Missed("skip")),
    ],
)
def test_what_happens_to_the_late_is_one_of_three(written: str, meaning: Missed) -> None:
    """Published within a time, planned anew, or left to a person."""
    assert missed(written) == meaning


def test_holidays_are_those_of_the_country_and_region_in_the_years_asked() -> None:
    """Bastille Day is French; Epiphany is a holiday in Bavaria, not in all of Germany."""
    assert date(2026, 7, 14) in holiday_dates("FR", [2026])
    assert {day.year for day in holiday_dates("FR", [2026, 2027])} == {2026, 2027}
    assert date(2026, 1, 6) in holiday_dates("DE-BY", [2026]) - holiday_dates("DE", [2026])


def test_weeks_begin_on_monday() -> None:
    """As `date.weekday()` counts."""
    assert WEEKDAYS[date(2026, 11, 23).weekday()] == "Mon"
