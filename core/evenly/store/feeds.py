"""Feeds that are followed, and the inbox of what they have offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from evenly.plugin import Message
from evenly.store.contents import as_message
from evenly.store.models import feed, item, post
from evenly.store.upserting import insert_new

MOST_WAITING = 500  #: of one feed, in the inbox
_REMEMBERED = timedelta(days=90)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """Something a feed offers; the digests tell whether it is known."""

    guid_digest: str
    link_digest: str
    title: str
    summary: str
    link: str
    told_at: datetime | None


def follow(connection: Connection, url: str, *, title: str, topic: str | None, owned: bool, allow_private: bool, now: datetime) -> int:
    """Write a feed down, to be polled at once; its id."""
    row = feed.insert().values(url=url, title=title, topic=topic, owned=owned, allow_private=allow_private, next_poll_at=now)
    return int(connection.execute(row.returning(feed.c.id)).scalar_one())


def by_url(connection: Connection, url: str) -> int | None:
    return connection.execute(select(feed.c.id).where(feed.c.url == url)).scalar()


def followed(connection: Connection) -> Sequence[Any]:
    """Every feed, with how many of its items are `waiting`."""
    waiting = select(func.count()).where(item.c.feed_id == feed.c.id, item.c.state == "new").scalar_subquery()
    return connection.execute(select(feed, waiting.label("waiting")).order_by(feed.c.id)).all()


def one(connection: Connection, feed_id: int) -> Any:
    """The feed; None where there is none of this id."""
    return connection.execute(select(feed).where(feed.c.id == feed_id)).one_or_none()


def due(connection: Connection, now: datetime) -> Sequence[Any]:
    """The feeds whose next poll has come, those that have waited longest first."""
    return connection.execute(select(feed).where(feed.c.next_poll_at <= now).order_by(feed.c.next_poll_at)).all()


def take_turn(connection: Connection, feed_id: int, seen: datetime, until: datetime) -> bool:
    """Keep others from polling the feed before `until`; False where somebody else has done so since its `next_poll_at` was `seen`."""
    mine = feed.update().where(feed.c.id == feed_id, feed.c.next_poll_at == seen).values(next_poll_at=until)
    return bool(connection.execute(mine).rowcount == 1)


def polled(connection: Connection, feed_id: int, *, at: datetime, next_poll_at: datetime, **changes: Any) -> bool:
    """The feed could be read; False where it is followed no longer. `changes` are its title and version, where these were told."""
    values = {"polled_at": at, "next_poll_at": next_poll_at, "failures": 0, "trouble": None, **changes}
    return bool(connection.execute(feed.update().where(feed.c.id == feed_id).values(values)).rowcount == 1)


def failed(connection: Connection, feed_id: int, trouble: Message, *, at: datetime, next_poll_at: datetime) -> None:
    """The feed could not be read; what it offered before stays."""
    values = {"polled_at": at, "next_poll_at": next_poll_at, "failures": feed.c.failures + 1, "trouble": as_message(trouble)}
    connection.execute(feed.update().where(feed.c.id == feed_id).values(values))


def offer(connection: Connection, feed_id: int, items: Sequence[NewItem], *, now: datetime) -> int:
    """Put what the feed has now into the inbox, oldest last in `items`; how many of it nobody had offered before."""
    guids = [each.guid_digest for each in items]
    known: set[str] = set()
    for start in range(0, len(guids), _AT_ONCE):
        mine = (item.c.feed_id == feed_id, item.c.guid_digest.in_(guids[start : start + _AT_ONCE]))
        known |= set(connection.execute(select(item.c.guid_digest).where(*mine)).scalars())
        connection.execute(item.update().where(*mine).values(seen_at=now))
    values = {"feed_id": feed_id, "state": "new", "found_at": now, "seen_at": now}
    new = [insert_new(connection, item, {**asdict(each), **values}) for each in reversed(items) if each.guid_digest not in known]
    _forget(connection, feed_id, now)
    return sum(new)


def _forget(connection: Connection, feed_id: int, now: datetime) -> None:
    """Let go of what the feed has not had for long, and of the oldest where too much waits. What became a post stays."""
    mine = (item.c.feed_id == feed_id, item.c.state != "taken")
    connection.execute(item.delete().where(*mine, item.c.seen_at < now - _REMEMBERED))
    waiting = select(item.c.id).where(item.c.feed_id == feed_id, item.c.state == "new").order_by(item.c.seen_at.desc(), item.c.id.desc())
    surplus = connection.execute(waiting.offset(MOST_WAITING)).scalars().all()
    for start in range(0, len(surplus), _AT_ONCE):
        connection.execute(item.delete().where(item.c.id.in_(surplus[start : start + _AT_ONCE])))


def drop(connection: Connection, feed_id: int) -> None:
    """Follow the feed no longer, and forget what it offered. Posts that were made of it stay."""
    connection.execute(item.delete().where(item.c.feed_id == feed_id))
    connection.execute(feed.delete().where(feed.c.id == feed_id))


# ---- the inbox


def _items() -> Select[Any]:
    columns = (feed.c.title.label("feed_title"), feed.c.topic, feed.c.owned)
    return select(item, *columns).join(feed, feed.c.id == item.c.feed_id)


def waiting(connection: Connection) -> Sequence[Any]:
    """What nobody has taken or skipped yet, newest first, with `feed_title`, `topic` and `owned` of its feed."""
    newest = func.coalesce(item.c.told_at, item.c.found_at).desc()
    return connection.execute(_items().where(item.c.state == "new").order_by(newest, item.c.id.desc())).all()


def item_of(connection: Connection, item_id: int) -> Any:
    """One item with its feed's columns; None where there is none of this id."""
    return connection.execute(_items().where(item.c.id == item_id)).one_or_none()


def taken(connection: Connection, item_id: int, post_id: int) -> None:
    connection.execute(item.update().where(item.c.id == item_id).values(state="taken", post_id=post_id))


def skipped(connection: Connection, item_id: int) -> None:
    connection.execute(item.update().where(item.c.id == item_id, item.c.state == "new").values(state="skipped"))


def own_posts(connection: Connection, since: datetime) -> Sequence[Any]:
    """Id and fields of the posts written since then, newest first."""
    return connection.execute(select(post.c.id, post.c.fields).where(post.c.created_at >= since).order_by(post.c.id.desc())).all()
