"""Bringing an older store up to date, with Alembic; on SQLite a copy of what it was stays beside it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from evenly.plugin import Message
from evenly.store.copying import copy_file
from evenly.store.models import VERSION
from evenly.store.sessions import StoreRefused, wait_for_others

_SCRIPTS = Path(__file__).with_name("migrations")


def upgrade(engine: Engine, version: str) -> None:
    """Take the store from `version` to the newest. Raises `StoreRefused` for one that a newer evenly has made."""
    config = _config()
    try:
        ScriptDirectory.from_config(config).get_revision(version)
    except CommandError:
        raise StoreRefused(
            Message(
                "The store was made by a newer evenly (version {found}, known is {known}): upgrade evenly.", found=version, known=VERSION
            )
        ) from None
    with engine.connect().execution_options(evenly_writes=True) as connection, connection.begin():
        wait_for_others(connection)
        if engine.dialect.name == "sqlite":
            _keep_copy(engine, connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _keep_copy(engine: Engine, connection: Connection) -> None:
    """Keep the store as it is before the upgrade: SQLite cannot go back, an older evenly refuses what a newer one has made."""
    file = Path(connection.exec_driver_sql("pragma database_list").one()[2])
    known = connection.exec_driver_sql("select version_num from alembic_version").scalar_one()
    kept, partly = file.with_name(f"{file.name}.before-{VERSION}"), file.with_name(f"{file.name}.before-{VERSION}.part")
    # Another process may have upgraded it while this one waited: then there is nothing old to be kept.
    if known == VERSION:
        return
    partly.unlink(missing_ok=True)
    copy_file(engine, partly)
    partly.replace(kept)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
