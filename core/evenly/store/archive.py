"""The whole state as plain rows, out and in again. No secrets: sign-ins stay where they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Float, Integer, Row, Table, exists, select
from sqlalchemy.exc import DataError, IntegrityError

from evenly.plugin import Message
from evenly.store.models import (
    Moment,
    account,
    advice,
    attempt,
    delivery,
    effort,
    effort_post,
    elsewhere,
    feed,
    item,
    judgement,
    metric,
    part,
    post,
    quota,
    repetition,
    timer,
    workspace,
)
from evenly.store.upserting import upsert

_AT_ONCE = 500

_HIDDEN = {"account": frozenset({"sign_in", "reason", "settings", "state", "looked_at", "synced_at"})}  # what `connect` finds out anew
_TABLES: Mapping[str, Table] = {
    "account": account,
    "quota": quota,
    "post": post,
    "delivery": delivery,
    "part": part,
    "attempt": attempt,
    "metric": metric,
    "repetition": repetition,
    "elsewhere": elsewhere,
    "feed": feed,
    "item": item,
    "effort": effort,
    "effort_post": effort_post,
    "timer": timer,
    "advice": advice,
    "judgement": judgement,
}
_KNOWN_ANEW = {"account": "name", "quota": "name"}
"""What a workspace has before anything is queued in it, by its key: the row that comes back takes the place of the one that is there."""

KINDS = tuple(_TABLES)
"""What there is, in the order in which it has to come back."""


class RowRefused(ValueError):
    """A row that is none of ours; `message` says why."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def rows(connection: Connection, kind: str) -> Iterator[dict[str, Any]]:
    """Every row of a kind as JSON can hold it, in the order of its key; streamed."""
    columns = _columns(kind)
    found = connection.execution_options(yield_per=_AT_ONCE).execute(select(*columns.values()).order_by(*_TABLES[kind].primary_key))
    for row in found:
        yield as_row(kind, row)


def as_row(kind: str, row: Row[Any]) -> dict[str, Any]:
    """Those columns of the row that are columns of the kind, as JSON can hold them."""
    return {name: _plain(getattr(row, name)) for name in _columns(kind)}


def checked(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `as_row` made `row` of. Raises RowRefused."""
    columns = _columns(kind)
    for name in row:
        if name not in columns:
            raise RowRefused(Message("{name} is not known here: was it written by a newer evenly?", name=name))
    return {name: _value(columns[name], value) for name, value in row.items()}


def is_empty(connection: Connection) -> bool:
    """Whether nothing was ever put into this store."""
    return not any(connection.execute(select(exists(select(_TABLES[kind])))).scalar_one() for kind in KINDS if kind not in _KNOWN_ANEW)


def insert(connection: Connection, kind: str, values: Sequence[Mapping[str, Any]]) -> None:
    """Put rows of the same columns back, with their ids. Raises RowRefused where they contradict each other, and puts none."""
    try:
        with connection.begin_nested():
            if (key := _KNOWN_ANEW.get(kind)) is not None:
                for row in values:
                    # An account that has signed in here keeps its sign-in.
                    upsert(connection, _TABLES[kind], key, row)
            else:
                connection.execute(_TABLES[kind].insert(), [dict(row) for row in values])
    except (IntegrityError, DataError) as error:
        said = str(error.orig).partition("\n")[0]
        raise RowRefused(Message("the rows of kind {kind} contradict each other ({reason})", kind=kind, reason=said)) from error


def media_of(content: Mapping[str, Any]) -> list[str]:
    """The files of the media folder that a part shows. Raises RowRefused for content that no part of ours has, or that reaches further."""
    try:
        names = [medium["path"] for medium in content["media"]]
    except (TypeError, KeyError) as error:
        raise RowRefused(Message("the content of the part cannot be read")) from error
    for name in names:
        # A name with a folder in it could reach any file, the key among them.
        if not isinstance(name, str) or PurePosixPath(name).name != name or "\\" in name:
            raise RowRefused(Message("{name} is no file of the media folder", name=str(name)[:60]))
    return names


def identity(connection: Connection) -> str:
    """What tells this workspace from every other; empty before anything was queued."""
    return connection.execute(select(workspace.c.nonce)).scalar() or ""


def _columns(kind: str) -> dict[str, Column[Any]]:
    return {column.name: column for column in _TABLES[kind].columns if column.name not in _HIDDEN.get(kind, frozenset())}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _value(column: Column[Any], written: Any) -> Any:
    if written is None:
        if column.nullable:
            return None
        raise RowRefused(Message("{name} is missing", name=column.name))
    value = _moment(written) if isinstance(column.type, Moment) else written
    if isinstance(column.type, JSON) or (type(value) in _types(column) and _fits(column, value)):
        return value
    raise RowRefused(Message("{name} cannot be {found}", name=column.name, found=repr(written)[:60]))


def _types(column: Column[Any]) -> tuple[type, ...]:
    for kind, types in ((Moment, (datetime,)), (Boolean, (bool,)), (Integer, (int,)), (Float, (int, float))):
        if isinstance(column.type, kind):
            return types
    return (str,)


def _fits(column: Column[Any], value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if isinstance(value, int | float):
        return abs(value) < 2**31
    length = getattr(column.type, "length", None)
    return length is None or len(value) <= length


def _moment(written: Any) -> Any:
    try:
        return datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return written
