"""What a part becomes on Facebook: which kind of thing, with which words; and what Facebook would refuse of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from evenly.plugin import Message, Problem

if TYPE_CHECKING:
    from evenly.plugin import Account, Media, Part, Post

Kind: TypeAlias = Literal["feed", "video", "reel", "photo story", "video story", "comment"]

#: https://developers.facebook.com/docs/video-api/guides/reels-publishing
REEL_SECONDS = (3.0, 90.0)
REEL_RATIO = (9 / 16, 16 / 9)
#: https://developers.facebook.com/docs/page-stories-api
STORY_SECONDS = (3.0, 60.0)
#: Of reels and stories, whichever way they lie; below it the processing fails.
LEAST_SIDES = (540, 960)

_ROUNDING = 0.01


def kind(part: Part) -> Kind:
    """Which of Facebook's kinds of post this part is.

    An upright video of a reel's length goes out as a reel: sent as a feed video it may end as a draft.
    """
    if part.kind == "comment":
        return "comment"
    video = film(part)
    if part.format == "story":
        return "video story" if video else "photo story"
    if video is None:
        return "feed"
    return "reel" if part.format == "reel" or _belongs_to_reels(video) else "video"


def film(part: Part) -> Media | None:
    return next((each for each in part.media if each.kind == "video"), None)


def message(part: Part) -> str:
    """The words as they are sent. A link that has no field of its own beside media, or in a comment, stands in the text."""
    if part.link is None or shares(part) or part.link in part.text:
        return part.text
    return f"{part.text}\n\n{part.link}" if part.text else part.link


def shares(part: Part) -> bool:
    """Whether the link goes into a field of its own, where it gets a preview."""
    return part.link is not None and not part.media and part.kind == "post"


def length(account: Account, part: Part) -> int:  # noqa: ARG001 - the shape that `Network.length` promises
    return len(message(part))


def problems(post: Post) -> list[Problem]:
    found: list[Problem] = []
    for part in post.parts:
        if part.kind == "comment":
            found += [Problem(Message("A first comment on Facebook takes no media."), "first_comment")] if part.media else []
        elif part.format == "reel":
            found += _reel(part)
        elif part.format == "story":
            found += _story(part, commented=len(post.parts) > 1)
        elif not (part.text or part.link or part.media):
            found.append(Problem(Message("A post needs text, a link or media."), "text"))
    return found


def _reel(part: Part) -> list[Problem]:
    video = film(part)
    if video is None or len(part.media) != 1:
        return [Problem(Message("A reel is exactly one video."), "media")]
    found = _too_small(video)
    least, most = REEL_SECONDS
    if video.seconds is not None and not least <= video.seconds <= most:
        said = Message(
            "A reel is {least:g} to {most:g} seconds long; this video has {found:g}.", least=least, most=most, found=video.seconds
        )
        found.append(Problem(said, "media[0]"))
    ratio = _ratio(video)
    if ratio is not None and not REEL_RATIO[0] - _ROUNDING <= ratio <= REEL_RATIO[1] + _ROUNDING:
        said = Message("A reel is between 9:16 and 16:9; this video is {width}x{height}.", width=video.width, height=video.height)
        found.append(Problem(said, "media[0]"))
    return found


def _story(part: Part, *, commented: bool) -> list[Problem]:
    found = []
    if len(part.media) != 1:
        found.append(Problem(Message("A story is exactly one photo or one video."), "media"))
    if part.text or part.link:
        found.append(Problem(Message("A Facebook story takes neither text nor link: leave them away."), "text" if part.text else "link"))
    if commented:
        found.append(Problem(Message("A story takes no first comment."), "first_comment"))
    video = film(part)
    return found + (_story_video(video) if video else [])


def _story_video(video: Media) -> list[Problem]:
    found = _too_small(video)
    least, most = STORY_SECONDS
    if video.seconds is not None and not least <= video.seconds <= most:
        said = Message(
            "A video in a story is {least:g} to {most:g} seconds long; this one has {found:g}.", least=least, most=most, found=video.seconds
        )
        found.append(Problem(said, "media[0]"))
    return found


def _too_small(video: Media) -> list[Problem]:
    if _large_enough(video):
        return []
    sides = {"width": LEAST_SIDES[0], "height": LEAST_SIDES[1], "found": f"{video.width}x{video.height}"}
    return [Problem(Message("Reels and stories have at least {width}x{height} pixels; this video has {found}.", **sides), "media[0]")]


def _large_enough(video: Media) -> bool:
    """Also where its size is not known."""
    if not (video.width and video.height):
        return True
    short, long = sorted((video.width, video.height))
    return short >= LEAST_SIDES[0] and long >= LEAST_SIDES[1]


def _belongs_to_reels(video: Media) -> bool:
    ratio = _ratio(video)
    if ratio is None or video.seconds is None or not _large_enough(video):
        return False
    return REEL_RATIO[0] - _ROUNDING <= ratio < 1 and REEL_SECONDS[0] <= video.seconds <= REEL_SECONDS[1]


def _ratio(video: Media) -> float | None:
    return video.width / video.height if video.width and video.height else None
