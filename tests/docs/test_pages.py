"""The pages hang together, and what they repeat is the same everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evenly.plugin import hookspecs
from tests.docs import commands
from tests.docs.conftest import pages
from tests.docs.examples import ROOT

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[tuple[Path, str]]:
    """Where a page leads to within the project: the file, and the heading in it or nothing."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [each["target"].partition("#") for each in _LINK.finditer(text) if "://" not in each["target"]]
    return [((page.parent / path).resolve() if path else page, anchor) for path, _, anchor in targets]


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    """Files exist, and so do the headings in them."""
    assert [str(file) for file, _ in links(page) if not file.exists()] == []
    assert [anchor for file, anchor in links(page) if anchor and anchor not in anchors(file)] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    """Following links from `docs/index.md`."""
    index = ROOT / "docs" / "index.md"
    reached, waiting = {index}, [index]
    while waiting:
        new = {file for file, _ in links(waiting.pop()) if file.suffix == ".md"} - reached
        reached |= new
        waiting += new

    assert {page for page in pages() if "docs" in page.parts} - reached == set()


def test_the_command_reference_is_the_programs_own_help() -> None:
    """To write it anew: python -m tests.docs.commands > docs/reference/commands.md."""
    assert commands.page() == ROOT.joinpath("docs", "reference", "commands.md").read_text(encoding="utf-8")


def test_the_readme_runs_the_tests_as_the_continuous_run_does() -> None:
    """One command in both places."""
    last = ROOT.joinpath(".ci", "run").read_text().rstrip().splitlines()[-1]
    readme = ROOT.joinpath("README.md").read_text(encoding="utf-8")

    assert f"&& .venv/bin/{last}\n" in readme


def test_the_readme_names_the_networks_that_are_built_in() -> None:
    """No fewer and, as far as it says that they are here, no more."""
    from evenly.networks import Networks

    known = Networks.load()
    readme = ROOT.joinpath("README.md").read_text(encoding="utf-8")

    assert [known[name].title for name in known.names() if f"**{known[name].title}" not in readme] == []
    for missing in re.findall(r"[A-Z]\w+", re.findall(r"([^.]*)\s+(?:is|are) not here yet", readme)[0]):
        assert missing.lower() not in known.names()


def test_every_state_is_explained() -> None:
    """By the words that `evenly queue --state` takes."""
    from evenly.cli.queue_command import _STATES

    page = ROOT.joinpath("docs", "reference", "states.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(_STATES)


def test_there_is_one_page_for_each_decision() -> None:
    """Numbered without a gap, and listed in the index in that order."""
    why = sorted(path.name for path in ROOT.joinpath("docs", "why").glob("*.md"))
    index = ROOT.joinpath("docs", "index.md").read_text(encoding="utf-8")

    assert [int(name[:4]) for name in why] == list(range(1, len(why) + 1))
    assert re.findall(r"\(why/([^)]+)\)", index) == why


def test_hooks_named_in_prose_exist() -> None:
    """A hook that is renamed is renamed on every page."""
    text = "".join(page.read_text(encoding="utf-8") for page in pages())

    assert {name for name in re.findall(r"the hooks? \[?`(\w+)`", text) if not hasattr(hookspecs, name)} == set()


def test_the_floors_are_those_that_imports_are_held_to() -> None:
    """The table of the house, from top to bottom, and import-linter's contract."""
    import tomllib

    house = ROOT.joinpath("docs", "why", "0001-the-house.md").read_text(encoding="utf-8")
    contracts = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    floors = [re.findall(r"`(\w+)`", rooms) for rooms in re.findall(r"^\| \d+ \| ([^|]+) \|", house, re.MULTILINE)]

    assert floors == [layer.split(" | ") for layer in contracts[0]["layers"]]
