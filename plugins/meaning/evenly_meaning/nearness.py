"""Which topic a text lies nearest to: by the cosine to the mean of the topic's words.

On topic is a question of comparison: against seven general themes (`data/background.json`), of which those are left out that the
brand itself speaks of. Measured by `python -m tests.benchmarks.classify`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from evenly_meaning import encoder

Sheets = Mapping[str, tuple[str, ...]]
"""The words and phrases of each topic, by its name."""

_SHARED = 3
"""A general theme with so many words in common with the brand's topics is one of them."""


def nearest(text: str, topics: Sheets, language: str) -> tuple[str, float]:
    """The topic the text lies nearest to, of equals the first, and by how much nearer than to the general themes (-2 to 2).

    `topics` must not be empty. `language` is that of their words; themes without words in it are taken in English.
    """
    vector = encoder.encode([text])[0]
    own = scores(vector, topics)
    others = scores(vector, background(language, topics))
    best = max(own, key=own.__getitem__)
    return best, own[best] - max(others.values(), default=0.0)


def scores(vector: Any, topics: Sheets) -> dict[str, float]:
    """The cosine of the vector to each topic, in their order."""
    return {name: float(vector @ _mean(words)) for name, words in topics.items()}


def background(language: str, own: Sheets) -> Sheets:
    """The general themes in this language, without those that the brand speaks of.

    It does where a topic is called like the theme, or has the theme's own name or three of its words among its words.
    """
    spoken = _folded([*own, *(word for words in own.values() for word in words)])
    return {name: words for name, words in themes(language).items() if not _is_own(name, words, spoken)}


def _is_own(name: str, words: tuple[str, ...], spoken: frozenset[str]) -> bool:
    names = _folded([*name.split("/"), words[0]])  # a theme's list begins with its name in the language
    return bool(names & spoken) or len(_folded(words) & spoken) >= _SHARED


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


@functools.cache
def _sheets() -> dict[str, dict[str, list[str]]]:
    file = resources.files("evenly_meaning") / "data" / "background.json"
    sheets: dict[str, dict[str, list[str]]] = json.loads(file.read_text(encoding="utf-8"))
    return sheets


def themes(language: str) -> Sheets:
    """All seven general themes, in English where there are no words in this language."""
    sheets = _sheets()
    sheet = sheets.get(language.partition("-")[0].lower(), sheets["en"])
    return {name: tuple(words) for name, words in sheet.items()}


@functools.lru_cache(maxsize=256)
def _mean(words: tuple[str, ...]) -> Any:
    mean = encoder.encode(words).mean(axis=0)
    return mean / (mean @ mean) ** 0.5
