"""What the tests of planning share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenly.planning import Desk
from tests.planning.desks import workspace


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new workspace in `tmp_path / "brand"`."""
    with workspace(tmp_path / "brand") as desk:
        yield desk
