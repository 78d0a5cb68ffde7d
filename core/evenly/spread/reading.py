"""Reading values out of JSON for a plan request: every fault is gathered with its place, none stops the reading."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly.plugin import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

Fault = tuple[str, Message]


@dataclass(slots=True)
class Reader:
    """Reads values out of JSON and gathers the faults; a faulty value is read as its default, so that reading goes on."""

    faults: list[Fault] = field(default_factory=list)

    def refuse(self, path: str, message: Message) -> None:
        self.faults.append((path, message))

    def table(self, path: str, value: object, allowed: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.refuse(path, Message("An object is expected here, not {found}.", found=shown_value(value)))
            return {}
        for key in value:
            if key not in allowed:
                keys = ", ".join(allowed)
                self.refuse(under(path, key), Message("This key is unknown; allowed are {keys}.", keys=keys))
        return {key: item for key, item in value.items() if key in allowed and item is not None}

    def items(self, path: str, value: object) -> Iterator[tuple[str, Any]]:
        if not isinstance(value, list):
            self.refuse(path, Message("A list is expected here, not {found}.", found=shown_value(value)))
            return
        for place, item in enumerate(value):
            yield f"{path}[{place}]", item

    def text(self, path: str, value: object, default: str = "") -> str:
        if isinstance(value, str) and value:
            return value
        self.refuse(path, Message("A text is expected here, not {found}.", found=shown_value(value)))
        return default

    def whole(self, path: str, value: object, low: int | None, default: int, high: int | None = None) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            if (low is None or value >= low) and (high is None or value <= high):
                return value
            self.refuse(path, Message("{found} is out of range: from {low} to {high}.", found=value, low=low, high=high))
        else:
            self.refuse(path, Message("A whole number is expected here, not {found}.", found=shown_value(value)))
        return default

    def number(self, path: str, value: object, high: float = math.inf) -> Fraction:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            if 0 <= value <= high:
                return Fraction(str(value))
            top = "" if high == math.inf else f"{high:g}"
            self.refuse(path, Message("{found} is out of range: it starts at 0 and ends at {high}.", found=value, high=top or "∞"))
        else:
            self.refuse(path, Message("A number is expected here, not {found}.", found=shown_value(value)))
        return Fraction(0)

    def date(self, path: str, value: object) -> date:
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                return date.fromisoformat(value)
        self.refuse(path, Message("A date such as 2026-12-25 is expected here, not {found}.", found=shown_value(value)))
        return date.min

    def moment(self, path: str, value: object, zone: str | None) -> datetime:
        """An instant; without an offset it is wall time in `zone`. A wall time that the clocks skip is refused."""
        read = None
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                read = datetime.fromisoformat(value)
        if read is None or len(str(value)) <= len("2026-03-29"):
            example = "2026-03-29T10:00:00+02:00"
            self.refuse(path, Message("A time such as {example} is expected here, not {found}.", example=example, found=shown_value(value)))
            return EARLY
        return self._placed(path, read, zone)

    def _placed(self, path: str, read: datetime, zone: str | None) -> datetime:
        if read.tzinfo is None and zone is None:
            self.refuse(path, Message("The time {found} needs an offset, such as Z or +01:00.", found=str(read)))
            return EARLY
        local = read if read.tzinfo is not None or zone is None else read.replace(tzinfo=ZoneInfo(zone))
        try:
            moment = local.astimezone(UTC)
        except OverflowError:
            self.refuse(path, Message("The time {found} is too far away.", found=str(read)))
            return EARLY
        if not _NEAR.year <= moment.year <= _FAR.year:
            self.refuse(path, Message("The time {found} is too far away.", found=str(read)))
            return EARLY
        if read.tzinfo is None and moment.astimezone(local.tzinfo).replace(tzinfo=None) != read:
            self.refuse(path, Message("The clocks of {zone} skip the time {found}; take another one.", zone=zone, found=str(read)))
        return moment


EARLY = datetime(1970, 1, 1, tzinfo=UTC)
_NEAR = datetime(1971, 1, 1, tzinfo=UTC)
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


def under(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def shown_value(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 (a line of a terminal)
