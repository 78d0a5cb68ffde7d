"""What the tests of following share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenly.planning import Desk
from tests.following.sites import ATOM, RSS, Site, site
from tests.importing.workspaces import workspace


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new workspace in `tmp_path / "brand"`."""
    with workspace(tmp_path / "brand") as desk:
        yield desk


@pytest.fixture
def blog() -> Iterator[Site]:
    """A site with two real feeds."""
    with site({"/atom.xml": ATOM, "/rss.xml": RSS}) as here:
        yield here
