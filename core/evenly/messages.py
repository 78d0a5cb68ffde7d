"""gettext: the catalogues, and the one place where sentences become the reader's language."""

from __future__ import annotations

import functools
import gettext
import os
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenly.plugin import Message

CATALOGUES = Path(__file__).with_name("locales")


@functools.cache
def _catalogue(languages: tuple[str, ...]) -> gettext.NullTranslations:
    return gettext.translation("evenly", CATALOGUES, languages=languages, fallback=True)


def _wanted() -> tuple[str, ...]:
    """The reader's languages, best first, up to English: every sentence has that, so no later one is ever needed."""
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
    return _catalogue(_wanted()).gettext(text).format(**values)


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of the sentence that goes with `number`, in the reader's language."""
    return _catalogue(_wanted()).ngettext(one, many, number).format(**values)


def shown(message: Message) -> str:
    """A plugin's or a pure room's message in the reader's language."""
    return _(message.text, **{name: _plain(value) for name, value in message.values.items()})


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
