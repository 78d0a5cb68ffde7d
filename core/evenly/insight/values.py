"""What the statistics speak in: posts with their figures, and what is made of them. Frozen values; numbers are never rounded here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Figures = Mapping[str, float]
"""Figures under their normalised names. One that is absent is not known; it is never taken for 0."""

By = Literal["network", "account", "action", "topic", "campaign", "format", "origin", "offer"]
"""What posts can be grouped by."""

BYS: tuple[By, ...] = ("network", "account", "action", "topic", "campaign", "format", "origin", "offer")


@dataclass(frozen=True, slots=True)
class Counting:
    """Under which name of its network a figure is counted now, and since when."""

    figure: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One delivery that is out, with its figures at one age.

    `at` is the wall clock where its readers are (aware). `minutes` is its part of the effort, of which `estimated` was not logged
    but taken from the usual minutes of its tasks. `cents` is its part of what was paid besides, in whole hundredths. `followers` are
    those of the day it went out. `due` is when it was to go out; `is_taken_down`: it was out once, and is no more.
    """

    key: str
    account: str
    network: str
    at: datetime
    origin: str = "unknown"
    topic: str | None = None
    on_topic: bool | None = None
    actions: frozenset[str] = frozenset()
    campaign: str | None = None
    offer: str | None = None
    format: str = "post"
    minutes: float = 0.0
    estimated: float = 0.0
    cents: int = 0
    figures: Figures = field(default_factory=dict)
    followers: float | None = None
    due: datetime | None = None
    is_taken_down: bool = False
    apart: tuple[Counting, ...] = ()  #: what was read of it under an older name, and is not among `figures`: see `insight.series`

    def keys(self, by: By) -> tuple[str, ...]:
        """The groups of a kind that it belongs to: several actions, at most one of everything else."""
        if by == "action":
            return tuple(sorted(self.actions))
        value: str | None = getattr(self, by)
        return () if value is None else (value,)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`: so it holds the truth in 95 of 100 cases."""

    low: float
    high: float


Verdict = Literal["works", "does not", "no difference yet", "too early"]
