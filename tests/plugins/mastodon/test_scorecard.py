"""The scorecard tells the truth: what is done has a test, what is not has a reason."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import evenly_mastodon

_HERE = Path(__file__).parent
_CARD = tomllib.loads((Path(evenly_mastodon.__file__).parent / "scorecard.toml").read_text(encoding="utf-8"))
_LINES = [(f"{subject}.{name}", line) for subject, lines in _CARD.items() for name, line in lines.items()]


@pytest.mark.parametrize(("name", "line"), _LINES, ids=[name for name, _line in _LINES])
def test_each_line_is_done_todo_or_exempt(name: str, line: dict[str, str]) -> None:
    """`done` names a test that exists; the others say why."""
    ((state, said),) = line.items()

    assert state in {"done", "todo", "exempt"}, name
    if state == "done":
        file, _, test = said.partition("::")
        assert f"def {test}(" in (_HERE / file).read_text(encoding="utf-8")
    else:
        assert len(said.split()) > 3
