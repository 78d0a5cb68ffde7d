"""Nobody else on the machine can read what evenly keeps, whatever the umask says."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.cli.shops import ECHO, picture

_SETTINGS = '[brand]\ntimezone = "UTC"\n[accounts.one]\nnetwork = "echo"\n'


def others_may(path: Path) -> int:
    """What anybody but the owner may do with it."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_the_state_is_its_owners_alone(program: Program, umask: int, spawned: Callable[..., subprocess.Popen[bytes]]) -> None:
    """The folder, the key, the store with its log, the media and whatever else a daemon leaves there; while it runs, too."""
    program.install("echo", ECHO)
    before = os.umask(umask)  # the forkserver, too, starts with this one
    try:
        for command in (["init"], ["connect", "one", "--token-stdin", "--no-probe"], ["add", "a picture", "--to", "one", "--media"]):
            if command[0] == "connect":
                program.settings(_SETTINGS)
            more = [str(picture(program.folder / "a.png")), "--alt", "teal"] if "--media" in command else []
            done = subprocess.run(
                program.command(*command, *more),
                cwd=program.folder,
                env=program.environment(),
                input=json.dumps({"access_token": "not-a-real-one"}),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode in {0, 1}, done.stderr
        daemon = spawned(program, "run")
    finally:
        os.umask(before)
    state = program.folder / ".evenly"
    ends = time.monotonic() + 30
    while not (state / "publisher.lock").exists() and time.monotonic() < ends:
        time.sleep(0.1)
    assert daemon.poll() is None

    assert others_may(state) == 0
    assert stat.S_IMODE((state / "key").stat().st_mode) == 0o600
    names = {each.name for each in state.iterdir()}
    assert {"key", "evenly.sqlite", "evenly.sqlite-wal", "evenly.sqlite-shm", "media", "publisher.lock"} <= names
    # Whatever else lies there cannot be reached through a folder that is closed; what holds secrets is closed by itself as well.
    for name in ("evenly.sqlite", "evenly.sqlite-wal", "evenly.sqlite-shm", "publisher.lock"):
        assert others_may(state / name) == 0, name
    assert others_may(state / "media") == 0


def test_a_state_folder_that_was_opened_to_others_is_told(evenly: Program) -> None:
    """With the command that closes it."""
    (evenly.folder / ".evenly").chmod(0o755)

    result = evenly("doctor", "--json")

    assert result.code == 1
    assert any("chmod 700" in each["message"] for each in result.json["findings"])
