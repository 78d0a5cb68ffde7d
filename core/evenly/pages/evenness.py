"""How even an account's plan is, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from evenly.messages import _

if TYPE_CHECKING:
    from evenly.spread import Scores

_SAME = 0.01  #: what is nearer to the best possible than that looks the same in print


@dataclass(frozen=True, slots=True)
class Measure:
    """One score beside the best that any plan could reach."""

    name: str  #: in a word or two
    words: str
    value: float
    best: float
    near: float  #: how far from the best is still close to it

    @property
    def is_best(self) -> bool:
        return abs(self.value - self.best) <= _SAME

    @property
    def is_close(self) -> bool:
        return not self.is_best and abs(self.value - self.best) <= self.near

    @property
    def verdict(self) -> str:
        if self.is_best:
            return _("the best possible")
        return _("close to the best possible") if self.is_close else _("further off")


def of(scores: Scores) -> list[Measure]:
    """The scores that measure anything, in the order in which they matter."""
    return measures(asdict(scores))


def measures(evenness: Mapping[str, Mapping[str, Any]]) -> list[Measure]:
    """The same of the scores as `evenly plan --json` prints them."""
    # How near is near: about what the planner promises where nothing stands in its way.
    known = {
        "days": (_("days"), _("posts too many or too few, in the worst run of days"), 0.5),
        "times": (_("times of day"), _("posts too many or too few, in the worst part of the day"), 1.0),
        "weekday_daypart": (_("weekdays and times"), _("the same, weekday by weekday and quarter by quarter of the day"), 0.75),
        "gap_least": (_("shortest gap"), _("shortest gap, of an even one"), 0.4),
        "gap_largest": (_("longest gap"), _("longest gap, of an even one"), 0.65),
        "mix": (_("mix"), _("posts too many or too few, of the worst kind"), 0.5),
        "stagger": (_("distance to other accounts"), _("pairs that stand too close to another account's"), 0.0),
    }
    return [
        Measure(short, words, each["value"], each["best"], near)
        for name, (short, words, near) in known.items()
        if (each := evenness.get(name)) is not None and each["value"] is not None and each["best"] is not None
    ]


def summary(found: Sequence[Measure]) -> str:
    """All of them in a few sentences."""
    if not found:
        return _("There is nothing to measure yet.")
    if all(measure.is_best for measure in found):
        return _("As even as it can be.")
    best = _listed(measure for measure in found if measure.is_best)
    close = _listed(measure for measure in found if measure.is_close)
    far = _listed(measure for measure in found if not measure.is_best and not measure.is_close)
    sentences = [
        best and _("As even as it can be: {measures}.", measures=best),
        close and _("Close to it: {measures}.", measures=close),
        far and _("Further off: {measures}.", measures=far),
    ]
    return " ".join(filter(None, sentences))


def gaps_give_way(found: Sequence[Measure]) -> bool:
    """Whether gaps are not at their best, for which there is a reason that people should know."""
    gaps = (_("shortest gap"), _("longest gap"))
    return any(measure.name in gaps and not measure.is_best for measure in found)


def _listed(found: Iterable[Measure]) -> str:
    return ", ".join(measure.name for measure in found)
