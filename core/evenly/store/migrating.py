"""Bringing an older store up to date, with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from evenly.plugin import Message
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
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
