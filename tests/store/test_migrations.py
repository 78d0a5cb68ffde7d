"""Migrations and models make the same store; an older one is brought up to date without loss."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, text

from evenly.plugin import RemotePost
from evenly.store import Store, accounts, elsewhere, migrating, models, queue
from evenly.store.models import metadata

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, of either kind."""
    folder = tmp_path / "migrated"
    folder.mkdir()
    made = create_engine(f"sqlite:///{folder / 'evenly.sqlite'}" if url == "sqlite" else url)
    yield made
    made.dispose()


def migrate(engine: Engine, to: str = "head") -> None:
    config = migrating._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def triggers(connection: Connection) -> list[Any]:
    if connection.dialect.name == "sqlite":
        return sorted(tuple(row) for row in connection.execute(text("select name, sql from sqlite_master where type = 'trigger'")))
    query = """
        select tgname, tgtype, tgqual is null from pg_trigger join pg_class on pg_class.oid = tgrelid
        where not tgisinternal and relnamespace = current_schema()::regnamespace"""
    return sorted(tuple(row) for row in connection.execute(text(query)))


def checks(connection: Connection) -> list[Any]:
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("select name, sql from sqlite_master where type = 'table' and sql like '%CHECK%'"))
        return sorted((name, sorted(line.strip(" ,\t") for line in sql.splitlines() if "CHECK" in line)) for name, sql in found)
    query = (
        "select conname, pg_get_constraintdef(oid) from pg_constraint where contype = 'c' and connamespace = current_schema()::regnamespace"
    )
    return sorted(tuple(row) for row in connection.execute(text(query)))


def test_migrations_end_where_the_models_are(engine: Engine) -> None:
    """No column, index or constraint differs."""
    migrate(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_a_migrated_store_and_a_new_one_guard_the_same(engine: Engine, url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Triggers and checks, which comparing models does not see."""
    migrate(engine)
    if url == "sqlite":
        new = Store.open("sqlite", tmp_path / "new")
    else:
        new = Store.open(request.getfixturevalue("postgresql").database(), tmp_path)

    with engine.connect() as migrated, new.read() as made:
        assert triggers(migrated) == triggers(made) != []
        assert checks(migrated) == checks(made) != []
    new.close()


def test_a_migrated_store_and_a_new_one_prefer_the_same_index(tmp_path: Path) -> None:
    """Of two indexes on the same columns SQLite takes the one made last, which must be the smaller one."""
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.sqlite'}")
    migrate(migrated)
    new = Store.open("sqlite", tmp_path / "new")
    query = text("select name from sqlite_master where type = 'index' and name like 'ix_delivery_next_action%' order by rowid")

    with migrated.connect() as one, new.read() as other:
        assert [*one.execute(query).scalars()] == [*other.execute(query).scalars()]
        assert [*one.execute(query).scalars()] == ["ix_delivery_next_action", "ix_delivery_next_action_begun"]
    new.close()
    migrated.dispose()


def test_the_newest_migration_is_the_version_of_the_models() -> None:
    """One line, from the first to the newest."""
    scripts = ScriptDirectory.from_config(migrating._config())

    assert scripts.get_heads() == [models.VERSION]
    assert scripts.get_bases() == ["0001"]


def test_a_store_of_the_first_version_is_opened_with_all_its_rows(engine: Engine, url: str, tmp_path: Path) -> None:
    """However many versions lie between."""
    migrate(engine, "0001")
    with engine.begin() as connection:
        fields = {"name": "page", "network": "facebook", "sign_in": "ok", "held": True, "settings": '{"page_id": "1"}'}
        connection.execute(
            text("insert into account (name, network, sign_in, held, settings) values (:name, :network, :sign_in, :held, :settings)"),
            fields,
        )

    store = Store.open(url, tmp_path / "migrated")

    with store.read() as connection:
        known = accounts.known(connection)
        assert connection.exec_driver_sql("select version_num from alembic_version").scalar_one() == models.VERSION
    assert known == {"page": accounts.Known(name="page", network="facebook", sign_in="ok", held=True, settings={"page_id": "1"})}
    store.close()


def test_a_store_of_the_second_version_is_opened_with_all_its_rows(engine: Engine, url: str, tmp_path: Path) -> None:
    """What was published before feeds were followed is there, and what is new can be written beside it."""
    migrate(engine, "0002")
    old = _as_of("0002", engine)
    with engine.begin() as connection:
        connection.execute(old["account"].insert().values(name="page", network="facebook", sign_in="ok", held=False))
        connection.execute(old["post"].insert().values(id=7, fields={"text": "Old"}, created_at=NOW))
        delivery = {"id": 9, "post_id": 7, "account": "page", "network": "facebook", "state": "published", "published_at": NOW, "due": NOW}
        zeros = dict.fromkeys(("priority", "fence", "take_down_tries"), 0)
        off = dict.fromkeys(("pinned", "provisional", "forced", "urgent"), False)
        connection.execute(old["delivery"].insert().values(**delivery, **zeros, **off, revision=1, created_at=NOW))

    store = Store.open(url, tmp_path / "migrated")

    with store.write() as connection:
        assert elsewhere.unread(connection, NOW, after=timedelta(days=1)) == {"page"}
        post = RemotePost(remote_id="1", text="By hand", at=NOW - timedelta(hours=1))
        assert elsewhere.keep(connection, "page", "facebook", [post], since=NOW - timedelta(days=60), now=NOW) == 1
        assert [row.time for row in queue.busy_times(connection, "page", NOW - timedelta(days=1))] == [NOW - timedelta(hours=1), NOW]
        assert elsewhere.unread(connection, NOW, after=timedelta(days=1)) == set()
    store.close()


def _as_of(version: str, engine: Engine) -> dict[str, Table]:
    """The tables as a store of that version has them, with the columns' types of today."""
    found = MetaData()
    found.reflect(engine)
    assert "feed" not in found.tables, version
    for name, table in found.tables.items():
        for column in table.columns if name in metadata.tables else ():
            column.type = metadata.tables[name].columns[column.name].type
    return dict(found.tables)


_NEXT = '''
"""A next version, for this test."""

import sqlalchemy as sa
from alembic import op

revision = "test_next"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("daemon") as table:
        table.add_column(sa.Column("mood", sa.String(10), nullable=False, server_default="calm"))
'''


def test_an_older_store_is_upgraded_when_it_is_opened(store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the migrations in between, in one transaction, keeping what is in it."""
    with store.write() as connection:
        connection.execute(models.daemon.insert().values(owner="me", pid=1, host="here", started_at=NOW, seen_at=NOW))
    scripts = tmp_path / "migrations"
    shutil.copytree(migrating._SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "next.py").write_text(_NEXT.format(before=models.VERSION))
    monkeypatch.setattr(migrating, "_SCRIPTS", scripts)
    monkeypatch.setattr(models, "VERSION", "test_next")

    upgraded = Store.open(url, tmp_path / ".evenly")

    with upgraded.read() as connection:
        assert connection.exec_driver_sql("select owner, mood from daemon").all() == [("me", "calm")]
        assert connection.exec_driver_sql("select version_num from alembic_version").scalar_one() == "test_next"
    upgraded.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its version: the old program still opens it."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrating._SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    broken = _NEXT.format(before=models.VERSION) + '    op.execute("select 1 / nothing")\n'
    (scripts / "versions" / "next.py").write_text(broken)
    known = models.VERSION
    with monkeypatch.context() as patched:
        patched.setattr(migrating, "_SCRIPTS", scripts)
        patched.setattr(models, "VERSION", "test_next")
        with pytest.raises(Exception, match="nothing"):
            Store.open(url, tmp_path / ".evenly")

    again = Store.open(url, tmp_path / ".evenly")
    with again.read() as connection:
        assert connection.exec_driver_sql("select version_num from alembic_version").scalar_one() == known
        connection.execute(models.daemon.select())
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    again.close()


def test_those_who_open_a_new_store_at_once_do_not_harm_each_other(url: str, tmp_path: Path) -> None:
    """One makes the tables, the others find them."""
    with ThreadPoolExecutor(4) as together:
        opened = list(together.map(lambda _: Store.open(url, tmp_path / "new"), range(4)))

    for store in opened:
        with store.read() as connection:
            assert accounts.known(connection) == {}
        store.close()
