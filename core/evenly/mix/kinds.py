"""The kinds that the planner balances first: origin and on-topic, as far as the brand aims at shares of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenly.mix.values import Origin

_SIDES = ("owned", "third-party")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The wanted shares of own posts and of posts on topic; None: the brand has no such aim, and the planner does not tell them apart."""

    owned: Fraction | None = None
    on_topic: Fraction | None = None

    @property
    def shares(self) -> Mapping[str, Fraction]:
        """Every kind with its wanted share, the product of both; together 1. Empty without any aim."""
        if self.owned is None and self.on_topic is None:
            return {}
        return {_kind(side, topic): origin * on for side, origin in self._origins().items() for topic, on in self._topics().items()}

    def among(self, counts: Mapping[str | None, int]) -> Mapping[str, Fraction]:
        """The shares for so many posts of each kind: each origin keeps its own, whatever its posts are about.

        Where an origin has fewer posts off topic than wanted, or none on topic, its share goes to the others of it: what ran dry
        would else leave its place to the other origin. An origin without any post keeps its shares, for what may still come.
        """
        if self.on_topic is None:
            return self.shares
        shares: dict[str, Fraction] = {}
        for side, origin in self._origins().items():
            on, off = _kind(side, "on"), _kind(side, "off")
            part = self._on_topic_of(counts.get(on, 0), counts.get(off, 0))
            shares |= {on: origin * part, off: origin * (1 - part)}
        return shares

    def _on_topic_of(self, on: int, off: int) -> Fraction:
        wanted = self.on_topic or Fraction(0)
        if not on + off:
            return wanted
        return max(wanted, Fraction(on, on + off)) if on else Fraction(0)

    def kind(self, origin: Origin, on_topic: bool | None, *, turn: int = 0) -> str | None:
        """The kind of one post; None: it belongs to none, and stays out of the shares.

        A topic that nobody knows is off. A mixed post counts half to each origin: every other one, by `turn`, is dealt to owned
        and to third-party (give the number of mixed posts before it).
        """
        if self.owned is None and self.on_topic is None:
            return None
        side = self._side(origin, turn)
        if self.owned is not None and side is None:
            return None
        return _kind(side, None if self.on_topic is None else _topic(on_topic))

    def _side(self, origin: Origin, turn: int) -> str | None:
        if self.owned is None or origin == "unknown":
            return None
        return _SIDES[turn % 2] if origin == "mixed" else origin

    def _origins(self) -> Mapping[str | None, Fraction]:
        return {None: Fraction(1)} if self.owned is None else {"owned": self.owned, "third-party": 1 - self.owned}

    def _topics(self) -> Mapping[str | None, Fraction]:
        return {None: Fraction(1)} if self.on_topic is None else {"on": self.on_topic, "off": 1 - self.on_topic}


def _topic(on_topic: bool | None) -> str:
    return "on" if on_topic else "off"


def _kind(side: str | None, topic: str | None) -> str:
    return "-".join(part for part in (side, topic) if part is not None)
