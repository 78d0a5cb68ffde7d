"""What happens in one history, as plain data that a seed decides: the posts, and what goes wrong at which point.

Points are counted through the whole history, whoever comes to them: the n-th visible call, the n-th other call, the n-th commit of the
store, the n-th time that nothing is due. A happening whose point is never reached does not happen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from tests.simulation.tried import TRIED, Tried

Point = Literal["visible", "call", "commit", "idle"]

#: What a request or its answer can meet, and how the story tells it.
FAULTS = {
    "drop": "the request is lost",
    "lose": "the network does it, and the answer is lost",
    "late": "the connection is reset; the network does it {seconds:g} s later",
    "fail": "500, and nothing was done",
    "fail-after": "500, although it was done",
    "hang": "no answer, and nothing was done",
    "hang-after": "it was done, and no answer comes",
    "truncate": "it was done, and half of the answer comes",
    "break": "it was done, and the JSON of the answer is broken",
    "slow-down": "429, Retry-After: {seconds:g}",
    "slow-down-somehow": "429, without Retry-After",
    "refuse": "422: the network will not have it",
    "sign-out": "401: the token is said to be no good",
    "stale": "the answer of the call before comes once more",
}
#: What can become of the process itself.
FATES = {
    "die-before": "the process dies just before",
    "die-after": "the process dies just after",
    "pause-before": "the process is paused for {seconds:g} s just before",
    "pause-after": "the process is paused for {seconds:g} s just after",
    "jump": "the wall clock jumps by {seconds:+g} s",
}
#: Ends of a call from which nobody can tell whether it was done.
_DOUBTS = ("drop", "lose", "late", "fail", "fail-after", "hang", "hang-after", "truncate", "break")
_WAITS = ("slow-down", "slow-down-somehow")
_REFUSALS = ("refuse", "sign-out")
_OTHER = (*_DOUBTS, *_WAITS, "sign-out", "stale")
_JUMPS = (3_600, -3_600, 30 * 86_400)


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens at one point, the `nth` of its kind, counted from 1."""

    point: Point
    nth: int
    what: str
    seconds: float = 0.0

    def told(self) -> str:
        return (FAULTS | FATES)[self.what].format(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Planned:
    """One post: its form, and how many minutes after the beginning it is due."""

    form: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """One history. `lag`: by how many seconds lists lag behind; `alone`: whoever works holds the store's lock."""

    network: str
    posts: tuple[Planned, ...]
    happenings: tuple[Happening, ...]
    lag: int = 0
    alone: bool = True
    jitter: float = 0.5


def schedule_of(seed: int, networks: tuple[str, ...] = ()) -> Schedule:
    """The history that this seed stands for, on one of these networks (default: all that are tried)."""
    chance = random.Random(seed)
    name = chance.choice(networks or tuple(TRIED))
    tried = TRIED[name]
    posts = tuple(Planned(chance.choice(tried.forms), chance.choice((0, 0, 1, 7))) for _ in range(chance.choice((1, 1, 2))))
    lag = chance.choice((0, 0, *tried.lags))
    doubt = (Happening("visible", 1, what := chance.choice(_DOUBTS), _seconds(chance, what, tried, lag)),) if chance.random() < 0.5 else ()
    happenings = doubt + tuple(_happening(chance, tried, lag) for _ in range(chance.choice((1, 1, 2, 3))))
    return Schedule(name, posts, happenings, lag, alone=chance.random() < 0.5, jitter=chance.random())


def _happening(chance: random.Random, tried: Tried, lag: int) -> Happening:
    point: Point = chance.choices(("visible", "call", "commit", "idle"), (6, 3, 4, 3))[0]
    match point:
        case "visible":
            kind = chance.choices((_DOUBTS, _WAITS, _REFUSALS, tuple(FATES)), (4, 2, 2, 3))[0]
            what, nth = chance.choice(kind), chance.choice((1, 1, 2, 2, 3))
        case "call":
            what, nth = chance.choice((*_OTHER, *FATES)), chance.randint(1, 12)
        case "commit":
            what, nth = chance.choice(tuple(FATES)), chance.randint(1, 14)
        case "idle":
            what, nth = chance.choice(("jump", "die-before", "pause-before")), chance.randint(1, 3)
    return Happening(point, nth, what, _seconds(chance, what, tried, lag))


def _seconds(chance: random.Random, what: str, tried: Tried, lag: int) -> float:
    """What is late comes, and is listed, before the time is over after which absence counts: more cannot be asked of anybody."""
    match what:
        case "late":
            return chance.uniform(1, tried.settle - lag - 10)
        case "slow-down":
            return chance.choice((5, 120, 900))
        case "pause-before" | "pause-after":
            return chance.choice((5, 40, 65, 200, 1_000))
        case "jump":
            return chance.choice(_JUMPS)
    return 0.0
