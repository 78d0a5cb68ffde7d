"""What networks still allow, shared by every process: one row for each account and one for each app."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Update, bindparam, func, or_, select

from evenly.plugin import Message, Quota
from evenly.store.contents import as_message, message_of
from evenly.store.models import part, quota
from evenly.store.upserting import upsert

Scope = Literal["account", "app"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left, and until when nothing may be sent."""

    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    not_before: datetime | None = None
    reason: Message | None = None  #: why nothing may be sent before


def record(connection: Connection, account: str, network: str, told: Quota, *, now: datetime) -> None:
    """Keep what the network's own counter says. Its word replaces ours."""
    values = {"limit": told.limit, "remaining": told.remaining, "resets_at": told.resets_at, "updated_at": now}
    upsert(connection, quota, "name", {"name": _name(told.scope, account, network), **values})


def wait(
    connection: Connection, scope: Scope, account: str, network: str, *, until: datetime, reason: Message | None, now: datetime
) -> None:
    """Nothing may be sent before `until`. An earlier word that asks for longer stays."""
    name = _name(scope, account, network)
    before = connection.execute(select(quota.c.not_before).where(quota.c.name == name)).scalar()
    if before is None or before < until:
        upsert(connection, quota, "name", {"name": name, "not_before": until, "reason": as_message(reason), "updated_at": now})


def take(connection: Connection, account: str, network: str) -> None:
    """Count one call that is about to be made, until the network tells its own count again."""
    connection.execute(_take(), _names(account, network))


def allowance(connection: Connection, account: str, network: str, *, now: datetime) -> Allowance:
    """What the account's own row and its app's allow together. A counter that has been reset since is not known."""
    return _together([_read(row, now) for row in connection.execute(_both(), _names(account, network))])


def published_since(connection: Connection, account: str, since: datetime) -> tuple[int, datetime | None]:
    """How many posts and replies the account has out since then, and when the first of them went out."""
    count, first = connection.execute(_since(), {"b_account": account, "b_since": since}).one()
    return count, first


@functools.cache
def _since() -> Select[int, datetime | None]:
    mine = (part.c.account == bindparam("b_account"), part.c.published_at > bindparam("b_since"), part.c.kind != "comment")
    return select(func.count(), func.min(part.c.published_at)).where(*mine)


@functools.cache
def _both() -> Select[Any]:
    return select(quota).where(_is_theirs())


@functools.cache
def _take() -> Update:
    return quota.update().where(_is_theirs(), quota.c.remaining > 0).values(remaining=quota.c.remaining - 1)


def _is_theirs() -> ColumnElement[bool]:
    return or_(quota.c.name == bindparam("b_account"), quota.c.name == bindparam("b_app"))


def _together(allowances: Iterable[Allowance]) -> Allowance:
    """The tighter counter, and the longer wait."""
    every = list(allowances)
    tightest = min((each for each in every if each.remaining is not None), key=lambda each: each.remaining or 0, default=Allowance())
    latest = max((each for each in every if each.not_before is not None), key=_wait_of, default=Allowance())
    return Allowance(
        limit=tightest.limit,
        remaining=tightest.remaining,
        resets_at=tightest.resets_at,
        not_before=latest.not_before,
        reason=latest.reason,
    )


def _wait_of(allowance: Allowance) -> float:
    return 0.0 if allowance.not_before is None else allowance.not_before.timestamp()


def _read(row: Any, now: datetime) -> Allowance:
    counts = row.resets_at is None or row.resets_at > now
    waits = row.not_before is not None and row.not_before > now
    return Allowance(
        limit=row.limit if counts else None,
        remaining=row.remaining if counts else None,
        resets_at=row.resets_at if counts else None,
        not_before=row.not_before if waits else None,
        reason=message_of(row.reason) if waits else None,
    )


def _names(account: str, network: str) -> dict[str, str]:
    return {"b_account": _name("account", account, network), "b_app": _name("app", account, network)}


def _name(scope: str, account: str, network: str) -> str:
    return f"app:{network}" if scope == "app" else f"account:{account}"
