"""Writing a row whether or not it is there already, in one statement."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table


def upsert(
    connection: Connection, table: Table, key: str | tuple[str, ...], values: Mapping[str, Any], *, changes: Mapping[str, Any] | None = None
) -> None:
    """Insert `values`; where a row with this `key` column (or columns) is there, change it to `changes` (None: to all values)."""
    keys = (key,) if isinstance(key, str) else key
    if changes is None:
        connection.execute(_replacing(connection.dialect.name, table, keys, tuple(values)), dict(values))
        return
    insert = _insert(connection.dialect.name)(table).values(dict(values))
    if changes:
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=dict(changes)))
    else:
        connection.execute(insert.on_conflict_do_nothing(index_elements=keys))


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert `values` unless that would break a constraint of uniqueness; whether it was done."""
    insert = _insert(connection.dialect.name)(table).values(dict(values)).on_conflict_do_nothing()
    return connection.execute(insert.returning(*table.primary_key)).first() is not None


@functools.cache
def _replacing(dialect: str, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> Any:
    """The statement that writes every value; put together once, since that costs more than running it."""
    insert = _insert(dialect)(table)
    changed = {name: insert.excluded[name] for name in names if name not in keys}
    if not changed:
        return insert.on_conflict_do_nothing(index_elements=keys)
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


def _insert(dialect: str) -> Any:
    # The other database's dialect costs more to load than a whole command: only the one in use is.
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert

        return insert
    from sqlalchemy.dialects.postgresql import insert as on_postgresql

    return on_postgresql
