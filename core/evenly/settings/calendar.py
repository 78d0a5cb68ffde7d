"""When an account may publish: cadence, windows of the week, blackouts, holidays, and what happens to the late."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal, NamedTuple

from evenly import durations
from evenly.plugin import Message
from evenly.settings.faults import Refusal, Refused

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Per = Literal["day", "week", "month"]
_MINUTES: dict[Per, int] = {"day": 1440, "week": 10_080, "month": 40_320}

_CADENCE = re.compile(r"(\d{1,6})\s*/\s*(day|week|month)")
_WINDOW = re.compile(r"(?P<days>[a-z,\s–-]+?)\s+(?P<start>\d{1,2}:\d{2})\s*[-–]\s*(?P<end>\d{1,2}:\d{2})", re.IGNORECASE)
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*\.\.\s*(\d{4}-\d{2}-\d{2}))?")
_PUBLISH_WITHIN = re.compile(r"publish\s+within\s+(.+)")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often an account publishes: `count` posts per day, week or month."""

    count: int
    per: Per


class Hours(NamedTuple):
    """A stretch of wall time; an `end` not after `start` lies on the next day."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Window:
    """The same hours on some weekdays (0 is Monday)."""

    days: tuple[int, ...]
    hours: Hours


@dataclass(frozen=True, slots=True)
class Dates:
    """Consecutive dates, both ends included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Missed:
    """What happens to a late delivery: `publish` it within so long, `replan` it, or `skip` it."""

    policy: Literal["publish", "replan", "skip"]
    within: timedelta | None = None  #: with `publish` only


def cadence(written: object) -> Cadence:
    """`"3/week"` as a Cadence; at most one post a minute."""
    parsed = _CADENCE.fullmatch(written.strip()) if isinstance(written, str) else None
    if parsed is not None:
        per: Per = parsed[2]  # type: ignore[assignment] # the pattern admits these words only
        if 1 <= int(parsed[1]) <= _MINUTES[per]:
            return Cadence(int(parsed[1]), per)
    raise Refused(Message('a number above 0 and "/day", "/week" or "/month", such as "3/week"; at most one post a minute'))


def weekday(written: object) -> int:
    """`"Sat"` as 5."""
    name = written.strip().capitalize() if isinstance(written, str) else ""
    if name not in WEEKDAYS:
        raise Refused(Message("{names}", names=", ".join(WEEKDAYS)))
    return WEEKDAYS.index(name)


def window(written: object) -> Window:
    """`"Mon-Fri 08:00-20:00"` as a Window; days may wrap around (`Fri-Mon`) or be listed (`Tue, Thu`)."""
    parsed = _WINDOW.fullmatch(written.strip()) if isinstance(written, str) else None
    if parsed is None:
        raise Refused(Message('days and hours, such as "Mon-Fri 08:00-20:00" or "Fri 20:00-02:00"'))
    days = tuple(sorted({day for part in parsed["days"].split(",") for day in _run_of_days(part)}))
    start, end = _wall_time(parsed["start"]), _wall_time(parsed["end"], last=True)
    if start == end != time(0):
        raise Refused(Message("hours that differ; the whole day is 00:00-24:00"))
    return Window(days, Hours(start, end))


def _run_of_days(written: str) -> list[int]:
    first, _, last = written.replace("–", "-").partition("-")
    begin, end = weekday(first), weekday(last or first)
    return [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]


def _wall_time(written: str, *, last: bool = False) -> time:
    hour, minute = map(int, written.split(":"))
    if last and (hour, minute) == (24, 0):
        return time(0)
    try:
        return time(hour, minute)
    except ValueError:
        raise Refused(Message("hours from 00:00 to 24:00, such as 08:00-20:00")) from None


def hours_by_weekday(windows: Iterable[Window]) -> dict[int, tuple[Hours, ...]]:
    """The open hours of each weekday that has any, in order, overlapping ones joined.

    Refused where a window would run into one of the next day, whose minutes would then belong to two days.
    """
    stretches: dict[int, list[tuple[int, int]]] = {}
    for each in windows:
        for day in each.days:
            stretches.setdefault(day, []).append(_in_minutes(each.hours))
    joined = {day: _joined(stretches[day]) for day in sorted(stretches)}
    for day, open_minutes in joined.items():
        following = joined.get((day + 1) % 7)
        if following and open_minutes[-1][1] - 1440 > following[0][0]:
            names = {"day": WEEKDAYS[day], "next": WEEKDAYS[(day + 1) % 7]}
            raise Refused(Message("windows of {day} that end before those of {next} begin", **names))
    return {day: tuple(_in_wall_time(each) for each in joined[day]) for day in joined}


def _in_minutes(hours: Hours) -> tuple[int, int]:
    start, end = (each.hour * 60 + each.minute for each in hours)
    return start, end if end > start else end + 1440


def _in_wall_time(minutes: tuple[int, int]) -> Hours:
    start, end = (time(minute // 60 % 24, minute % 60) for minute in minutes)
    return Hours(start, end)


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def weights(given: Mapping[int, float], open_days: Collection[int]) -> dict[int, float]:
    """The weight of every weekday that has a window: as given, else 1."""
    every = {day: given.get(day, 1.0) for day in open_days}
    if open_days and not any(every.values()):
        raise Refused(Message("a weight above 0 for at least one day that has a window"))
    return every


def dates(written: object) -> Dates:
    """`"2026-12-24..2026-12-26"`, one date in quotes or a plain TOML date, as Dates."""
    if type(written) is date:
        return Dates(written, written)
    parsed = _DATES.fullmatch(written.strip()) if isinstance(written, str) else None
    try:
        if parsed is not None:
            first = date.fromisoformat(parsed[1])
            last = date.fromisoformat(parsed[2] or parsed[1])
            if first <= last:
                return Dates(first, last)
    except ValueError:
        pass
    raise Refused(Message('a date or two, the earlier first, such as "2026-12-25" or "2026-12-24..2026-12-26"'))


def missed(written: object) -> Missed:
    """`"publish within 6h"`, `"replan"` or `"skip"` as Missed."""
    if written in ("replan", "skip"):
        return Missed(written)
    parsed = _PUBLISH_WITHIN.fullmatch(written.strip()) if isinstance(written, str) else None
    try:
        if parsed is not None:
            return Missed("publish", durations.parse(parsed[1]))
    except durations.DurationRefused:
        pass
    raise Refused(Message('"publish within 6h" (or another duration), "replan" or "skip"'))


def country_with_holidays(code: str) -> str:
    """The code itself, if the national holidays of that country (`FR`) or region (`DE-BY`) are known."""
    try:
        holiday_dates(code, [2026])
    except NotImplementedError:
        allowed = Message('a country such as "FR", or one with its region such as "DE-BY", whose holidays are known')
        raise Refused(Refusal(allowed)) from None
    return code


def holiday_dates(code: str, years: Iterable[int]) -> frozenset[date]:
    """The national holidays of a country (`FR`) or region (`DE-BY`) in those years; NotImplementedError for unknown codes."""
    # 0.1 s to import: only accounts with `holidays` pay for it.
    from holidays import country_holidays

    country, _, region = code.partition("-")
    return frozenset(country_holidays(country, subdiv=region or None, years=years))
