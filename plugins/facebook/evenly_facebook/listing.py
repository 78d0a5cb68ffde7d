"""Pure: the lists that a Page's posts, reels, stories and comments stand in, and finding a part in them.

https://developers.facebook.com/docs/graph-api/reference/page/feed
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from evenly.plugin import RemotePost
from evenly.plugin.match import normalised, not_before
from evenly_facebook import api, wording
from evenly_graph.answers import moment, part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    import httpx

    from evenly.plugin import Part
    from evenly_facebook.page import Page

POST_FIELDS = (
    "id,message,created_time,permalink_url,is_published,application{id},"
    "attachments{media_type,type,url,target{id,url},subattachments{type,target{id}}}"
)
_REEL_FIELDS = "id,description,created_time,permalink_url,published,post_id"
_STORY_FIELDS = "post_id,status,creation_time,media_type,media_id,url"
_COMMENT_FIELDS = "id,message,from{id},created_time"

_PER_PAGE = 25  # with attachments, more is refused as too much data
_MENTION = re.compile(r"@\[\d+(?::[^\]]*)?\]")
_LAST_LINK = re.compile(r"\s+https?://\S+$")
_TRACKED = "fbclid"


def posts(page: Page, since: datetime) -> httpx.Request:
    return page.graph.get(f"{page.id}/published_posts", fields=POST_FIELDS, since=int(since.timestamp()), limit=_PER_PAGE)


def reels(page: Page, since: datetime) -> httpx.Request:
    """Reels are not in the list of posts."""
    return page.graph.get(f"{page.id}/video_reels", fields=_REEL_FIELDS, since=int(since.timestamp()), limit=_PER_PAGE)


def stories(page: Page, since: datetime) -> httpx.Request:
    fields = {"fields": _STORY_FIELDS, "since": int(since.timestamp()), "limit": _PER_PAGE}
    return page.graph.get(f"{page.id}/stories", status='["PUBLISHED"]', **fields)


def comments(page: Page, parent: str) -> httpx.Request:
    ordered = {"order": "reverse_chronological", "filter": "toplevel"}
    return page.graph.get(f"{parent}/comments", fields=_COMMENT_FIELDS, limit=_PER_PAGE, **ordered)


# ── what stands in them ──


def remote_post(page: Page, item: Mapping[str, Any]) -> RemotePost | None:
    """A post of the list; None for one that is not public or bears no time. A video's post goes by the video's id, as ours do."""
    at = moment(item.get("created_time"))
    if at is None or item.get("is_published") is False:
        return None
    attached = part_of(item, "attachments", "data", 0) or {}
    video = _video(attached)
    app = part_of(item, "application", "id")
    photos = _photos(attached)
    return RemotePost(
        remote_id=video or str(item["id"]),
        text=str(item.get("message") or ""),
        at=at,
        url=api.absolute(str(item.get("permalink_url") or api.post_url(str(item["id"])))),
        media=(video,) if video else photos,
        link=_shared(attached) if not (video or photos) else None,
        ours=None if page.app_id is None or app is None else str(app) == page.app_id,
    )


def remote_reel(item: Mapping[str, Any]) -> RemotePost | None:
    at = moment(item.get("created_time"))
    if at is None or item.get("published") is False:
        return None
    video = str(item["id"])
    url = api.absolute(str(item.get("permalink_url") or f"/reel/{video}/"))
    return RemotePost(remote_id=video, text=str(item.get("description") or ""), at=at, url=url, media=(video,))


def remote_story(item: Mapping[str, Any]) -> RemotePost | None:
    at = moment(item.get("creation_time"))
    if at is None or not item.get("post_id"):
        return None
    out = api.story(str(item["post_id"]))
    return RemotePost(remote_id=out.remote_id, text="", at=at, url=out.url, media=(str(item.get("media_id") or ""),))


def remote_comment(page: Page, item: Mapping[str, Any], parent: str) -> RemotePost | None:
    at, author = moment(item.get("created_time")), part_of(item, "from", "id")
    if at is None:
        return None
    ours = None if author is None else str(author) == page.id
    return RemotePost(remote_id=str(item["id"]), text=str(item.get("message") or ""), at=at, parent=parent, ours=ours)


def _photos(attached: Mapping[str, Any]) -> tuple[str, ...]:
    if attached.get("type") == "photo":
        return _targets([attached])
    if attached.get("type") == "album":
        return _targets(part_of(attached, "subattachments", "data") or [])
    return ()


def _video(attached: Mapping[str, Any]) -> str | None:
    """The id of the Page's own video; a shared video of another place has no id of ours."""
    if not str(attached.get("type", "")).startswith("video") or str(attached.get("type")).startswith("video_share"):
        return None
    return next(iter(_targets([attached])), None)


def _targets(attached: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    found = [part_of(each, "target", "id") for each in attached]
    return tuple(str(each) for each in found if each)


def _shared(attached: Mapping[str, Any]) -> str | None:
    url = attached.get("url") or part_of(attached, "target", "url")
    return unwrapped(str(url)) if url else None


def unwrapped(url: str) -> str:
    """The address behind Facebook's own redirect."""
    parts = urlsplit(url)
    if f".{parts.hostname}".endswith(".facebook.com") and parts.path == "/l.php":
        return parse_qs(parts.query).get("u", [url])[0]
    return url


# ── is one of them this part? ──


def candidates(remotes: Iterable[RemotePost], part: Part, *, first_attempt: datetime, photos: Iterable[str] = ()) -> list[RemotePost]:
    """Those that may be `part`: photo ids prove it; else the same words (and link), not earlier, by no other app."""
    staged = frozenset(photos)
    recent = [each for each in remotes if each.at >= not_before(first_attempt) and each.ours is not False]
    if staged:
        return [each for each in recent if staged & frozenset(each.media)]
    worded = [each for each in recent if not each.media and same_words(each.text, wording.message(part))]
    linked = [each for each in worded if part.link and each.link and same_link(each.link, part.link)]
    return linked or worded


def undecided(remotes: Iterable[RemotePost], part: Part, *, first_attempt: datetime) -> bool:
    """Whether a post with the words of a part with photos stands there without telling any media: it may be that part."""
    bare = [each for each in remotes if each.at >= not_before(first_attempt) and each.ours is not False and not each.media]
    return any(same_words(each.text, wording.message(part)) for each in bare)


def same_words(remote: str, sent: str) -> bool:
    """Equal but for white space, the names that stand for `@[page-id]`, and a shortened link at the end."""
    shown = normalised(remote)
    pattern = ".{1,200}?".join(re.escape(piece) for piece in _MENTION.split(normalised(sent)))
    return any(re.fullmatch(pattern, each, re.DOTALL) is not None for each in (shown, _LAST_LINK.sub("", shown)))


def same_link(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    query = "&".join(each for each in parts.query.split("&") if not each.startswith(f"{_TRACKED}="))
    return (parts.hostname or "", parts.path.rstrip("/"), query)
