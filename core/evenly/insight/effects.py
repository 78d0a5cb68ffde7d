"""What makes a difference: each group of posts against all the others, with a verdict only where it is earned."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from evenly.insight import sampling
from evenly.insight.levels import Level, Shrunk, levels, shrunk
from evenly.insight.values import BYS, By, Interval, Post, Verdict

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


def effects(posts: Iterable[Post], *, bys: Sequence[By] = BYS, metric: str = "engagements") -> tuple[Effect, ...]:
    """The effect of every group, in the order of `bys` and of their names. Of all that is found together one in ten may be chance.

    Networks and accounts are not compared with each other: posts are compared with posts of the same account.
    """
    known = levels(posts, metric)
    names = {by: sorted({key for each in known for key in each.post.keys(by)}) for by in bys if by not in {"network", "account"}}
    groups = {(by, key): [each for each in known if key in each.post.keys(by)] for by in names for key in names[by]}
    asked = {name: _against(group, [each for each in known if name[1] not in each.post.keys(name[0])]) for name, group in groups.items()}
    testable = [name for name, contrast in asked.items() if contrast.least >= LEAST]
    found = dict(zip(testable, sampling.discoveries([asked[name].p for name in testable]), strict=True))
    usual = {by: shrunk({key: [each.value for each in groups[by, key]] for key in names[by]}) for by in names}
    return tuple(
        Effect(
            by=by,
            key=key,
            metric=metric,
            posts=len(groups[by, key]),
            others=len(known) - len(groups[by, key]),
            ratio=contrast.ratio,
            interval=contrast.interval,
            usual=usual[by][key],
            verdict=contrast.verdict(is_found=found[by, key]) if (by, key) in found else "too early",
        )
        for (by, key), contrast in asked.items()
    )


def judge(
    ones: Sequence[Post], others: Sequence[Post], *, metric: str, least: int = LEAST
) -> tuple[float | None, Interval | None, Verdict]:
    """One question asked alone, as an experiment does: how many times what `others` do `ones` bring, the interval, and the verdict."""
    names = {post.key for post in ones}
    known = levels([*ones, *others], metric)
    contrast = _against([each for each in known if each.post.key in names], [each for each in known if each.post.key not in names])
    is_early = contrast.least < max(least, 2)
    return contrast.ratio, contrast.interval, "too early" if is_early else contrast.verdict(is_found=contrast.p <= _ONE_IN_TWENTY)


@dataclass(frozen=True)
class _Contrast:
    """The levels of some posts and of others, the differences between their accounts taken out."""

    ones: list[float]
    others: list[float]

    @property
    def least(self) -> int:
        return min(len(self.ones), len(self.others))

    @property
    def ratio(self) -> float | None:
        return math.exp(sum(self.ones) / len(self.ones) - sum(self.others) / len(self.others)) if self.least else None

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


def _against(ones: Sequence[Level], others: Sequence[Level]) -> _Contrast:
    """Compare within accounts: those that have posts of one side only tell nothing.

    Each account's own level is taken out as ordinary least squares with a constant for each account would.
    """
    mine, theirs = _by_account(ones), _by_account(others)
    both = [name for name in mine if name in theirs]
    weights = {name: len(mine[name]) * len(theirs[name]) / (len(mine[name]) + len(theirs[name])) for name in both}
    apart = {name: _mean(mine[name]) - _mean(theirs[name]) for name in both}
    whole = sum(weights.values())
    difference = sum(weights[name] * apart[name] for name in both) / whole if whole else 0.0
    ground = {name: _mean([*(value - difference for value in mine[name]), *theirs[name]]) for name in both}
    return _Contrast(
        [value - ground[name] for name in both for value in mine[name]], [value - ground[name] for name in both for value in theirs[name]]
    )


def _by_account(known: Iterable[Level]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for each in known:
        found.setdefault(each.post.account, []).append(each.value)
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
