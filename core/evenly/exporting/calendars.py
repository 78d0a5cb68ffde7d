"""The plan as iCalendar (RFC 5545): https://www.rfc-editor.org/rfc/rfc5545"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from evenly.planning import listing
from evenly.store import archive, queue

if TYPE_CHECKING:
    from icalendar import Event, Todo

    from evenly.planning import Desk

_SHORT = 60
_CONFIRMED = frozenset({"planned", "publishing", "published"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something to be done by a person between two dates, both included. `key` tells it from all others, in later exports too."""

    key: str
    summary: str
    minutes: int
    begin: date
    end: date


def export_ics(desk: Desk, now: datetime, *, chores: Sequence[Chore] = ()) -> str:
    """Every delivery that has a time as an event, in UTC, with CRLF at the ends of its lines; and what is to be done as to-dos.

    An event keeps its UID from one export to the next, and a later export has a higher SEQUENCE, so that calendars replace it.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//evenly//evenly//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", desk.settings.name)
    with desk.store.read() as connection:
        workspace = archive.identity(connection)
        for row in connection.execute(queue.listed().order_by(None).order_by("id")):
            if row.published_at or row.due:
                calendar.add_component(_event(desk, row, workspace, now))
    for chore in chores:
        calendar.add_component(_todo(chore, workspace, now))
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")


def _event(desk: Desk, row: Any, workspace: str, now: datetime) -> Event:
    from icalendar import Event

    shown = listing.document(desk, row)
    event = Event()
    event.add("uid", f"delivery-{row.id}@{workspace}.evenly")
    event.add("dtstamp", now)
    event.add("dtstart", (row.published_at or row.due).replace(microsecond=0))
    # A delivery that is moved keeps its revision, so only time tells which of two exports is the later.
    event.add("sequence", max(int((now - row.created_at).total_seconds()), 0))
    event.add("status", _status(row))
    event.add("summary", _printable(f"{row.account}: {_first_words(shown['text'])}"))
    event.add("description", _printable("\n\n".join(part for part in (shown["text"], shown["link"], shown["reason"]) if part)))
    event.add("categories", [category for category in (row.account, row.network, shown["topic"]) if category])
    if shown["url"]:
        event.add("url", shown["url"])
    return event


def _todo(chore: Chore, workspace: str, now: datetime) -> Todo:
    from icalendar import Todo

    todo = Todo()
    todo.add("uid", f"{chore.key}@{workspace}.evenly")
    todo.add("dtstamp", now)
    todo.add("dtstart", chore.begin)
    todo.add("due", chore.end + timedelta(days=1))  # the first moment that is too late
    since = datetime.combine(chore.begin, time(), now.tzinfo)
    todo.add("sequence", max(int((now - since).total_seconds()), 0))
    todo.add("status", "NEEDS-ACTION")
    todo.add("summary", _printable(f"{chore.summary} ({chore.minutes} min)"))
    return todo


def _status(row: Any) -> str:
    if row.public_state == "cancelled" or row.taken_down_at is not None:
        return "CANCELLED"
    return "CONFIRMED" if row.public_state in _CONFIRMED else "TENTATIVE"


def _first_words(text: str) -> str:
    return textwrap.shorten(text, _SHORT, placeholder="…") or "…"


def _printable(text: str) -> str:
    """The text without the control characters that a calendar may not hold."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable() or ord(character) > 0x9F)  # noqa: PLR2004 - the last control character of Latin 1
