"""The store as a whole: a true copy of it while others write, and all its rows into another store."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, exists, func, select
from sqlalchemy.exc import DBAPIError

from evenly.store.models import account, credential, daemon, metadata, notice, workspace

_AT_ONCE = 500
_NOT_COPIED = daemon.name  #: processes of another machine
_ANYBODYS = frozenset({daemon.name, workspace.name, account.name, notice.name})  #: rows that come by themselves, before anything was queued
_FREE = {"owner": None, "lease_until": None}  #: whoever renewed a sign-in there does not go on here


def copy_file(engine: Engine, to: Path) -> None:
    """Write what a SQLite store holds at this moment to the new file `to`, for its owner alone; others may go on writing meanwhile.

    `VACUUM INTO` copies within one reading transaction, and nothing of what was deleted: https://sqlite.org/lang_vacuum.html
    """
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    held = engine.raw_connection()
    try:
        # Past SQLAlchemy, which would begin a transaction: VACUUM cannot run in one.
        held.cursor().execute("vacuum into ?", (str(to),))
    except sqlite3.Error as error:
        to.unlink(missing_ok=True)
        raise DBAPIError("vacuum into", {}, error) from error
    finally:
        held.close()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees the store as it is when it first reads, however long that takes."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def copy_rows(source: Connection, target: Connection) -> None:
    """Put every row of one store into another, which has to be untouched, with its id; the databases may be of different kinds."""
    target.execute(account.delete())
    target.execute(workspace.delete())
    target.execute(notice.delete())
    for table in _copied():
        for rows in _some(source, table):
            target.execute(table.insert(), rows)
    follow_on(target)


def is_untouched(connection: Connection) -> bool:
    """Whether nothing was put into this store yet: no post, no feed, no sign-in."""
    tables = (table for table in metadata.sorted_tables if table.name not in _ANYBODYS)
    return not any(connection.execute(select(exists(select(table)))).scalar_one() for table in tables)


def follow_on(connection: Connection) -> None:
    """Let new ids begin after those that were put back: PostgreSQL counts apart from its tables."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if (numbers := table.autoincrement_column) is not None and not numbers.foreign_keys:
            highest = connection.execute(select(func.max(numbers))).scalar()
            if highest is not None:
                connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, numbers.name), highest)))


def counts(connection: Connection) -> Mapping[str, int]:
    """How many rows each table has."""
    return {table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one()) for table in _copied()}


def _copied() -> list[Table]:
    """What a copy holds, in the order in which rows refer to each other."""
    return [table for table in metadata.sorted_tables if table.name != _NOT_COPIED]


def _some(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = source.execute(select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE))
    changes: Mapping[str, Any] = _FREE if table is credential else {}
    for rows in found.mappings().partitions():
        yield [{**row, **changes} for row in rows]
