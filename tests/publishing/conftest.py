"""One account on the pinboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing.scene import Scene, scene


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Scene]:
    """A board that honours keys and can be read."""
    with scene(tmp_path) as made:
        yield made
