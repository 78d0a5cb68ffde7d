"""Times on the command line."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def instant(written: str | None, zone: str) -> datetime | None:
    """The instant that TIME means in `zone`; a date alone is its midnight. Raises `FieldRefused`."""
    if written is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(written), time(), ZoneInfo(zone))
    except ValueError:
        from evenly.fields import When

        return When.parse(written).instant(zone)
