"""Pure: do a post's options go with what it becomes? What cannot be had is refused, not dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.plugin import Message, Problem
from evenly_facebook import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.plugin import Part, Post
    from evenly_facebook.wording import Kind

_ALL = frozenset[wording.Kind]({"feed", "video", "reel"})

#: Which kinds of post take an option. Those of links need a link besides.
TAKEN: Mapping[str, frozenset[Kind]] = {
    "place": frozenset({"feed", "reel"}),
    "tags": frozenset({"feed"}),
    "targeting": _ALL,
    "feed_targeting": _ALL,
    "carousel": frozenset({"feed"}),
    "end_card": frozenset({"feed"}),
    "preview": frozenset({"feed"}),
    "button": frozenset({"feed"}),
    "title": frozenset({"video", "reel"}),
    "cover": frozenset({"video", "reel"}),
    "category": frozenset({"video"}),
    "collaborators": frozenset({"reel"}),
    "ai_generated": frozenset({"video", "reel", "video story"}),
}
_OF_LINKS = frozenset({"carousel", "end_card", "preview", "button"})

_SAID = {
    "place": Message("A place goes with posts and reels only."),
    "tags": Message("Tags go with texts, links and photos only."),
    "targeting": Message("An audience is chosen for posts, videos and reels only."),
    "feed_targeting": Message("An audience is chosen for posts, videos and reels only."),
    "category": Message("A category goes with videos in the feed only, not with reels."),
    "collaborators": Message("Other Pages can be invited to reels only."),
    "ai_generated": Message("Facebook takes the label ai_generated with videos, reels and stories of a video only."),
}


def problems(post: Post) -> list[Problem]:
    """One for each option that the post cannot have, or not without another one."""
    given = {name for name, value in post.options.items() if value is not None}
    if not post.parts or not given:
        return []
    found = [Problem(_misplaced(name), f"options.{name}") for name in sorted(given) if not _goes(name, post.parts[0])]
    misplaced = {problem.field for problem in found}
    if "tags" in given and "place" not in given and "options.tags" not in misplaced:
        found.append(Problem(Message("Facebook takes tags only together with a place."), "options.tags"))
    if "end_card" in given and "carousel" not in given and "options.end_card" not in misplaced:
        found.append(Problem(Message("An end card goes with a carousel of links."), "options.end_card"))
    return found


def _goes(option: str, part: Part) -> bool:
    taken = wording.kind(part) in TAKEN.get(option, _ALL)
    return taken and (option not in _OF_LINKS or wording.shares(part))


def _misplaced(option: str) -> Message:
    if option in _OF_LINKS:
        return Message("{option} goes with a link, in a post without media.", option=option)
    return _SAID.get(option) or Message("{option} goes with videos and reels only.", option=option)
