"""Stores of both kinds: a SQLite file, and a database on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenly.store import Store
from tests.store.cluster import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a store that does not exist yet, of either kind."""
    if request.param == "sqlite":
        return "sqlite"
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.database()


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    """A new store, of either kind."""
    opened = Store.open(url, tmp_path / ".evenly")
    yield opened
    opened.close()


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """A new store in a SQLite file."""
    opened = Store.open("sqlite", tmp_path / ".evenly")
    yield opened
    opened.close()
