"""Two daemons on one store, and what happens to them: killed, paused, ended in an orderly way, and their clock jumping."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.acceptance.simulator import Simulation

_WAITS, _PUBLISHES = "waiting to take over", "Publishing for"
#: What happens to the daemons, and how often among a hundred times.
_HAPPENINGS = {"kill": 50, "kill waiting": 8, "end": 12, "pause": 10, "clock behind": 15, "kill renewing": 5}
#: Hours by which the machine's clock is behind for a while.
_BEHIND = (1.0, 0.25, 0.05)
#: Hours by which it is ahead of the networks' for the last part of the bad weather, and for good. Set right again in the middle of a doubt
#: it would go back further than a doubt lasts here, where a lease is seconds and an hour is, too; `tests/publishing` tries that.
AHEAD = 1.0
_LONGEST_PAUSE = 6.0  # longer than a lease
_ENDING_SECONDS = 30.0


@dataclass
class Daemons:
    """`happened` counts what was done to them."""

    here: Simulation
    logs: Path
    chance: random.Random
    least: float  #: seconds between two things that happen, from
    most: float  #: to
    happened: Counter[str] = field(default_factory=Counter)
    kills: list[float] = field(default_factory=list)  #: when (monotonic)
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _renewing: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _log_of: dict[int, Path] = field(default_factory=dict)
    _started: int = 0
    _since: float = 0.0
    _wait: float = 0.0  #: seconds after which the next thing happens
    _jump_ends: float | None = None

    def start(self) -> None:
        self.logs.mkdir()
        self._running = [self._daemon(), self._daemon()]
        self._renewing = [self._program("tests.acceptance.renewing") for _ in range(2)]
        self._plan()

    def end(self) -> None:
        """All of them, in an orderly way."""
        for each in [*self._renewing, *self._running]:
            each.send_signal(signal.SIGCONT)
            each.terminate()
        for each in [*self._renewing, *self._running]:
            each.wait(timeout=_ENDING_SECONDS)

    def let_happen(self) -> None:
        """Whatever is due by now happens."""
        now = time.monotonic()
        if self._jump_ends is not None and now >= self._jump_ends:
            self.here.jump.seconds, self._jump_ends = 0.0, None
        if self._publisher() is None:  # on a busy machine a daemon takes long to begin
            self._since = now
        if now < self._since + self._wait:
            return
        happening = self.chance.choices(list(_HAPPENINGS), list(_HAPPENINGS.values()))[0]
        if happening == "clock behind" and self.happened["clock ahead"]:
            happening = "kill"
        {
            "kill": self._kill,
            "kill waiting": self._kill_waiting,
            "end": self._end_one,
            "pause": self._pause,
            "clock behind": self._jump,
            "kill renewing": self._kill_renewing,
        }[happening]()
        self.happened[happening] += 1
        self._plan()

    def check(self) -> None:
        """Nobody has ended by itself."""
        for each in self._running:
            assert each.poll() is None, f"a daemon ended by itself with {each.returncode}: {self._said(each)}"

    def takeovers(self) -> int:
        """How often a daemon that had waited went on."""
        told = [path.read_text(errors="replace") for path in self.logs.glob("daemon-*.log")]
        return sum(1 for text in told if _WAITS in text and _PUBLISHES in text)

    def _plan(self) -> None:
        self._since, self._wait = time.monotonic(), self.chance.uniform(self.least, self.most)

    def _kill(self) -> None:
        self._killed(self._running.pop(self._place_of_publisher()))
        self._running.append(self._daemon())

    def _kill_waiting(self) -> None:
        self._killed(self._running.pop(1 - self._place_of_publisher()))
        self._running.append(self._daemon())

    def _kill_renewing(self) -> None:
        self._killed(self._renewing.pop(0))
        self._renewing.append(self._program("tests.acceptance.renewing"))

    def _end_one(self) -> None:
        ended = self._running.pop(self._place_of_publisher())
        ended.terminate()
        assert ended.wait(timeout=_ENDING_SECONDS) == 0, self._said(ended)
        self._running.append(self._daemon())

    def _pause(self) -> None:
        paused = self._running[self._place_of_publisher()]
        paused.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.5, _LONGEST_PAUSE))
        paused.send_signal(signal.SIGCONT)

    def set_ahead(self) -> None:
        """From now on the machine's clock is ahead of the networks'."""
        self.here.jump.seconds, self._jump_ends = AHEAD * 3600 / self.here.speed, None
        self.happened["clock ahead"] = 1

    def _jump(self) -> None:
        self.here.jump.seconds = -self.chance.choice(_BEHIND) * 3600 / self.here.speed
        self._jump_ends = time.monotonic() + self.chance.uniform(0.5, 8.0)

    def _killed(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        self.kills.append(time.monotonic())

    def _publisher(self) -> int | None:
        """Which of the two holds the lock; None while neither does."""
        try:
            holder = int((self.here.folder / ".evenly" / "publisher.lock").read_text())
        except (OSError, ValueError):
            return None
        return next((place for place, each in enumerate(self._running) if each.pid == holder), None)

    def _place_of_publisher(self) -> int:
        return self._publisher() or 0

    def _daemon(self) -> subprocess.Popen[bytes]:
        self._started += 1
        return self._program("tests.acceptance.jumping", "run")

    def _program(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = self.logs / (f"daemon-{self._started:04d}.log" if arguments else "renewing.log")
        command, silent = [sys.executable, "-m", module, *arguments], subprocess.DEVNULL
        with log.open("ab") as out:
            started = subprocess.Popen(command, cwd=self.here.folder, env=self.here.environment, stdout=silent, stderr=out)
        self._log_of[started.pid] = log
        return started

    def _said(self, process: subprocess.Popen[bytes]) -> str:
        return self._log_of[process.pid].read_text(errors="replace")[-3000:]
