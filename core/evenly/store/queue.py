"""Posts and deliveries as people and the planner see them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, case, exists, func, null, or_, select

from evenly.plugin import Message, Part
from evenly.store.contents import as_content, as_message
from evenly.store.elsewhere import is_ours
from evenly.store.models import account, attempt, delivery, elsewhere, part, post, workspace

Rows = Sequence[Any]
"""Rows whose columns are named as in the models."""

_AT_WORK = ("claimed", "sending", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery that is not in the store yet."""

    account: str
    network: str
    parts: Sequence[Part]
    state: str = "planned"
    due: datetime | None = None
    pinned: bool = False
    priority: int = 0
    kind: str | None = None
    topic: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    take_down_after: float | None = None
    text_digest: str | None = None
    reason: Message | None = None


def nonce(connection: Connection) -> str:
    """The text that no other workspace has; made with the first writing transaction that asks."""
    found = connection.execute(select(workspace.c.nonce)).scalar()
    if found is None:
        found = secrets.token_hex(8)
        connection.execute(workspace.insert().values(id=1, nonce=found))
    return found


def insert_post(connection: Connection, fields: Mapping[str, Any], *, digest: str | None, now: datetime) -> int:
    effort = fields.get("effort_minutes")
    values = {name: fields.get(name) for name in ("origin", "topic", "campaign", "offer")}
    row = connection.execute(
        post.insert().values(fields=dict(fields), effort_minutes=effort, digest=digest, created_at=now, **values).returning(post.c.id)
    )
    return int(row.scalar_one())


def insert_delivery(connection: Connection, post_id: int, new: NewDelivery, *, now: datetime) -> int:
    """Write a delivery with its parts. A planned one without a time waits for the planner, due at once if nobody came."""
    values = {name: getattr(new, name) for name in NewDelivery.__slots__ if name not in {"parts", "reason"}}
    wakes = (new.due or now) if new.state == "planned" else None
    row = connection.execute(
        delivery.insert()
        .values(post_id=post_id, created_at=now, next_action_at=wakes, reason=as_message(new.reason), **values)
        .returning(delivery.c.id)
    )
    delivery_id = int(row.scalar_one())
    insert_parts(connection, delivery_id, new.account, new.parts, revision=1)
    return delivery_id


def insert_parts(connection: Connection, delivery_id: int, account: str, parts: Iterable[Part], *, revision: int) -> None:
    from evenly.ledger import key_of

    identity = nonce(connection)
    rows = [
        {
            "delivery_id": delivery_id,
            "account": account,
            "position": each.position,
            "kind": each.kind,
            "content": as_content(each),
            "state": "waiting",
            "key": key_of(identity, delivery_id, each.position, revision),
        }
        for each in parts
    ]
    connection.execute(part.insert(), rows)


def post_of_digest(connection: Connection, digest: str) -> int | None:
    return connection.execute(select(post.c.id).where(post.c.digest == digest)).scalar()


# ---- what people see

_root = part.alias("root")
_one_out = exists().where(part.c.delivery_id == delivery.c.id, part.c.published_at.is_not(None))

public_state: ColumnElement[str] = case(
    (delivery.c.state.in_(_AT_WORK), "publishing"),
    (and_(delivery.c.state == "planned", _one_out), "publishing"),
    else_=delivery.c.state,
)
"""The state as the outside knows it."""


def listed() -> Select[Any]:
    """Deliveries with their post and root part, as `planning.listing` shows them."""
    return (
        select(
            delivery,
            post.c.fields,
            post.c.origin,
            post.c.recognised,
            post.c.campaign,
            post.c.offer,
            post.c.effort_minutes,
            _root.c.content,
            _root.c.remote_id,
            _root.c.url,
            public_state.label("public_state"),
        )
        .join(post, post.c.id == delivery.c.post_id)
        .join(_root, and_(_root.c.delivery_id == delivery.c.id, _root.c.position == 0))
        .order_by(delivery.c.due.is_(None), delivery.c.due, delivery.c.id)
    )


def deliveries(
    connection: Connection,
    *,
    name: str | None = None,
    states: Sequence[str] = (),
    topic: str | None = None,
    campaign: str | None = None,
    offer: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Rows:
    """Deliveries that pass every given filter, in order of their time; those without one last."""
    query = listed()
    if name is not None:
        query = query.where(delivery.c.account == name)
    if states:
        query = query.where(public_state.in_(states))
    if topic is not None:
        query = query.where(delivery.c.topic == topic)
    if campaign is not None:
        query = query.where(post.c.campaign == campaign)
    if offer is not None:
        query = query.where(post.c.offer == offer)
    if since is not None:
        query = query.where(delivery.c.due >= since)
    if until is not None:
        query = query.where(delivery.c.due < until)
    return connection.execute(query.limit(limit) if limit is not None else query).all()


def by_ids(connection: Connection, ids: Iterable[int]) -> Rows:
    return connection.execute(listed().where(delivery.c.id.in_(list(ids)))).all()


def of_post(connection: Connection, post_id: int) -> Rows:
    return connection.execute(listed().where(delivery.c.post_id == post_id)).all()


def post_row(connection: Connection, post_id: int) -> Row[Any] | None:
    return connection.execute(select(post).where(post.c.id == post_id)).one_or_none()


def post_of(connection: Connection, delivery_id: int) -> int | None:
    return connection.execute(select(delivery.c.post_id).where(delivery.c.id == delivery_id)).scalar()


def parts_of(connection: Connection, delivery_id: int) -> Rows:
    return connection.execute(select(part).where(part.c.delivery_id == delivery_id).order_by(part.c.position)).all()


def attempts_of(connection: Connection, delivery_id: int) -> Rows:
    return connection.execute(
        select(attempt, part.c.position)
        .join(part, part.c.id == attempt.c.part_id)
        .where(part.c.delivery_id == delivery_id)
        .order_by(attempt.c.id)
    ).all()


def equal_texts(connection: Connection, name: str, digest: str, *, since: datetime, but: int | None = None) -> int | None:
    """A delivery of the account with this text that waits, is at work, or was published since then."""
    waiting = delivery.c.state.in_(("draft", "planned", "held", "uncertain", "failed", "missed", *_AT_WORK))
    lately = and_(delivery.c.state == "published", delivery.c.published_at >= since)
    query = select(delivery.c.id).where(delivery.c.account == name, delivery.c.text_digest == digest, or_(waiting, lately))
    return connection.execute(query.where(delivery.c.id != but) if but is not None else query).scalar()


# ---- what the planner needs

_plannable = and_(delivery.c.state == "planned", delivery.c.owner.is_(None), ~_one_out)


def plannable(connection: Connection, name: str) -> Rows:
    """The account's deliveries whose time planning may still choose, or has to respect because a person fixed it."""
    columns = (delivery.c.id, delivery.c.due, delivery.c.pinned, delivery.c.kind, delivery.c.topic, delivery.c.apart, delivery.c.priority)
    bounds = (delivery.c.not_before, delivery.c.not_after, delivery.c.urgent, delivery.c.awaited, delivery.c.why, delivery.c.provisional)
    return connection.execute(select(*columns, *bounds).where(delivery.c.account == name, _plannable).order_by(delivery.c.id)).all()


def busy_times(connection: Connection, name: str, since: datetime) -> Rows:
    """When the account published since then, here or elsewhere, or is about to: time, kind, topic, apart. Elsewhere's are not known."""
    moment = func.coalesce(delivery.c.published_at, delivery.c.due).label("time")
    at_work = or_(delivery.c.state.in_(("published", *_AT_WORK)), and_(delivery.c.state == "planned", _one_out))
    here = select(moment, delivery.c.kind, delivery.c.topic, delivery.c.apart).where(
        delivery.c.account == name, at_work, delivery.c.taken_down_at.is_(None), delivery.c.due >= since
    )
    there = select(elsewhere.c.at, null(), null(), null()).where(elsewhere.c.account == name, elsewhere.c.at >= since, ~is_ours)
    return connection.execute(here.union_all(there).order_by("time")).all()


def set_times(connection: Connection, placed: Iterable[Mapping[str, Any]]) -> None:
    """Give planned deliveries their times: rows of `b_id, due, next_action_at, why, provisional`.

    One that somebody has begun meanwhile stays as it is.
    """
    rows = list(placed)
    if rows:
        connection.execute(delivery.update().where(delivery.c.id == bindparam("b_id"), _plannable), rows)


def next_due(connection: Connection) -> dict[str, datetime]:
    """The next planned time of each account."""
    query = select(delivery.c.account, func.min(delivery.c.due)).where(delivery.c.state == "planned").group_by(delivery.c.account)
    return {name: due for name, due in connection.execute(query) if due is not None}


def hold_unplaced(connection: Connection, delivery_id: int, reason: Any) -> None:
    """Hold a delivery that no time fits, with the reason."""
    values = {"state": "held", "held_by": "person", "reason": reason, "due": None, "next_action_at": None}
    connection.execute(delivery.update().where(delivery.c.id == delivery_id, _plannable).values(values))


def rail(connection: Connection, name: str) -> Any:
    """Where the planner's rail of the account goes on, as it was left; None at first."""
    return connection.execute(select(account.c.rail).where(account.c.name == name)).scalar()


def set_rail(connection: Connection, name: str, network: str, rail: Any) -> None:
    done = connection.execute(account.update().where(account.c.name == name).values(rail=rail))
    if done.rowcount == 0:
        connection.execute(account.insert().values(name=name, network=network, rail=rail))


def needing_somebody(connection: Connection, now: datetime) -> int:
    """How many deliveries wait for a person: refused, uncertain, missed, or due on an account whose sign-in is needed."""
    stuck = delivery.c.state.in_(("failed", "uncertain", "missed"))
    unsigned = select(account.c.name).where(account.c.sign_in == "ok")
    waiting = and_(delivery.c.state.in_(("planned", *_AT_WORK)), delivery.c.next_action_at <= now, delivery.c.account.not_in(unsigned))
    return int(connection.execute(select(func.count()).select_from(delivery).where(or_(stuck, waiting))).scalar_one())
