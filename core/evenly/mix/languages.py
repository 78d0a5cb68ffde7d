"""Which language a text is in, as far as its letters and its small words tell."""

from __future__ import annotations

import functools
from collections import Counter

import regex

from evenly.mix import sheets

_SCRIPTS = (
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), "ja"),
    (regex.compile(r"\p{Han}"), "zh"),
    (regex.compile(r"\p{Hangul}"), "ko"),
    (regex.compile(r"\p{Greek}"), "el"),
    (regex.compile(r"\p{Arabic}"), "ar"),
    (regex.compile(r"\p{Hebrew}"), "he"),
)
_LETTER = regex.compile(r"\p{L}")
_LATIN = regex.compile(r"\p{Latin}")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_SURE = 2
"""By so many small words another language must lead before it is believed."""

# Languages that share a script with the one it is taken for.
_SAME_SCRIPT = {"ar": {"fa", "ur", "ps", "ckb"}, "he": {"yi"}, "zh": {"ja"}}


def primary(language: str) -> str:
    """The first part of a language tag: "pt" for "pt-BR"."""
    return language.partition("-")[0].lower()


def spoken(folded: str, expected: str) -> str:
    """The language of a casefolded text; `expected` where nothing speaks clearly against it."""
    expected = primary(expected)
    return _by_script(folded, expected) or _by_small_words(folded, expected)


@functools.cache
def small_words(language: str) -> frozenset[str]:
    """Words without a subject of their own (the, and, of); none for a language without a sheet."""
    return frozenset(sheets.cue_sheet().get(language, {}).get("function", ()))


def _by_script(text: str, expected: str) -> str | None:
    letters = len(_LETTER.findall(text))
    if len(_LATIN.findall(text)) * 2 > letters:
        return None
    for script, language in _SCRIPTS:
        if len(script.findall(text)) * 3 > letters:
            return expected if expected in _SAME_SCRIPT.get(language, ()) else language
    return None


def _by_small_words(text: str, expected: str) -> str:
    counts: Counter[str] = Counter()
    for word in _WORD.findall(text):
        counts.update(_speakers().get(word, ()))
    best = max(sorted(counts), key=lambda language: counts[language], default=expected)
    return best if counts[best] >= counts[expected] + _SURE else expected


@functools.cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """The languages that have each small word."""
    every: dict[str, tuple[str, ...]] = {}
    for language in sheets.cue_sheet():
        for word in small_words(language):
            every[word] = (*every.get(word, ()), language)
    return every
