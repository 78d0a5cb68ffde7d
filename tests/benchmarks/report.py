"""How long a report takes over very many deliveries, and how much memory: `python -m tests.benchmarks.report [--deliveries 100000]`.

Each has ten readings. The store is made first, which takes a minute; it is not counted. Seconds of one core, and the most memory.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evenly.networks import Networks
from evenly.planning import Desk
from evenly.settings import load
from evenly.store import Store
from tests.benchmarks import published

Step = Callable[[Desk, int], str]


def observe(desk: Desk, deliveries: int) -> str:
    """Everything that was published in the last years, as the statistics take it."""
    from evenly.reporting import observing

    since, until = published.UNTIL - published.years(deliveries), published.UNTIL
    with desk.store.read() as connection:
        age = observing.best_age(desk, connection, since=since, until=until)
        posts = observing.posts(desk, connection, since=since, until=until, age=age)
    return f"{len(posts)} posts at {age}, {sum(post.minutes for post in posts):.0f} minutes"


def report(desk: Desk, deliveries: int) -> str:
    """The whole report over the same years, as JSON prints it."""
    from evenly.reporting import building, document

    since, until = published.UNTIL - published.years(deliveries), published.UNTIL
    made = building.report(desk, since=since, until=until, now=until)
    return f"{len(made.rows)} rows, {len(json.dumps(document.document(made)))} characters"


def command(desk: Desk, deliveries: int) -> str:
    """`evenly report --json` over the same years, as a user types it: with the advice, and with an experiment that is judged."""
    since = (published.UNTIL - published.years(deliveries)).isoformat()
    said = json.loads(_evenly(desk, "report", "--json", "--since", since, "--until", published.UNTIL.isoformat()))
    return f"{len(said['rows'])} rows, {len(said['ideas'])} ideas, {len(said['recommendations'])} advices"


def week(desk: Desk, deliveries: int) -> str:
    """`evenly week`, once the posts of these weeks were recognised, which happens a single time."""
    return f"{len(json.loads(_evenly(desk, 'week', '--json'))['tasks'])} lines"


def _evenly(desk: Desk, *arguments: str) -> str:
    """What the real program prints in this workspace, just when the last delivery is out. Exit 1 says that something needs somebody."""
    clock = {"EVENLY_CLOCK": f"{published.UNTIL.isoformat()}@{time.time()}x1"}
    line = [sys.executable, "-m", "evenly", *arguments]
    ran = subprocess.run(line, cwd=desk.settings.folder, env={**os.environ, **clock}, capture_output=True, text=True, check=False)
    if ran.returncode not in {0, 1}:
        raise RuntimeError(ran.stderr)
    return ran.stdout


@dataclass(frozen=True)
class Bounds:
    """What a step does, and the most seconds and MB that it may take: of this process, or of the program that it runs."""

    step: Step
    seconds: float
    megabytes: float
    runs_program: bool = False


STEPS = {
    "observe": Bounds(observe, 5.0, 350.0),
    "report": Bounds(report, 10.0, 500.0),
    "evenly report": Bounds(command, 10.0, 500.0, runs_program=True),
    "evenly week, first": Bounds(week, 10.0, 500.0, runs_program=True),
    "evenly week": Bounds(week, 5.0, 500.0, runs_program=True),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=100_000)
    deliveries = parser.parse_args().deliveries
    with tempfile.TemporaryDirectory() as folder:
        # In processes of their own: what making the store takes is not to count as memory.
        _apart(_made, folder, deliveries)
        return max(_apart(_measured, folder, deliveries, name) for name in STEPS)


def _apart(work: Callable[..., int], *arguments: object) -> int:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def _made(folder: str, deliveries: int) -> int:
    started = time.perf_counter()
    published.desk(Path(folder), deliveries=deliveries).store.close()
    print(f"{deliveries} deliveries with ten readings each, made in {time.perf_counter() - started:.0f} s")
    return 0


def _measured(folder: str, deliveries: int, name: str) -> int:
    bounds = STEPS[name]
    settings = load(Path(folder), {})
    desk = Desk(settings, Networks(), Store.open("sqlite", settings.state))
    whose = resource.RUSAGE_CHILDREN if bounds.runs_program else resource.RUSAGE_SELF
    started = _seconds(whose)
    said = bounds.step(desk, deliveries)
    took, memory = _seconds(whose) - started, resource.getrusage(whose).ru_maxrss / 1024
    desk.store.close()
    is_missed = took > bounds.seconds or memory > bounds.megabytes
    held = f"{took:.2f} s of {bounds.seconds:.0f}, {memory:.0f} MB of {bounds.megabytes:.0f}"
    print(f"{name}: {said}: {held}{'   MISSED' * is_missed}", flush=True)
    return int(is_missed)


def _seconds(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
