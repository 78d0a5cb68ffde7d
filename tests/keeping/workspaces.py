"""A workspace on the pinboard's own server, backed up and put back beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from evenly import keeping
from evenly.keeping import Restored
from evenly.networks import Networks
from evenly.planning.desk import Desk
from evenly.settings import load
from evenly.store import Store, models
from evenly.store.secrets import Vault
from tests.plugin.board import Board
from tests.publishing.scene import Scene


def backed_up(board: Scene, path: Path, *, with_key: bool = True) -> Path:
    """A backup of the workspace, as it is now."""
    keys = board.vault.keys if with_key else ()
    return keeping.backup(board.desk, path, now=board.clock.now(), keys=keys).path


def put_back(board: Scene, path: Path, folder: Path, **how: Any) -> Restored:
    """Restore, where the pinboard is an installed network as any other."""
    networks = Networks()
    networks.add("board", Board("key"))
    with patch.object(Networks, "load", return_value=networks):
        return keeping.restore(path, folder, environment={}, now=board.clock.now(), **how)


@contextmanager
def going_on(board: Scene, folder: Path) -> Iterator[Scene]:
    """The workspace that was put back, on the same server and at the same time."""
    settings = load(folder, {})
    store = Store.open(settings.store.url, settings.state)
    try:
        yield replace(board, desk=Desk(settings, board.desk.networks, store), vault=Vault.open(settings.state, {}))
    finally:
        store.close()


def rows_of(store: Store) -> dict[str, list[Any]]:
    """Everything that a store holds."""
    with store.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in models.metadata.sorted_tables
        }
