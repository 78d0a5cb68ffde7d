"""What the mixing room speaks in: what a post holds, what the brand is, and what was recognised. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from evenly.plugin import Message
from evenly.plugin.types import MediaKind

Origin = Literal["owned", "third-party", "mixed", "unknown"]
Side = Literal["owned", "third-party"]

ACTIONS = ("question", "invitation", "photo", "video", "behind-the-scenes", "mention", "link", "promotion", "bait")
FACTS = frozenset({"photo", "video", "mention", "link"})
"""Actions that are plain to see; the others are read out of the words, and so can be misread."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One theme of the brand, and the words and phrases that tell it, in any of their forms.

    A word inside a `negative` phrase tells nothing: with "gold medal" negative, a gold medal is not about gold.
    """

    name: str
    words: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Whose posts are judged.

    `channels` are its places on shared hosts, as `addresses.channel` writes them ("facebook.com/atelier"), and in the Fediverse, as
    `addresses.home` does ("social.example/@atelier"); `others` those of others that are known (contacts). `answers` remembers what a
    person said of addresses that tell nothing, by the keys in `Recognised.ask`.
    """

    names: tuple[str, ...] = ()
    language: str = "en"  #: ISO 639-1, what follows a "-" is ignored
    domains: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()  #: "@atelier", "@atelier@social.example"
    channels: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    answers: Mapping[str, Side] = field(default_factory=dict)
    topics: tuple[Topic, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """What the hook `classify` is told of the brand."""
        return {
            "names": list(self.names),
            "language": self.language,
            "domains": sorted(self.domains),
            "handles": sorted(self.handles),
            "topics": {topic.name: {"words": list(topic.words), "negative": list(topic.negative)} for topic in self.topics},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one delivery holds, as far as it tells what it is. The texts of all parts stand in `text`, with blank lines between."""

    text: str = ""
    link: str | None = None
    media: tuple[MediaKind, ...] = ()
    alts: tuple[str, ...] = ()
    language: str | None = None  #: None: the brand's
    credit: str | None = None  #: whose it is, in the author's words
    foreign_media: bool = False  #: the pictures or videos are marked as someone else's
    shared_from: str | None = None  #: handle of the account that a native share, quote or repost takes up
    feed: Side | None = None  #: how the feed is marked that it came from


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a post is. `reasons` has a sentence for `origin`, for `topic` and for every action.

    `on_topic` None: nobody knows. `warnings` are for the author. `ask` holds the addresses whose owner only a person can tell:
    keep the answers in `Brand.answers`.
    """

    origin: Origin
    topic: str | None
    on_topic: bool | None
    actions: frozenset[str]
    reasons: Mapping[str, Message]
    warnings: tuple[Message, ...] = ()
    ask: tuple[str, ...] = ()
