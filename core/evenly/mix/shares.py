"""The shares of the mix: what is counted, over which deliveries, and the verdict on it.

The window is a census, so counts decide. The interval is shown beside the share and never decides: no question among 12 posts would
pass it at a floor of 20 %.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from evenly.mix.values import Origin

Word = Literal["met", "too few", "too many", "too early"]

_HALF = Fraction(1, 2)
_WEIGHT = {
    "owned": {"owned": Fraction(1), "mixed": _HALF},
    "third_party": {"third-party": Fraction(1), "mixed": _HALF},
}
"""How much a post of an origin counts for a target."""
_CONFIDENCE = 0.95


class Target(Protocol):
    """Bounds of a share (None: no such bound), as the settings have them."""

    @property
    def min(self) -> Fraction | None: ...
    @property
    def max(self) -> Fraction | None: ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """A target of our own making."""

    min: Fraction | None = None
    max: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One delivery of the window, published or planned. `key` is what the findings call it."""

    key: str = ""
    account: str
    network: str
    origin: Origin
    topic: str | None = None
    on_topic: bool | None = None
    actions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many have it, of how many; a mixed post is half an owned and half a third-party one."""

    count: Fraction
    of: int

    @property
    def share(self) -> float | None:
        return float(self.count / self.of) if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(float(self.count), self.of) if self.of else None


def wilson(count: float, of: int, confidence: float = _CONFIDENCE) -> tuple[float, float]:
    """The Wilson score interval of a share, `of` at least 1.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = count / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


class Traits(NamedTuple):
    """What deliveries have in common that count alike."""

    origin: Origin
    topic: str | None
    on_topic: bool | None
    actions: frozenset[str]


def alike(deliveries: Iterable[Counted]) -> Counter[Traits]:
    """How many deliveries of a kind there are: very many are of few kinds."""
    return Counter(Traits(each.origin, each.topic, each.on_topic, each.actions) for each in deliveries)


def tally(deliveries: Iterable[Counted] | Counter[Traits], target: str) -> Tally:
    """What is counted for a target, named by its key in `[mix]`, topics as `topics.NAME`.

    Posts of unknown origin count for neither owned nor third-party, nor among their number; a post of unknown topic is not on
    topic. A topic's share is its share of the posts that have any topic.
    """
    counts = deliveries if isinstance(deliveries, Counter) else alike(deliveries)
    if target in _WEIGHT:
        known = {each: count for each, count in counts.items() if each.origin != "unknown"}
        weighed = (_WEIGHT[target].get(each.origin, Fraction(0)) * count for each, count in known.items())
        return Tally(sum(weighed, Fraction(0)), sum(known.values()))
    of = {each: count for each, count in counts.items() if each.topic is not None} if target.startswith("topics.") else counts
    return Tally(Fraction(sum(count for each, count in of.items() if has(each, target))), sum(of.values()))


def has(delivery: Counted | Traits, target: str) -> bool:
    """Whether one delivery counts for a target, if only half."""
    match target:
        case "owned" | "third_party":
            return delivery.origin in _WEIGHT[target]
        case "on_topic":
            return delivery.on_topic is True
        case "photo":
            return not delivery.actions.isdisjoint({"photo", "video"})
    if target.startswith("topics."):
        return delivery.topic == target.removeprefix("topics.")
    return target.replace("_", "-") in delivery.actions


def verdict(counted: Tally, target: Target, *, least: int) -> Word:
    """By counts: at least floor(min × of), at most ceil(max × of). With fewer than `least` it is too early."""
    if counted.of < max(least, 1):
        return "too early"
    if target.min is not None and counted.count < math.floor(target.min * counted.of):
        return "too few"
    if target.max is not None and counted.count > math.ceil(target.max * counted.of):
        return "too many"
    return "met"
