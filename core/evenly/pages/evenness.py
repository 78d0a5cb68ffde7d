"""How even an account's plan is, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from evenly.messages import _

if TYPE_CHECKING:
    from evenly.spread import Scores

_SAME = 0.01  #: what is nearer to the best possible than that looks the same in print


@dataclass(frozen=True, slots=True)
class Measure:
    """One score beside the best that any plan could reach."""

    words: str
    value: float
    best: float
    near: float  #: how far from the best is still close to it

    @property
    def is_best(self) -> bool:
        return abs(self.value - self.best) <= _SAME

    @property
    def is_close(self) -> bool:
        return abs(self.value - self.best) <= self.near

    @property
    def verdict(self) -> str:
        if self.is_best:
            return _("the best possible")
        return _("close to the best possible") if self.is_close else _("some way from the best possible")


def of(scores: Scores) -> list[Measure]:
    """The scores that measure anything, in the order in which they matter."""
    return measures(asdict(scores))


def measures(evenness: Mapping[str, Mapping[str, Any]]) -> list[Measure]:
    """The same of the scores as `evenly plan --json` prints them."""
    known = {
        "days": (_("posts too many or too few, in the worst run of days"), 0.5),
        "times": (_("posts too many or too few, in the worst part of the day"), 1.0),
        "weekday_daypart": (_("the same, weekday by weekday and quarter by quarter of the day"), 0.5),
        "gap_least": (_("shortest gap, of an even one"), 0.25),
        "gap_largest": (_("longest gap, of an even one"), 0.25),
        "mix": (_("posts too many or too few, of the worst kind"), 0.5),
        "stagger": (_("pairs that stand too close to another account's"), 0.0),
    }
    return [
        Measure(words, each["value"], each["best"], near)
        for name, (words, near) in known.items()
        if (each := evenness.get(name)) is not None and each["value"] is not None and each["best"] is not None
    ]


def summary(found: Sequence[Measure]) -> str:
    """One sentence about all of them."""
    if not found:
        return _("There is nothing to measure yet.")
    if all(measure.is_best for measure in found):
        return _("As even as it can be: every measure is at its best possible value.")
    if all(measure.is_close for measure in found):
        return _("As even as it can be, or close to it, by every measure.")
    far = ", ".join(measure.words for measure in found if not measure.is_close)
    return _("Close to even, but for this: {measures}.", measures=far)
