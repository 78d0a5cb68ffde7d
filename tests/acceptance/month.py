"""A month of real posts on two networks, compressed by a fast clock, with the daemon killed now and then.

python -m tests.acceptance.month --kills 100 --speed 3600 --seed 1
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import datetime
from pathlib import Path

from evenly.plugin.testing import Fault, faults
from tests.acceptance.world import assert_exactly_once, kill_now_and_then, world, write_posts

#: Every so often an answer is lost after the network took the post, or the network fails before it did.
_LOSSES = {
    "fedi": [
        Fault(faults.lose_answer, method="POST", path="/api/v1/statuses", every=5),
        Fault(faults.fail(500), method="POST", path="/api/v1/statuses", every=7),
    ],
    "page": [
        Fault(faults.lose_answer, method="POST", path=".*/feed", every=5),
        Fault(faults.fail(500, after=True), method="POST", path=".*/feed", every=7),
    ],
}
_PATIENT = 'cadence = "5/day"\ngap = "10m"\nmissed = "publish within 60 days"\n'


def run(
    folder: Path, *, posts: int, speed: float, kills: int, seed: int, least: float = 1.0, most: float = 5.0, losing: bool = False
) -> str:
    """Import, plan and publish `posts` posts on both accounts; what happened, in a line. Raises `AssertionError`."""
    began = time.monotonic()
    with world(folder, speed=speed, settings=_PATIENT, faults=_LOSSES if losing else None) as here:
        count = write_posts(folder / "real", posts)
        here.done("import", "real")
        planned = here.deliveries()
        assert len(planned) == 2 * count, f"{len(planned)} deliveries of {count} posts"
        until = max(here.clock.now(), *(_moment(each["due"]) for each in planned))
        killed = kill_now_and_then(here, folder / "daemon.log", kills=kills, least=least, most=most, seed=seed, until=until)
        assert_exactly_once(here, planned)
        lost = (folder / "daemon.log").read_text().count("the answer was lost")
    span = (until - min(_moment(each["due"]) for each in planned)).days
    took = time.monotonic() - began
    return f"{len(planned)} deliveries over {span} days in {took:.0f} s, {killed} kills, {lost} answers lost: each published once"


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=150)
    parser.add_argument("--speed", type=float, default=3600)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--losing", action="store_true", help="lose answers besides")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(run(Path(folder), posts=asked.posts, speed=asked.speed, kills=asked.kills, seed=asked.seed, losing=asked.losing))  # noqa: T201


if __name__ == "__main__":
    main()
