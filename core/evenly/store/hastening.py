"""A store that will be thrown away need not outlast a power cut: its commits are handed to the system and not waited for."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from evenly.store.sessions import Store


def hasten(store: Store) -> None:
    """From now on, commit without waiting for the disk. For demo and rehearsal alone: a post may be sent twice by what comes after a crash.

    Nothing changes on PostgreSQL.
    """
    if store.is_sqlite:
        event.listen(store.engine, "connect", _hastened)
        store.engine.dispose()  # connections that are open already would go on waiting


def _hastened(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("pragma synchronous = off")
