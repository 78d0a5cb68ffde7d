"""The real program on a board: `evenly run` in a process of its own, and what it says."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenly.clock import FastClock, RealClock
from evenly.plugin import Clock
from tests.publishing.scene import Scene, scene
from tests.strangers.packages import installed

ROOT = Path(__file__).parents[2]
PLUGIN = """
from evenly.store import changes, sessions
from tests.plugin.board import Board

# The patience with others who hold the store: what takes half a minute elsewhere takes seconds here.
changes._BUSY_SECONDS = sessions._BUSY_SECONDS = 0.5
board = Board("{facility}")
"""
_LONG = 60.0


@dataclass
class Daemon:
    """`evenly run`, running."""

    process: subprocess.Popen[bytes]
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """What it has said, in order."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def told(self, *parts: str) -> int:
        """How many lines hold one of these words."""
        return sum(any(part in line["message"] for part in parts) for line in self.lines())

    def troubles(self) -> list[str]:
        """What it said of troubles, in order: everything that is no mere news."""
        return [line["message"] for line in self.lines() if line["level"] in {"warning", "error", "critical"}]

    def tracebacks(self) -> list[str]:
        return [line["traceback"] for line in self.lines() if "traceback" in line]

    def limit_files(self, most: int) -> None:
        """From now on no file or connection is opened whose number is not below `most`."""
        _soft, hard = resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (min(most, hard), hard))


def until(condition: Callable[[], bool], seconds: float = _LONG) -> None:
    """Wait for what must come about; on a busy machine it takes longer."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


@contextmanager
def workspace(folder: Path, facility: str = "two-phase", *, clock: Clock | None = None, **options: Any) -> Iterator[Scene]:
    """A scene as a real process meets it: on the machine's clock, or on a faster one, with short leases."""
    with scene(folder, facility, **options) as board:
        board.board.clock = clock or RealClock()
        board.clock.moment = board.board.clock.now()
        toml = folder / "evenly.toml"
        toml.write_text(toml.read_text().replace('"6s"', '"3s"').replace('"10s"', '"4s"'))
        yield board


@contextmanager
def daemon(board: Scene, folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Daemon]:
    """The daemon of the scene's workspace while the block lasts; then it must end by itself, and well. `folder` is for its belongings."""
    packages = folder / "packages"
    if not packages.exists():
        installed(packages, "evenly-board", {"evenly_board": PLUGIN.format(facility=board.board.facility)}, {"board": "evenly_board:board"})
    path = os.pathsep.join([str(packages), str(ROOT)])
    around = {**os.environ, "PYTHONPATH": path, "LANGUAGE": "en", "EVENLY_CLOCK": _as_text(board.board.clock), **(environment or {})}
    log = folder / "log"
    with log.open("ab") as out:
        command = [sys.executable, "-m", "evenly", "--workspace", str(board.desk.settings.folder), "run", "--log-format", "json"]
        process = subprocess.Popen(command, env=around, cwd=folder, stderr=out, stdout=subprocess.DEVNULL)
    running = Daemon(process, log)
    try:
        until(lambda: "Publishing for" in log.read_text() or process.poll() is not None)
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=_LONG) == 0, log.read_text()
    except BaseException:
        print(log.read_text()[-5000:])  # noqa: T201 - shown with a test that fails
        raise
    finally:
        process.kill()
        process.wait()


def _as_text(clock: Clock) -> str:
    if not isinstance(clock, FastClock):
        return ""
    return f"{clock._start.isoformat()}@{clock._since!r}x{clock._speed!r}"
