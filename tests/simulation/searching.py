"""Trying one seed after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.simulation.happenings import Schedule, schedule_of
from tests.simulation.run import Run
from tests.simulation.shrinking import shortest, story


@dataclass
class Searched:
    """What came of it."""

    tried: int = 0
    seed: int | None = None  #: the first that breaks a law
    networks: tuple[str, ...] = ()
    happened: Counter[str] = field(default_factory=Counter)  #: how often each fault and fate was met
    ended: Counter[str] = field(default_factory=Counter)  #: in which state the deliveries ended

    def shortest(self) -> list[str]:
        """The broken seed's shortest history, in words."""
        return story(self.shortest_schedule())[0]

    def shortest_schedule(self) -> Schedule:
        if self.seed is None:
            raise AssertionError("no seed has broken a law")
        return shortest(schedule_of(self.seed, self.networks))

    def told(self) -> str:
        ends = ", ".join(f"{times} {state}" for state, times in self.ended.most_common())
        return f"{sum(self.happened.values())} happenings; the posts ended {ends}"


def first_broken(seeds: Iterable[int], networks: tuple[str, ...] = ()) -> Searched:
    """Try the seeds until one of them breaks a law."""
    searched = Searched(networks=networks)
    for seed in seeds:
        run = Run(schedule_of(seed, networks)).go()
        searched.tried += 1
        searched.happened.update(each.what for each in run.schedule.happenings if each.nth <= run.counts[each.point])
        searched.ended.update(row.state.value for row in run.rows())
        if run.violations:
            searched.seed = seed
            break
    return searched
