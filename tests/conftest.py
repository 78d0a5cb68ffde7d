"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.counted import counted
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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that has done a part of the tests hands on what it has counted."""
    handed_on = getattr(session.config, "workeroutput", None)
    if handed_on is not None:
        handed_on["counted"] = dict(counted(session.config))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what such a process hands on."""
    counted(node.config).update(getattr(node, "workeroutput", {}).get("counted", {}))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say in numbers what a green run alone does not tell: a description may be missing, and then nothing was held against it."""
    for what, number in counted(config).items():
        terminalreporter.write_line(f"{number} {what}")
