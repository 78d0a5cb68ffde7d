"""Durations as people write them: "10m", "3h", "150s", "7 days"."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from evenly.plugin import Message

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WORDS = {"sec": "s", "second": "s", "min": "m", "minute": "m", "hour": "h", "day": "d", "week": "w"}
_PIECE = re.compile(r"\s*(?P<number>\d{1,12}(?:\.\d{1,6})?)\s*(?P<unit>[a-z]+)", re.ASCII)

LONGEST = timedelta(days=36_500)


class DurationRefused(ValueError):
    """What was written is not a duration; `message` says what one looks like."""

    def __init__(self, written: str) -> None:
        self.message = Message(
            "{written} is no duration: write a number and s, m, h, d or w, such as 10m, 3h or 7 days (at most 100 years)",
            written=f'"{written[:60]}"',
        )
        super().__init__(str(self.message))


def parse(written: str) -> timedelta:
    """The duration `written` means: numbers, each with s, m, h, d, w or the English word ("1h 30m", "7 days").

    Raises DurationRefused for anything else, a bare number and more than a hundred years included.
    """
    text, position, seconds = written.strip().lower(), 0, Decimal(0)
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None or (unit := _unit(piece["unit"])) is None:
            raise DurationRefused(written)
        seconds += Decimal(piece["number"]) * _SECONDS[unit]
        position = piece.end()
    if not text or seconds > LONGEST.total_seconds():
        raise DurationRefused(written)
    return timedelta(microseconds=int(seconds * 1_000_000))


def written(duration: timedelta) -> str:
    """The shortest notation that `parse` reads back to the very same duration, such as "90m" or "7 days"."""
    microseconds = duration // timedelta(microseconds=1)
    days, rest = divmod(microseconds, 86_400_000_000)
    if days and not rest:
        return "1 day" if days == 1 else f"{days} days"
    for unit in ("h", "m"):
        count, rest = divmod(microseconds, _SECONDS[unit] * 1_000_000)
        if count and not rest:
            return f"{count}{unit}"
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{seconds}.{rest:06d}".rstrip("0") + "s" if rest else f"{seconds}s"


def _unit(word: str) -> str | None:
    if word in _SECONDS:
        return word
    return _WORDS.get(word.removesuffix("s"))
