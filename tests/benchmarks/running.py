"""The real daemon: how much memory it takes beside a long queue, and how soon after their time deliveries leave.

python -m tests.benchmarks.running [--queued 1000000] [--minutes 3]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from evenly.app import App
from tests.acceptance.world import World, world
from tests.benchmarks.daemon import _fill as fill

_TO_FILL = 8  #: minutes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queued", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), speed=1) as here:
        pinned = [_pinned(here, _TO_FILL + minute) for minute in range(asked.minutes)]
        with App.open(Path(folder), environment=here.environment) as app:
            fill(app, asked.queued, begins=here.clock.now() + timedelta(days=30))
        assert here.clock.now() < min(pinned), "filling the queue took too long"
        daemon = here.daemon(Path(folder) / "log")
        try:
            time.sleep(max(here.clock.seconds_until(max(pinned)), 0) + 5)
            resident = _resident(daemon)
        finally:
            daemon.terminate()
            daemon.wait(timeout=60)
        late = [(post.at - min(pinned, key=lambda due: abs(due - post.at))).total_seconds() for post in here.public("fedi")]
    print(f"{asked.queued} queued: the daemon takes {resident:.0f} MB")
    print(f"{len(late)} of {len(pinned)} deliveries left {statistics.median(late):.2f} s after their time; the latest {max(late):.2f} s")


def _pinned(here: World, minutes: int) -> datetime:
    """A post for the `minutes`-th whole minute from the next one on."""
    at = (here.clock.now() + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    added = json.loads(here.done("add", f"In {minutes} minutes", "--to", "fedi", "--at", at.isoformat(), "--json"))
    return datetime.fromisoformat(added["deliveries"][0]["due"])


def _resident(process: subprocess.Popen[bytes]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


if __name__ == "__main__":
    main()
