"""Dates, states and figures as the pages say them, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from evenly import messages
from evenly.messages import _, locale_of, ngettext

if TYPE_CHECKING:
    from babel import Locale

_LONGEST = 160
_EXACT_BELOW = 1.1


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

    def month(self, day: date) -> str:
        """October 2026"""
        return self._format(day, "yMMMM")

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


@dataclass(frozen=True)
class Numbers:
    """Numbers as one language writes them."""

    language: str

    def decimal(self, number: float, places: int = 2) -> str:
        """At most so many places after the point, and none that are nought: 1.5"""
        from babel.numbers import format_decimal

        return str(format_decimal(number, format="#,##0." + "#" * places, locale=self._locale))

    def rounded(self, number: float) -> str:
        """To the digits that tell something: 12,345 or 0.042"""
        return self.decimal(number, max(0, 1 - math.floor(math.log10(abs(number)))) if number else 0)

    def percent(self, share: float, places: int = 0) -> str:
        """A share from 0 to 1: 25%"""
        return messages.percent(share, places, spoken=self.language)

    def rate(self, percent: float) -> str:
        """A rate in percent: 3.0%"""
        return self.percent(percent / 100, 1 if abs(percent) >= 1 else 2)

    def ratio(self, ratio: float) -> str:
        """How many times as much: 2.0; nearer to nothing, or to no difference, more exactly: 0.54, 1.04"""
        from babel.numbers import format_decimal

        return str(format_decimal(ratio, format="#,##0.0" if round(ratio, 2) >= _EXACT_BELOW else "0.00", locale=self._locale))

    def times(self, ratio: float) -> str:
        """The same with its sign: ×2.0"""
        return f"×{self.ratio(ratio)}"

    def signed(self, number: float) -> str:
        """A change: +12 or −3"""
        return f"{'+' if number > 0 else '−' if number < 0 else '±'}{self.decimal(abs(number), 0)}"

    def signed_rate(self, percent: float) -> str:
        """A change in percent: +4.2% or −0.30%"""
        return f"{'+' if percent > 0 else '−' if percent < 0 else '±'}{self.rate(abs(percent))}"

    def duration(self, minutes: float) -> str:
        """7 h 20 min"""
        hours, left = divmod(round(minutes), 60)
        if not hours:
            return _("{minutes}\u00a0min", minutes=left)
        return (
            _("{hours}\u00a0h {minutes}\u00a0min", hours=self.decimal(hours, 0), minutes=left)
            if left
            else _("{hours}\u00a0h", hours=self.decimal(hours, 0))
        )

    @cached_property
    def _locale(self) -> Locale:
        return locale_of(self.language)


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
