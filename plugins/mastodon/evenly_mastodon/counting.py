"""How long a post is, as its server counts it.

Mastodon counts the graphemes of warning and text together; each http(s) link of the text counts 23, and `@name@host` counts as `@name`:
https://docs.joinmastodon.org/user/posting/#text. Where a link ends follows Twitter's rules with Mastodon's wider set of characters.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from evenly_mastodon import servers

if TYPE_CHECKING:
    import regex

_PATH = r"[^\s<>()?]"
_BALANCED = rf"\((?:{_PATH}|\({_PATH}+\))+\)"
_PATH_END = r"""[^\s()?!*"'「」<>;:=,.$%\[\]~&|@]"""
_QUERY = r"""[A-Za-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^\u00a0-\ud7ff\uf900-\U000ffffd]"""
_QUERY_END = r"[A-Za-z0-9_&=#/\-\u00a0-\ud7ff\uf900-\U000ffffd]"
_LINK = rf"""
    (?<![A-Za-z0-9@＠$\#＃\u202a-\u202e])
    https?://
    (?:[\w-]+\.)+[\w-]*\p{{L}}[\w-]*    # a host has a dot, and its last label a letter
    (?::\d+)?
    (?:/(?:(?:{_PATH}|{_BALANCED})*(?:{_PATH_END}|{_BALANCED}))?)?
    (?:\?{_QUERY}*{_QUERY_END})?
"""
_MENTION = r"(?<![=/\w])(?P<name>@[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)@(?>[\w.-]*\w)(?!@|://)"


def length(text: str, *, warning: str = "", rules: servers.Rules) -> int:
    """The length of a post in graphemes, as a server with these `rules` counts `text` and its content `warning`.

    Servers other than Mastodon count every link and mention in full, whatever they announce.
    """
    return graphemes(warning + (_shortened(text, rules.link) if rules.mastodon else text))


def _shortened(text: str, link: int) -> str:
    if not text.strip():
        return ""

    def short(match: regex.Match[str]) -> str:
        return match["name"] or "x" * link

    return _entities().sub(short, text)


def graphemes(text: str) -> int:
    """How many characters a reader sees: an emoji of many code points is one."""
    import regex

    return len(regex.findall(r"\X", text))


@functools.cache
def _entities() -> regex.Pattern[str]:
    import regex

    return regex.compile(rf"{_LINK}|{_MENTION}", regex.VERBOSE | regex.IGNORECASE)
