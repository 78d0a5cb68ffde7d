"""What a person is told, days ahead, of a sign-in that ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evenly.plugin import Message
from evenly.signing_in.refreshing import earliness
from evenly.store import accounts, credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.planning.desk import Desk
    from evenly.store.credentials import End

SOON = timedelta(days=7)
_LONG = timedelta(days=1)  #: what is renewed so long ahead should not be left to the last moment


def warnings(desk: Desk, now: datetime) -> Mapping[str, Message]:
    """The sentence about each account of evenly.toml whose sign-in ends soon, or has ended, and is not going to be renewed."""
    with desk.store.read() as connection:
        known, ends = accounts.known(connection), credentials.ends(connection)
    told = {}
    for name in desk.settings.accounts:
        row = known.get(name)
        if name in ends and row is not None and row.sign_in == "ok" and row.network == desk.network_of(name):
            told[name] = warning(name, ends[name], now, ZoneInfo(desk.settings.zone(name)))
    return {name: message for name, message in told.items() if message is not None}


def warning(account: str, end: End, now: datetime, zone: ZoneInfo) -> Message | None:
    """What to tell of this end. None: it is not soon, there is none, or a renewal comes before it."""
    if end.at is None or not _is_close(end, end.at, now):
        return None
    day = end.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if end.at <= now:
        return Message("ended on {day}: evenly connect {account}", account=account, day=day)
    if end.refreshable:
        return Message(
            "ends on {day} and has not been renewed: is `evenly run` running? evenly connect {account}", account=account, day=day
        )
    return Message("ends on {day} and cannot be renewed: evenly connect {account}", account=account, day=day)


def _is_close(end: End, at: datetime, now: datetime) -> bool:
    if not end.refreshable:
        return now >= at - SOON
    early = earliness(end.stored_at, at)
    return early >= _LONG and now >= at - early / 2
