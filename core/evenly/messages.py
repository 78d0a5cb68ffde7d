"""gettext: the catalogues, and the one place where sentences and the numbers in them become the reader's language."""

from __future__ import annotations

import functools
import gettext
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from babel import Locale

    from evenly.plugin import Message

CATALOGUES = Path(__file__).with_name("locales")

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # all but the end of a line

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within the block, sentences come in this language (as in `[brand] language`) and not in that of the terminal."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@functools.cache
def _catalogue(languages: tuple[str, ...]) -> gettext.NullTranslations:
    return gettext.translation("evenly", CATALOGUES, languages=languages, fallback=True)


def _wanted() -> tuple[str, ...]:
    """The reader's languages, best first, up to English: every sentence has that, so no later one is ever needed."""
    if (spoken := _spoken.get()) is not None:
        return (spoken.replace("-", "_"),) if _is_translated(spoken.replace("-", "_")) else ()
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return tuple(takewhile(_is_translated, (part.partition(".")[0] for part in value.split(":"))))
    return ()


def _is_translated(language: str) -> bool:
    return language.partition("_")[0].lower() not in {"en", "c", "posix"}


def language() -> str:
    """The language that sentences come in, as HTML's `lang` names it: that of the catalogue which was found, else English."""
    return _catalogue(_wanted()).info().get("language", "en").replace("_", "-")


def _(text: str, /, **values: object) -> str:
    """`text` in the reader's language, its `{names}` filled with `values`."""
    return _catalogue(_wanted()).gettext(text).format(**_harmless(values))


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of the sentence that goes with `number`, in the reader's language."""
    return _catalogue(_wanted()).ngettext(one, many, number).format(**_harmless(values))


def shown(message: Message) -> str:
    """A plugin's or a pure room's message in the reader's language, without anything that would command a terminal."""
    return printable(_(message.text, **{name: _plain(value) for name, value in message.values.items()}))


def printable(text: str) -> str:
    """The text without characters that would command a terminal: what it repeats may come from anywhere."""
    return _CONTROL.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Number:
    """A number among the values of a sentence, with so many places: written as the reader's language does, where the sentence is shown."""

    value: float
    places: int = 0

    def __str__(self) -> str:
        return _in("en", self.value, _pattern(self.places))


def number(value: float, places: int = 0) -> str:
    """The number as the reader's language writes it: 1,234.5; in French 1\u202f234,5."""
    return _in(language(), value, _pattern(places))


def percent(share: float, places: int = 0, *, spoken: str | None = None) -> str:
    """A share from 0 to 1, with the sign as a language sets it (None: the reader's): 25%; in French 25\u00a0%."""
    spoken = language() if spoken is None else spoken
    # Babel's own pattern has the language's space before the sign, and no places.
    pattern = locale_of(spoken).percent_formats[None].pattern
    return _in(spoken, share, pattern.replace("#,##0", _pattern(places)))


@functools.cache
def locale_of(language: str) -> Locale:
    """How dates and numbers are written in a language; as in English where nobody knows."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def _pattern(places: int) -> str:
    return "#,##0." + "0" * places if places else "#,##0"


def _in(language: str, value: float, pattern: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(value, format=pattern, locale=locale_of(language)))


def _harmless(values: Mapping[str, object]) -> dict[str, object]:
    """Whatever a sentence repeats: a title from a feed, an answer of a server, the name of a file. Numbers as people write them."""
    return {name: _said(value) for name, value in values.items()}


def _said(value: object) -> object:
    if isinstance(value, Number):
        return number(value.value, value.places)
    return printable(str(value)) if isinstance(value, str | BaseException | PurePath) else value


def _plain(value: object) -> object:
    from evenly import durations
    from evenly.plugin import Message

    match value:
        case Message():
            return shown(value)
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case timedelta():
            return durations.written(value)
    return value
