"""The ledger's deliveries as rows: read whole, changed by compare-and-set, found when they are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from evenly import ledger
from evenly.plugin import Prepared, Published
from evenly.store.contents import as_message, message_of
from evenly.store.models import account, attempt, delivery, part

_AT_ONCE = 50
#: States in which a claim was taken or something may be public: work that goes on whatever holds the account back.
_BEGUN = ("claimed", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Content:
    """What a part says, apart from how it fares."""

    kind: str
    position: int
    content: Mapping[str, Any]


def load(connection: Connection, delivery_id: int) -> ledger.Delivery | None:
    """The delivery as the ledger sees it."""
    row = connection.execute(select(delivery).where(delivery.c.id == delivery_id)).one_or_none()
    if row is None:
        return None
    parts = connection.execute(select(part).where(part.c.delivery_id == delivery_id).order_by(part.c.position)).all()
    return ledger.Delivery(
        id=row.id,
        account=row.account,
        parts=tuple(_part(each) for each in parts),
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


def contents(connection: Connection, delivery_id: int) -> list[Content]:
    """What each part says, in order."""
    rows = connection.execute(
        select(part.c.kind, part.c.position, part.c.content).where(part.c.delivery_id == delivery_id).order_by(part.c.position)
    )
    return [Content(row.kind, row.position, row.content) for row in rows]


def apply(connection: Connection, move: ledger.Move) -> bool:
    """Make the move if nobody has changed the row meanwhile; whether it was made.

    Raises `IntegrityError` where the store's constraints forbid it, such as a second claim on one account.
    """
    before, after = move.before, move.after
    changed = connection.execute(
        delivery.update()
        .where(
            delivery.c.id == before.id,
            delivery.c.state == before.state.value,
            delivery.c.fence == before.fence,
            delivery.c.revision == before.revision,
        )
        .values(_row(before, after))
    )
    if changed.rowcount != 1:
        return False
    for old, new in _parts_changed(before, after):
        _write_part(connection, after, old, new)
    if move.entry is not None:
        _write_entry(connection, after, move.entry)
    return True


def claim(connection: Connection, move: ledger.Move) -> bool:
    """Make a claiming move; False also where another delivery of the account is claimed."""
    try:
        with connection.begin_nested():
            return apply(connection, move)
    except IntegrityError:
        return False


def holder_of(connection: Connection, name: str, remote_id: str) -> tuple[int, int] | None:
    """The delivery and position that this remote id of the account belongs to already."""
    query = select(part.c.delivery_id, part.c.position).where(part.c.account == name, part.c.remote_id == remote_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.delivery_id, row.position)


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that somebody should look at now."""

    id: int
    waits_its_turn: bool  #: the account's gap holds for it: not so for pinned, urgent and begun ones


def due(connection: Connection, name: str, now: datetime, *, only_begun: bool = False) -> list[Due]:
    """The account's deliveries that are due, in the order in which they go out."""
    begun = select(part.c.id).where(part.c.delivery_id == delivery.c.id, part.c.published_at.is_not(None)).exists()
    eager = or_(delivery.c.state != "planned", delivery.c.pinned, delivery.c.urgent, begun)
    columns = (delivery.c.id, delivery.c.due, delivery.c.not_after, eager.label("eager"))
    query = select(*columns).where(_wakes(name, only_begun=only_begun), delivery.c.next_action_at <= now)
    rows = connection.execute(query.order_by(delivery.c.next_action_at).limit(_AT_ONCE)).all()
    return [Due(row.id, not row.eager) for row in sorted(rows, key=_order)]


def owned_by_others(connection: Connection, name: str, owner: str) -> list[Due]:
    """The account's deliveries that somebody else has in hand."""
    found = connection.execute(select(delivery.c.id).where(delivery.c.account == name, delivery.c.owner != owner)).scalars()
    return [Due(each, waits_its_turn=False) for each in found]


def next_action(connection: Connection, name: str, *, only_begun: bool = False) -> datetime | None:
    """When the account's next delivery wants to be looked at."""
    query = select(delivery.c.next_action_at).where(_wakes(name, only_begun=only_begun))
    found: datetime | None = connection.execute(query.order_by(delivery.c.next_action_at).limit(1)).scalar()
    return found


def begun(connection: Connection, name: str) -> datetime | None:
    """When the next of the account's begun deliveries wants to be looked at: a lost answer, a slow upload, a thread half out."""
    started = select(part.c.id).where(
        part.c.delivery_id == delivery.c.id, (part.c.published_at.is_not(None)) | (part.c.prepared.is_not(None)) | part.c.tainted
    )
    query = select(func.min(delivery.c.next_action_at)).where(_wakes(name), delivery.c.state.in_((*_BEGUN, "planned")), started.exists())
    found: datetime | None = connection.execute(query).scalar()
    return found


def was_sent(connection: Connection, name: str, at: datetime) -> None:
    """The account publishes at this moment: what comes next keeps its distance."""
    connection.execute(account.update().where(account.c.name == name).values(last_published_at=at))


def overdue(connection: Connection, before: datetime) -> int:
    """How many planned deliveries should have gone out before that moment."""
    query = select(func.count()).select_from(delivery).where(delivery.c.state == "planned", delivery.c.due < before)
    return int(connection.execute(query).scalar_one())


def unwoken(connection: Connection) -> list[int]:
    """Rows that are neither final nor a person's and that nobody would look at again: there must be none."""
    query = select(delivery.c.id).where(delivery.c.state.in_(("planned", *_BEGUN)), delivery.c.next_action_at.is_(None))
    return list(connection.execute(query).scalars())


def _wakes(name: str, *, only_begun: bool = False) -> Any:
    wakes = and_(delivery.c.account == name, delivery.c.next_action_at.is_not(None))
    return and_(wakes, delivery.c.state.in_(_BEGUN)) if only_begun else wakes


def _order(row: Any) -> tuple[bool, bool, Any, bool, Any, int]:
    """What does not wait its turn first, then what soon becomes worthless, then by planned time."""
    return (not row.eager, row.not_after is None, row.not_after, row.due is None, row.due, row.id)


def _part(row: Any) -> ledger.Part:
    published = None
    if row.remote_id is not None:
        published = Published(remote_id=row.remote_id, url=row.url, at=row.published_at, data=row.data or {})
    return ledger.Part(
        position=row.position,
        key=row.key,
        kind=ledger.PartKind(row.kind),
        state=ledger.PartState(row.state),
        first_attempt=row.first_attempt,
        tries=row.tries,
        setbacks=row.setbacks,
        tainted=row.tainted,
        proven_out=row.proven_out,
        absent_looks=row.absent_looks,
        unknown_since=row.unknown_since,
        prepared=_prepared(row.prepared),
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
    connection.execute(part.update().where(part.c.delivery_id == after.id, part.c.position == new.position).values(values))


def _as_json(prepared: Prepared) -> dict[str, Any]:
    return {
        "data": dict(prepared.data),
        "ready": prepared.ready,
        "look_again": prepared.look_again.isoformat() if isinstance(prepared.look_again, datetime) else None,
        "expires_at": None if prepared.expires_at is None else prepared.expires_at.isoformat(),
    }


def _write_entry(connection: Connection, after: ledger.Delivery, entry: ledger.Entry) -> None:
    part_id = connection.execute(select(part.c.id).where(part.c.delivery_id == after.id, part.c.position == entry.position)).scalar_one()
    begins = {"part_id": part_id, "fence": after.fence, "number": entry.number, "step": entry.step.value, "started_at": entry.at}
    if entry.outcome is None:
        connection.execute(attempt.insert().values(begins))
        return
    ends = {"ended_at": entry.at, "outcome": entry.outcome, "evidence": entry.evidence}
    open_one = and_(
        attempt.c.part_id == part_id, attempt.c.number == entry.number, attempt.c.step == entry.step.value, attempt.c.outcome.is_(None)
    )
    if connection.execute(attempt.update().where(open_one).values(ends)).rowcount == 0:
        connection.execute(attempt.insert().values({**begins, **ends}))
