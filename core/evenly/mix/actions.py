"""What a post does for its reach: each action with the sentence that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.mix import addresses, cues, text
from evenly.mix.origin import others_named
from evenly.mix.questions import question
from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.mix.values import Brand, Content

_PICTURES = frozenset({"picture", "animation"})


def actions(content: Content, brand: Brand, language: str) -> dict[str, Message]:
    """The actions of a post, by name. `language` is what its text is in.

    Cues inside links, handles, hashtags and code do not count. What begs for reactions is bait and no invitation.
    """
    return {**_read(content, language), **facts(content, brand)}


def facts(content: Content, brand: Brand) -> dict[str, Message]:
    """The actions that are plain to see, whatever the words say."""
    found: dict[str, Message] = {}
    if _PICTURES & set(content.media):
        found["photo"] = Message("It has a picture.")
    if "video" in content.media:
        found["video"] = Message("It has a video.")
    if named := others_named(content.text, brand):
        found["mention"] = Message("It mentions {handle}.", handle=named[0])
    if linked := addresses.links(content, brand):
        found["link"] = Message("It links to {link}.", link=linked[0])
    return found


def _read(content: Content, language: str) -> dict[str, Message]:
    said = text.plain(text.said(content.text))
    found: dict[str, Message] = {}
    if (asked := question(content.text)) is not None:
        found["question"] = Message('It asks: "{question}"', question=asked)
    if (cue := cues.find("bait", said, language)) is not None:
        found["bait"] = Message('"{words}" begs for reactions, which networks punish.', words=cue.text)
    if (cue := cues.find("invitation", cues.without("bait", said, language), language)) is not None:
        found["invitation"] = Message('"{words}" invites comments.', words=cue.text)
    if (cue := cues.find("behind-the-scenes", said, language)) is not None:
        found["behind-the-scenes"] = Message('"{words}" shows how it is made.', words=cue.text)
    if (promoted := _promotion(said, language)) is not None:
        found["promotion"] = Message('"{words}" calls to buy, book or visit.', words=promoted)
    return found


def _promotion(said: str, language: str) -> str | None:
    cue = cues.find("promotion", said, language)
    return None if cue is None else cue.text
