"""What of a post tells its meaning: its words and those of its pictures, without addresses."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenly.plugin import Post

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<![\w.])@[\w.@-]*\w|[\w.+-]+@[\w-]+\.[\w.-]+")
_HASH = re.compile(r"#(?=\w)")
_SPACE = re.compile(r"\s+")


def language(post: Post, otherwise: str) -> str:
    """The language tag of the post; of the brand where the post has none."""
    return next((part.language for part in post.parts if part.language), otherwise)


def meant(post: Post) -> str:
    """Every word a reader takes in, on one line. Addresses and handles are left out, hashtags are words, 𝗳𝗮𝗻𝗰𝘆 letters plain."""
    said = [text for part in post.parts for text in (part.text, *(medium.alt for medium in part.media))]
    plain = unicodedata.normalize("NFKC", "\n".join(said))
    return _SPACE.sub(" ", _HASH.sub("", _ADDRESS.sub(" ", plain))).strip()
