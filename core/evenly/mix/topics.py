"""On topic? By the stems of the topics' words, with three outcomes: on, off, unknown."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import regex

from evenly.mix import languages, text, words
from evenly.mix.values import Topic
from evenly.mix.words import Word
from evenly.plugin import Message

_COMPOUNDING = frozenset({"da", "de", "fi", "hu", "nb", "nl", "nn", "no", "sv"})
"""Languages that write compounds as one word: Silberring."""
_PART = 4
"""Shorter stems are no part of a compound: too many words end like them."""
_REST = 3
"""So many letters at least make up the other part."""
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


Entry = tuple[tuple[str, ...], str, bool]
"""The stems of a word or phrase, its topic, and whether it is negative."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The topic of a post. `on` None: unknown. `topic` is set only where `on` is True."""

    topic: str | None
    on: bool | None
    reason: Message


@dataclass(frozen=True, slots=True)
class Hit:
    """A word or phrase of a topic, found in a text: as the text has it."""

    topic: str
    words: str
    entry: tuple[str, ...]
    negative: bool


@dataclass(slots=True)
class _Sheet:
    """The topics' words in one language: phrases by their first stem, the longest first; how any of them begins; what may be part
    of a compound; and what languages without spaces look for."""

    phrases: dict[str, list[Entry]] = field(default_factory=dict)
    heads: set[str] = field(default_factory=set)
    parts: dict[str, list[Entry]] = field(default_factory=dict)
    unspaced: list[tuple[str, str, bool]] = field(default_factory=list)


def placed(written: str, topics: tuple[Topic, ...], language: str) -> Placed:
    """The topic whose words stand in the text: one is enough. The one with most of them; of equals the first.

    A text with nothing but negative words is off topic; one with neither is unknown.
    """
    if not topics:
        return Placed(None, None, Message("There are no topics yet: [topics.NAME] in evenly.toml gives each its words."))
    found = hits(written, topics, language)
    positive = [hit for hit in found if not hit.negative]
    if positive:
        best = _best(positive, topics)
        first = next(hit for hit in positive if hit.topic == best)
        return Placed(best, True, Message('"{words}" belongs to the topic {topic}.', words=first.words, topic=best))
    if found:
        return Placed(None, False, Message('"{words}" says that it is about something else.', words=found[0].words))
    return Placed(None, None, Message("No word of any topic stands in it."))


def hits(written: str, topics: tuple[Topic, ...], language: str) -> list[Hit]:
    """Every word and phrase of the topics in the text, in its order. Hashtags count, links and handles do not."""
    language = languages.primary(language)
    sheet = _sheet(topics, language)
    shown = text.visible(words.spelt_out(text.tagged(written)))
    return [*_in_words(shown, sheet, language), *_in_unspaced(shown, sheet)]


def troubles(topics: tuple[Topic, ...], language: str) -> list[Message]:
    """What keeps topics from being recognised, for `doctor`: a topic without words, a language without a stemmer."""
    found = [
        Message("The topic {topic} has no words: only a label can put a post into it.", topic=each.name)
        for each in topics
        if not each.words
    ]
    if topics and languages.primary(language) not in words.STEMMERS:
        found.append(
            Message(
                "The forms of words are not known for the language {language}: those with the same first {count} letters are one word.",
                language=language,
                count=words.LETTERS,
            )
        )
    return found


def _best(positive: Iterable[Hit], topics: tuple[Topic, ...]) -> str:
    """The topic with the most different words found; then the one whose words come most often; then the first."""
    often = Counter(hit.topic for hit in positive)
    different = Counter(topic for topic, _ in {(hit.topic, hit.entry) for hit in positive})
    order = {topic.name: place for place, topic in enumerate(topics)}
    return max(often, key=lambda name: (different[name], often[name], -order[name]))


def _in_words(shown: str, sheet: _Sheet, language: str) -> Iterator[Hit]:
    tokens = words.words(shown, language)
    small = languages.small_words(language)
    at = 0
    while at < len(tokens):
        found = _phrase_at(tokens, at, sheet, small) or _compound(tokens[at], sheet)
        if not found:
            at += 1
            continue
        length = len(found[0][0])
        there = shown[tokens[at].start : tokens[at + length - 1].end]
        for entry, topic, negative in found:
            yield Hit(topic, there, entry, negative)
        at += length


def _phrase_at(tokens: list[Word], at: int, sheet: _Sheet, small: frozenset[str]) -> list[Entry]:
    """The longest entry that begins at this word, for every topic that has it. A small word alone ("or" in English) is none."""
    longest: list[Entry] = []
    if words.head(tokens[at].text, tokens[at].language) not in sheet.heads:
        return longest
    for entry in sheet.phrases.get(tokens[at].stem, ()):
        stems = entry[0]
        if longest and len(stems) < len(longest[0][0]):
            break
        if len(stems) == 1 and tokens[at].folded in small:
            continue
        if tuple(word.stem for word in tokens[at : at + len(stems)]) == stems:
            longest.append(entry)
    return longest


def _compound(word: Word, sheet: _Sheet) -> list[Entry]:
    """The entries that are the beginning or the end of a longer word."""
    if len(word.text) < _PART + _REST or not sheet.parts:
        return []
    bare = words.without_accents(word.folded)
    known = [part for part in sheet.parts if part in bare and len(part) + _REST <= len(word.stem)]
    stem = words.without_accents(word.stem) if known else ""
    return [entry for part in known if stem.startswith(part) or stem.endswith(part) for entry in sheet.parts[part]]


def _in_unspaced(shown: str, sheet: _Sheet) -> Iterator[Hit]:
    folded = shown.casefold()
    for looked_for, topic, negative in sheet.unspaced:
        if looked_for in folded:
            yield Hit(topic, looked_for, (looked_for,), negative)


@functools.lru_cache(maxsize=64)
def _sheet(topics: tuple[Topic, ...], language: str) -> _Sheet:
    sheet = _Sheet()
    for topic in topics:
        for phrase, negative in [*((each, False) for each in topic.words), *((each, True) for each in topic.negative)]:
            if _UNSPACED.search(phrase):
                sheet.unspaced.append((text.visible(phrase).casefold(), topic.name, negative))
            else:
                _put(sheet, phrase, topic.name, negative, language)
    for entries in sheet.phrases.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return sheet


def _put(sheet: _Sheet, phrase: str, topic: str, negative: bool, language: str) -> None:
    stems = words.stems(phrase, language)
    if not stems:
        return
    entry = (stems, topic, negative)
    sheet.phrases.setdefault(stems[0], []).append(entry)
    sheet.heads.add(words.head(words.words(phrase, language)[0].text, language))
    if len(stems) == 1 and len(stems[0]) >= _PART and language in _COMPOUNDING:
        sheet.parts.setdefault(words.without_accents(stems[0]), []).append(entry)
