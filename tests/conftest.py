"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.store.cluster import Cluster, binaries, running

# A landing must not fail for an example that nobody has looked at yet: there the examples are the same each time. Everywhere else they are
# new each time, and what they find becomes a test.
settings.register_profile("searching", deadline=None)
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady" if os.environ.get("CI") else "searching")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server; `postgresql.database()` makes an empty database in it."""
    tools = binaries()
    if tools is None:
        pytest.skip("this machine has no PostgreSQL server (initdb)")
    with running(tools) as cluster:
        yield cluster
