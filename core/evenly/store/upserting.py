"""Writing a row whether or not it is there already, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table, key: str, values: Mapping[str, Any], *, changes: Mapping[str, Any] | None = None) -> None:
    """Insert `values`; where a row with this `key` column is there, change it to `changes` (None: to all values)."""
    insert = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table).values(dict(values))
    if changes is None:
        changes = {name: value for name, value in values.items() if name != key}
    if changes:
        connection.execute(insert.on_conflict_do_update(index_elements=[key], set_=dict(changes)))
    else:
        connection.execute(insert.on_conflict_do_nothing(index_elements=[key]))
