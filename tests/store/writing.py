"""What other processes do in the tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from evenly.store import Store, heartbeats
from evenly.store.models import daemon

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def add_up(folder: str, times: int) -> None:
    """Read a number and write the next one, each time in a transaction of its own."""
    store = Store.open("sqlite", Path(folder))
    for _ in range(times):
        with store.write() as connection:
            seen = heartbeats.daemons(connection)
            if seen:
                connection.execute(daemon.update().values(pid=seen[0].pid + 1))
            else:
                heartbeats.beat(connection, "counter", pid=1, host="here", now=NOW)
    store.close()
