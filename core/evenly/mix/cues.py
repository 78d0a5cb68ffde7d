"""Cues: words and phrases that tell what a text does, in its language."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import regex

from evenly.mix import sheets, text

_LETTER = regex.compile(r"[\p{L}\p{M}\p{N}]")
_WRITTEN_TOGETHER = frozenset({"ja", "zh", "ko", "th"})
# Arabic writes "and", "so" and "with" onto the word that follows.
_PREFIX = {"ar": "[وفب]?"}
_SENTENCE_START = r"(?:\A|[.!?…:;·•\n])[^\p{L}\p{N}]*"


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue as it stands in the plain text, and where it begins and ends there."""

    text: str
    start: int
    end: int


def find(kind: str, plain: str, language: str) -> Cue | None:
    """The first cue of this kind in a text that `text.plain` has prepared."""
    found = [match for pattern in _likely(kind, plain, language) if (match := pattern.search(plain))]
    first = min(found, key=lambda match: match.span("cue"), default=None)
    return None if first is None else Cue(first["cue"], *first.span("cue"))


def without(kind: str, plain: str, language: str) -> str:
    """The plain text with all cues of this kind taken out."""
    for pattern in _likely(kind, plain, language):
        plain = pattern.sub(" ", plain)
    return plain


@functools.cache
def own_words(language: str) -> frozenset[str]:
    """Words by which the author speaks of the own house, or to the reader: they name nobody else."""
    return frozenset(sheets.cue_sheet().get(language, {}).get("own", ()))


def _likely(kind: str, plain: str, language: str) -> list[regex.Pattern[str]]:
    """The patterns of the cues whose letters stand in the text at all: looking for letters costs next to nothing."""
    written = _written(kind, language)
    one_line = " ".join(text.folded(plain).split()) if written else ""
    return [_pattern(cue, language) for cue, letters in written if letters in one_line]


@functools.cache
def _written(kind: str, language: str) -> tuple[tuple[str, str], ...]:
    """The cues as the sheet has them, each with the letters that any text with it has."""
    sheet = sheets.cue_sheet()
    every = (*sheet["any"].get(kind, ()), *sheet.get(language, {}).get(kind, ()))
    return tuple((cue, text.folded(cue.removeprefix("^"))) for cue in every)


@functools.cache
def _pattern(cue: str, language: str) -> regex.Pattern[str]:
    start = f"(?<={_SENTENCE_START})" if cue.startswith("^") else ""
    return regex.compile(f"{start}(?P<cue>{_bounded(cue.removeprefix('^'), language)})", regex.I | regex.FULLCASE)


def _bounded(cue: str, language: str) -> str:
    """The cue as a pattern that does not match inside a longer word."""
    folded = text.folded(cue)
    pattern = regex.escape(folded, literal_spaces=True).replace(" ", r"\s+")
    if language in _WRITTEN_TOGETHER:
        return pattern
    if _LETTER.match(folded[0]):
        pattern = rf"(?<![\p{{L}}\p{{M}}\p{{N}}]){_PREFIX.get(language, '')}{pattern}"
    if _LETTER.match(folded[-1]):
        pattern = rf"{pattern}(?![\p{{L}}\p{{M}}\p{{N}}])"
    return pattern
