"""What stands on accounts and did not go out through here: published by hand, or by other tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, or_, select

from evenly.plugin import RemotePost
from evenly.store import upserting
from evenly.store.models import account, elsewhere, part

is_ours = exists().where(part.c.account == elsewhere.c.account, part.c.remote_id == elsewhere.c.remote_id)
"""Whether it went out through here after all: an answer that was lost is often found out later than the list is read."""

_AT_ONCE = 500


def keep(connection: Connection, name: str, network: str, found: Sequence[RemotePost], *, since: datetime, now: datetime) -> int:
    """Keep what the account's list tells, and forget what it told once and tells no more; how many are new.

    `found` is the newest that stands there, back to `since` or as far as the network tells: nothing older is forgotten. What is ours,
    comments and replies do not count.
    """
    ours = _ours(connection, name, [post.remote_id for post in found])
    theirs = {post.remote_id: post for post in found if post.parent is None and post.at >= since and post.remote_id not in ours}
    known = set(connection.execute(select(elsewhere.c.remote_id).where(elsewhere.c.account == name)).scalars())
    _forget(connection, name, known, theirs, since=max(since, min((post.at for post in found), default=now)))
    for post in theirs.values():
        upserting.upsert(connection, elsewhere, ("account", "remote_id"), _row(name, post))
    upserting.upsert(connection, account, "name", {"name": name, "network": network, "synced_at": now}, changes={"synced_at": now})
    return len(theirs.keys() - known)


def since(connection: Connection, name: str, moment: datetime) -> Sequence[Any]:
    """What stands on the account from then on and is not ours, oldest first."""
    query = select(elsewhere).where(elsewhere.c.account == name, elsewhere.c.at >= moment, ~is_ours)
    return connection.execute(query.order_by(elsewhere.c.at)).all()


def texts(connection: Connection, since: datetime) -> Sequence[Any]:
    """What stands on any account from then on and is not ours, newest first."""
    return connection.execute(select(elsewhere).where(elsewhere.c.at >= since, ~is_ours).order_by(elsewhere.c.at.desc())).all()


def unread(connection: Connection, now: datetime, *, after: timedelta) -> frozenset[str]:
    """The accounts that were not read for so long, or never."""
    due = or_(account.c.synced_at.is_(None), account.c.synced_at <= now - after)
    return frozenset(connection.execute(select(account.c.name).where(due)).scalars())


def _forget(connection: Connection, name: str, known: Iterable[str], listed: Iterable[str], *, since: datetime) -> None:
    gone = sorted(set(known) - set(listed))
    for start in range(0, len(gone), _AT_ONCE):
        some = elsewhere.c.remote_id.in_(gone[start : start + _AT_ONCE])
        connection.execute(elsewhere.delete().where(elsewhere.c.account == name, some, elsewhere.c.at >= since))


def _ours(connection: Connection, name: str, remote_ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(remote_ids), _AT_ONCE):
        some = part.c.remote_id.in_(remote_ids[start : start + _AT_ONCE])
        found |= {each for each in connection.execute(select(part.c.remote_id).where(part.c.account == name, some)).scalars() if each}
    return found


def _row(name: str, post: RemotePost) -> dict[str, Any]:
    count = post.media_count if post.media_count is not None else len(post.media)
    told = {"text": post.text.replace("\0", ""), "url": post.url, "link": post.link}
    return {"account": name, "remote_id": post.remote_id, "at": post.at, "media_count": count, **told}
