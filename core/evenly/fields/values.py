"""The fields as values, the words they allow, and how a refusal of them is told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evenly.plugin import Message, Problem

if TYPE_CHECKING:
    from datetime import timedelta

    from evenly.fields.evergreen import Evergreen
    from evenly.fields.when import When
    from evenly.plugin.types import Json

FORMATS = ("post", "story", "reel", "article", "document", "poll")
ORIGINS = ("owned", "third-party", "mixed", "unknown")
ACTIONS = ("question", "invitation", "photo", "video", "behind-the-scenes", "mention", "link", "promotion", "bait")
OFFERS = ("product", "brand", "service")
AI = ("none", "assisted", "generated")
FITS = ("keep", "crop")

# A post's id is p and digits, so no name may look like one.
_NAME = re.compile(r"(?!p\d+$)[a-z][A-Za-z0-9_-]{0,63}")


def is_name(text: str) -> bool:
    """Whether this may be the name of an account, topic or campaign."""
    return _NAME.fullmatch(text) is not None


def printable(text: str) -> str:
    """The text with everything that could confuse a terminal written out (`\\x1b`, `\\ud83d`)."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


@dataclass(frozen=True, slots=True)
class MediaField:
    """A file that goes with a post."""

    path: str  #: relative to where the post was written, unless absolute
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Everything a person said of one post. Values from `read` are checked; None and empty mean that nothing was said."""

    text: str = ""
    to: tuple[str, ...] | None = None  #: accounts; None: all that can take it
    text_for: Mapping[str, str] = field(default_factory=dict)  #: by account
    link: str | None = None
    media: tuple[MediaField, ...] = ()
    fit: str = "keep"  #: what may be done to pictures of a shape that a network does not take
    thread: tuple[str, ...] = ()  #: further posts, after `text`
    first_comment: str | None = None
    format: str = "post"
    origin: str | None = None  #: None: to be recognised; so for topic and actions
    topic: str | None = None
    campaign: str | None = None
    offer: str | None = None  #: what it is about, of `OFFERS`; never guessed
    actions: tuple[str, ...] = ()
    effort: timedelta | None = None
    at: When | None = None  #: pins
    not_before: When | None = None
    not_after: When | None = None
    take_down_after: timedelta | None = None
    priority: int = 0
    ai: str = "none"
    ad: bool = False
    credit: str | None = None
    draft: bool = False
    evergreen: Evergreen | None = None  #: comes back when the queue runs thin
    again: tuple[str, ...] = ()  #: further wordings, for when it comes back
    options: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)  #: by account, then by name
    extra: Mapping[str, Json] = field(default_factory=dict)  #: keys that nobody knows: kept and exported again

    def wording(self, account: str) -> str:
        """The text as it goes to one account."""
        return self.text_for.get(account, self.text)


class FieldRefused(ValueError):
    """One value of one field cannot be taken."""

    def __init__(self, message: Message, field: str | None = None) -> None:
        self.message = message
        self.problem = Problem(message, field)
        super().__init__(str(message))


class FieldsRefused(ValueError):
    """The fields cannot be taken; `faults` are all that is wrong with them, each with its field."""

    def __init__(self, faults: Sequence[Problem]) -> None:
        self.faults = tuple(faults)
        super().__init__(str(self.message))

    @property
    def message(self) -> Message:
        """All faults in one sentence."""
        first, *others = [_told(fault) for fault in self.faults]
        for other in others:
            first = Message("{first}; {second}", first=first, second=other)
        return first


def _told(fault: Problem) -> Message:
    if fault.field is None:
        return fault.message
    return Message("{field}: {message}", field=fault.field, message=fault.message)
