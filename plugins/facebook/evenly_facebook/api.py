"""Pure: builds the requests that stage and publish, and reads their answers.

https://developers.facebook.com/docs/pages-api/posts · /docs/graph-api/reference/page/photos · /docs/video-api/guides/publishing ·
/docs/video-api/guides/reels-publishing · /docs/page-stories-api
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evenly.plugin import Media, Message, PrepareAgain, Published
from evenly_facebook import wording
from evenly_facebook.fields import fields_of
from evenly_graph import errors
from evenly_graph.answers import answer, identifier, moment, success

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

    from evenly.plugin import NetworkError, Part
    from evenly_facebook.page import Page
    from evenly_facebook.wording import Kind
    from evenly_graph.calls import Files

_PIECE = 2**18

#: The edges that take a video by a session of its own, and what the finished thing is.
SESSION_EDGE: Mapping[Kind, str] = {"reel": "video_reels", "video story": "video_stories"}


# ── staging: nothing of this is visible ──


def stage_photo(page: Page, media: Media, content: bytes) -> httpx.Request:
    """Upload a photo without publishing it; unused it vanishes after about 24 hours."""
    fields = {"published": False, "alt_text_custom": media.alt or None}
    return page.graph.post(f"{page.id}/photos", fields, files={"source": (media.path.name, content, media.mime)})


def start_chunks(page: Page, media: Media) -> httpx.Request:
    return page.uploads.post(f"{page.id}/videos", {"upload_phase": "start", "file_size": media.bytes})


def started_chunks(response: httpx.Response) -> dict[str, str]:
    """`video` is what a lost answer is settled by: the id stands before anything is visible."""
    body = answer(response)
    video, session = identifier(response, "video_id"), identifier(response, "upload_session_id")
    return {"video": video, "session": session, **offsets(body)}


def offsets(body: Mapping[str, Any]) -> dict[str, str]:
    """Where the next chunk begins and ends, as the strings that the network gives; equal: all has arrived."""
    return {"start": str(body.get("start_offset", "")), "end": str(body.get("end_offset", ""))}


def chunk(page: Page, session: str, start: str, content: bytes) -> httpx.Request:
    fields = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": start}
    files = {"video_file_chunk": ("chunk", content, "application/octet-stream")}
    return page.uploads.post(f"{page.id}/videos", fields, files=files)


def start_session(page: Page, kind: Kind) -> httpx.Request:
    return page.graph.post(f"{page.id}/{SESSION_EDGE[kind]}", {"upload_phase": "start"})


def started_session(response: httpx.Response) -> dict[str, str]:
    """The token goes to `upload_url`: an address outside Facebook is not taken."""
    upload_url, video = str(answer(response).get("upload_url", "")), identifier(response, "video_id")
    parts = urlsplit(upload_url)
    if parts.scheme != "https" or not f".{parts.hostname}".endswith(".facebook.com"):
        raise PrepareAgain(Message("Facebook named no usable address for the video."))
    return {"video": video, "upload_url": upload_url}


def send_bytes(page: Page, upload_url: str, media: Media, offset: int) -> httpx.Request:
    """The video's bytes from `offset` on, read while they are sent."""
    import httpx

    headers = {
        "Authorization": f"OAuth {page.graph.token}",
        "offset": str(offset),
        "file_size": str(media.bytes),
        "Content-Length": str(media.bytes - offset),
        "Content-Type": "application/octet-stream",
    }
    return httpx.Request("POST", upload_url, content=_pieces(media, offset), headers=headers)


def _pieces(media: Media, offset: int) -> Iterator[bytes]:
    left = media.bytes - offset
    with media.path.open("rb") as file:
        file.seek(offset)
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece


def set_cover(page: Page, video: str, cover: Files) -> httpx.Request:
    """https://developers.facebook.com/docs/graph-api/reference/video/thumbnails"""
    return page.graph.post(f"{video}/thumbnails", {"is_preferred": True}, files=cover)


def invite(page: Page, video: str, guest: str) -> httpx.Request:
    """Invite another Page to publish this reel too; it may be done before the reel is out."""
    return page.graph.post(f"{video}/collaborators", {"target_id": guest})


def invited(page: Page, video: str) -> httpx.Request:
    return page.graph.get(f"{video}/collaborators")


# ── publishing: one visible call for each kind ──


def publish(page: Page, part: Part, staged: Mapping[str, Any], cover: Files | None = None) -> httpx.Request:
    """`cover` goes with feed videos; a reel has had its own while it was staged."""
    kind = wording.kind(part)
    owner = staged["parent"] if kind == "comment" else page.id
    host = page.uploads if kind == "video" else page.graph
    return host.post(f"{owner}/{_EDGE[kind]}", fields_of(part, staged), files=cover, publishes=True)


_EDGE: Mapping[Kind, str] = {
    "feed": "feed",
    "video": "videos",
    "photo story": "photo_stories",
    "comment": "comments",
    **SESSION_EDGE,
}


# ── what came back ──


def refusal(response: httpx.Response) -> NetworkError | None:
    """What an error answer means."""
    return errors.refusal(response, network="facebook", title="Facebook")


def published(response: httpx.Response, page: Page, part: Part, staged: Mapping[str, Any]) -> Published:
    """What is public now. Videos are confirmed without an id: theirs was given when they were staged."""
    match wording.kind(part):
        case "video" | "reel" as kind:
            return video_published(page, kind, staged["video"], success(response))
        case "photo story" | "video story":
            success(response)
            return story(identifier(response, "post_id"))
        case "comment":
            return Published(remote_id=identifier(response, "id"), data={"kind": "comment", "parent": staged["parent"]})
        case _:
            post = identifier(response, "id")
            return Published(remote_id=post, url=post_url(post), data={"kind": "feed"})


def video_published(page: Page, kind: str, video: str, told: Mapping[str, Any]) -> Published:
    """A video's own id is its remote id: figures and comments hang on it, and it can be deleted."""
    post = full_id(page, told.get("post_id"))
    url = told.get("permalink_url") or (f"/reel/{video}/" if kind == "reel" else f"/{page.id}/videos/{video}/")
    data = {"kind": kind} if post is None else {"kind": kind, "post": post}
    return Published(remote_id=video, url=absolute(str(url)), at=moment(told.get("created_time")), data=data)


def story(post: str) -> Published:
    return Published(remote_id=post, url=f"https://www.facebook.com/stories/{post}", data={"kind": "story"})


def post_url(post: str) -> str:
    return f"https://www.facebook.com/{post}"


def absolute(url: str) -> str:
    """Videos' addresses come without their host."""
    return f"https://www.facebook.com{url}" if url.startswith("/") else url


def full_id(page: Page, post: object) -> str | None:
    """A post's id with its Page before it; Facebook gives it both ways."""
    return None if not post else f"{page.id}_{str(post).rpartition('_')[2]}"
