"""Little text, the markup of `commentary`, and plain text as people write it.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format

A reserved character that is not escaped ends the text there, in silence. In plain text `#word` is a hashtag, and
`@[Name](urn:li:organization:123)` or `@[Name](urn:li:person:AbC)` mentions somebody.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import regex

RESERVED = frozenset("\\|{}@[]()<>#*_~")

_MENTION = r"@\[(?P<name>[^\[\]\n]+)\]\((?P<urn>urn:li:(?:organization|person):[A-Za-z0-9_-]+)\)"
# A word that goes on with an underscore is left alone: how LinkedIn would cut it is not known.
_HASHTAG = r"(?<!\S)#(?=[\p{N}\p{M}]*\p{L})(?P<word>[\p{L}\p{N}\p{M}]++)(?!_)"
_IN_LITTLE_TEXT = r"\\(?P<escaped>.)|\{hashtag\|\\?#\|(?P<tag>[^}]*)\}|@\[(?P<who>(?:\\.|[^\]\\])*)\]\((?P<urn>[^)]*)\)"


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Hashtag:
    word: str


@dataclass(frozen=True, slots=True)
class Mention:
    name: str
    urn: str


Element: TypeAlias = Words | Hashtag | Mention


def elements(text: str) -> Iterator[Element]:
    """What a plain text is made of, in order."""
    done = 0
    for found in _pattern(f"{_MENTION}|{_HASHTAG}").finditer(text):
        if found.start() > done:
            yield Words(text[done : found.start()])
        yield Hashtag(found["word"]) if found["word"] else Mention(found["name"], found["urn"])
        done = found.end()
    if done < len(text):
        yield Words(text[done:])


def commentary(parts: Iterable[Element]) -> str:
    """The little text that says these elements."""
    return "".join(map(_marked_up, parts))


def shown(parts: Iterable[Element]) -> str:
    """What readers see of them."""
    return "".join(map(_seen, parts))


def read(commentary: str) -> str:
    """What readers see of a little text that LinkedIn gave, whichever characters it escapes."""
    return str(_pattern(_IN_LITTLE_TEXT).sub(_read, commentary))


def escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in RESERVED else sign for sign in text)


def _marked_up(part: Element) -> str:
    match part:
        case Hashtag(word):
            return f"{{hashtag|\\#|{word}}}"
        case Mention(name, urn):
            return f"@[{escaped(name)}]({urn})"
        case Words(text):
            return escaped(text)


def _seen(part: Element) -> str:
    match part:
        case Hashtag(word):
            return f"#{word}"
        case Mention(name):
            return name
        case Words(text):
            return text


def _read(found: regex.Match[str]) -> str:
    if found["escaped"] is not None:
        return str(found["escaped"])
    if found["tag"] is not None:
        return f"#{read(found['tag'])}"
    return read(found["who"])


@functools.cache
def _pattern(pattern: str) -> regex.Pattern[str]:
    import regex

    return regex.compile(pattern, regex.DOTALL)
