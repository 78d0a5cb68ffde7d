"""A new key, and everything encrypted with it: a kill at any moment leaves a store that opens.

The file holds the new key and the old one before anything is encrypted anew, and the new one alone only when nothing needs the old one. All
of it happens while writing transactions on SQLite are held off, and whoever writes a secret looks at the file within one: see `Vault`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import Connection

from evenly.plugin import Message
from evenly.store import credentials, secrets
from evenly.store.sessions import Store, StoreRefused


@dataclass(frozen=True, slots=True)
class Rotated:
    """Everything is encrypted with the first key."""

    secrets: int
    unneeded: str | None  #: where other keys stand that nothing needs any more, and that evenly does not take away


def rotate(store: Store, state: Path, environment: Mapping[str, str]) -> Rotated:
    """Make a new key for the workspace whose state lies in `state`, and encrypt everything with it.

    A key that may be in use elsewhere is not changed: where a new one has been put before it, everything is encrypted with that. Raises
    `StoreRefused` where there is none, and where a secret does not open; then nothing was changed.
    """
    vault = secrets.Vault.open(state, environment)
    source = secrets.key_source(state, environment)
    if store.is_sqlite and source == state / secrets.KEY_FILE:
        return _with_a_new_key(store, state, vault)
    return _with_the_first_key(store, vault, str(source))


def _with_the_first_key(store: Store, vault: secrets.Vault, where: str) -> Rotated:
    if len(vault.keys) == 1:
        raise StoreRefused(
            Message(
                "The key in {where} may be in use elsewhere, so evenly does not change it. Put a new one before it there, with a space "
                "between ({command} makes one), start anew what runs, and then run `evenly key rotate` again.",
                where=where,
                command="openssl rand -base64 32 | tr +/ -_",
            )
        )
    with store.write() as connection:
        return Rotated(credentials.reseal(connection, vault), unneeded=where)


def _with_a_new_key(store: Store, state: Path, vault: secrets.Vault) -> Rotated:
    with store.write() as connection:
        _leave_no_trace(connection)
        credentials.check(connection, vault)
        # Several keys: an earlier change of the key was cut short, and is finished.
        if len(vault.keys) == 1:
            secrets.write_keys(state, [Fernet.generate_key().decode(), *vault.keys])
            vault.refresh()
        count = credentials.reseal(connection, vault)
    with store.write() as connection:
        vault.refresh()
        if credentials.are_under_first(connection, vault):
            secrets.write_keys(state, vault.keys[:1])
    _empty_log(store)
    return Rotated(count, unneeded=None)


def _leave_no_trace(connection: Connection) -> None:
    """Have SQLite overwrite what it deletes: what the old key opens is not to be found in the file any more."""
    connection.exec_driver_sql("pragma secure_delete = on")


def _empty_log(store: Store) -> None:
    """Bring SQLite's log into the file, as far as nobody is reading."""
    line = store.engine.raw_connection()
    try:
        with suppress(sqlite3.Error):
            line.cursor().execute("pragma wal_checkpoint(truncate)")
    finally:
        line.close()
