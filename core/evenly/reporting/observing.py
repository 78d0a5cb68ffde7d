"""What was published in a period, as the statistics take it: labels, figures at one age, and the minutes that went into it.

A post's time is what was logged for it: `--effort`, and entries that name it. Where nothing was logged for making it (writing, curating,
taking pictures), the usual minutes of `[capacity]` stand in and count as estimated. It is shared out over the deliveries of the post that
are out, so that the shares add up to the second.
"""

from __future__ import annotations

import gc
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.planning.efforts import equally
from evenly.reporting import series
from evenly.reporting.money import paid
from evenly.settings import TaskMinutes
from evenly.store import efforts as stored
from evenly.store import observations
from evenly.store.metrics import MARKS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk
    from evenly.store.efforts import Entry

_MAKING = frozenset({"write", "photo", "curate"})
_named = attrgetter("format", "counted_as")
_number = attrgetter("id")
_read = json.JSONDecoder().raw_decode
_NEAR = timedelta(days=3)  #: followers that were counted further away from a post than that are not those of its day


def best_age(desk: Desk, connection: Connection, *, since: datetime, until: datetime) -> str:
    """The oldest mark at which at least half of the period's posts were read; where there is none, the one that most have."""
    names = list(desk.settings.accounts)
    read: dict[str, int] = {}
    for mark in reversed(MARKS):
        total, read[mark] = observations.count_read(connection, names, since=since, until=until, mark=mark)
        if total and read[mark] * 2 >= total:
            return mark
    return max(read, key=read.__getitem__)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: where very many values are made that all stay, it took an eighth of the time to look through them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@uncollected()
def posts(desk: Desk, connection: Connection, *, since: datetime, until: datetime, age: str) -> list[insight.Post]:
    """Every delivery of the accounts in evenly.toml that went out in the period, taken down since or not, oldest first by account.

    Its figures are those of the reading at the mark `age`; without one it has none. A figure that its network counted under an older
    name than that of the newest reading is left out of them.
    """
    names, period = list(desk.settings.accounts), {"since": since, "until": until}
    rows = {name: observations.published(connection, name, mark=age, **period) for name in names}
    elsewhen = observations.siblings(connection, names, **period)
    shares = _shares(desk, chain(*rows.values(), elsewhen), observations.logged(connection, names, **period))
    costs = paid(connection, names, **period)
    counted = followers(connection, **period, around=_NEAR)
    found: list[insight.Post] = []
    for name in names:
        theirs = rows.pop(name)
        made = list(_of(desk, name, theirs, shares, costs, _Followers(counted.get(name, ()))))
        renamed = series.is_renamed(map(_named, theirs))
        found.extend(series.in_one_series(connection, name, made, mark=age, **period) if renamed else made)
    return found


def efforts(connection: Connection, *, since: datetime, until: datetime) -> list[Entry]:
    """The entries of the period that are on no post: of an account, of a campaign, or of neither."""
    return [entry for entry in stored.entries(connection, since=since, until=until) if not entry.posts]


def followers(
    connection: Connection, *, since: datetime, until: datetime, around: timedelta = timedelta(0)
) -> dict[str, list[tuple[datetime, float]]]:
    """Of each account that told, when its followers were counted in the period and so long before and after it, oldest first, and how
    many there were; those alone that were counted under the newest name of the period.
    """
    counted: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    rows = observations.followers(connection, since=since - around, until=until + around)
    for row in series.followers(rows, until=until):
        counted[row.account].append((row.taken_at, row.followers))
    return dict(counted)


def _of(
    desk: Desk, name: str, rows: Iterable[Any], shares: Mapping[int, tuple[float, float]], costs: Mapping[int, int], near: _Followers
) -> Iterator[insight.Post]:
    network, zone = desk.network_of(name), ZoneInfo(desk.settings.zone(name))
    for (
        number,
        _account,
        _post,
        _effort,
        _made_as,
        _has_media,
        _repeats,
        at,
        due,
        is_taken_down,
        campaign,
        offer,
        origin,
        topic,
        on_topic,
        actions,
        format_,
        figures,
        _counted_as,
    ) in rows:
        minutes, estimated = shares[number]
        yield insight.Post(
            key=str(number),
            account=name,
            network=network,
            at=at.astimezone(zone),
            origin=origin or "unknown",
            topic=topic,
            on_topic=on_topic,
            actions=_labels(actions),
            campaign=campaign,
            offer=offer,
            format=format_,
            minutes=minutes,
            estimated=estimated,
            cents=costs.get(number, 0),
            figures={} if figures is None else _read(figures)[0],
            followers=near.at(at),
            due=due,
            is_taken_down=is_taken_down,
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


def _shares(desk: Desk, deliveries: Iterable[Any], logged: Iterable[Any]) -> dict[int, tuple[float, float]]:
    """Of each delivery its minutes, and how many of them are estimated; each post's deliveries that are out are all among these."""
    tasks = TaskMinutes() if desk.settings.capacity is None else desk.settings.capacity.minutes
    entries: dict[int, list[Any]] = defaultdict(list)
    for row in logged:
        entries[row.post_id].append(row)
    together: dict[int, list[Any]] = defaultdict(list)
    for row in deliveries:
        together[row.post_id].append(row)
    shares: dict[int, tuple[float, float]] = {}
    for post, found in together.items():
        shares.update(_shared(sorted(found, key=_number), entries.get(post, ()), tasks))
    return shares


def _shared(deliveries: Sequence[Any], logged: Sequence[Any], tasks: TaskMinutes) -> Iterable[tuple[int, tuple[float, float]]]:
    """What one post took, over its deliveries that are out."""
    of_one = _of_one(deliveries, logged) if logged else {}
    of_all = round((deliveries[0].effort_minutes or 0) * 60) + sum(row.seconds for row in logged if row.account not in of_one)
    parts = _parts(of_all, _estimated(deliveries[0], logged, tasks), len(deliveries))
    if not of_one:
        return zip(map(_number, deliveries), parts, strict=True)
    return [(each.id, (known + of_one[each.account] / 60, usual)) for each, (known, usual) in zip(deliveries, parts, strict=True)]


def _of_one(deliveries: Sequence[Any], logged: Sequence[Any]) -> Mapping[str, int]:
    """The seconds that were for one account alone, of those on which the post is out."""
    return {each.account: sum(row.seconds for row in logged if row.account == each.account) for each in deliveries}


@lru_cache(maxsize=4096)
def _parts(seconds: int, estimated: int, count: int) -> Sequence[tuple[float, float]]:
    """The minutes of each of so many deliveries, and how many of these are estimated. Most posts take the same as others."""
    shares = zip(equally(seconds, count), equally(estimated, count), strict=True)
    return [((known + usual) / 60, usual / 60) for known, usual in shares]


def _estimated(post: Any, logged: Sequence[Any], tasks: TaskMinutes) -> int:
    """Seconds that making it usually takes, where nobody logged any; a post that comes back was made once."""
    if post.effort_minutes is not None or post.repeats or any(row.task in _MAKING and row.seconds for row in logged):
        return 0
    if post.made_as == "third-party":
        return tasks.curate * 60
    return (tasks.write + (tasks.photo if post.has_media else 0)) * 60
