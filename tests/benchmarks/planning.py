"""How long planning takes: `python -m tests.benchmarks.planning`. Seconds of one core, best of three."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from evenly.spread import Account, Cadence, Plan, QueuedPost, append, edit, plan

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
SHARES = {"owned": Fraction(7, 10), "third": Fraction(2, 10)}


def queue(count: int) -> list[QueuedPost]:
    return [QueuedPost(f"p{n}", ("owned", "owned", "third", "other")[n % 4], seq=n) for n in range(count)]


def account(cadence: Cadence) -> Account:
    return Account("page", "Europe/Paris", cadence, mix=SHARES)


def pinned(count: int) -> list[QueuedPost]:
    pins = [QueuedPost(f"pin{n}", "third", pinned_at=NOW + timedelta(days=3 * n, hours=5)) for n in range(1, count // 20)]
    return queue(count) + pins


def crowd(count: int) -> list[QueuedPost]:
    """So many times that somebody fixed, 20 minutes apart: far more than the cadence has room for."""
    return [QueuedPost(f"pin{n}", "owned", pinned_at=NOW + timedelta(minutes=20 * n)) for n in range(1, count + 1)]


def best_of_three(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def cases() -> dict[str, tuple[Callable[[], object], float]]:
    """Name, what is timed, and the most seconds it may take."""
    daily, thrice, weekly = (account(Cadence(*rate)) for rate in ((1, "day"), (3, "day"), (3, "week")))
    thousand, many = queue(1_000), queue(100_000)
    long: Plan = plan(thrice, many, NOW)
    short = plan(daily, thousand, NOW)
    one = QueuedPost("new", "owned", seq=1_000_000)
    until = NOW + timedelta(days=7)
    return {
        "plan 1,000 posts, 1 a day": (lambda: plan(daily, thousand, NOW), 0.05),
        "plan 1,000 posts, 3 a day": (lambda: plan(thrice, thousand, NOW), 0.05),
        "plan 1,000 posts, 3 a week": (lambda: plan(weekly, thousand, NOW), 0.05),
        "plan 1,000 posts, 49 pins": (lambda: plan(daily, pinned(1_000), NOW), 0.5),
        "plan 10,000 pins, 20 minutes apart": (lambda: plan(daily, crowd(10_000), NOW), 2.0),
        "plan 100,000 posts, 3 a day": (lambda: plan(thrice, many, NOW), 5.0),
        "append to 100,000": (lambda: append(thrice, one, NOW, long), 0.05),
        "edit 1,000 posts, steering": (lambda: edit(daily, [*thousand, one], NOW, short, committed_until=until), 0.5),
    }


def main() -> int:
    missed = 0
    for name, (work, limit) in cases().items():
        seconds = best_of_three(work)
        missed += seconds > limit
        print(f"{name:36} {seconds * 1000:10.1f} ms   limit {limit * 1000:6.0f} ms{'   MISSED' * (seconds > limit)}")
    return min(1, missed)


if __name__ == "__main__":
    sys.exit(main())
