"""How the stand-in reads `commentary`: by the grammar, and as unforgiving as LinkedIn.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

from __future__ import annotations

import re

_RESERVED = "\\|{}@[]()<>#*_~"
_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|((?:\\.|[^\\|{}])+)\}", re.DOTALL)
_MENTION = re.compile(r"@\[((?:\\.|[^\\\[\]])+)\]\(urn:li:(?:person|organization):[A-Za-z0-9_-]+\)", re.DOTALL)
_BARE = re.compile(r"#([^\W_]+)")


def shown(commentary: str) -> str:
    """What readers see: everything before the first reserved character that is neither escaped nor part of an element."""
    seen, place = "", 0
    while place < len(commentary):
        sign = commentary[place]
        if sign == "\\" and commentary[place + 1 : place + 2] in tuple(_RESERVED):
            seen, place = seen + commentary[place + 1], place + 2
        elif sign not in _RESERVED:
            seen, place = seen + sign, place + 1
        elif (found := _element(commentary, place)) is not None:
            seen, place = seen + found[0], found[1]
        else:
            break
    return seen


def _element(text: str, place: int) -> tuple[str, int] | None:
    """What an element shows, and where it ends."""
    if tag := _TEMPLATE.match(text, place):
        return f"#{_plain(tag[1])}", tag.end()
    if mention := _MENTION.match(text, place):
        return _plain(mention[1]), mention.end()
    if bare := _BARE.match(text, place):
        return bare[0], bare.end()
    return None


def _plain(escaped: str) -> str:
    return re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL)
