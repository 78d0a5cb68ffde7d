"""What a part becomes on Instagram: which kind of thing, with which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from evenly.plugin import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.plugin import Account, Media, Part

Kind: TypeAlias = Literal["picture", "reel", "carousel", "story", "comment"]


def kind(part: Part) -> Kind:
    """Which of Instagram's kinds of post this part is. A single video is always a reel."""
    if part.kind == "comment":
        return "comment"
    if part.format == "story":
        return "story"
    if len(part.media) > 1:
        return "carousel"
    return "reel" if part.format == "reel" or any(each.kind == "video" for each in part.media) else "picture"


def message(part: Part) -> str:
    """The words as they are sent. Instagram has no field for a link: it stands in the text, where nobody can click it."""
    if part.link is None or part.link in part.text:
        return part.text
    return f"{part.text}\n\n{part.link}" if part.text else part.link


def length(account: Account, part: Part) -> int:  # noqa: ARG001 - the shape that `Network.length` promises
    return len(message(part))


def item(media: Sequence[Media], place: int) -> Message:
    """What people call one of several files."""
    each = media[place]
    if each.kind == "video":
        return Message("Video {number} ({name})", number=place + 1, name=each.path.name)
    return Message("Picture {number} ({name})", number=place + 1, name=each.path.name)
