"""Which kind comes next: words over kinds whose counts stay as close to the wanted shares as any word can.

Within a bound B the i-th post of a kind with share s may stand at the places from (i - B) / s to (i - 1 + B) / s + 1.
Taking the released kind with the earliest deadline at every place finds a word for B whenever there is one, and
bisection over the multiples of the shares' common denominator finds the least B exactly. By Tijdeman (The chairman
assignment problem, 1980) it is never above 1 - 1/(2K - 2) for K kinds.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FAR = 1 << 62
_COARSE = 20_000


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be ordered: `length` places, some of them `fixed` (place, from 0, to kind).

    `supply` holds for each kind the places from which its posts are there, sorted; `ahead` says by how many posts each
    kind leads its share already.
    """

    shares: tuple[Fraction, ...]
    supply: tuple[Sequence[int], ...]
    length: int
    fixed: Mapping[int, int] = field(default_factory=dict)
    ahead: tuple[Fraction, ...] = ()

    @property
    def plain(self) -> bool:
        return not self.fixed and not any(self.ahead) and not self.waits

    @property
    def waits(self) -> bool:
        """Some posts are not there from the beginning."""
        return any(there and there[-1] for there in self.supply)

    def totals(self) -> list[int]:
        counts = [len(there) for there in self.supply]
        for kind in self.fixed.values():
            counts[kind] += 1
        return counts


def shares_of(wanted: Mapping[str, Fraction], counts: Mapping[str, int]) -> dict[str, Fraction]:
    """The share of each kind that has posts: as wanted; what is left goes to the others in proportion to their posts."""
    named = {kind: wanted[kind] for kind in counts if kind in wanted}
    others = {kind: count for kind, count in counts.items() if kind not in wanted}
    left = max(Fraction(0), 1 - sum(wanted.values(), Fraction(0)))
    total = sum(others.values())
    named.update({kind: left * count / total for kind, count in others.items()})
    return _normal(named, counts)


def _normal(shares: dict[str, Fraction], counts: Mapping[str, int]) -> dict[str, Fraction]:
    if whole := sum(shares.values(), Fraction(0)):
        return {kind: share / whole for kind, share in shares.items()}
    total = sum(counts.values())
    return {kind: Fraction(counts[kind], total) for kind in shares} if total else shares


def word(order: Order) -> list[int]:
    """The kind of each place. Supplies must fill the places that are not fixed.

    The mix is held as long as every kind's supply could last; then the others take the place of what ran dry.
    """
    kinds: list[int] = []
    while order.length:
        length, shares = _stage(order)
        stage = _stage_word(order, length, shares)
        kinds += stage
        order = _rest(order, stage)
    return kinds


def _stage(order: Order) -> tuple[int, tuple[Fraction, ...]]:
    """How many places the supply of every kind lasts, and the shares up to there."""
    totals = order.totals()
    alive = [share if total else Fraction(0) for share, total in zip(order.shares, totals, strict=True)]
    whole = sum(alive)
    if not whole:
        alive, whole = [Fraction(total) for total in totals], Fraction(sum(totals))
    shares = tuple(share / whole for share in alive)
    # Posts that are not there yet can hold up their whole kind: then a stage must not be a single place.
    least = order.length // 8 + 1 if order.waits else 1
    return min(order.length, max(least, lasting(totals, shares))), shares


def lasting(totals: Sequence[int], shares: Sequence[Fraction]) -> int:
    """For how many places the posts of every kind can last."""
    return min((int(total / share) for total, share in zip(totals, shares, strict=True) if share), default=0)


def _rest(order: Order, done: list[int]) -> Order:
    stage = len(done)
    used = [0] * len(order.shares)
    for place, kind in enumerate(done):
        if place not in order.fixed:
            used[kind] += 1
    supply = tuple([max(0, place - stage) for place in there[count:]] for there, count in zip(order.supply, used, strict=True))
    fixed = {place - stage: kind for place, kind in order.fixed.items() if place >= stage}
    return Order(order.shares, supply, order.length - stage, fixed)


def _stage_word(order: Order, length: int, shares: tuple[Fraction, ...]) -> list[int]:
    if sum(1 for share in shares if share) == 1 and order.plain:
        return [next(kind for kind, share in enumerate(shares) if share)] * length
    if order.plain:
        return plain_word(shares, length)[0]
    return bound_word(Order(shares, order.supply, length, _before(order.fixed, length), order.ahead))[0]


def _before(fixed: Mapping[int, int], length: int) -> dict[int, int]:
    return {place: kind for place, kind in fixed.items() if place < length}


def plain_word(shares: tuple[Fraction, ...], length: int) -> tuple[list[int], Fraction]:
    """An optimal word for these shares, and its worst abs(count - share * places so far)."""
    under = lcm(*(share.denominator for share in shares))
    parts = [int(share * under) for share in shares]
    span = min(length, under)
    low, high = -1, under
    best = _by_deadline(parts, under, high, span) or []
    while high - low > 1:
        middle = (low + high) // 2 if high < under else max(low + 1, under - max(1, under // max(1, 2 * len(parts) - 2)))
        found = _by_deadline(parts, under, middle, span)
        low, high, best = (middle, high, best) if found is None else (low, middle, found)
    return (best * (length // span + 1))[:length], Fraction(high, under)


def _by_deadline(parts: list[int], under: int, bound: int, length: int) -> list[int] | None:
    """A word within `bound` / `under`, or None when there is none."""
    release = [-((bound - under) // part) if part else _FAR for part in parts]
    deadline = [bound // part + 1 if part else _FAR for part in parts]
    count = [1] * len(parts)
    kinds = range(len(parts))
    found = []
    for place in range(1, length + 1):
        chosen, due = -1, _FAR
        for kind in kinds:
            if release[kind] <= place and deadline[kind] < due:
                chosen, due = kind, deadline[kind]
        if chosen < 0 or due < place:
            return None
        found.append(chosen)
        part = parts[chosen]
        release[chosen] = -((bound - (count[chosen] + 1) * under) // part)
        deadline[chosen] = (bound + count[chosen] * under) // part + 1
        count[chosen] += 1
    return found if min(deadline) > length else None


def bound_word(order: Order) -> tuple[list[int], Fraction]:
    """An optimal word around fixed places, releases and a lead, and its worst deviation.

    Where these alone force a large deviation, the rest of the word stays close to targets that are smoothed around them.
    """
    problem = _Bound(order)
    step = max(1, problem.under // 16) if order.length * len(order.shares) > _COARSE else 1
    low, high = -1, 1
    while (best := problem.solve(high * step)) is None:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        found = problem.solve(middle * step)
        low, high, best = (middle, high, best) if found is None else (low, middle, found)
    bound = high * step
    if bound > problem.under:
        best = problem.smoothed(bound) or best
    return best, Fraction(bound, problem.under)


class _Bound:
    """Earliest deadline with per-place bounds, everything scaled by the common denominator `under`."""

    def __init__(self, order: Order) -> None:
        self.order = order
        ahead = order.ahead or (Fraction(0),) * len(order.shares)
        self.under = lcm(*(number.denominator for number in (*order.shares, *ahead)))
        self._wanted = [
            self._floating(kind, int(share * self.under), int(lead * self.under))
            for kind, (share, lead) in enumerate(zip(order.shares, ahead, strict=True))
        ]

    def solve(self, bound: int) -> list[int] | None:
        """A word that stays within `bound`, or None."""
        return self._run([self._limits(wanted, wanted, bound) for wanted in self._wanted])

    def smoothed(self, bound: int) -> list[int] | None:
        """A word within `bound` that also stays close to the smoothed targets."""
        for eighths in (6, 8, 10, 12, 16, 24, 32, 64):
            near = self.under * eighths // 8
            limits = []
            for wanted in self._wanted:
                smooth = _isotonic(wanted)
                above = [min(a + bound, b + near) for a, b in zip(wanted, smooth, strict=True)]
                below = [max(a - bound, b - near) for a, b in zip(wanted, smooth, strict=True)]
                limits.append(self._limits(above, below, 0))
            if (found := self._run(limits)) is not None:
                return found
        return None

    def _floating(self, kind: int, share: int, lead: int) -> list[int]:
        """How many floating posts of a kind should be out after each place, times `under`."""
        fixed = self.order.fixed
        steps = (share - self.under if fixed.get(place) == kind else share for place in range(self.order.length))
        return list(accumulate(steps, initial=-lead))[1:]

    def _limits(self, above: list[int], below: list[int], bound: int) -> tuple[list[int], list[int]]:
        """For each place the most posts that may be out after it, for good, and the fewest that must be."""
        under = self.under
        most = list(accumulate(((value + bound) // under for value in reversed(above)), min))[::-1]
        fewest = list(accumulate((-((bound - value) // under) for value in below), max))
        return most, fewest

    def _run(self, limits: list[tuple[list[int], list[int]]]) -> list[int] | None:
        order = self.order
        done = [0] * len(limits)
        deadline = [bisect_left(fewest, 1) for _, fewest in limits]
        if any(most[0] < 0 for most, _ in limits):
            return None
        found = []
        for place in range(order.length):
            chosen = order.fixed.get(place, -1)
            if chosen < 0:
                chosen = self._due(place, done, deadline, limits)
                if chosen < 0:
                    return None
                done[chosen] += 1
                deadline[chosen] = bisect_left(limits[chosen][1], done[chosen] + 1)
            found.append(chosen)
            if min(deadline) <= place:
                return None
        return found

    def _due(self, place: int, done: list[int], deadline: list[int], limits: list[tuple[list[int], list[int]]]) -> int:
        chosen, due = -1, _FAR
        for kind, there in enumerate(self.order.supply):
            count = done[kind]
            if count < len(there) and there[count] <= place and count < limits[kind][0][place] and deadline[kind] < due:
                chosen, due = kind, deadline[kind]
        return chosen


def _isotonic(values: list[int]) -> list[int]:
    """The nearest non-decreasing sequence in the largest distance, nowhere below 0."""
    high = list(accumulate(values, max))
    low = list(accumulate(reversed(values), min))[::-1]
    return [max(0, (a + b) // 2) for a, b in zip(high, low, strict=True)]
