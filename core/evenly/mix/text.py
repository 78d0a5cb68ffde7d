"""A text taken apart: its links, handles and hashtags, and what is left to be read as language."""

from __future__ import annotations

import functools
import unicodedata

import regex

# Marks that end a sentence stay outside an address, brackets only come in pairs.
_INSIDE = r"(?:\([^\s()]*\)|[^\s()<>\"“”«»„。，、！？；」』）])"
_LAST = r"(?:\([^\s()]*\)|[^\s()<>\"“”«»„。，、！？；」』）.,;:!?…\]}'’*_])"
_ADDRESS = regex.compile(rf"(?<![\w@])(?:https?://|www\.){_INSIDE}*{_LAST}", regex.I)
_BARE = regex.compile(
    rf"(?<![\w@./-])(?P<host>(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,8}}[a-z]{{2,24}})(?P<path>/(?:{_INSIDE}*{_LAST})?)?(?![\w@-]|\.\w)"
)
_EMAIL = regex.compile(r"(?<![\w.+@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = regex.compile(r"(?<![\w/@.])@(?:\[[^\]\n]{1,200}\]\([^)\s]{1,200}\)|\w(?:[\w.-]*\w)?(?:@\w[\w.-]*\w)?)|\{@[\w-]{1,64}\}")
_HASHTAG = regex.compile(r"(?<![\w&])[#＃](?=[\p{N}_]*[\p{L}\p{M}])[\w\p{M}]+")
_CODE = regex.compile(r"`[^`\n]*`")

_UNSEEN = regex.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_ARABIC_VOWELS = regex.compile(r"[\u0610-\u061a\u0640\u064b-\u0652\u0670]")
_NARROW_SPACES = str.maketrans("\u00a0\u202f\u2007\u2009", "    ")
_APOSTROPHES = str.maketrans("’‘ʼ´‐‑", "''''--")
_SPACES = regex.compile(r"[^\S\n]+")
_QUOTES = regex.compile(r"[\"“”«»„‟]")
_BEFORE_MARK = regex.compile(r" (?=[:;?!])")


def visible(text: str) -> str:
    """The text in NFC, without signs that only steer its direction, every space of a line a plain one."""
    return _SPACES.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_NARROW_SPACES))


@functools.lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The text for comparing with cues: visible, apostrophes and hyphens plain, quotes and Arabic vowel signs gone."""
    unquoted = _QUOTES.sub("", _ARABIC_VOWELS.sub("", visible(text).translate(_APOSTROPHES)))
    return _BEFORE_MARK.sub("", _SPACES.sub(" ", unquoted)).strip()


def folded(text: str) -> str:
    """The plain text casefolded, for comparing words."""
    return unicodedata.normalize("NFC", plain(text).casefold())


def addresses(text: str) -> list[str]:
    """Web addresses that say so by https:// or www., in their order."""
    return [found.group() for found in _ADDRESS.finditer(text)]


def bare_hosts(text: str) -> list[tuple[str, str]]:
    """What may be addresses without either: (host, path), the path empty where there is none."""
    rest = _HANDLE.sub(" ", _EMAIL.sub(" ", _ADDRESS.sub(" ", text)))
    return [(found["host"], found["path"] or "") for found in _BARE.finditer(rest)]


def handles(text: str) -> list[str]:
    """Who is mentioned: `@name`, `@name@host`, `{@contact}`. An e-mail address mentions nobody."""
    return [found.group() for found in _HANDLE.finditer(_CODE.sub(" ", _EMAIL.sub(" ", _ADDRESS.sub(" ", text))))]


def without_addresses(text: str) -> str:
    """The text without links, e-mail addresses, hashtags and code; handles stay."""
    for pattern in (_CODE, _ADDRESS, _EMAIL, _BARE, _HASHTAG):
        text = pattern.sub(" ", text)
    return text


def tagged(text: str) -> str:
    """The text with its hashtags, but without links, e-mail addresses and handles."""
    for pattern in (_ADDRESS, _EMAIL, _HANDLE):
        text = pattern.sub(" ", text)
    return text


def blanked(text: str) -> str:
    """The text with its web addresses blanked out, so that everything else keeps its place."""
    return _ADDRESS.sub(lambda found: " " * len(found.group()), text)


def said(text: str) -> str:
    """Only what is said: without links, e-mail addresses, handles, hashtags and code."""
    return _HANDLE.sub(" ", without_addresses(text))
