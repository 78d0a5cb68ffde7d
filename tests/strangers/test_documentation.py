"""What plugin authors read is true: the how-to's package works as printed, and the reference names every hook exactly."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evenly.plugin import hookspecs
from tests.strangers.packages import installed_from_project

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = DOCS / "how-to" / "write-a-network.md"
REFERENCE = DOCS / "reference" / "hooks.md"


def printed_files(page: Path) -> dict[str, str]:
    """The files on a page: blocks of code whose first line names them, joined in their order."""
    files: dict[str, str] = {}
    for block in re.findall(r"```(?:python|toml)\n# (\S+\.\w+)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        name, text = block
        files[name] = f"{files[name]}\n\n{text}" if name in files else text
    return files


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the how-to, installed in a folder."""
    folder = tmp_path_factory.mktemp("stranger")
    files = printed_files(HOW_TO)
    modules = {name.removesuffix(".py"): text for name, text in files.items() if name.endswith(".py")}
    installed_from_project(folder, files["pyproject.toml"], modules)
    return folder


def run(package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the package is installed, outside any workspace."""
    environment = os.environ | {"PYTHONPATH": str(package), "COLUMNS": "200", "LANGUAGE": "en"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=package, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_how_to_is_two_files_and_a_test() -> None:
    """And a page around them."""
    assert list(printed_files(HOW_TO)) == ["pyproject.toml", "evenly_pinboard.py", "test_pinboard.py"]


def test_the_package_of_the_how_to_is_found(package: Path) -> None:
    """`evenly plugins` shows it."""
    ran = run(package, "-m", "evenly", "plugins", "--json")

    assert '"pinboard"' in ran.stdout, ran.stderr
    assert ran.returncode == 0, ran.stdout


def test_the_test_of_the_how_to_passes(package: Path) -> None:
    """As an author would run it."""
    ran = run(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_pinboard.py")

    assert ran.returncode == 0, ran.stdout
    assert re.search(r"[5-9]\d passed", ran.stdout), ran.stdout
    assert "pinboard declares no pictures" in run(package, "-m", "pytest", "-rs", "-k", "pictures", "test_pinboard.py").stdout


def test_the_reference_has_a_heading_for_every_hook_with_its_exact_arguments() -> None:
    """In the order of the specifications, and none that does not exist."""
    expected = [
        f"### `{name}({', '.join(function.__code__.co_varnames[: function.__code__.co_argcount])}) -> {function.__annotations__['return']}`"
        for name, function in vars(hookspecs).items()
        if hasattr(function, "evenly_spec")
    ]

    assert re.findall(r"^### .*$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE) == expected


def test_the_reference_names_every_error() -> None:
    """Each with what happens next."""
    from evenly.plugin import NetworkError

    table = REFERENCE.read_text(encoding="utf-8").partition("## Errors")[2]

    assert [kind.__name__ for kind in NetworkError.__subclasses__() if f"| `{kind.__name__}" not in table] == []
