"""How well each post did, on a scale common to all accounts: logarithms of rates, less their account's mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from evenly.insight.observed import Observed
from evenly.insight.values import Interval, Post

if TYPE_CHECKING:
    from evenly.insight.columns import Column

K_AT_FIRST = 6.0
"""So many posts weigh as much as all that is known of the account, until `ENOUGH` posts tell how much groups really differ."""
ENOUGH = 20
_K_MOST = 1000.0
_Z = 1.959964

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Level:
    """A post and its level: 0 is the mean of its account, 0.7 about twice as good."""

    post: Post
    value: float


def levels(posts: Iterable[Post] | Observed, metric: str = "engagements") -> list[Level]:
    """The level of every post whose figures are known: log((count + 0.5) / (seen + 1)), less the mean over its account.

    `metric` is `engagements` or the name of a figure. Where nothing is known of who has seen a post, the counts themselves are compared.
    """
    seen = Observed.of(posts)
    found = zip(seen.posts, seen.levels(metric).tolist(), strict=True)
    return [Level(post, value) for post, value in found if not math.isnan(value)]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The mean of a group, drawn towards the account's mean (0) the more, the fewer posts there are."""

    posts: int
    mean: float
    deviation: float  #: standard deviation of where the truth may be

    @property
    def ratio(self) -> float:
        """How many times the usual."""
        return math.exp(self.mean)

    @property
    def interval(self) -> Interval:
        """Of the ratio."""
        return Interval(math.exp(self.mean - _Z * self.deviation), math.exp(self.mean + _Z * self.deviation))


def shrunk(groups: Mapping[Key, Sequence[float] | Column]) -> dict[Key, Shrunk]:
    """Empirical Bayes: each group's mean weighs n / (n + k), k being the noise's variance over that of the groups' effects."""
    import numpy as np

    columns = {key: np.asarray(values, dtype=float) for key, values in groups.items()}
    noise, k = _noise_and_k([values for values in columns.values() if len(values)])
    return {
        key: Shrunk(len(values), float(values.sum()) / (len(values) + k), math.sqrt(noise / (len(values) + k)))
        for key, values in columns.items()
    }


def _noise_and_k(groups: Sequence[Column]) -> tuple[float, float]:
    total = sum(map(len, groups))
    within = sum(float(((values - values.mean()) ** 2).sum()) for values in groups)
    noise = within / (total - len(groups)) if total > len(groups) else 1.0
    if total < ENOUGH or len(groups) < 2 or not noise:  # noqa: PLR2004 - one group differs from nothing
        return noise, K_AT_FIRST
    # The levels are about their account's mean already; the groups' effects are measured from there.
    between = sum(len(values) * float(values.mean()) ** 2 for values in groups)
    effect = (between - (len(groups) - 1) * noise) / (total - sum(len(values) ** 2 for values in groups) / total)
    return noise, min(noise / effect, _K_MOST) if effect > 0 else _K_MOST
