"""The scorecards of the built-in networks are honest: what is done names the test that proves it, everything else says why."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from evenly.networks import Networks
from evenly.scorecards import Line, ScorecardRefused, read

HERE = Path(__file__).parent
NAMES = ("facebook", "instagram", "linkedin", "mastodon", "x")
_LEAST_REASON = 20  # characters


@cache
def _scorecard(name: str) -> list[Line]:
    return read(Networks.load([name]).package_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_network_tells_what_it_does(name: str) -> None:
    """More of it done than not."""
    verdicts = [line.verdict for line in _scorecard(name)]

    assert verdicts.count("done") > len(verdicts) / 2


@pytest.mark.parametrize("name", NAMES)
def test_each_line_is_proven_or_explained(name: str) -> None:
    """`done` with a test that there is, `exempt` or `todo` with a reason."""
    for line in _scorecard(name):
        if line.verdict == "done":
            file, _, test = line.said.partition("::")
            assert f"def {test}(" in (HERE / name / file).resolve().read_text(encoding="utf-8"), line
        else:
            assert len(line.said) > _LEAST_REASON, line


@pytest.mark.parametrize(
    "written",
    ["[a]\nb = 1", "[a]\nb = { maybe = 'x' }", "[a]\nb = { done = 1 }", "[a]\nb = { done = 'x', todo = 'y' }", "[a", "[a]\nb = '\\x'\n"],
)
def test_a_broken_scorecard_is_refused_by_the_name_of_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, written: str
) -> None:
    """Rather than shown in part."""
    package = f"scored_{request.node.callspec.indices['written']}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    (tmp_path / package / "scorecard.toml").write_text(written, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ScorecardRefused, match=package):
        read(package)
