"""How long a report takes over very many deliveries, and how much memory: `python -m tests.benchmarks.report [--deliveries 100000]`.

Each has ten readings. The store is made first, which takes a minute; it is not counted. Seconds of one core.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
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
    import json

    from evenly.reporting import building, document

    since, until = published.UNTIL - published.years(deliveries), published.UNTIL
    made = building.report(desk, since=since, until=until, now=until)
    return f"{len(made.rows)} rows, {len(json.dumps(document.document(made)))} characters"


STEPS: dict[str, tuple[Step, float, float]] = {"observe": (observe, 5.0, 350.0), "report": (report, 10.0, 500.0)}
"""What is measured, the most seconds and the most MB that it may take."""


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
    step, seconds, megabytes = STEPS[name]
    settings = load(Path(folder), {})
    desk = Desk(settings, Networks(), Store.open("sqlite", settings.state))
    started = time.process_time()
    said = step(desk, deliveries)
    took, memory = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    desk.store.close()
    is_missed = took > seconds or memory > megabytes
    print(f"{name}: {said}: {took:.2f} s of {seconds:.0f}, {memory:.0f} MB of {megabytes:.0f}{'   MISSED' * is_missed}")
    return int(is_missed)


if __name__ == "__main__":
    sys.exit(main())
