"""Topics by meaning: an answer to the hook `classify` for who installs `evenly[meaning]`.

The rules find a topic where one of its words stands; this finds it where none does. A text is on topic when it lies nearer to one of the
brand's topics than to any general theme that is not the brand's. Origin and actions are left to the rules, and so is a text with one of
the brand's negative words: those draw a line finer than meaning can. Without the encoder, for a language that it does not know, and for a
brand without topics there is no opinion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly.plugin import Classification, hookimpl
from evenly_meaning import encoder, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.plugin import Post

VERSION = 1
"""Raised whenever the same text may be judged differently than before."""


@hookimpl(trylast=True)
def classify(post: Post, brand: Mapping[str, Any]) -> Classification | None:
    """On topic or off, by meaning alone; after any other package, which may know the brand better."""
    topics = {name: tuple(sheet["words"]) for name, sheet in brand["topics"].items() if sheet["words"]}
    language = texts.language(post, brand["language"])
    if not topics or not encoder.knows(language) or not encoder.installed():
        return None
    text = texts.meant(post)
    if not encoder.reads(text) or _has_negative(text, brand):
        return None

    from evenly_meaning import nearness

    own, margin = nearness.nearest(text, topics, brand["language"])
    return Classification(topic=own, on_topic=True) if margin > 0 else Classification(on_topic=False)


def _has_negative(text: str, brand: Mapping[str, Any]) -> bool:
    folded = text.casefold()
    return any(phrase.casefold() in folded for sheet in brand["topics"].values() for phrase in sheet["negative"])


def __getattr__(name: str) -> str:
    """`__version__` tells whether the encoder is there: once it comes, posts are judged anew."""
    if name == "__version__":
        return f"{VERSION} {encoder.version()}".rstrip()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
