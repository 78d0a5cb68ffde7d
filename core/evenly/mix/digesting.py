"""The key under which what was recognised can be kept. It looks at no text, so asking for it costs next to nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenly.mix.values import Brand, Content

VERSION = 1
"""Raised whenever the same post may be judged differently than before."""


def digest(content: Content, brand: Brand, *, plugins: str = "") -> str:
    """A key under which a result can be kept: it changes with the post, with whatever of the brand is looked at, and with the rules.

    `plugins` names the plugins that were asked, with their versions. Items of feeds are not in it.
    """
    names = [sorted(each) for each in (brand.domains, brand.handles, brand.channels, brand.others)]
    looked_at = (VERSION, content, brand.names, brand.language, names, sorted(brand.answers.items()), brand.topics, plugins)
    return hashlib.sha256(repr(looked_at).encode("utf-8", "backslashreplace")).hexdigest()
