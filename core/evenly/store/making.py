"""Making a new store: tables, indexes, and the triggers that guard what must not change."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateIndex, CreateTable

from evenly.store.models import BEGUN, VERSION, delivery, metadata

_LIVE = "next_action_at is not null"
_CLAIMED = "owner is not null"
_LIVE_AND_BEGUN = f"{_LIVE} and {BEGUN}"
_CONDITIONS = {"ix_delivery_next_action": _LIVE, "ix_delivery_next_action_begun": _LIVE_AND_BEGUN, "ux_delivery_one_claim": _CLAIMED}


def make(connection: Connection) -> None:
    """Make the newest store in an empty database.

    Indexes are made by name, as by the migrations: of two that would do, SQLite takes the one made last.
    """
    _condition_indexes(connection.dialect.name)
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))
    for guard in _SQLITE_GUARDS if connection.dialect.name == "sqlite" else _POSTGRESQL_GUARDS:
        connection.exec_driver_sql(guard)
    connection.exec_driver_sql("create table alembic_version (version_num varchar(32) not null primary key)")
    connection.exec_driver_sql(f"insert into alembic_version values ('{VERSION}')")  # noqa: S608 - our own constant


def _condition_indexes(dialect: str) -> None:
    """Make the partial indexes partial, for one kind of database; before tables are made.

    Where the indexes are declared, the conditions would have to name every kind, and so load the dialects of all: that is dear at start-up.
    """
    for index in delivery.indexes:
        if index.name in _CONDITIONS:
            index.dialect_options[dialect]["where"] = text(_CONDITIONS[str(index.name)])


_SQLITE_GUARDS = [
    """create trigger published_is_not_planned before update of due, pinned, kind on delivery
       when old.state = 'published' and (old.due is not new.due or old.pinned is not new.pinned or old.kind is not new.kind)
       begin select raise(abort, 'a published delivery is not planned again'); end""",
    """create trigger ended_attempt_stays before update on attempt when old.outcome is not null
       and (new.evidence is not null or (new.id, new.part_id, new.fence, new.number, new.step, new.started_at, new.ended_at, new.outcome,
       new.status) is not (old.id, old.part_id, old.fence, old.number, old.step, old.started_at, old.ended_at, old.outcome, old.status))
       begin select raise(abort, 'an ended attempt is not changed'); end""",
    """create trigger attempt_is_kept before delete on attempt
       begin select raise(abort, 'attempts are kept'); end""",
]

_POSTGRESQL_GUARDS = [
    """create function evenly_refuse() returns trigger language plpgsql as
       $$ begin raise exception using message = tg_argv[0], errcode = 'integrity_constraint_violation'; end $$""",
    """create trigger published_is_not_planned before update on delivery for each row
       when (old.state = 'published' and (old.due, old.pinned, old.kind) is distinct from (new.due, new.pinned, new.kind))
       execute function evenly_refuse('a published delivery is not planned again')""",
    """create trigger ended_attempt_stays before update on attempt for each row
       when (old.outcome is not null and (new.evidence is not null or (new.id, new.part_id, new.fence, new.number, new.step,
       new.started_at, new.ended_at, new.outcome, new.status) is distinct from (old.id, old.part_id, old.fence, old.number, old.step,
       old.started_at, old.ended_at, old.outcome, old.status))) execute function evenly_refuse('an ended attempt is not changed')""",
    """create trigger attempt_is_kept before delete on attempt for each row
       execute function evenly_refuse('attempts are kept')""",
]
