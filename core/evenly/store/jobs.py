"""The jobs of the engine for many machines: Procrastinate's tables, as far as they are asked for beside its own functions.

Jobs are hints: whatever is lost of them is made again from the rows of the deliveries.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, text

from evenly.store.models import delivery
from evenly.store.sessions import translated, wait_for_others

if TYPE_CHECKING:
    from evenly.store.sessions import Store

_STALE = "(status <> 'todo' and worker_id is null) or scheduled_at < now() - interval '1 day'"


def version(store: Store) -> str | None:
    """What was noted of the tables when they were made or changed last; empty for those of somebody else, None where there are none."""
    with store.read() as connection:
        return _version(connection)


def make(store: Store, schema: str, *, version: str) -> None:
    """Make the tables by this script, unless another process has meanwhile."""
    with translated(), store.engine.begin() as connection:
        wait_for_others(connection)
        if _version(connection) is None:
            _run(connection, schema, version)


def migrate(store: Store, script: str, *, found: str, version: str) -> None:
    """Take the tables from `found` to `version` by this script, unless another process has meanwhile."""
    with translated(), store.engine.begin() as connection:
        wait_for_others(connection)
        if _version(connection) == found:
            _run(connection, script, version)


def _version(connection: Connection) -> str | None:
    query = "select coalesce(obj_description(oid, 'pg_class'), '') from pg_class where oid = to_regclass('procrastinate_jobs')"
    found: str | None = connection.exec_driver_sql(query).scalar()
    return found


def _run(connection: Connection, script: str, version: str) -> None:
    # A script has many statements, and percent signs that are no placeholders: the driver takes it only as it is.
    driver(connection).execute(script.encode())
    connection.exec_driver_sql(f"comment on table procrastinate_jobs is '{version}'")


def driver(connection: Connection) -> Any:
    """The connection of psycopg behind this one, in the same transaction."""
    return connection.connection.driver_connection


def is_waiting(connection: Connection, hint: str) -> bool:
    """Whether a job with this queueing lock waits to be taken."""
    query = text("select 1 from procrastinate_jobs where status = 'todo' and queueing_lock = :hint")
    return connection.execute(query, {"hint": hint}).first() is not None


def next_delivery(connection: Connection, name: str, at: datetime) -> int | None:
    """The account's delivery that wants to be looked at then."""
    query = select(delivery.c.id).where(delivery.c.account == name, delivery.c.next_action_at == at)
    return connection.execute(query.order_by(delivery.c.id).limit(1)).scalar()


def servers_now(connection: Connection) -> datetime:
    """The time by which the database judges whether a job's has come."""
    now: datetime = connection.exec_driver_sql("select clock_timestamp()").scalar_one()
    return now


def tidy(connection: Connection) -> int:
    """Delete what a process that was killed had taken, and what nobody has taken for a day; how many jobs that were."""
    return connection.exec_driver_sql(f"delete from procrastinate_jobs where {_STALE}").rowcount  # noqa: S608 - our own constant
