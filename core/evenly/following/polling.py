"""Feeds are followed: fetched when their time has come, each at most hourly, and only if they have changed."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evenly.following.refusing import FollowingRefused, number
from evenly.importing.rows import ImportRefused
from evenly.plugin import Message
from evenly.store import feeds as stored

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.importing.feeds import Feed, Item
    from evenly.importing.fetching import Fetched, Version
    from evenly.planning import Desk

EVERY = timedelta(hours=1)
_LONGEST_BREAK = timedelta(days=1)
_LARGEST = 4 * 2**20  #: reading a feed takes some seconds for each of these
_LONGEST_ADDRESS = 2000
_LONGEST_TITLE = 300
_LONGEST_SUMMARY = 1000
_PATIENCE_SECONDS = 20.0  #: for all feeds that are due; a daemon that ends waits for this
_FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Followed:
    """A feed that is followed from now on."""

    id: int
    title: str
    new: int  #: items in the inbox


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll brought: how many new items, or why the feed could not be read."""

    id: int
    title: str
    new: int = 0
    trouble: Message | None = None


def follow(desk: Desk, url: str, *, now: datetime, topic: str | None = None, owned: bool = False, allow_private: bool = False) -> Followed:
    """Follow a feed: it is fetched at once, and what it has goes into the inbox. Raises FollowingRefused and ImportRefused."""
    _refuse_address(url)
    _refuse_topic(desk, topic)
    with desk.store.read() as connection:
        _refuse_known(stored.by_url(connection, url), url)
    fetched, read = _read(url, None, allow_private=allow_private)
    title = _title(read, url)
    with desk.store.write() as connection:
        _refuse_known(stored.by_url(connection, url), url)
        feed_id = stored.follow(connection, url, title=title, topic=topic, owned=owned, allow_private=allow_private, now=now)
        new = stored.offer(connection, feed_id, _items(read, now), now=now)
        stored.polled(connection, feed_id, at=now, next_poll_at=now + EVERY, **_version(fetched))
    return Followed(feed_id, title, new)


def unfollow(desk: Desk, written: str) -> str:
    """Follow a feed no longer; its title. What it offered is forgotten, posts made of it stay. Raises FollowingRefused."""
    with desk.store.write() as connection:
        row = _named(connection, written)
        stored.drop(connection, row.id)
    return str(row.title)


def poll(desk: Desk, named: Sequence[str], *, now: datetime, progress: Callable[[int], None] | None = None) -> list[Polled]:
    """Fetch these feeds now, or all, whatever their time. Raises FollowingRefused for one that there is not.

    `progress` is told of each that is done.
    """
    with desk.store.read() as connection:
        rows = [_named(connection, each) for each in named] if named else stored.followed(connection)
    results = []
    for row in rows:
        results.append(_poll(desk, row, now))
        if progress is not None:
            progress(1)
    return results


def poll_due(desk: Desk, clock: Clock) -> list[Polled]:
    """Fetch the feeds whose time has come, as many as some seconds allow; what is left comes first the next time."""
    until = clock.monotonic() + _PATIENCE_SECONDS
    with desk.store.read() as connection:
        rows = stored.due(connection, clock.now())
    results = []
    for row in rows:
        if clock.monotonic() > until:
            break
        now = clock.now()
        with desk.store.write() as connection:
            is_ours = stored.take_turn(connection, row.id, row.next_poll_at, now + EVERY)
        if is_ours:
            results.append(_poll(desk, row, now))
    return results


def _poll(desk: Desk, row: Any, now: datetime) -> Polled:
    from evenly.importing.fetching import Unanswered, Version

    try:
        fetched, read = _read(row.url, Version(row.etag, row.last_modified), allow_private=row.allow_private)
    except ImportRefused as refused:
        wait = refused.wait if isinstance(refused, Unanswered) else None
        with desk.store.write() as connection:
            next_poll_at = now + _break(row.failures + 1, wait)
            stored.failed(connection, row.id, refused.message, at=now, next_poll_at=next_poll_at)
        return Polled(row.id, row.title, trouble=refused.message)
    with desk.store.write() as connection:
        told = {} if read is None else {"title": _title(read, row.url), **_version(fetched)}
        is_followed = stored.polled(connection, row.id, at=now, next_poll_at=now + EVERY, **told)
        new = stored.offer(connection, row.id, _items(read, now), now=now) if is_followed and read is not None else 0
    return Polled(row.id, row.title, new)


def _read(url: str, known: Version | None, *, allow_private: bool) -> tuple[Fetched, Feed | None]:
    """What stands at the address, and as a feed: None where it is still the one that is known. Raises ImportRefused."""
    from evenly.importing import feeds
    from evenly.importing.fetching import NO_VERSION, fetch

    fetched = fetch(url, allow_private=allow_private, known=known or NO_VERSION)
    if fetched.body is None:
        return fetched, None
    if len(fetched.body) > _LARGEST:
        raise ImportRefused(Message("{url} holds more than {limit} bytes.", url=url, limit=_LARGEST))
    return fetched, feeds.parse(fetched.body, where=fetched.url)


def _break(failures: int, wait: timedelta | None) -> timedelta:
    """How long a feed that could not be read is left alone: twice as long each time, and as long as its server asks for."""
    doubled = min(EVERY * (1 << min(failures, 10)), _LONGEST_BREAK)
    return max(doubled, wait or doubled)


def _items(read: Feed | None, now: datetime) -> list[stored.NewItem]:
    """The items that a post can be made of: those with a web address."""
    from evenly.importing.feeds import canonical

    found = [] if read is None else read.items
    return [_item(each, each.link, canonical(each.link), now) for each in found if each.link is not None and _is_address(each.link)]


def _item(found: Item, link: str, canonical: str, now: datetime) -> stored.NewItem:
    return stored.NewItem(
        guid_digest=_digest(found.identity or canonical),
        link_digest=_digest(canonical),
        title=_shortened(found.title, _LONGEST_TITLE) or link,
        summary=_shortened(found.summary, _LONGEST_SUMMARY),
        link=link,
        told_at=found.at if found.at is not None and found.at.year >= _FIRST_YEAR and found.at <= now else None,
    )


def _title(read: Feed | None, url: str) -> str:
    return _shortened(read.title if read is not None else "", _LONGEST_TITLE) or (urlsplit(url).hostname or url)


def _version(fetched: Fetched) -> dict[str, str | None]:
    return {"etag": fetched.version.etag, "last_modified": fetched.version.last_modified}


def _shortened(text: str, longest: int) -> str:
    """The text in one line, cut at a word; without what no database takes."""
    line = text[: longest * 20].replace("\0", "").encode("utf-8", "replace").decode()
    return textwrap.shorten(line, longest, placeholder=" …")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _is_address(link: str) -> bool:
    """Whether a post may have this link: a web address without anybody's password, which no terminal stumbles over."""
    try:
        address = urlsplit(link)
        is_whole = address.scheme in {"http", "https"} and bool(address.hostname) and address.username is None and address.port != 0
    except ValueError:
        return False
    return is_whole and len(link) <= _LONGEST_ADDRESS and link.isprintable() and " " not in link


def _refuse_address(url: str) -> None:
    if not _is_address(url):
        told = Message(
            "{url} is not followed: give a web address (http:// or https://) of at most {limit} characters, without a name or a password.",
            url=url[:100],
            limit=_LONGEST_ADDRESS,
        )
        raise FollowingRefused(told)


def _refuse_topic(desk: Desk, topic: str | None) -> None:
    if topic is not None and topic not in desk.settings.topics:
        names = ", ".join(sorted(desk.settings.topics)) or "-"
        raise FollowingRefused(Message("There is no topic {name}; evenly.toml has: {names}.", name=topic, names=names))


def _refuse_known(feed_id: int | None, url: str) -> None:
    if feed_id is not None:
        raise FollowingRefused(
            Message("{url} is followed already: it is feed {id}. To fetch it now: evenly feeds poll {id}", url=url, id=feed_id)
        )


def _named(connection: Any, written: str) -> Any:
    feed_id = number(written)
    row = None if feed_id is None else stored.one(connection, feed_id)
    if row is None:
        raise FollowingRefused(Message("There is no feed {id}: `evenly feeds` shows their numbers.", id=written))
    return row
