"""The brand's own words: which that it avoids stand in a text, and which of its messages nobody has read for long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evenly.mix import languages, text, words
from evenly.mix.languages import primary

SILENCE = timedelta(days=30)
"""A message without a post for so long is to be carried again."""


@dataclass(frozen=True, slots=True)
class Avoided:
    """A word the brand avoids: as its list has it, as the text has it, and where it stands (code points)."""

    word: str
    found: str
    start: int
    end: int


def avoided(written: str, avoid: Iterable[str], language: str) -> tuple[Avoided, ...]:
    """Every place where a word or phrase to avoid stands, in any of its forms, in the order of the text. Links do not count."""
    language = primary(language)
    tokens = words.words(text.blanked(written), language)
    found = [each for phrase in avoid for each in _places(written, tokens, phrase, language)]
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def carries(written: str, message: str, language: str) -> bool:
    """Whether a text carries a message: every word of it that is not a small one, in any form and order."""
    language = primary(language)
    small = languages.small_words(language)
    wanted = {word.stem for word in words.words(message, language) if word.folded not in small}
    wanted = wanted or set(words.stems(message, language))
    return bool(wanted) and wanted <= set(words.stems(written, language))


def last_carried(messages: Iterable[str], posts: Iterable[tuple[datetime, str]], language: str) -> Mapping[str, datetime | None]:
    """When each message was last carried by one of the posts (time, text); None: by none."""
    every = list(posts)
    return {message: max((at for at, written in every if carries(written, message, language)), default=None) for message in messages}


def unheard(
    messages: Iterable[str], posts: Iterable[tuple[datetime, str]], language: str, *, now: datetime, silence: timedelta = SILENCE
) -> tuple[str, ...]:
    """The messages that no post has carried for longer than `silence` before `now`."""
    last = last_carried(messages, ((at, written) for at, written in posts if at <= now), language)
    return tuple(message for message, at in last.items() if at is None or now - at > silence)


def _places(written: str, tokens: Sequence[words.Word], phrase: str, language: str) -> Iterable[Avoided]:
    stems = words.stems(phrase, language)
    for at in range(len(tokens) - len(stems) + 1 if stems else 0):
        if all(token.stem == stem for token, stem in zip(tokens[at : at + len(stems)], stems, strict=True)):
            start, end = tokens[at].start, tokens[at + len(stems) - 1].end
            yield Avoided(phrase, written[start:end], start, end)
