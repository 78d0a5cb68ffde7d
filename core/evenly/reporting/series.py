"""Where a network counts a figure under another name than before: the readings of the old name are left out, and the report says so."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly.insight import series
from evenly.reporting.values import Series
from evenly.store import observations

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.insight import Counting, Post

FOLLOWERS = "followers"


def is_renamed(named: Iterable[tuple[str, str | None]]) -> bool:
    """Whether a figure has several names within one format; `named` are formats with the names of their figures, as JSON text."""
    known: dict[tuple[str, str], str] = {}
    return any(
        known.setdefault((format_, figure), name) != name
        for format_, text in set(named)
        if text is not None
        for figure, name in _names(text)
    )


def in_one_series(
    connection: Connection, account: str, posts: Sequence[Post], *, since: datetime, until: datetime, mark: str
) -> list[Post]:
    """The account's posts of the period, without the figures that were read under older names. To be asked only where `is_renamed`."""
    rows = observations.named(connection, account, since=since, until=until, mark=mark)
    return series.in_one_series(posts, {str(number): series.Reading(at, _names(text)) for number, at, text in rows})


@lru_cache(maxsize=1024)
def _names(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(json.loads(text).items())


def followers(rows: Iterable[Any], *, until: datetime) -> Iterator[Any]:
    """Those counts of followers (rows of `observations.followers`) that have the newest name of their account before `until`, or none."""
    known = list(rows)
    current = _current(row for row in known if row.taken_at < until)
    return (row for row in known if row.account not in current or row.counted_as in {None, current[row.account].name})


def told(
    connection: Connection, posts: Iterable[Post], accounts: Collection[str], *, since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[Series, ...]:
    """What the report has to say of it: of these posts, and of the followers of these accounts in the period."""
    left: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for post in posts:
        for each in post.apart:
            left[post.account, each.figure, each.name].append(each.since)
    for name, counting in _left_out(connection, accounts, since, until):
        left[name, FOLLOWERS, counting.name].append(counting.since)
    return tuple(Series(*key, min(begun).astimezone(zone).date(), len(begun)) for key, begun in sorted(left.items()))


def _left_out(connection: Connection, accounts: Collection[str], since: datetime, until: datetime) -> Iterator[tuple[str, Counting]]:
    """For every count of followers of the period that has an older name, its account and as what it is counted now."""
    rows = observations.followers(connection, since=since, until=until)
    within = [row for row in rows if row.account in accounts and since <= row.taken_at < until]
    current = _current(within)
    for row in within:
        if row.counted_as is not None and row.counted_as != current[row.account].name:
            yield row.account, current[row.account]


def _current(rows: Iterable[Any]) -> dict[str, Counting]:
    named = (series.Named(row.account, FOLLOWERS, row.counted_as, row.taken_at) for row in rows if row.counted_as is not None)
    return {account: counting for (account, _), counting in series.newest(named).items()}
