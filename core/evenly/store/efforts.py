"""Time and money that were spent: entries, their shares of posts, and the one that is being timed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from evenly.store.models import effort, effort_post, timer
from evenly.store.upserting import insert_new

Task = Literal["write", "photo", "curate", "reply", "plan", "learn"]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody did and paid, for whatever it was; `posts` has each post's share of the seconds, `paid` of the cents.

    The shares add up to the whole. Money alone has no task.
    """

    id: int
    task: Task | None
    seconds: int
    at: datetime
    cents: int = 0  #: hundredths of the brand's currency
    account: str | None = None
    campaign: str | None = None
    note: str | None = None
    posts: Mapping[int, int] = field(default_factory=dict)
    paid: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What is being timed."""

    started_at: datetime
    entry: Mapping[str, Any]


def add(connection: Connection, entry: Entry) -> int:
    """Write an entry down; its id, whatever `entry.id` says."""
    values = {name: getattr(entry, name) for name in ("task", "seconds", "cents", "at", "account", "campaign", "note")}
    number = int(connection.execute(effort.insert().values(values).returning(effort.c.id)).scalar_one())
    if entry.posts:
        shares = {post: {"seconds": seconds, "cents": entry.paid.get(post, 0)} for post, seconds in entry.posts.items()}
        connection.execute(effort_post.insert(), [{"effort_id": number, "post_id": post, **share} for post, share in shares.items()])
    return number


def drop(connection: Connection, number: int) -> bool:
    """Take an entry out again; whether there was one."""
    connection.execute(effort_post.delete().where(effort_post.c.effort_id == number))
    return connection.execute(effort.delete().where(effort.c.id == number)).rowcount == 1


def entries(connection: Connection, *, since: datetime | None = None, until: datetime | None = None) -> list[Entry]:
    """The entries from `since` on and before `until`, by their time."""
    query = select(effort).order_by(effort.c.at, effort.c.id)
    query = query if since is None else query.where(effort.c.at >= since)
    rows = connection.execute(query if until is None else query.where(effort.c.at < until)).all()
    shares = _shares(connection, [row.id for row in rows])
    return [_entry(row, shares.get(row.id, [])) for row in rows]


def _entry(row: Row[Any], shares: Sequence[Row[Any]]) -> Entry:
    return Entry(**row._asdict(), posts={each.post_id: each.seconds for each in shares}, paid={each.post_id: each.cents for each in shares})


def _shares(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    shares: dict[int, list[Row[Any]]] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        some = effort_post.c.effort_id.in_(numbers[start : start + _AT_ONCE])
        for row in connection.execute(select(effort_post).where(some).order_by(effort_post.c.post_id)):
            shares.setdefault(row.effort_id, []).append(row)
    return shares


def start(connection: Connection, now: datetime, entry: Mapping[str, Any]) -> bool:
    """Begin to time what will be `entry`; False where something is being timed already."""
    return insert_new(connection, timer, {"id": 1, "started_at": now, "entry": dict(entry)})


def running(connection: Connection) -> Running | None:
    """What is being timed."""
    row = connection.execute(select(timer.c.started_at, timer.c.entry)).first()
    return None if row is None else Running(started_at=row.started_at, entry=row.entry)


def stop(connection: Connection) -> None:
    """Nothing is being timed any more."""
    connection.execute(timer.delete())
