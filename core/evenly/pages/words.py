"""Dates, states and figures as the pages say them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from babel import Locale

_LONGEST = 160


@dataclass(frozen=True)
class Dates:
    """Dates in one language."""

    language: str

    def weekday(self, day: date) -> str:
        """Mon"""
        return self._format(day, "EEE")

    def number(self, day: date) -> str:
        """5 Oct"""
        return self._format(day, "MMMd")

    def full(self, day: date) -> str:
        """Monday, 5 October 2026"""
        from babel.dates import format_date

        return str(format_date(day, "full", locale=self._locale))

    def _format(self, day: date, skeleton: str) -> str:
        from babel.dates import format_skeleton

        return str(format_skeleton(skeleton, day, locale=self._locale))

    @cached_property
    def _locale(self) -> Locale:
        return locale_of(self.language)


def locale_of(language: str) -> Locale:
    """How dates and numbers are written in a language; as in English where nobody knows."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def decimal(number: float, language: str) -> str:
    """A number to two places after the point."""
    from babel.numbers import format_decimal

    return str(format_decimal(number, format="0.##", locale=locale_of(language)))


def first_words(text: str) -> str:
    """How a text begins, in one line."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST:
        return line
    return f"{line[:_LONGEST].rpartition(' ')[0] or line[:_LONGEST]} …"


def state_words(state: str) -> str:
    return {
        "draft": _("draft"),
        "planned": _("planned"),
        "publishing": _("going out"),
        "published": _("out"),
        "failed": _("refused by the network"),
        "uncertain": _("uncertain whether it is out"),
        "missed": _("missed"),
        "held": _("held"),
        "cancelled": _("cancelled"),
    }.get(state, state)


def amounts(figures: Mapping[str, int], language: str) -> list[str]:
    """Figures under the normalised names as words, such as "12 likes"; those that are not known stay away."""
    from babel.numbers import format_decimal

    locale = locale_of(language)
    return [_amount(name, figures[name], str(format_decimal(figures[name], locale=locale))) for name in _FIGURES if name in figures]


_FIGURES = ("views", "reach", "video_views", "likes", "comments", "shares", "saves", "clicks", "followers")


def _amount(name: str, number: int, written: str) -> str:
    words = {
        "views": ngettext("{n} view", "{n} views", number, n=written),
        "reach": ngettext("{n} person reached", "{n} people reached", number, n=written),
        "video_views": ngettext("{n} video view", "{n} video views", number, n=written),
        "likes": ngettext("{n} like", "{n} likes", number, n=written),
        "comments": ngettext("{n} comment", "{n} comments", number, n=written),
        "shares": ngettext("{n} share", "{n} shares", number, n=written),
        "saves": ngettext("{n} save", "{n} saves", number, n=written),
        "clicks": ngettext("{n} click", "{n} clicks", number, n=written),
        "followers": ngettext("{n} follower", "{n} followers", number, n=written),
    }
    return words[name]
