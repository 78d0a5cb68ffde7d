"""Many histories, each decided by its seed; the first that breaks a law is told in words, at its shortest.

python -m tests.simulation --seeds 3000 [--from 1] [--network x] | --seed N
"""

# ruff: noqa: T201 - it prints what it found

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.happenings import schedule_of
from tests.simulation.searching import first_broken
from tests.simulation.shrinking import story
from tests.simulation.tried import TRIED


def main() -> int:
    """Try the seeds; 1 when one of them breaks a law."""
    asked = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    asked.add_argument("--seeds", type=int, default=1_000, help="how many")
    asked.add_argument("--from", type=int, default=1, dest="first", help="the first of them")
    asked.add_argument("--seed", type=int, help="only this one, told in any case")
    asked.add_argument("--network", choices=tuple(TRIED), action="append", default=[], help="only this one, or these")
    options = asked.parse_args()
    networks = tuple(options.network)
    if options.seed is not None:
        told, broken = story(schedule_of(options.seed, networks))
        print("\n".join(told))
        return int(broken)
    begun, worked = time.perf_counter(), time.process_time()
    found = first_broken(range(options.first, options.first + options.seeds), networks)
    spent, worked = time.perf_counter() - begun, time.process_time() - worked
    print(f"{found.tried} histories in {spent:.1f} s, {60 * found.tried / worked:.0f} a minute of a core's time; {found.told()}")
    if found.seed is None:
        return 0
    print(f"\nseed {found.seed} breaks a law; its shortest history:")
    print("\n".join(found.shortest()))
    return 1


if __name__ == "__main__":
    sys.exit(main())
