"""Real processes, really killed, on a real file, over real sockets that lose answers."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evenly.clock import RealClock
from evenly.plugin.testing import Fault, faults
from tests.publishing.scene import Scene, scene

ROOT = Path(__file__).parents[2]
POSTS = 24
KILLS = 8


def worker(board: Scene, facility: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.publishing.worker", str(board.desk.settings.state.parent), facility]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


@pytest.mark.slow
@pytest.mark.parametrize("facility", ["two-phase", "key"])
def test_a_campaign_of_kills_and_lost_answers(tmp_path: Path, facility: str) -> None:
    """Every fifth visible call is faulted, the process is killed again and again: each post is public exactly once."""
    chance = random.Random(facility)
    with scene(tmp_path, facility) as board:
        board.board.clock = RealClock()
        board.clock.moment = RealClock().now()
        toml = tmp_path / "evenly.toml"
        toml.write_text(toml.read_text().replace('"6s"', '"3s"').replace('"10s"', '"4s"'))
        for fault, nth in ((faults.lose_answer, 5), (faults.drop, 7), (faults.fail(500, after=True), 11)):
            board.served.inject(Fault(fault, method="POST", path="/pins|/drafts/.*/publication", every=nth))
        posts = [board.queue(f"Post {n}", at=board.clock.now()) for n in range(POSTS)]

        for _ in range(KILLS):
            process = worker(board, facility)
            time.sleep(chance.uniform(1.0, 3.0))
            process.kill()
            process.wait()
        process = worker(board, facility)

        assert process.wait(timeout=120) == 0
        assert sorted(board.public()) == sorted(f"Post {n}" for n in range(POSTS))
        assert {board.state(post) for post in posts} == {"published"}
