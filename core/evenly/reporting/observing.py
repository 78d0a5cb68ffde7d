"""What was published in a period, as the statistics take it: labels, figures at one age, and the minutes that went into it.

A post's time is what was logged for it: `--effort`, and entries that name it. Where nothing was logged for making it (writing, curating,
taking pictures), the usual minutes of `[capacity]` stand in and count as estimated. It is shared out over the deliveries of the post that
are out, so that the shares add up to the second.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.planning.efforts import equally
from evenly.settings import TaskMinutes
from evenly.store import efforts as stored
from evenly.store import observations
from evenly.store.metrics import MARKS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk
    from evenly.store.efforts import Entry

_MAKING = frozenset({"write", "photo", "curate"})
_NEAR = timedelta(days=3)  #: followers that were counted further away from a post than that are not those of its day


def best_age(desk: Desk, connection: Connection, *, since: datetime, until: datetime) -> str:
    """The oldest mark at which at least half of the period's posts were read; where there is none, the one that most have."""
    names = list(desk.settings.accounts)
    total = observations.count(connection, names, since=since, until=until)
    read: dict[str, int] = {}
    for mark in reversed(MARKS):
        read[mark] = observations.count(connection, names, since=since, until=until, read_at=mark)
        if total and read[mark] * 2 >= total:
            return mark
    return max(read, key=read.__getitem__)


def posts(desk: Desk, connection: Connection, *, since: datetime, until: datetime, age: str) -> list[insight.Post]:
    """Every delivery of the accounts in evenly.toml that went out in the period, taken down since or not, oldest first by account.

    Its figures are those of the reading at the mark `age`; without one it has none.
    """
    shares = _shares(desk, connection, since=since, until=until)
    counted = followers(connection, since=since - _NEAR, until=until + _NEAR)
    found: list[insight.Post] = []
    for name in desk.settings.accounts:
        rows = observations.published(connection, name, since=since, until=until, mark=age)
        found.extend(_of(desk, name, rows, shares, _Followers(counted.get(name, ()))))
    return found


def efforts(connection: Connection, *, since: datetime, until: datetime) -> list[Entry]:
    """The entries of the period that are on no post: of an account, of a campaign, or of neither."""
    return [entry for entry in stored.entries(connection, since=since, until=until) if not entry.posts]


def followers(connection: Connection, *, since: datetime, until: datetime) -> dict[str, list[tuple[datetime, float]]]:
    """Of each account that told, when its followers were counted in the period, oldest first, and how many there were."""
    counted: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for row in observations.followers(connection, since=since, until=until):
        counted[row.account].append((row.taken_at, row.followers))
    return dict(counted)


def _of(desk: Desk, name: str, rows: Iterable[Any], shares: Mapping[int, tuple[float, float]], near: _Followers) -> Iterator[insight.Post]:
    network, zone = desk.network_of(name), ZoneInfo(desk.settings.zone(name))
    for (
        number,
        at,
        campaign,
        origin,
        topic,
        actions,
        format_,
        figures,
    ) in rows:
        minutes, estimated = shares[number]
        yield insight.Post(
            key=str(number),
            account=name,
            network=network,
            at=at.astimezone(zone),
            origin=origin or "unknown",
            topic=topic,
            actions=_labels(actions),
            campaign=campaign,
            format=format_,
            minutes=minutes,
            estimated=estimated,
            figures=figures or {},
            followers=near.at(at),
        )


class _Followers:
    """How many followers an account had, by the count nearest in time."""

    def __init__(self, counted: Sequence[tuple[datetime, float]]) -> None:
        self._moments = [at for at, _count in counted]
        self._counts = [count for _at, count in counted]

    def at(self, moment: datetime) -> float | None:
        after = bisect_left(self._moments, moment)
        found, away = None, _NEAR
        for place in (after - 1, after):
            if 0 <= place < len(self._moments) and abs(self._moments[place] - moment) < away:
                found, away = self._counts[place], abs(self._moments[place] - moment)
        return found


@lru_cache(maxsize=4096)
def _labels(written: str | None) -> frozenset[str]:
    return frozenset(json.loads(written)) if written else frozenset()


# ---- minutes


def _shares(desk: Desk, connection: Connection, *, since: datetime, until: datetime) -> dict[int, tuple[float, float]]:
    """Of each delivery its minutes, and how many of them are estimated; of all that belong to the posts of the period."""
    tasks = TaskMinutes() if desk.settings.capacity is None else desk.settings.capacity.minutes
    names = list(desk.settings.accounts)
    logged = defaultdict(list)
    for row in observations.logged(connection, names, since=since, until=until):
        logged[row.post_id].append(row)
    shares: dict[int, tuple[float, float]] = {}
    for post, found in groupby(observations.siblings(connection, names, since=since, until=until), key=attrgetter("post_id")):
        shares.update(_shared(list(found), logged.get(post, ()), tasks))
    return shares


def _shared(deliveries: Sequence[Any], logged: Sequence[Any], tasks: TaskMinutes) -> Iterator[tuple[int, tuple[float, float]]]:
    """What one post took, over its deliveries that are out."""
    of_one: dict[str, int] = defaultdict(int)
    of_all = round((deliveries[0].effort_minutes or 0) * 60)
    for row in logged:
        if any(each.account == row.account for each in deliveries):
            of_one[row.account] += row.seconds
        else:
            of_all += row.seconds
    estimated = _estimated(deliveries[0], logged, tasks)
    count = len(deliveries)
    for each, known, usual in zip(deliveries, equally(of_all, count), equally(estimated, count), strict=True):
        yield each.id, ((known + usual + of_one.get(each.account, 0)) / 60, usual / 60)


def _estimated(post: Any, logged: Sequence[Any], tasks: TaskMinutes) -> int:
    """Seconds that making it usually takes, where nobody logged any; a post that comes back was made once."""
    if post.effort_minutes is not None or post.repeats or any(row.task in _MAKING for row in logged):
        return 0
    made = tasks.curate if post.origin == "third-party" else tasks.write
    return (made + (tasks.photo if post.has_media and post.origin != "third-party" else 0)) * 60
