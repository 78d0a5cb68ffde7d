"""A real process, killed for good at each step around the visible call; a second one finishes its work."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evenly.clock import RealClock
from tests.publishing.scene import scene
from tests.simulation.dying import STEPS

ROOT = Path(__file__).parents[2]
#: By the numbers of the scenarios that every step belongs to.
SCENARIOS = {
    "scenario_1": STEPS[:1],
    "scenario_2": STEPS[1:3],
    "scenario_3": STEPS[3:4],
    "scenario_4": STEPS[4:],
}


@pytest.mark.parametrize("facility", ["read-back"])
@pytest.mark.parametrize(
    ("step", "sent"),
    [(step, number > 2) for number, step in enumerate(STEPS)],
    ids=[f"{name}: {s}" for name, x in SCENARIOS.items() for s in x],
)
def test_killed_at_a_named_step(tmp_path: Path, step: str, facility: str, *, sent: bool) -> None:
    """`kill -9` at the step: what was public then stays so, what was not gets out, each once."""
    with scene(tmp_path, facility) as board:
        board.clock.moment = RealClock().now()
        toml = tmp_path / "evenly.toml"
        toml.write_text(toml.read_text().replace('"6s"', '"3s"').replace('"10s"', '"4s"'))
        post = board.queue("Polishing day", at=board.clock.now())
        where = [str(tmp_path), facility]

        killed = subprocess.run([sys.executable, "-m", "tests.simulation.dying", *where, step], cwd=ROOT, timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert board.public() == (["Polishing day"] if sent else [])
        subprocess.run([sys.executable, "-m", "tests.publishing.worker", *where], cwd=ROOT, timeout=60, check=True)

        assert board.public() == ["Polishing day"]
        assert board.state(post) == "published"
