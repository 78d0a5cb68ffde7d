"""What Instagram would refuse of a post, beyond the limits that hold for all kinds.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from evenly.plugin import Message, Problem
from evenly_instagram import wording

if TYPE_CHECKING:
    from evenly.plugin import Media, Part, Post
    from evenly_instagram.wording import Kind

MOST_ITEMS = 10
MOST_HASHTAGS = 30
MOST_MENTIONS = 20
PICTURE_RATIO = (4 / 5, 1.91)
STORY_SECONDS = (3.0, 60.0)
STORY_BYTES = 100_000_000
STORY_RATIO = (0.1, 10.0)

_ROUNDING = 0.01
HASHTAG = re.compile(r"(?<![\w&])#\w+")
MENTION = re.compile(r"(?<![\w.])@[A-Za-z0-9_.]+")

#: Which kinds of post take an option.
_TAKES: Mapping[str, Collection[Kind]] = {
    "user_tags": {"picture", "reel", "carousel", "story"},
    "location_id": {"picture", "reel", "carousel"},
    "collaborators": {"picture", "reel", "carousel"},
    "share_to_feed": {"reel"},
    "thumb_offset": {"reel"},
    "is_ai_generated": {"picture", "reel", "carousel", "story"},
}


def problems(post: Post) -> list[Problem]:
    found: list[Problem] = []
    for part in post.parts:
        match wording.kind(part):
            case "comment":
                found += _comment(part)
            case "story":
                found += _story(part, commented=len(post.parts) > 1)
            case "reel":
                found += [*_reel(part), *_caption(part)]
            case _:
                found += [*_feed(part), *_caption(part)]
    return [*found, *(_options(post) if post.parts else ())]


def _comment(part: Part) -> Iterator[Problem]:
    if part.media:
        yield Problem(Message("A first comment on Instagram takes no media."), "first_comment")


def _caption(part: Part) -> Iterator[Problem]:
    text = wording.message(part)
    hashtags, mentions = len(HASHTAG.findall(text)), len(MENTION.findall(text))
    if hashtags > MOST_HASHTAGS:
        yield Problem(Message("Instagram takes {most} hashtags; this text has {found}.", most=MOST_HASHTAGS, found=hashtags), "text")
    if mentions > MOST_MENTIONS:
        yield Problem(Message("Instagram takes {most} mentions; this text has {found}.", most=MOST_MENTIONS, found=mentions), "text")


def _feed(part: Part) -> Iterator[Problem]:
    if len(part.media) > MOST_ITEMS:
        said = Message("A carousel has at most {most} pictures and videos; this has {found}.", most=MOST_ITEMS, found=len(part.media))
        yield Problem(said, "media")
    for place, media in enumerate(part.media):
        if media.kind != "video" and _outside(_ratio(media), PICTURE_RATIO):
            said = Message(
                "{item} is {width}x{height}: in the feed Instagram takes pictures between 4:5 and 1.91:1.",
                item=wording.item(part.media, place),
                width=media.width,
                height=media.height,
            )
            yield Problem(said, f"media[{place}]")


def _reel(part: Part) -> Iterator[Problem]:
    if len(part.media) != 1 or part.media[0].kind != "video":
        yield Problem(Message("A reel is exactly one video."), "media")


def _story(part: Part, *, commented: bool) -> Iterator[Problem]:
    if part.text or part.link:
        yield Problem(Message("An Instagram story takes neither text nor link: leave them away."), "text" if part.text else "link")
    if commented:
        yield Problem(Message("A story takes no first comment."), "first_comment")
    if len(part.media) != 1:
        yield Problem(Message("A story is exactly one picture or one video."), "media")
    elif part.media[0].kind == "video":
        yield from _film_of_a_story(part.media[0])


def _film_of_a_story(video: Media) -> Iterator[Problem]:
    least, most = STORY_SECONDS
    if video.seconds is not None and not least <= video.seconds <= most:
        said = Message(
            "A video in a story has {least:g} to {most:g} seconds; this one has {found:g}.", least=least, most=most, found=video.seconds
        )
        yield Problem(said, "media[0]")
    if video.bytes > STORY_BYTES:
        yield Problem(
            Message("A video in a story has at most {most} bytes; this one has {found}.", most=STORY_BYTES, found=video.bytes), "media[0]"
        )
    if _outside(_ratio(video), STORY_RATIO):
        yield Problem(Message("A video in a story is between 1:10 and 10:1."), "media[0]")


def _options(post: Post) -> Iterator[Problem]:
    """Options that the post cannot have are refused, not dropped in silence."""
    part, given = post.parts[0], {name: value for name, value in post.options.items() if value not in (None, (), [])}
    becomes = wording.kind(part)
    for name in sorted(given):
        if becomes not in _TAKES.get(name, ()):
            yield Problem(Message("{option} does not go with this kind of post.", option=name), f"options.{name}")
    for tag in given.get("user_tags", ()):
        yield from _tag(part, tag)
    offset, media = given.get("thumb_offset"), part.media[:1]
    if offset is not None and media and media[0].seconds is not None and offset > media[0].seconds * 1000:
        said = Message("thumb_offset is {offset} ms, but the video ends after {seconds:g} s.", offset=offset, seconds=media[0].seconds)
        yield Problem(said, "options.thumb_offset")


def _tag(part: Part, tag: Mapping[str, object]) -> Iterator[Problem]:
    place, placed = int(str(tag.get("item") or 1)) - 1, tag.get("x") is not None and tag.get("y") is not None
    name, field = tag.get("username"), "options.user_tags"
    if place >= len(part.media):
        yield Problem(Message("The tag of {name} is for item {item}, which this post does not have.", name=name, item=place + 1), field)
    elif part.media[place].kind == "video" and (tag.get("x") is not None or tag.get("y") is not None):
        yield Problem(Message("The tag of {name} stands in a video, where it takes no x and y.", name=name), field)
    elif part.media[place].kind != "video" and wording.kind(part) != "story" and not placed:
        yield Problem(Message("The tag of {name} needs x and y, from 0 to 1: where it stands in the picture.", name=name), field)


def _ratio(media: Media) -> float | None:
    return media.width / media.height if media.width and media.height else None


def _outside(found: float | None, bounds: tuple[float, float]) -> bool:
    return found is not None and not bounds[0] - _ROUNDING <= found <= bounds[1] + _ROUNDING
