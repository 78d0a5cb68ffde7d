"""The words of a text and their stems: what makes "polish", "polished" and "polishing" one word."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

import regex

from evenly.mix.languages import primary

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Languages to the names of their Snowball stemmers. https://snowballstem.org/algorithms/"""

_KEEPS_HEAD = frozenset({"da", "de", "en", "es", "fr", "it", "nb", "nn", "no", "pt", "sv"})

LETTERS = 5
"""Where a language has no stemmer, words with the same first letters are one word."""

_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
_UMLAUT = regex.compile(r"(?<=\A[aou])e")
_CAMEL = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as it stands there, its language, and where it begins and ends (code points)."""

    text: str
    language: str
    start: int
    end: int

    @property
    def stem(self) -> str:
        return stem(self.text, self.language)

    @property
    def folded(self) -> str:
        return _folded(self.text)


def words(text: str, language: str) -> list[Word]:
    """The words of `text` in their order; an apostrophe or hyphen parts two words."""
    language = primary(language)
    return [Word(found.group(), language, *found.span()) for found in _WORD.finditer(text)]


def stems(phrase: str, language: str) -> tuple[str, ...]:
    """The stems of a phrase's words."""
    return tuple(word.stem for word in words(phrase, language))


def spelt_out(text: str) -> str:
    """The text with words that were written together for a hashtag parted: SilverCare is silver and care."""
    return _CAMEL.sub(" ", text)


@functools.lru_cache(maxsize=1 << 16)
def stem(word: str, language: str) -> str:
    """The stem of one word; its first five letters where the language has no stemmer. Languages as in ISO 639-1."""
    folded = _folded(word)
    if language not in STEMMERS:
        return folded[:LETTERS]
    import snowballstemmer

    # A stemmer keeps the word in itself while it works, so threads must not share one; making one is cheap.
    return str(snowballstemmer.stemmer(STEMMERS[language]).stemWord(folded))


def head(word: str, language: str) -> str:
    """What a word and its stem begin with alike: two letters, without accents; empty where stemmers change beginnings.

    Finding a stem costs far more than this, and most words of a text begin like no word that is looked for.
    """
    return _head(word) if language in _KEEPS_HEAD else ""


@functools.lru_cache(maxsize=1 << 16)
def _head(word: str) -> str:
    # German takes "ae" for "ä", English makes "die" of "dying".
    return _UMLAUT.sub("", without_accents(_folded(word)), count=1)[:2].replace("y", "i")


def without_accents(folded: str) -> str:
    if folded.isascii():
        return folded
    return "".join(each for each in unicodedata.normalize("NFD", folded) if not unicodedata.combining(each))


@functools.lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word.casefold())
