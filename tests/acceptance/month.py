"""A month of real posts on two networks or all, compressed by a fast clock, with the daemon killed now and then.

python -m tests.acceptance.month --kills 100 --speed 3600 --seed 1 --losing --everywhere
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import datetime
from pathlib import Path

from evenly.plugin.testing import Fault, faults
from tests.acceptance.posts import write_every_kind, write_posts
from tests.acceptance.world import EVERYWHERE, TWO, assert_exactly_once, assert_known, kill_now_and_then, world

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
    "grid": [
        Fault(faults.lose_answer, method="POST", path=".*/media_publish", every=5),
        Fault(faults.fail(500, after=True), method="POST", path=".*/media_publish", every=7),
    ],
    "short": [
        Fault(faults.lose_answer, method="POST", path="/2/tweets", every=5),
        Fault(faults.fail(500), method="POST", path="/2/tweets", every=7),
    ],
    "firm": [
        Fault(faults.lose_answer, method="POST", path="/rest/posts", every=5),
        Fault(faults.fail(500, after=True), method="POST", path="/rest/posts", every=7),
    ],
    "person": [Fault(faults.lose_answer, method="POST", path="/rest/posts", every=5)],
}
_PATIENT = 'cadence = "{cadence}"\ngap = "10m"\nmissed = "publish within 60 days"\n'


def run(
    folder: Path,
    *,
    posts: int,
    speed: float,
    kills: int,
    seed: int,
    least: float = 1.0,
    most: float = 5.0,
    losing: bool = False,
    everywhere: bool = False,
) -> str:
    """Import, plan and publish `posts` posts on two accounts or on six; what happened, in a line. Raises `AssertionError`."""
    began = time.monotonic()
    losses, places = (_LOSSES if losing else None), (EVERYWHERE if everywhere else TWO)
    settings = _PATIENT.format(cadence="25/week" if everywhere else "5/day")  # so that 150 posts last a month
    with world(folder, speed=speed, settings=settings, faults=losses, places=places) as here:
        wanted = write_every_kind(folder / "real", posts) if everywhere else 2 * write_posts(folder / "real", posts)
        here.done("import", "real")
        planned = here.deliveries()
        assert len(planned) == wanted, f"{len(planned)} deliveries of {posts} posts, and not {wanted}"
        until = max(here.clock.now(), *(_moment(each["due"]) for each in planned))
        killed, asked = kill_now_and_then(here, folder / "daemon.log", kills=kills, least=least, most=most, seed=seed, until=until)
        assert_exactly_once(here, planned)
        calls = assert_known(here)
        lost = (folder / "daemon.log").read_text().count("the answer was lost")
    span = (until - min(_moment(each["due"]) for each in planned)).days
    took = time.monotonic() - began
    done = f"{len(planned)} deliveries over {span} days in {took:.0f} s"
    told = f"{done}, {killed} kills, {lost} answers lost in {calls} calls: each published once"
    return f"{told}, {asked} after a person had looked" if asked else told


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=150)
    parser.add_argument("--speed", type=float, default=3600)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--losing", action="store_true", help="lose answers besides")
    parser.add_argument("--everywhere", action="store_true", help="six accounts on all networks, and every form of post")
    asked = vars(parser.parse_args())
    with tempfile.TemporaryDirectory() as folder:
        print(run(Path(folder), **asked))  # noqa: T201


if __name__ == "__main__":
    main()
