"""The outbox of notifications: what is to be told, by which channel, and in which letter it goes out."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from evenly.plugin import Event, Message
from evenly.store.contents import as_message, message_of
from evenly.store.models import account, credential, delivery, notice
from evenly.store.upserting import insert_new

_MOST_TOGETHER = 500
_UNEXPLAINED = Message("The sign-in has ended.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event, to be told by one channel."""

    id: int
    kind: str
    message: Message
    at: datetime
    account: str | None
    delivery: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Notices that go out as one letter."""

    letter: str  #: the same whenever it is tried again
    channel: str
    tries: int  #: before this one
    notices: tuple[Notice, ...]


def put(connection: Connection, channels: Iterable[str], event: Event, *, now: datetime) -> bool:
    """Write down what each channel is to tell; whether any of it is new. What was put before, told or not, is not put again."""
    key = _key(connection, event)
    values = {
        "key": key,
        "kind": event.kind,
        "account": event.account,
        "delivery": event.delivery,
        "message": as_message(event.message),
        "url": event.url,
        "at": now,
        "state": "waiting",
        "tries": 0,
        "next_try_at": now,
    }
    new = [insert_new(connection, notice, {**values, "channel": channel}) for channel in channels]
    return any(new)


def is_known(connection: Connection, event: Event) -> bool:
    """Whether the event was put before, for whatever channel."""
    return connection.execute(select(notice.c.id).where(notice.c.key == _key(connection, event)).limit(1)).first() is not None


def has_ended(connection: Connection, *, before: datetime, forgotten: datetime) -> bool:
    """Whether there is anything to `drop` or to `forget`."""
    old = or_(and_(notice.c.state == "waiting", notice.c.at < before), and_(notice.c.state != "waiting", notice.c.ended_at < forgotten))
    return connection.execute(select(notice.c.id).where(old).limit(1)).first() is not None


def _key(connection: Connection, event: Event) -> str:
    """What the event has in common with itself alone: a delivery that fails a second time has been claimed, or changed, in between."""
    about = event.delivery or event.account or "-"
    if event.delivery is not None:
        row = connection.execute(select(delivery.c.revision, delivery.c.fence).where(delivery.c.id == int(event.delivery))).first()
        turn = "-" if row is None else f"{row.revision}.{row.fence}"
    else:
        turn = _sign_in(connection, event.account)
    said = hashlib.sha256(str(event.message).encode()).hexdigest()[:16] if event.kind == "alarm" else ""
    return f"{event.kind} {about} {turn} {said}".rstrip()


def _sign_in(connection: Connection, name: str | None) -> str:
    """What tells an account's sign-in from its earlier and later ones."""
    stored = connection.execute(select(credential.c.stored_at).where(credential.c.name == f"account:{name}")).scalar()
    return "-" if stored is None else stored.isoformat()


def waiting_for_sign_in(connection: Connection) -> list[Event]:
    """The accounts for which a person has to sign in again, as events; whoever found it out."""
    rows = connection.execute(select(account.c.name, account.c.reason).where(account.c.sign_in == "needed").order_by(account.c.name))
    return [Event(kind="sign-in-needed", account=row.name, message=message_of(row.reason) or _UNEXPLAINED) for row in rows]


def take(connection: Connection, channel: str, *, now: datetime, until: datetime, gathered: datetime, full: bool) -> Batch | None:
    """What the channel has to send now, kept from others `until` then; None where there is nothing, or it has to wait.

    A letter that was begun goes first, with the same contents. A new one is begun once the oldest event has come by `gathered`, so that
    those which follow go with it; none where the channel is `full`.
    """
    begun = _of(connection, channel, notice.c.letter.is_not(None))
    if begun:
        return _again(connection, channel, begun, now, until)
    fresh = _of(connection, channel, notice.c.letter.is_(None))
    if not fresh or fresh[0].at > gathered or full:
        return None
    letter = secrets.token_hex(16)
    mine = (notice.c.id.in_([row.id for row in fresh]), notice.c.letter.is_(None))
    taken = set(connection.execute(notice.update().where(*mine).values(letter=letter, next_try_at=until).returning(notice.c.id)).scalars())
    rows = tuple(_notice(row) for row in fresh if row.id in taken)
    return Batch(letter, channel, 0, rows) if rows else None


def _again(connection: Connection, channel: str, begun: list[Any], now: datetime, until: datetime) -> Batch | None:
    first = begun[0]
    if first.next_try_at > now:
        return None
    mine = (notice.c.letter == first.letter, notice.c.state == "waiting", notice.c.next_try_at == first.next_try_at)
    if not connection.execute(notice.update().where(*mine).values(next_try_at=until)).rowcount:
        return None
    return Batch(first.letter, channel, first.tries, tuple(_notice(row) for row in begun if row.letter == first.letter))


def sent(connection: Connection, letter: str, *, now: datetime) -> None:
    """The letter is out."""
    _end(connection, notice.c.letter == letter, state="sent", now=now)


def failed(connection: Connection, letter: str, *, again_at: datetime) -> None:
    """The letter could not be sent, and is tried again then."""
    mine = (notice.c.letter == letter, notice.c.state == "waiting")
    connection.execute(notice.update().where(*mine).values(tries=notice.c.tries + 1, next_try_at=again_at))


def drop(connection: Connection, *, before: datetime, now: datetime) -> int:
    """Give up what happened before then and could not be told; how much that is."""
    return _end(connection, notice.c.at < before, state="dropped", now=now)


def forget(connection: Connection, *, before: datetime) -> None:
    """Forget what ended before then."""
    connection.execute(notice.delete().where(notice.c.state != "waiting", notice.c.ended_at < before))


def letters_since(connection: Connection, channel: str, since: datetime) -> int:
    """How many letters the channel has sent since then."""
    mine = (notice.c.state == "sent", notice.c.channel == channel, notice.c.ended_at >= since)
    return connection.execute(select(func.count(notice.c.letter.distinct())).where(*mine)).scalar_one()


def waiting(connection: Connection) -> dict[str, int]:
    """How much each channel still has to tell."""
    query = select(notice.c.channel, func.count()).where(notice.c.state == "waiting").group_by(notice.c.channel)
    return dict(connection.execute(query).all())


def _of(connection: Connection, channel: str, condition: Any) -> list[Any]:
    """The channel's waiting notices, the oldest first."""
    query = select(notice).where(notice.c.state == "waiting", notice.c.channel == channel, condition)
    return list(connection.execute(query.order_by(notice.c.id).limit(_MOST_TOGETHER)).all())


def _end(connection: Connection, condition: Any, *, state: str, now: datetime) -> int:
    return connection.execute(notice.update().where(notice.c.state == "waiting", condition).values(state=state, ended_at=now)).rowcount


def _notice(row: Any) -> Notice:
    message = message_of(row.message) or _UNEXPLAINED
    return Notice(id=row.id, kind=row.kind, message=message, at=row.at, account=row.account, delivery=row.delivery, url=row.url)
