"""The ledger's deliveries as rows: read whole, changed by compare-and-set, found when they are due."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Insert, Select, Update, and_, bindparam, func, literal_column, or_, select

from evenly import ledger
from evenly.masking import masked
from evenly.plugin import Prepared, Published
from evenly.store.contents import as_message, message_of
from evenly.store.models import BEGUN, account, attempt, delivery, part

_AT_ONCE = 50
_NO_TIME = timedelta(0)
_LEDGERS_OWN = [
    *("id", "account", "state", "due", "pinned", "not_after", "next_action_at", "awaited", "fence", "owner", "lease_until", "revision"),
    *("reason", "held_by", "forced", "urgent", "take_down_after", "take_down_at", "take_down_tries", "taken_down_at"),
]


class Wanted(Enum):
    """Which of an account's deliveries are to be looked at."""

    ALL = "all"
    BEGUN = "begun"  #: what was in hand, in doubt, half out, or has an errand after publishing; nothing that only waits for its time
    DOUBTFUL = "doubtful"  #: what may be public and has to be found out


@dataclass(frozen=True, slots=True)
class Content:
    """What a part says, apart from how it fares."""

    kind: str
    position: int
    content: Mapping[str, Any]


def load(connection: Connection, delivery_id: int) -> ledger.Delivery | None:
    """The delivery as the ledger sees it."""
    whole = load_whole(connection, delivery_id)
    return None if whole is None else whole[0]


def load_whole(connection: Connection, delivery_id: int, *, to_claim: bool = False) -> tuple[ledger.Delivery, list[Content]] | None:
    """The delivery and what its parts say, in order. `to_claim`: None also where another transaction is at it (PostgreSQL)."""
    query = _whole().with_for_update(of=delivery, skip_locked=True) if to_claim else _whole()
    rows = connection.execute(query, {"b_id": delivery_id}).all()
    if not rows:
        return None
    return _delivery(rows), [Content(row.part_kind, row.part_position, row.part_content) for row in rows]


def reserve(connection: Connection, name: str, *, wait: bool = False) -> bool:
    """Let nobody else claim for the account, or write down what it published, while this transaction lasts; whether that could be had.

    On SQLite any writing transaction is alone. With `wait`, once the others have ended.
    """
    if connection.dialect.name == "sqlite":
        return True
    query = select(account.c.name).where(account.c.name == name).with_for_update(skip_locked=not wait)
    return connection.execute(query).first() is not None


def apply(connection: Connection, move: ledger.Move) -> bool:
    """Make the move if nobody has changed the row meanwhile; whether it was made.

    Raises `IntegrityError` where the store's constraints forbid it, such as a second claim on one account.
    """
    before, after = move.before, move.after
    seen = {"b_id": before.id, "b_state": before.state.value, "b_fence": before.fence, "b_revision": before.revision}
    if connection.execute(_compare_and_set(), {**_row(before, after), **seen}).rowcount != 1:
        return False
    for old, new in _parts_changed(before, after):
        _write_part(connection, after, old, new)
    if move.entry is not None:
        _write_entry(connection, after, move.entry)
    return True


def holder_of(connection: Connection, name: str, remote_id: str) -> tuple[int, int] | None:
    """The delivery and position that this remote id of the account belongs to already."""
    row = connection.execute(_holder(), {"b_account": name, "b_remote_id": remote_id}).one_or_none()
    return None if row is None else (row.delivery_id, row.position)


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that somebody should look at now."""

    id: int
    waits_its_turn: bool  #: the account's gap holds for it: not so for urgent and begun ones, nor for pinned ones that are not late


def due(connection: Connection, name: str, now: datetime, *, grace: timedelta = _NO_TIME, wanted: Wanted = Wanted.ALL) -> list[Due]:
    """The account's deliveries that are due, in the order in which they go out. None is late before `grace` has passed."""
    rows = connection.execute(_due(wanted), {"b_account": name, "b_now": now, "b_in_time": now - grace}).all()
    return [Due(row.id, not row.eager) for row in sorted(rows, key=_order)]


def next_action(connection: Connection, name: str, *, wanted: Wanted = Wanted.ALL) -> datetime | None:
    """When the account's next delivery wants to be looked at."""
    found: datetime | None = connection.execute(_next_action(wanted), {"b_account": name}).scalar()
    return found


def begun(connection: Connection, name: str) -> datetime | None:
    """When the next of the account's begun deliveries wants to be looked at: a lost answer, a slow upload, a thread half out."""
    found: datetime | None = connection.execute(_next_begun(), {"b_account": name}).scalar()
    return found


def in_hand(connection: Connection, name: str) -> list[tuple[int, str]]:
    """The account's deliveries that somebody has in hand, with the name of the owner."""
    rows = connection.execute(_in_hand(), {"b_account": name})
    return [(delivery_id, owner) for delivery_id, owner in rows if owner is not None]


def was_sent(connection: Connection, name: str, at: datetime) -> None:
    """The account publishes at this moment: what comes next keeps its distance."""
    connection.execute(_was_sent(), {"b_account": name, "last_published_at": at})


def overdue(connection: Connection, before: datetime) -> int:
    """How many planned deliveries should have gone out before that moment."""
    query = select(func.count()).select_from(delivery).where(delivery.c.state == "planned", delivery.c.due < before)
    return int(connection.execute(query).scalar_one())


def unwoken(connection: Connection) -> list[int]:
    """Rows that are neither final nor a person's and that nobody would look at again: there must be none."""
    query = select(delivery.c.id).where(
        delivery.c.state.in_(("planned", "claimed", "sending", "unknown")), delivery.c.next_action_at.is_(None)
    )
    return list(connection.execute(query).scalars())


# ---- statements: put together once, since that costs more than running them


@functools.cache
def _whole() -> Select[Any]:
    parts = (column.label(f"part_{column.name}") for column in part.c if column.name not in {"id", "delivery_id", "account"})
    query = select(*(delivery.c[name] for name in _LEDGERS_OWN), *parts).join(part, part.c.delivery_id == delivery.c.id)
    return query.where(delivery.c.id == bindparam("b_id")).order_by(part.c.position)


@functools.cache
def _compare_and_set() -> Update:
    seen = (
        delivery.c.state == bindparam("b_state"),
        delivery.c.fence == bindparam("b_fence"),
        delivery.c.revision == bindparam("b_revision"),
    )
    return delivery.update().where(delivery.c.id == bindparam("b_id"), *seen)


@functools.cache
def _part_update() -> Update:
    return part.update().where(part.c.delivery_id == bindparam("b_delivery"), part.c.position == bindparam("b_position"))


@functools.cache
def _attempt_insert() -> Insert:
    return attempt.insert().values(part_id=_part_id())


@functools.cache
def _attempt_end() -> Update:
    same = (attempt.c.part_id == _part_id(), attempt.c.number == bindparam("b_number"), attempt.c.step == bindparam("b_step"))
    return attempt.update().where(*same, attempt.c.outcome.is_(None))


def _part_id() -> Any:
    query = select(part.c.id).where(part.c.delivery_id == bindparam("b_delivery"), part.c.position == bindparam("b_position"))
    return query.scalar_subquery()


@functools.cache
def _holder() -> Select[int, int]:
    query = select(part.c.delivery_id, part.c.position)
    return query.where(part.c.account == bindparam("b_account"), part.c.remote_id == bindparam("b_remote_id"))


@functools.cache
def _due(wanted: Wanted) -> Select[int, datetime | None, datetime | None, bool]:
    in_time = func.coalesce(delivery.c.awaited, delivery.c.due) >= bindparam("b_in_time", type_=delivery.c.due.type)
    eager = or_(delivery.c.state != "planned", and_(delivery.c.pinned, in_time), delivery.c.urgent, _half_out())
    query = select(delivery.c.id, delivery.c.due, delivery.c.not_after, eager.label("eager"))
    query = query.where(*_wakes(wanted), delivery.c.next_action_at <= bindparam("b_now"))
    return query.order_by(delivery.c.next_action_at).limit(_AT_ONCE)


@functools.cache
def _next_action(wanted: Wanted) -> Select[Any]:
    return select(delivery.c.next_action_at).where(*_wakes(wanted)).order_by(delivery.c.next_action_at).limit(1)


@functools.cache
def _next_begun() -> Select[Any]:
    started = _with_part(or_(part.c.published_at.is_not(None), part.c.prepared.is_not(None), part.c.tainted))
    query = select(delivery.c.next_action_at).where(*_awake(), literal_column(BEGUN), started)
    return query.order_by(delivery.c.next_action_at).limit(1)


@functools.cache
def _in_hand() -> Select[int, str | None]:
    return select(delivery.c.id, delivery.c.owner).where(delivery.c.account == bindparam("b_account"), delivery.c.owner.is_not(None))


@functools.cache
def _was_sent() -> Update:
    return account.update().where(account.c.name == bindparam("b_account"))


def _wakes(wanted: Wanted) -> tuple[Any, ...]:
    """What somebody looks at. The condition of the index stands in it as it was written there: only so the index is used."""
    match wanted:
        case Wanted.ALL:
            return _awake()
        case Wanted.BEGUN:
            return (*_awake(), literal_column(BEGUN), or_(delivery.c.state != "planned", _half_out()))
        case Wanted.DOUBTFUL:
            in_doubt = _with_part(or_(part.c.tainted, part.c.state == "sending"))
            return (*_awake(), literal_column(BEGUN), delivery.c.state.in_(("sending", "unknown", "published")), in_doubt)


def _awake() -> tuple[Any, ...]:
    return (delivery.c.account == bindparam("b_account"), delivery.c.next_action_at.is_not(None))


def _half_out() -> Any:
    return _with_part(part.c.published_at.is_not(None))


def _with_part(condition: Any) -> Any:
    return select(part.c.id).where(part.c.delivery_id == delivery.c.id, condition).exists()


# ---- rows and values


def _order(row: Any) -> tuple[bool, bool, Any, bool, Any, int]:
    """What does not wait its turn first, then what soon becomes worthless, then by planned time."""
    return (not row.eager, row.not_after is None, row.not_after, row.due is None, row.due, row.id)


def _delivery(rows: Sequence[Any]) -> ledger.Delivery:
    row = rows[0]
    return ledger.Delivery(
        id=row.id,
        account=row.account,
        parts=tuple(_part(each) for each in rows),
        state=ledger.State(row.state),
        due=row.due,
        pinned=row.pinned,
        not_after=row.not_after,
        next_action_at=row.next_action_at,
        awaited=row.awaited,
        fence=row.fence,
        owner=row.owner,
        lease_until=row.lease_until,
        revision=row.revision,
        reason=message_of(row.reason),
        held_by=None if row.held_by is None else ledger.HeldBy(row.held_by),
        forced=row.forced,
        urgent=row.urgent,
        take_down_after=None if row.take_down_after is None else timedelta(seconds=row.take_down_after),
        take_down_at=row.take_down_at,
        take_down_tries=row.take_down_tries,
        taken_down_at=row.taken_down_at,
    )


def _part(row: Any) -> ledger.Part:
    published = None
    if row.part_remote_id is not None:
        published = Published(remote_id=row.part_remote_id, url=row.part_url, at=row.part_published_at, data=row.part_data or {})
    return ledger.Part(
        position=row.part_position,
        key=row.part_key,
        kind=ledger.PartKind(row.part_kind),
        state=ledger.PartState(row.part_state),
        first_attempt=row.part_first_attempt,
        tries=row.part_tries,
        setbacks=row.part_setbacks,
        tainted=row.part_tainted,
        proven_out=row.part_proven_out,
        absent_looks=row.part_absent_looks,
        unknown_since=row.part_unknown_since,
        prepared=_prepared(row.part_prepared),
        published=published,
    )


def _prepared(stored: Any) -> Prepared | None:
    if stored is None:
        return None
    return Prepared(
        data=stored["data"], ready=stored["ready"], look_again=_moment(stored["look_again"]), expires_at=_moment(stored["expires_at"])
    )


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)


def _row(before: ledger.Delivery, after: ledger.Delivery) -> dict[str, Any]:
    values = {
        "state": after.state.value,
        "next_action_at": after.next_action_at,
        "awaited": after.awaited,
        "fence": after.fence,
        "owner": after.owner,
        "lease_until": after.lease_until,
        "revision": after.revision,
        "reason": as_message(after.reason),
        "held_by": None if after.held_by is None else after.held_by.value,
        "forced": after.forced,
        "urgent": after.urgent,
        "take_down_at": after.take_down_at,
        "take_down_tries": after.take_down_tries,
        "taken_down_at": after.taken_down_at,
    }
    if (after.due, after.pinned) != (before.due, before.pinned):
        values |= {"due": after.due, "pinned": after.pinned, "provisional": False, "why": None}
    if after.state is ledger.State.PUBLISHED and before.state is not ledger.State.PUBLISHED:
        root = after.parts[0].published
        values["published_at"] = None if root is None else root.at
    return values


def _parts_changed(before: ledger.Delivery, after: ledger.Delivery) -> Iterable[tuple[ledger.Part | None, ledger.Part]]:
    known = {each.position: each for each in before.parts}
    return ((known.get(each.position), each) for each in after.parts if known.get(each.position) != each)


def _write_part(connection: Connection, after: ledger.Delivery, old: ledger.Part | None, new: ledger.Part) -> None:
    if old is None:
        raise AssertionError("parts are inserted with their content, before the move that tells of them")
    published = new.published
    prepared = new.prepared
    values: dict[str, Any] = {
        "state": new.state.value,
        "key": new.key,
        "first_attempt": new.first_attempt,
        "tries": new.tries,
        "setbacks": new.setbacks,
        "tainted": new.tainted,
        "proven_out": new.proven_out,
        "absent_looks": new.absent_looks,
        "unknown_since": new.unknown_since,
        "prepared": None if prepared is None else _as_json(prepared),
        "remote_id": None if published is None else published.remote_id,
        "url": None if published is None else published.url,
        "data": None if published is None else dict(published.data),
        "published_at": None if published is None else published.at,
    }
    connection.execute(_part_update(), {**values, "b_delivery": after.id, "b_position": new.position})


def _as_json(prepared: Prepared) -> dict[str, Any]:
    return {
        "data": dict(prepared.data),
        "ready": prepared.ready,
        "look_again": prepared.look_again.isoformat() if isinstance(prepared.look_again, datetime) else None,
        "expires_at": None if prepared.expires_at is None else prepared.expires_at.isoformat(),
    }


def _write_entry(connection: Connection, after: ledger.Delivery, entry: ledger.Entry) -> None:
    place = {"b_delivery": after.id, "b_position": entry.position}
    begins = {"fence": after.fence, "number": entry.number, "step": entry.step.value, "started_at": entry.at}
    if entry.outcome is None:
        connection.execute(_attempt_insert(), {**place, **begins})
        return
    ends = {"ended_at": entry.at, "outcome": entry.outcome, "evidence": entry.evidence and masked(entry.evidence)}
    intent = {**place, "b_number": entry.number, "b_step": entry.step.value}
    if entry.step is ledger.Step.PUBLISH and connection.execute(_attempt_end(), {**ends, **intent}).rowcount == 1:
        return
    connection.execute(_attempt_insert(), {**place, **begins, **ends})
