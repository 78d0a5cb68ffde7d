"""Procrastinate's tables, beside evenly's own: made where they are missing, brought up to date where they are older.

Procrastinate numbers its migrations and keeps no record of those that were made (https://procrastinate.readthedocs.io, "Migrate the
Procrastinate schema"), so the number of the last one is kept as the comment on its table of jobs.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from evenly.plugin import Message
from evenly.store import StoreRefused, jobs

if TYPE_CHECKING:
    from evenly.store import Store


def bring_up_to_date(store: Store) -> None:
    """Make the tables, or upgrade them, where they are not those of the Procrastinate that is installed. Any number of processes may.

    Raises `StoreRefused` where there is no Procrastinate, and for tables that are not ours or newer.
    """
    if not is_installed():
        raise StoreRefused(Message("`engine.kind` is \"procrastinate\", which is not installed: pip install 'evenly[postgresql]'"))
    from procrastinate.schema import SchemaManager

    scripts = _migrations()
    newest = max(scripts)
    if jobs.version(store) is None:
        jobs.make(store, SchemaManager.get_schema(), version=newest)
    while (found := jobs.version(store) or "") != newest:
        if (refused := _not_ours(found, newest)) is not None:
            raise StoreRefused(refused)
        following = min(name for name in scripts if name > found)
        jobs.migrate(store, scripts[following].read_text(encoding="utf-8"), found=found, version=following)


def trouble(store: Store) -> Message | None:
    """What is wrong with the tables; None when nothing is. For an installed Procrastinate. Raises `StoreError`."""
    found, known = jobs.version(store), max(_migrations())
    if found is None:
        return Message("Procrastinate's tables are missing: `evenly run` makes them.")
    if (refused := _not_ours(found, known)) is not None:
        return refused
    if found < known:
        return Message(
            "Procrastinate's tables are of an older version ({found}, needed is {known}): `evenly run` brings them up to date.",
            found=_number(found),
            known=_number(known),
        )
    return None


def is_installed() -> bool:
    return find_spec("procrastinate") is not None


def _not_ours(found: str, known: str) -> Message | None:
    """What speaks against changing the tables."""
    if not found:
        return Message("The database holds tables of Procrastinate that evenly did not make: give evenly a database of its own.")
    if found > known:
        return Message(
            "Procrastinate's tables were made by a newer one ({found}, known is {known}): pip install --upgrade 'evenly[postgresql]'",
            found=_number(found),
            known=_number(known),
        )
    return None


def _migrations() -> dict[str, Path]:
    """Each script by its number: "03.04.00_50" of "03.04.00_50_post_….sql"; as texts they stand in their order."""
    from procrastinate.schema import SchemaManager

    return {_key(path): path for path in Path(SchemaManager.get_migrations_path()).glob("*.sql")}


def _key(path: Path) -> str:
    return "_".join(path.name.split("_")[:2])


def _number(key: str) -> str:
    """As people write it: "3.4.0"."""
    return ".".join(str(int(part)) for part in key.partition("_")[0].split("."))
