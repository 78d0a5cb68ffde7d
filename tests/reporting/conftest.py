"""What the tests of the report share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reporting.brands import Brand, brand
from tests.store.cluster import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Brand]:
    """A brand with two accounts, its store of either kind."""
    url = "sqlite"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgresql")
        url = cluster.database()
    with brand(tmp_path, url) as made:
        yield made
