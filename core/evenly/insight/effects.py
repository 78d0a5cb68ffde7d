"""What makes a difference: each group of posts against all the others, with a verdict only where it is earned."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from evenly.insight import sampling
from evenly.insight.levels import Shrunk, shrunk
from evenly.insight.observed import Observed
from evenly.insight.values import BYS, By, Interval, Post, Verdict

if TYPE_CHECKING:
    from evenly.insight.columns import Column

LEAST = 8
"""So many posts at least on both sides, before anything is said."""
_ONE_IN_TWENTY = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A group of posts against the others, on one metric.

    `ratio` is how many times as much the group brings, with its interval; None where there is nothing to compare. `usual` is the group's
    level against its accounts' means, drawn towards them where posts are few.
    """

    by: By
    key: str
    metric: str
    posts: int
    others: int
    ratio: float | None
    interval: Interval | None
    usual: Shrunk
    verdict: Verdict


def effects(
    posts: Iterable[Post] | Observed, *, bys: Sequence[By] = BYS, metric: str = "engagements", keys: Collection[str] | None = None
) -> tuple[Effect, ...]:
    """The effect of every group, in the order of `bys` and of their names. Of all that is found together one in ten may be chance.

    Where `keys` are given, of those groups alone. Networks and accounts are not compared with each other: posts are compared with posts
    of the same account.
    """
    seen = Observed.of(posts)
    known = _Known.of(seen, metric)
    groups = {(by, key): known.mask(places) for by in bys if by not in _PLACES for key, places in seen.groups(by).items()}
    groups = {name: mask for name, mask in groups.items() if mask.any() and (keys is None or name[1] in keys)}
    asked = {name: known.contrast(mask) for name, mask in groups.items()}
    testable = [name for name, contrast in asked.items() if contrast.least >= LEAST]
    found = dict(zip(testable, sampling.discoveries([asked[name].p for name in testable]), strict=True))
    usual = {by: shrunk({key: known.values[mask] for (kind, key), mask in groups.items() if kind == by}) for by in bys}
    return tuple(
        Effect(
            by=by,
            key=key,
            metric=metric,
            posts=int(groups[by, key].sum()),
            others=int((~groups[by, key]).sum()),
            ratio=contrast.ratio,
            interval=contrast.interval,
            usual=usual[by][key],
            verdict=contrast.verdict(is_found=found[by, key]) if (by, key) in found else "too early",
        )
        for (by, key), contrast in asked.items()
    )


_PLACES = frozenset({"network", "account"})


def judge(
    ones: Sequence[Post], others: Sequence[Post], *, metric: str, least: int = LEAST
) -> tuple[float | None, Interval | None, Verdict]:
    """One question asked alone, as an experiment does: how many times what `others` do `ones` bring, the interval, and the verdict."""
    places = range(len(ones) + len(others))
    return judge_among(Observed([*ones, *others]), places[: len(ones)], places[len(ones) :], metric=metric, least=least)


def judge_among(
    seen: Observed, ones: Sequence[int], others: Sequence[int], *, metric: str, least: int = LEAST
) -> tuple[float | None, Interval | None, Verdict]:
    """The same of posts at these places among those that are observed."""
    known = _Known.of(seen, metric).at([*ones, *others])
    contrast = known.contrast(known.mask(list(ones)))
    is_early = contrast.least < max(least, 2)
    return contrast.ratio, contrast.interval, "too early" if is_early else contrast.verdict(is_found=contrast.p <= _ONE_IN_TWENTY)


@dataclass(frozen=True, slots=True)
class _Known:
    """The posts whose level is known: their places, levels and accounts."""

    posts: Sequence[Post]
    places: Column
    values: Column
    accounts: Column

    @classmethod
    def of(cls, seen: Observed, metric: str) -> _Known:
        import numpy as np

        values = seen.levels(metric)
        places = np.flatnonzero(~np.isnan(values))
        # By account, so that the same posts in another order are resampled alike.
        places = places[np.argsort(seen.accounts[places], kind="stable")]
        return cls(seen.posts, places, values[places], seen.accounts[places])

    def mask(self, places: Column | list[int]) -> Column:
        """Which of them stand at these places."""
        import numpy as np

        is_one = np.zeros(len(self.posts), dtype=bool)
        is_one[places] = True
        found: Column = is_one[self.places]
        return found

    def at(self, places: Column | list[int]) -> _Known:
        """Those alone that stand at these places."""
        held = self.mask(places)
        return replace(self, places=self.places[held], values=self.values[held], accounts=self.accounts[held])

    def contrast(self, is_one: Column) -> _Contrast:
        return _contrast(self.values, self.accounts, is_one)


@dataclass(frozen=True)
class _Contrast:
    """The levels of some posts and of others, the differences between their accounts taken out."""

    ones: Column
    others: Column

    @property
    def least(self) -> int:
        return min(len(self.ones), len(self.others))

    @property
    def ratio(self) -> float | None:
        return math.exp(self.ones.mean() - self.others.mean()) if self.least else None

    @cached_property
    def interval(self) -> Interval | None:
        found = sampling.difference_interval(self.ones, self.others)
        return None if found is None else Interval(math.exp(found.low), math.exp(found.high))

    @property
    def p(self) -> float:
        found = sampling.p_of_difference(self.ones, self.others)
        return 1.0 if found is None else found

    def verdict(self, *, is_found: bool) -> Verdict:
        if not is_found or self.interval is None or self.interval.low <= 1 <= self.interval.high:
            return "no difference yet"
        return "works" if self.interval.low > 1 else "does not"


def _contrast(values: Column, accounts: Column, is_one: Column) -> _Contrast:
    """Compare within accounts: those that have posts of one side only tell nothing.

    Each account's own level is taken out as ordinary least squares with a constant for each account would.
    """
    import numpy as np

    width = int(accounts.max()) + 1 if len(accounts) else 0
    sides = is_one, ~is_one
    mine, theirs = (np.bincount(accounts[side], minlength=width) for side in sides)
    my_sum, their_sum = (np.bincount(accounts[side], weights=values[side], minlength=width) for side in sides)
    both = (mine > 0) & (theirs > 0)
    whole = np.where(both, mine + theirs, 1)
    weights = np.where(both, mine * theirs / whole, 0.0)
    apart = my_sum / np.maximum(mine, 1) - their_sum / np.maximum(theirs, 1)
    difference = float((weights * apart).sum() / weights.sum()) if weights.any() else 0.0
    ground = (my_sum - difference * mine + their_sum) / whole
    rest, counts = values - ground[accounts], both[accounts]
    return _Contrast(rest[is_one & counts], rest[~is_one & counts])
