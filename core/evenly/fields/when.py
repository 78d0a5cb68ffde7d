"""A time as a person writes it: ISO 8601, in an account's own wall time where it names no offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from evenly.fields.values import FieldRefused
from evenly.plugin import Message

_YEARS = range(1970, 3000)


@dataclass(frozen=True, slots=True)
class When:
    """A time as written; `read` and `parse` have checked it."""

    written: str

    @classmethod
    def parse(cls, written: str) -> When:
        """Take `written` if it is ISO 8601 with date and time. Raises FieldRefused."""
        text = written.strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise FieldRefused(_not_a_time(text)) from None
        if len(text) <= len("2026-12-01") and _is_date(text):
            raise FieldRefused(Message("{written} names no time of day: write it as {written}T10:00", written=text))
        if moment.year not in _YEARS:
            raise FieldRefused(_not_a_time(text))
        return cls(text)

    @property
    def moment(self) -> datetime:
        """Date and time; naive where no offset was written."""
        return datetime.fromisoformat(self.written)

    @property
    def is_wall_time(self) -> bool:
        """Whether it means another instant in another zone."""
        return self.moment.tzinfo is None

    def instant(self, zone: str) -> datetime:
        """The instant meant, in UTC; a time without offset is read off the clocks of `zone`.

        A time that comes twice, as clocks go back, is the first of both. Raises FieldRefused for one that is skipped as they
        go forward.
        """
        moment = self.moment
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        local = moment.replace(tzinfo=ZoneInfo(zone))
        instant = local.astimezone(UTC)
        if instant.astimezone(local.tzinfo).replace(tzinfo=None) != moment:
            raise FieldRefused(_skipped(self.written, local))
        return instant


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _not_a_time(text: str) -> Message:
    return Message(
        "{written} is no time: write it in ISO 8601, such as 2026-12-01T10:00, or 2026-12-01T10:00+01:00 with its offset",
        written=f'"{text[:60]}"',
    )


def _skipped(written: str, local: datetime) -> Message:
    change = _change_around(local)
    before, after = (change - timedelta(minutes=1)).astimezone(local.tzinfo), change.astimezone(local.tzinfo)
    return Message(
        "{written} does not exist in {zone}: the clocks go forward to {after} then. The nearest times are {before} and {after}",
        written=written,
        zone=str(local.tzinfo),
        before=before.strftime("%Y-%m-%dT%H:%M"),
        after=after.strftime("%Y-%m-%dT%H:%M"),
    )


def _change_around(skipped: datetime) -> datetime:
    """The instant at which the clocks go forward over a skipped time."""
    # The two readings of a skipped time, by the offset after the change and by the one before it, lie on its two sides.
    low, high = skipped.replace(fold=1).astimezone(UTC), skipped.replace(fold=0).astimezone(UTC)
    low, high = low.replace(microsecond=0), high.replace(microsecond=0) + timedelta(seconds=1)
    before = low.astimezone(skipped.tzinfo).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if middle.astimezone(skipped.tzinfo).utcoffset() == before else (low, middle)
    return high
