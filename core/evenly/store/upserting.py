"""Writing a row whether or not it is there already, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table


def upsert(connection: Connection, table: Table, key: str, values: Mapping[str, Any], *, changes: Mapping[str, Any] | None = None) -> None:
    """Insert `values`; where a row with this `key` column is there, change it to `changes` (None: to all values)."""
    insert = _insert(connection.dialect.name)(table).values(dict(values))
    if changes is None:
        changes = {name: value for name, value in values.items() if name != key}
    if changes:
        connection.execute(insert.on_conflict_do_update(index_elements=[key], set_=dict(changes)))
    else:
        connection.execute(insert.on_conflict_do_nothing(index_elements=[key]))


def _insert(dialect: str) -> Any:
    # The other database's dialect costs more to load than a whole command: only the one in use is.
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert

        return insert
    from sqlalchemy.dialects.postgresql import insert as on_postgresql

    return on_postgresql
