"""Thousands of deliveries on all networks under a random mixture of all faults, with two daemons that are killed again and again.

python -m tests.acceptance.campaign --deliveries 10000 --minutes 12 --seed 1

Ends with 1 when anything was public twice, or was lost. The seed chooses which fault strikes the n-th call of an account, and what happens
to the daemons when; how real processes race with it is theirs.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.acceptance.daemons import AHEAD, Daemons
from tests.acceptance.jumping import WITHOUT
from tests.acceptance.posts import write_for_all
from tests.acceptance.simulator import Simulation, simulation
from tests.acceptance.verdict import Verdict, judged, progress, signed_out
from tests.acceptance.weather import Appearance
from tests.acceptance.world import as_json

_OPEN = ("planned", "claimed", "sending", "unknown")
_GLANCE_SECONDS = 0.2
_LOOK_SECONDS = 3.0
_STUCK_SECONDS = 600.0  # a network that asks to wait until midnight is heeded
_LOST_WITH_ITS_PROCESS = 3.0  # seconds within which a kill can have taken the answer of a renewal with it


@dataclass
class Campaign:
    """What was done, and what came of it."""

    seed: int
    verdict: Verdict
    seconds: float
    struck: Counter[str]
    happened: Counter[str]
    takeovers: int
    crashes: list[str]  #: of the stand-ins, which must have none
    calls: int
    latest: float  #: seconds after which the last of the late commits came
    renewals: int
    replays: int  #: of refresh tokens for one use, whose answer no kill had taken away
    replays_after_kills: int  #: the others: the law tries the old one once more, and then asks a person
    journals: Mapping[str, Mapping[str, Appearance]]  #: all that ever was public, by account
    signed_in_again: dict[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return self.verdict.is_good and not self.replays and not self.crashes

    def told(self) -> Iterator[str]:
        """The table."""
        verdict = self.verdict
        yield f"seed {self.seed}; {verdict.deliveries} deliveries in {self.seconds:.0f} s; states: {_list(verdict.states)}"
        yield f"faults injected: {sum(self.struck.values())}: {_list(self.struck)}"
        yield f"to the daemons: {_list(self.happened)}; takeovers {self.takeovers}"
        yield f"late commits came {self.latest:.1f} s after their line was cut, at most"
        yield f"calls {self.calls}; looks {sum(verdict.looks.values())}: {_list(verdict.looks)}"
        yield f"renewals {self.renewals}; replays {self.replays}; others after a kill had taken the answer {self.replays_after_kills}"
        yield f"signed in again by a person {len(self.signed_in_again)}"
        yield from (f"  {name}: {why}" for name, why in self.signed_in_again.items())
        yield f"uncertain {len(verdict.uncertain)}"
        yield from (f"  {name}: {why}" for name, why in verdict.uncertain.items())
        for title, entries in (
            ("doubled", verdict.doubled),
            ("lost", verdict.lost),
            ("early", verdict.early),
            ("uncertain without need", verdict.unexplained),
            ("crashes of a stand-in", self.crashes),
        ):
            yield f"{title} {len(entries)}"
            yield from (f"  {each}" for each in entries[:50])


def run(
    folder: Path,
    *,
    deliveries: int,
    minutes: float,
    seed: int,
    groups: int = 4,
    least: float = 8.0,
    most: float = 25.0,
    per_day: int = 192,
    planned_minutes: float | None = None,
    without: str | None = None,
) -> Campaign:
    """Import, plan, and publish in bad weather for at most so many minutes, then in calm until nothing waits; judge.

    Something happens to the daemons every `least` to `most` seconds. The last delivery is planned `planned_minutes` after the first, by the
    machine's own clock. `without` names a rule of the ledger that is taken away.
    """
    began = time.monotonic()
    days = max(deliveries / groups / 5 / per_day, 0.02)
    speed = days * 86_400 / 60 / (planned_minutes or minutes * 0.75)
    with simulation(folder, speed=speed, seed=seed, groups=groups, cadence=f"{per_day}/day") as here:
        if without is not None:
            here.environment[WITHOUT] = without
        write_for_all(folder / "real", deliveries, groups)
        here.done("import", "real", timeout=1200)
        here.begin()
        daemons = Daemons(here, folder / "logs", random.Random(seed), least, most)
        daemons.start()
        try:
            again = _through_bad_weather(here, daemons, time.monotonic() + minutes * 60)
            again |= _until_nothing_waits(here, daemons)
        finally:
            daemons.end()
        for each in here.networks.values():
            each.journal.look()
        journals = {name: each.journal.entries for name, each in here.networks.items()}
        verdict = judged(folder, journals, ahead=timedelta(hours=AHEAD))
        replays = [_taken_away(at, daemons) for each in here.networks.values() for at in each.journal.replays()]
        return Campaign(
            seed=seed,
            verdict=verdict,
            seconds=time.monotonic() - began,
            struck=here.struck(),
            happened=daemons.happened,
            takeovers=daemons.takeovers(),
            crashes=[repr(crash) for each in here.networks.values() for crash in each.served.crashes],
            calls=here.calls(),
            latest=max(each.weather.latest for each in here.networks.values()),
            renewals=sum(len(each.journal.renewals) for each in here.networks.values()),
            replays=replays.count(False),
            replays_after_kills=replays.count(True),
            journals=journals,
            signed_in_again=again,
        )


def _through_bad_weather(here: Simulation, daemons: Daemons, until: float) -> dict[str, str]:
    """Until then, or until all is out; for the last third our clock is ahead."""
    again: dict[str, str] = {}
    looked, last_third = 0.0, _waiting(here) / 3
    while time.monotonic() < until:
        time.sleep(_GLANCE_SECONDS)
        daemons.let_happen()
        if time.monotonic() - looked > _LOOK_SECONDS:
            daemons.check()
            again |= _signed_in_again(here)
            waiting = _waiting(here)
            if waiting < last_third:
                daemons.set_ahead()
            if not waiting:
                break
            looked = time.monotonic()
    return again


def _until_nothing_waits(here: Simulation, daemons: Daemons) -> dict[str, str]:
    here.calm()
    again: dict[str, str] = {}
    before, changed = Counter[str](), time.monotonic()
    while _waiting(here):
        time.sleep(_GLANCE_SECONDS * 5)
        daemons.check()
        again |= _signed_in_again(here)
        if (states := progress(here.folder)) != before:
            before, changed = states, time.monotonic()
        assert time.monotonic() - changed < _STUCK_SECONDS, f"nothing moves any more: {states}"
    return again


def _waiting(here: Simulation) -> int:
    states = progress(here.folder)
    return sum(states[each] for each in _OPEN)


def _signed_in_again(here: Simulation) -> dict[str, str]:
    """What a person does for accounts whose sign-in has ended; and why it had."""
    out = signed_out(here.folder)
    for name in out:
        here.evenly("connect", name, "--token-stdin", given=as_json(here.networks[name].signed_in_again()))
    return {f"{name} at {time.monotonic():.0f}": why for name, why in out.items()}


def _taken_away(replayed_at: float, daemons: Daemons) -> bool:
    """Whether a process had been killed shortly before, and with it perhaps the answer to the first renewal."""
    return any(0 <= replayed_at - kill < _LOST_WITH_ITS_PROCESS for kill in daemons.kills)


def _list(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items(), key=lambda item: -item[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=1_000)
    parser.add_argument("--minutes", type=float, default=10, help="how long the bad weather lasts at most")
    parser.add_argument("--planned-minutes", type=float, help="how long the plan lasts; three quarters of the bad weather by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--groups", type=int, default=6, help="accounts of each kind")
    parser.add_argument("--without", help="a rule of evenly.ledger.rules to take away, to see that this is noticed")
    parser.add_argument("--keep", type=Path, help="a new folder that stays, with the store and the logs")
    asked = vars(parser.parse_args())
    kept = asked.pop("keep")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the daemons end as well
    with tempfile.TemporaryDirectory() as folder:
        if kept is not None:
            kept.mkdir()
        campaign = run(kept or Path(folder), **asked)
    for line in campaign.told():
        print(line)  # noqa: T201
    sys.exit(0 if campaign.is_good else 1)


if __name__ == "__main__":
    main()
