"""The lists that a profile's posts, stories and comments stand in, and finding a part in them.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evenly.plugin import RemotePost
from evenly.plugin.match import normalised, not_before
from evenly_graph.answers import moment, part_of
from evenly_instagram import wording

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    import httpx

    from evenly.plugin import Http, Part
    from evenly_instagram.profile import Profile

_MEDIA_FIELDS = "id,caption,timestamp,permalink,media_type,media_product_type,children{id}"
_STORY_FIELDS = "id,timestamp,permalink,media_type"
_COMMENT_FIELDS = "id,text,timestamp,username"

_PER_PAGE = 25
_COMMENTS_PER_PAGE = 50
_REMEMBERED = 10
_LEFT_OUT = re.compile(r"[@\s]+")


def media(profile: Profile, since: datetime) -> httpx.Request:
    return profile.graph.get(f"{profile.id}/media", fields=_MEDIA_FIELDS, since=int(since.timestamp()), limit=_PER_PAGE)


def stories(profile: Profile) -> httpx.Request:
    """Stories are not in the list of media; this one holds those of the last 24 hours."""
    return profile.graph.get(f"{profile.id}/stories", fields=_STORY_FIELDS, limit=_PER_PAGE)


def comments(profile: Profile, parent: str) -> httpx.Request:
    """Newest first."""
    return profile.graph.get(f"{parent}/comments", fields=_COMMENT_FIELDS, limit=_COMMENTS_PER_PAGE)


def newest(profile: Profile, part: Part, http: Http) -> list[str]:
    """The ids that stand first before ours is published: none of them can be ours."""
    edge = "stories" if wording.kind(part) == "story" else "media"
    told = profile.ask(http, f"{profile.id}/{edge}", fields="id", limit=_REMEMBERED)
    return [str(each["id"]) for each in told.get("data") or () if each.get("id")]


# ── what stands in them ──


def remote_post(item: Mapping[str, Any]) -> RemotePost | None:
    at, children = moment(item.get("timestamp")), part_of(item, "children", "data")
    if at is None or not item.get("id"):
        return None
    return RemotePost(
        remote_id=str(item["id"]),
        text=str(item.get("caption") or ""),
        at=at,
        url=item.get("permalink"),
        media_count=len(children) if children else 1,
    )


def remote_comment(item: Mapping[str, Any], parent: str) -> RemotePost | None:
    at = moment(item.get("timestamp"))
    if at is None or not item.get("id"):
        return None
    return RemotePost(remote_id=str(item["id"]), text=str(item.get("text") or ""), at=at, parent=parent, media_count=0)


# ── which of them is ours ──


def candidates(items: Iterable[Mapping[str, Any]], part: Part, *, first_attempt: datetime, known: Collection[str]) -> Iterator[RemotePost]:
    """What came after our first attempt, was not there before it, and is of our kind with our words."""
    for item in items:
        remote = remote_post(item)
        if remote is None or remote.remote_id in known or remote.at < not_before(first_attempt):
            continue
        if _is_of_kind(item, part) and (wording.kind(part) == "story" or same_caption(remote.text, wording.message(part))):
            yield remote


def own_comments(
    items: Iterable[Mapping[str, Any]], part: Part, parent: str, *, first_attempt: datetime, username: str | None
) -> Iterator[RemotePost]:
    """Our words, by us: visitors may write the same."""
    for item in items:
        remote, author = remote_comment(item, parent), item.get("username")
        if remote is None or remote.at < not_before(first_attempt) or (username and author and author != username):
            continue
        if normalised(remote.text) == normalised(wording.message(part)):
            yield remote


def same_caption(one: str, other: str) -> bool:
    """Instagram leaves the @ of mentions away for some users: https://developers.facebook.com/docs/instagram-platform/reference/ig-media"""
    return _LEFT_OUT.sub("", normalised(one)) == _LEFT_OUT.sub("", normalised(other))


def _is_of_kind(item: Mapping[str, Any], part: Part) -> bool:
    """Where the network names the kind, it must be ours."""
    product, form = item.get("media_product_type"), item.get("media_type")
    children = part_of(item, "children", "data")
    match wording.kind(part):
        case "reel":
            return product in {None, "REELS"} and form in {None, "VIDEO"}
        case "carousel":
            return form in {None, "CAROUSEL_ALBUM"} and (not children or len(children) == len(part.media))
        case "story":
            return form in {None, "VIDEO" if part.media[0].kind == "video" else "IMAGE"}
        case _:
            return product in {None, "FEED"} and form in {None, "IMAGE"}
