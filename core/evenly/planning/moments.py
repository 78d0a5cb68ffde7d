"""Moments as people say them, in the zone of whoever reads. Pure."""

from __future__ import annotations

from copy import copy
from datetime import datetime, tzinfo

from evenly.plugin import Message


def readable(moment: datetime, *, now: datetime, zone: tzinfo) -> Message:
    """A moment to the minute: `today at 14:32`, yesterday, tomorrow, else with its date."""
    here = moment.astimezone(zone)
    time = f"{here:%H:%M}"
    match (here.date() - now.astimezone(zone).date()).days:
        case 0:
            return Message("today at {time}", time=time)
        case -1:
            return Message("yesterday at {time}", time=time)
        case 1:
            return Message("tomorrow at {time}", time=time)
    return Message("{date} at {time}", date=here.date().isoformat(), time=time)


def within(message: Message, zone: tzinfo) -> Message:
    """The same sentence, every moment in it on the clocks of that zone."""
    same = copy(message)
    same.values = {name: _within(value, zone) for name, value in message.values.items()}
    return same


def _within(value: object, zone: tzinfo) -> object:
    match value:
        case Message():
            return within(value, zone)
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return value
