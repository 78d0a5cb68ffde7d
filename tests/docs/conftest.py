"""A reader, and the pages there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.examples import ROOT, Reader, reading


def pages() -> list[Path]:
    """Everything in Markdown that a person reads."""
    return sorted([*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")])


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with reading(tmp_path) as somebody:
        yield somebody
