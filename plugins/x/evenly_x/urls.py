"""Which parts of a text X takes for web addresses: each counts 23, and is replaced by a t.co link.

The rules are those of twitter-text (https://github.com/twitter/twitter-text), and so is the list of top-level domains in `twitter_text/`,
which is of 2021. Every step goes over the text once: no text, however odd, makes the search slow.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

_LATIN = "À-ÖØ-öø-ÿĀ-ɏɓɔɖɗəɛɣɨɯɲʉʋʻ\u0300-\u036fḀ-ỿ"
_CYRILLIC = "\u0400-\u04ff"
_DIRECTIONAL = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
INVALID = "\ufffe\ufeff\uffff"
"""Characters that make a text invalid where they stand outside an address."""

#: Dots, dashes, underscores, and what a label of a domain may consist of.
_RUN = re.compile(rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~$\s{INVALID}{_DIRECTIONAL}]+")
_NOT_BEFORE = re.compile(rf"[A-Za-z0-9@＠$#＃{INVALID}]")
_AFTER_TLD = re.compile(r"[0-9a-zA-Z@+\-]")  # what none may follow
_NOT_BEFORE_BARE = frozenset("-_./")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_PUNYCODE = re.compile(r"xn--[-0-9a-z]+", re.IGNORECASE)
_PORT = re.compile(r":[0-9]+")
_ASCII_LABELS = re.compile(rf"(?:[-a-zA-Z0-9{_LATIN}]+\.)+")
_IN_PATH = rf"[a-zA-Z0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_CYRILLIC}{_LATIN}]"
_ENDS_PATH = re.compile(rf"[+\-a-zA-Z0-9=_#/{_CYRILLIC}{_LATIN}]")
_PATH_RUN = re.compile(rf"{_IN_PATH}+")
_BRACKETS = re.compile(rf"\((?:{_IN_PATH}+\)|{_IN_PATH}*\({_IN_PATH}+\){_IN_PATH}*\))")
_QUERY = re.compile(r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*")
_ENDS_QUERY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_&=#/")
_OWN_SHORT = re.compile(r"https?://t\.co/([a-z0-9]+)", re.IGNORECASE)
_LONGEST_URL, _LONGEST_LABEL, _LONGEST_SLUG = 4_096, 63, 40


@dataclass(frozen=True, slots=True)
class Url:
    """An address in a text, from code point `start` up to `end`."""

    text: str
    start: int
    end: int


def find(text: str) -> list[Url]:
    """The addresses in `text`, in their order."""
    found: list[Url] = []
    place = 0
    while (run := _RUN.search(text, place)) is not None:
        match = _in_run(text, run.start(), run.end())
        place = run.end()
        if match is not None:
            place = match.end + 1  # what stands before the next address is no part of this one
            found += match.urls()
    return found


@dataclass(frozen=True, slots=True)
class _Match:
    """A domain in its surroundings: what stands before it, and how far the address goes on behind it."""

    text: str
    start: int
    domain_end: int
    scheme: str
    path_end: int  #: the same as `domain_end` where no path follows
    end: int

    def urls(self) -> Iterator[Url]:
        if not self._is_valid():
            return
        if not self.scheme:
            yield from self._bare()
            return
        url = Url(self.text[self.start - len(self.scheme) : self.end], self.start - len(self.scheme), self.end)
        own = _OWN_SHORT.match(url.text)
        if own is None:
            yield url
        elif len(own[1]) <= _LONGEST_SLUG:
            end = url.start + (_query_end(url.text, own.end()) or own.end())
            yield Url(self.text[url.start : end], url.start, end)

    def _bare(self) -> Iterator[Url]:
        """Without a scheme only those parts of a domain count that are written in Latin letters."""
        if self.start and self.text[self.start - 1] in _NOT_BEFORE_BARE:
            return
        parts = list(_latin_parts(self.text[self.start : self.domain_end]))
        for number, (start, end) in enumerate(parts, 1):
            stop = self.end if number == len(parts) and self.path_end > self.domain_end else self.start + end
            yield Url(self.text[self.start + start : stop], self.start + start, stop)

    def _is_valid(self) -> bool:
        labels = [_encoded(label) for label in self.text[self.start : self.domain_end].split(".")]
        if not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
            return False
        return len(self.scheme) * 2 + len(".".join(labels)) + self.end - self.domain_end <= _LONGEST_URL


def _in_run(text: str, start: int, end: int) -> _Match | None:
    """The first domain in a run of label characters and dots."""
    labels = _labels(text, start, end)
    place = 0
    while place < len(labels) - 1:
        begin = _begin(text, start, *labels[place])
        if begin is None:
            place += 1
            continue
        last, domain = _longest(text, labels, place)
        if domain is not None:
            name, domain_end = domain
            if name == place:  # the name right before the top-level domain holds no underscore
                begin = max(begin, text.rfind("_", *labels[place]) + 1)
            return _match(text, start, begin, domain_end)
        place = last + 1
    return None


def _longest(text: str, labels: list[tuple[int, int]], first: int) -> tuple[int, tuple[int, int] | None]:
    """The last label that a domain from `first` on could reach; and the longest domain: the label of its name, and where it ends."""
    longest = None
    for place in range(first, len(labels) - 1):
        tld_end = _tld_end(text, *labels[place + 1])
        if tld_end is not None and (place == first or "_" not in text[slice(*labels[place])]):
            longest = place, tld_end
        if not _is_label(text, *labels[place + 1]):
            return place, longest
    return len(labels) - 1, longest


def _match(text: str, run_start: int, begin: int, domain_end: int) -> _Match:
    scheme = _scheme(text, begin) if begin == run_start else ""
    end = path_end = domain_end
    if port := _PORT.match(text, end):
        end = port.end()
    if text.startswith("/", end):
        end = path_end = _path_end(text, end + 1)
    return _Match(text, begin, domain_end, scheme, path_end, _query_end(text, end) or end)


def _labels(text: str, start: int, end: int) -> list[tuple[int, int]]:
    labels = []
    for label in text[start:end].split("."):
        labels.append((start, start + len(label)))
        start += len(label) + 1
    return labels


def _begin(text: str, run_start: int, start: int, end: int) -> int | None:
    """Where in this label a domain may begin."""
    if end == start or text[end - 1] in "-_":
        return None
    if start == run_start and _scheme(text, start):
        return start if text[start] not in "-_" else _first(text, start + 1, end)
    return _first(text, start, end)


def _first(text: str, start: int, end: int) -> int | None:
    places = (place for place in range(start, end) if text[place] not in "-_")
    return next((place for place in places if place == 0 or not _NOT_BEFORE.match(text[place - 1])), None)


def _scheme(text: str, begin: int) -> str:
    """The scheme right before `begin`, if what stands before it allows an address to begin there."""
    for length in (len("https://"), len("http://")):
        start = begin - length
        if start >= 0 and _SCHEME.fullmatch(text, start, begin):
            return text[start:begin] if start == 0 or not _NOT_BEFORE.match(text[start - 1]) else ""
    return ""


def _is_label(text: str, start: int, end: int) -> bool:
    return end > start and text[start] not in "-_" and text[end - 1] not in "-_"


def _tld_end(text: str, start: int, end: int) -> int | None:
    """Where the top-level domain ends that a label begins with."""
    known, longest = _tlds()
    punycode = _PUNYCODE.match(text, start, end)
    ends = [punycode.end()] if punycode else []
    ends += [place for place in range(min(end, start + longest), start, -1) if text[start:place].lower() in known]
    return next((place for place in ends if not _AFTER_TLD.match(text, place)), None)


def _latin_parts(domain: str) -> Iterator[tuple[int, int]]:
    for match in _ASCII_LABELS.finditer(domain):
        dots = [place for place in range(match.end() - 1, match.start(), -1) if domain[place] == "."]
        ends = (_tld_end(domain, dot + 1, len(domain)) for dot in dots)
        end = next((each for each in ends if each is not None), None)
        if end is not None:
            yield match.start(), end


def _path_end(text: str, start: int) -> int:
    """Where a path ends that begins at `start`: at its last letter, digit or closed bracket."""
    end = place = start
    while True:
        if run := _PATH_RUN.match(text, place):
            place = run.end()
            end = next((each for each in range(place, run.start(), -1) if _ENDS_PATH.match(text[each - 1])), end)
        elif brackets := _BRACKETS.match(text, place):
            end = place = brackets.end()
        else:
            return end


def _query_end(text: str, start: int) -> int | None:
    query = _QUERY.match(text, start)
    if query is None:
        return None
    return next((place for place in range(query.end(), start + 1, -1) if text[place - 1] in _ENDS_QUERY), None)


def _encoded(label: str) -> str:
    """A label as the domain name system has it; empty where there is no such."""
    if label.isascii():
        return label
    if label.lower().startswith("xn--"):
        return ""
    return "xn--" + label.lower().encode("punycode").decode("ascii")


@functools.cache
def _tlds() -> tuple[frozenset[str], int]:
    """Every known top-level domain, and the length of the longest."""
    data = json.loads(files("evenly_x").joinpath("twitter_text", "tlds.json").read_text(encoding="utf-8"))
    known = frozenset(data["generic"]) | frozenset(data["country"])
    return known, max(map(len, known))
