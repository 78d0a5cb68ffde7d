"""How alike two texts are: the share of their runs of five words that both have (resemblance, Broder 1997)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, Protocol, TypeVar

import regex

from evenly.mix import text

RUN = 5
NEAR = 0.8
"""More alike than this, two texts are taken for one."""

Shingle = tuple[str, ...]
K = TypeVar("K", bound=Hashable)

_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")


def shingles(written: str) -> frozenset[Shingle]:
    """Every run of five words, without links, handles and hashtags; a shorter text is one run. No words: none."""
    words = _WORD.findall(text.folded(text.said(written)))
    if len(words) <= RUN:
        return frozenset({tuple(words)} if words else ())
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def likeness(one: str, other: str) -> float:
    """From 0, nothing in common, to 1, the same words in the same order. Two texts without words are not alike."""
    return _likeness(shingles(one), shingles(other))


def _likeness(one: frozenset[Shingle], other: frozenset[Shingle]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


class Known(Protocol):
    """Texts that can be asked for near-duplicates, whatever their keys are."""

    def twin(self, written: str, /) -> Hashable | None: ...


class Texts(Generic[K]):
    """Texts by their keys, made to be asked for near-duplicates: the items of followed feeds, or what was posted before."""

    def __init__(self, texts: Iterable[tuple[K, str]] = ()) -> None:
        self._runs: dict[K, frozenset[Shingle]] = {}
        self._having: defaultdict[Shingle, list[K]] = defaultdict(list)
        for key, written in texts:
            self._runs[key] = runs = shingles(written)
            for run in runs:
                self._having[run].append(key)

    def twin(self, written: str, *, over: float = NEAR) -> K | None:
        """The key of the text most like this one, if they are more than `over` alike; of equals the one given first."""
        runs = shingles(written)
        candidates = dict.fromkeys(key for run in runs for key in self._having.get(run, ()))
        order = {key: place for place, key in enumerate(self._runs)} if len(candidates) > 1 else {}
        best = max(candidates, key=lambda key: (_likeness(runs, self._runs[key]), -order.get(key, 0)), default=None)
        return best if best is not None and _likeness(runs, self._runs[best]) > over else None
