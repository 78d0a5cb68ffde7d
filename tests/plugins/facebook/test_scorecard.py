"""The scorecard is honest: every `done` names a test that exists, everything else says why."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def lines() -> list[tuple[str, dict[str, str]]]:
    read = tomllib.loads(files("evenly_facebook").joinpath("scorecard.toml").read_text(encoding="utf-8"))
    return [(f"{subject}.{name}", line) for subject, named in read.items() for name, line in named.items()]


@pytest.mark.parametrize(("name", "line"), lines(), ids=[name for name, _ in lines()])
def test_each_line_is_proven_or_explained(name: str, line: dict[str, str]) -> None:
    """`done` with a test, `exempt` or `todo` with a reason."""
    ((verdict, said),) = line.items()
    if verdict == "done":
        file, _, test = said.partition("::")
        assert f"def {test}(" in (HERE / file).resolve().read_text(encoding="utf-8"), name
    else:
        assert verdict in {"exempt", "todo"}
        assert len(said) > 20
