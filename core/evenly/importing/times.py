"""Times as other tools write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+(.+))?")
_YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:,?[ T]+(.+))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
_CENTURY = 2000


def parse(written: str, *, day_first: bool = False) -> datetime | None:
    """The date and time that `written` means, or None where it is no such thing; naive unless it names an offset.

    Read are ISO 8601, `2026/12/01 10:00`, and `12/1/2026 10:00` or `12/1/26 2:30 PM`, in which `day_first` settles the order.
    """
    text = written.strip()
    try:
        return _with_slashes(text, day_first=day_first) or datetime.fromisoformat(text)
    except ValueError:
        return None


def can_be(values: Iterable[str], *, day_first: bool) -> bool:
    """Whether every value is a time in this order of day and month."""
    return all(parse(value, day_first=day_first) is not None for value in values)


def _with_slashes(text: str, *, day_first: bool) -> datetime | None:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups()[:3])
    elif found := _YEAR_LAST.fullmatch(text):
        first, second, year = map(int, found.groups()[:3])
        day, month = (first, second) if day_first else (second, first)
        year = year if len(found[3]) > len("26") else _CENTURY + year
    else:
        return None
    clock = _CLOCK.fullmatch(found[4].strip()) if found[4] else None
    if clock is None:
        return None
    return datetime(year, month, day, _hour(clock), int(clock[2]), int(clock[3] or 0))  # noqa: DTZ001 - wall time: its zone is the account's


def _hour(clock: re.Match[str]) -> int:
    hour = int(clock[1])
    if clock[4] is None:
        return hour
    noon = 12
    if not 1 <= hour <= noon:
        raise ValueError(f"{hour} is no hour of half a day")
    return hour % noon + (noon if clock[4].lower() == "p" else 0)
