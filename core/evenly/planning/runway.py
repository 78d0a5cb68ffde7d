"""How long the queued content lasts at each account's cadence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from evenly.planning import spreading
from evenly.planning.capacity import weekly

if TYPE_CHECKING:
    from evenly import spread as spreads
    from evenly.planning.desk import Desk

_HALVES = "mixed"  #: counts half to each kind


@dataclass(frozen=True, slots=True)
class Runway:
    """What one account has in its queue, of one kind of post or (None) of all."""

    account: str
    kind: str | None
    posts: int  #: planned, of this kind at least in part
    days: int  #: whole days until the next one is missing, at the account's cadence and the wanted share of the kind


def runways(desk: Desk, now: datetime) -> list[Runway]:
    """For each account of evenly.toml first all posts, then each kind of which the mix wants a share."""
    with desk.store.read() as connection:
        planned = {name: spreading.placements(connection, name, now) for name in desk.settings.accounts}
    return [runway for name, posts in planned.items() for runway in _of_account(desk, name, posts, now)]


def _of_account(desk: Desk, name: str, posts: Sequence[spreads.Placement], now: datetime) -> Iterable[Runway]:
    rate = weekly(desk.settings.accounts[name]) / 7
    if not rate:
        return
    yield Runway(name, None, len(posts), math.floor(len(posts) / rate))
    for kind, share in spreading.shape(desk, name, now.year).mix.items():
        weights = [_weight(post.kind, kind) for post in posts]
        if share:
            yield Runway(name, kind, sum(map(bool, weights)), math.floor(sum(weights, Fraction(0)) / (rate * share)))


def _weight(kind: str | None, wanted: str) -> Fraction:
    return Fraction(1) if kind == wanted else Fraction(1, 2) if kind == _HALVES else Fraction(0)
