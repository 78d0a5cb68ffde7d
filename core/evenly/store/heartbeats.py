"""Which processes publish, and when each was last seen alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from evenly.store.models import daemon
from evenly.store.upserting import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A process that publishes."""

    owner: str
    pid: int
    host: str
    started_at: datetime
    seen_at: datetime


def beat(connection: Connection, owner: str, *, pid: int, host: str, now: datetime) -> None:
    """The process is alive."""
    values = {"owner": owner, "pid": pid, "host": host, "started_at": now, "seen_at": now}
    upsert(connection, daemon, "owner", values, changes={"seen_at": now})


def leave(connection: Connection, owner: str) -> None:
    """The process has ended as it should."""
    connection.execute(daemon.delete().where(daemon.c.owner == owner))


def sweep(connection: Connection, *, before: datetime) -> None:
    """Forget processes that have not been seen since."""
    connection.execute(daemon.delete().where(daemon.c.seen_at < before))


def daemons(connection: Connection) -> list[Daemon]:
    """All processes on record, the one that was seen last first."""
    rows = connection.execute(select(daemon).order_by(daemon.c.seen_at.desc()))
    return [Daemon(owner=row.owner, pid=row.pid, host=row.host, started_at=row.started_at, seen_at=row.seen_at) for row in rows]
