"""Noticing that another process has committed: SQLite tells when it is asked, PostgreSQL by itself."""

from __future__ import annotations

import secrets
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg
    from sqlalchemy import Connection, Engine

_CHANNEL = "evenly"
_BUSY_SECONDS = 10.0


class FileChanges:
    """Changes of a SQLite file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._watching: sqlite3.Connection | None = None

    def count(self) -> int:
        """A number that changes when another process has committed. Raises `OSError`."""
        try:
            return int(self._connected().execute("pragma data_version").fetchone()[0])
        except sqlite3.Error as error:
            self.close()
            raise ConnectionError(str(error)) from error

    def announce(self, connection: Connection) -> None:
        """SQLite counts by itself."""

    def close(self) -> None:
        if self._watching is not None:
            self._watching.close()
            self._watching = None

    def _connected(self) -> sqlite3.Connection:
        if self._watching is None:
            address = f"{self._file.absolute().as_uri()}?mode=rw"
            self._watching = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        return self._watching


class Notices:
    """Changes of a PostgreSQL database, as the processes that make them notify each other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = secrets.token_hex(8)
        self._listening: psycopg.Connection[Any] | None = None
        self._count = 0

    def count(self) -> int:
        """A number that changes when another process has committed, or may have while nobody listened. Raises `OSError`."""
        import psycopg

        try:
            told = [notice.payload for notice in self._connected().notifies(timeout=0)]
        except psycopg.Error as error:
            self.close()
            raise ConnectionError(str(error).strip()) from error
        self._count += sum(payload != self._own for payload in told)
        return self._count

    def announce(self, connection: Connection) -> None:
        """Tell the others, when this transaction is committed."""
        connection.exec_driver_sql("select pg_notify(%s, %s)", (_CHANNEL, self._own))

    def close(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def _connected(self) -> psycopg.Connection[Any]:
        """A connection of its own, outside the pool, whose transactions end with each statement."""
        import psycopg

        if self._listening is None:
            arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
            self._listening = psycopg.connect(*arguments, **{"connect_timeout": 10, **options}, autocommit=True)
            self._listening.execute(f"listen {_CHANNEL}")
            self._count += 1
        return self._listening
