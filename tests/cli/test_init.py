"""`evenly init` makes a workspace that works at once, and never touches what is there."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

from evenly.settings import shipped
from tests.cli.conftest import Program


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_workspace_has_everything(program: Program) -> None:
    """Settings, a folder for posts with an example, a key for its owner's eyes only, and nothing secret for git."""
    result = program("init")

    assert result.code == 0
    assert (program.folder / "evenly.toml").read_text() == shipped("evenly.toml")
    assert "draft: true" in (program.folder / "posts" / "welcome.md").read_text()
    assert ".evenly/" in (program.folder / ".gitignore").read_text().split()
    assert mode(program.folder / ".evenly") == 0o700
    assert mode(program.folder / ".evenly" / "key") == 0o600
    assert "evenly connect" in result.out


def test_it_makes_the_folder_that_is_named(program: Program) -> None:
    """Parents too."""
    assert program("init", "a/b").code == 0
    assert (program.folder / "a" / "b" / "evenly.toml").is_file()


def test_a_second_run_changes_nothing(evenly: Program) -> None:
    """Not a byte, the key least of all."""
    before = contents(evenly.folder)

    result = evenly("init")

    assert result.code == 0
    assert "nothing was changed" in result.out
    assert contents(evenly.folder) == before


def test_what_somebody_wrote_stays(program: Program) -> None:
    """Only what is missing is made; an own .gitignore stays, and yet the key cannot be committed."""
    program.settings('[brand]\nname = "Mine"\n')
    (program.folder / ".gitignore").write_text("mine\n")

    assert program("init").code == 0

    assert (program.folder / "evenly.toml").read_text() == '[brand]\nname = "Mine"\n'
    assert (program.folder / ".gitignore").read_text() == "mine\n"
    assert (program.folder / ".evenly" / ".gitignore").read_text() == "*\n"
    assert not (program.folder / "posts" / "welcome.md").exists()


def test_a_state_folder_that_was_open_to_others_is_closed(program: Program) -> None:
    """Keys lie in it."""
    (program.folder / ".evenly").mkdir(mode=0o755)
    (program.folder / ".evenly").chmod(0o755)

    program("init")

    assert mode(program.folder / ".evenly") == 0o700


def test_the_umask_does_not_open_the_key(program: Program) -> None:
    """Modes are set, not left to chance."""
    subprocess.run(program.command("init"), cwd=program.folder, env=program.environment(), umask=0, check=True, capture_output=True)

    assert mode(program.folder / ".evenly") == 0o700
    assert mode(program.folder / ".evenly" / "key") == 0o600


def test_a_key_from_elsewhere_needs_no_file(program: Program) -> None:
    """Where the environment brings one."""
    program("init", env={"EVENLY_KEY": "x"})

    assert not (program.folder / ".evenly" / "key").exists()


def test_a_place_that_cannot_be_a_workspace_is_told(program: Program) -> None:
    """Without a traceback."""
    (program.folder / "file").write_text("")

    result = program("init", "file/inside")

    assert result.code == 2
    assert "cannot become a workspace" in result.err
    assert "Traceback" not in result.err


def test_the_new_workspace_passes_its_own_doctor(evenly: Program) -> None:
    """`init` never fails on its own example."""
    result = evenly("doctor")

    assert result.code == 0, result.out + result.err
