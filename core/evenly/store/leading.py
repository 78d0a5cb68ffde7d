"""Which one of the processes on a database leads: it does what need not be done by each."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from evenly.store.sessions import translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.store.sessions import Store

_LEADER = 0x6576656E  #: a number of our own among PostgreSQL's advisory locks; the second tells one store in a database from another
#: A machine that has gone without a word holds the lock for a minute, and not for the two hours of most systems.
_NOTICE_ITS_END = "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3"


class Leading:
    """An advisory lock of PostgreSQL, held by a connection that stays open: whoever dies has let go of it.

    Somebody who is cut off from the database may believe for a moment longer that it leads: what a leader does may happen twice. On SQLite
    only one process publishes, and leads. Safe to call from several threads.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: Connection | None = None
        self._is_ours = False
        self._lock = threading.Lock()

    def is_ours(self) -> bool:
        """Whether this process leads; it does from now on where nobody does. Raises `StoreError`."""
        if self._store.is_sqlite:
            return True
        with self._lock, translated():
            try:
                return self._asked()
            except DBAPIError:
                self._drop()
                raise

    def close(self) -> None:
        """Let somebody else lead."""
        with self._lock:
            self._drop()

    def _asked(self) -> bool:
        if self._connection is None:
            self._connection = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.exec_driver_sql(_NOTICE_ITS_END)
        if self._is_ours:
            self._connection.exec_driver_sql("select 1")
        else:
            query = "select pg_try_advisory_lock(%s, hashtext(current_schema()))"
            self._is_ours = bool(self._connection.exec_driver_sql(query, (_LEADER,)).scalar_one())
        return self._is_ours

    def _drop(self) -> None:
        """The connection is ended, not given back: with it the lock goes."""
        connection, self._connection, self._is_ours = self._connection, None, False
        if connection is not None:
            with suppress(DBAPIError):
                connection.invalidate()
                connection.close()
