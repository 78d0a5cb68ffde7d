"""Every target with its count, its share, the verdict and what to add: what `evenly mix` shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evenly.mix.advising import advice
from evenly.mix.shares import Bounds, Counted, Tally, Target, Word, alike, has, tally, verdict
from evenly.plugin import Message


@dataclass(frozen=True, slots=True)
class Finding:
    """One target, what was counted for it, and the verdict. `account` None: the brand. `advice` says how to restore the share."""

    target: str
    account: str | None
    tally: Tally
    min: Fraction | None
    max: Fraction | None
    verdict: Word
    advice: Message | None = None

    @property
    def needs_you(self) -> bool:
        return self.verdict in {"too few", "too many"}

    def document(self, say: Callable[[Message], str] = str) -> dict[str, object]:
        """The finding as `evenly mix --json` prints it; `say` translates."""
        low_high = self.tally.interval
        return {
            "target": self.target,
            "account": self.account,
            "count": _number(self.tally.count),
            "of": self.tally.of,
            "share": self.tally.share,
            "interval": None if low_high is None else list(low_high),
            "min": None if self.min is None else float(self.min),
            "max": None if self.max is None else float(self.max),
            "verdict": self.verdict,
            "advice": None if self.advice is None else say(self.advice),
        }


def findings(
    deliveries: Sequence[Counted],
    targets: Mapping[str, Target],
    *,
    topics: Mapping[str, Fraction] | None = None,
    least: int = 10,
    account: str | None = None,
) -> tuple[Finding, ...]:
    """The verdict on every target over these deliveries, then on the wanted share of each topic.

    A topic's share is met within a post of it: it is both floor and ceiling.
    """
    every = {**targets, **{f"topics.{name}": Bounds(share, share) for name, share in (topics or {}).items()}}
    found, counts = [], alike(deliveries)
    for name, target in every.items():
        counted = tally(counts, name)
        word = verdict(counted, target, least=least)
        told = advice(name, counted, target) if word in {"too few", "too many"} else None
        found.append(Finding(name, account, counted, target.min, target.max, word, told))
    return tuple(found)


def check(
    deliveries: Sequence[Counted],
    accounts: Mapping[str, str],
    targets: Callable[[Collection[str]], Mapping[str, Target]],
    *,
    topics: Mapping[str, Fraction] | None = None,
    least: int = 10,
) -> tuple[Finding, ...]:
    """The findings of the brand, then of each account. `accounts` maps each to its network; `targets` gives what holds on networks."""
    found = list(findings(deliveries, targets(set(accounts.values())), topics=topics, least=least))
    for name, network in accounts.items():
        own = [each for each in deliveries if each.account == name]
        found += findings(own, targets({network}), topics=topics, least=least, account=name)
    return tuple(found)


def blocking(
    published: Sequence[Counted],
    delivery: Counted,
    targets: Mapping[str, Target],
    *,
    topics: Mapping[str, Fraction] | None = None,
    least: int = 10,
) -> Finding | None:
    """The first target that one more delivery would leave out of its bounds, and on whose wrong side it stands; None: it may go.

    A delivery that lacks what there is too little of is on the wrong side, as is one that has what there is too much of.
    """
    for finding in findings([*published, delivery], targets, topics=topics, least=least, account=delivery.account):
        if finding.needs_you and has(delivery, finding.target) == (finding.verdict == "too many"):
            return finding
    return None


def _number(count: Fraction) -> int | float:
    return count.numerator if count.denominator == 1 else float(count)
