"""What is done before anybody can see it, one step at a time: photos, videos in chunks, reels and stories, a comment's parent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message, PostRejected, PrepareAgain, Prepared, Problem
from evenly_facebook import api, dressing, files, videos, wording
from evenly_graph.answers import answer, identifier
from evenly_graph.errors import NotThere, WrongOffset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.plugin import Http, Media, Part, Published
    from evenly_facebook.page import Page

AT_ONCE = timedelta(0)
SOON = timedelta(seconds=15)
#: Unpublished photos vanish after about 24 hours; for videos Meta names no time. An hour is left for the visible call.
_KEPT = timedelta(hours=23)
#: Some videos are processed for ever. Then the finishing call is tried, and says what is wrong.
_LONGEST_PROCESSING = timedelta(minutes=30)
_LONGEST_UNTIL_LIVE = timedelta(hours=12)


def step(page: Page, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    match wording.kind(part):
        case "comment":
            return _parent(page, so_far, thread, http)
        case "video":
            return _chunks(page, part, so_far, http)
        case "reel" | "video story":
            return _session(page, part, so_far, http)
        case _:
            return _photos(page, part, so_far, http)


# ── photos ──


def _photos(page: Page, part: Part, so_far: Prepared | None, http: Http) -> Prepared:
    staged = [str(each) for each in so_far.data["photos"]] if so_far else []
    if len(staged) < len(part.media):
        media = part.media[len(staged)]
        staged.append(identifier(http.send_repeatable(api.stage_photo(page, media, files.content(media))), "id"))
    if not part.media:
        return Prepared()
    return _staged({"photos": staged}, so_far, http, ready=len(staged) == len(part.media))


# ── feed videos: chunks, whose bounds the network names ──


def _chunks(page: Page, part: Part, so_far: Prepared | None, http: Http) -> Prepared:
    media = _film(part)
    if so_far is None:
        dressing.thumb(part)  # a cover that cannot be had is told now, not at the visible call
        data = api.started_chunks(http.send_repeatable(api.start_chunks(page, media)))
    else:
        data = {**so_far.data, **_next_chunk(page, media, so_far.data, http)}
    return _staged(data, so_far, http, ready=data["start"] == data["end"])


def _next_chunk(page: Page, media: Media, data: Any, http: Http) -> dict[str, str]:
    """Send one chunk; where the network wanted another one, learn which."""
    start, end = int(data["start"]), int(data["end"])
    if end <= start:
        return {}
    request = api.chunk(page, data["session"], data["start"], files.content(media, start, end))
    try:
        following = api.offsets(answer(http.send_repeatable(request)))
    except WrongOffset as wanted:
        if wanted.start is None or wanted.end is None:
            raise
        following = {"start": wanted.start, "end": wanted.end}
    if not (following["start"].isdigit() and following["end"].isdigit()):
        raise PrepareAgain
    return following


# ── reels and video stories: one upload that can be resumed, then a look ──


def _session(page: Page, part: Part, so_far: Prepared | None, http: Http) -> Prepared:
    media = _film(part)
    if so_far is None:
        started = api.started_session(http.send_repeatable(api.start_session(page, wording.kind(part))))
        return _staged(started, None, http, ready=False)
    told = _ask(page, so_far.data["video"], http)
    if wrong := videos.broken(told):
        raise PostRejected(Message("Facebook could not use the video: {said}", said=wrong))
    if "sent_at" in so_far.data:
        return _processed(page, part, told, so_far, http)
    if videos.phase(told, "uploading") != "complete" and videos.arrived(told) < media.bytes:
        files.check(media)
        http.send_repeatable(api.send_bytes(page, so_far.data["upload_url"], media, videos.arrived(told)))
    return _staged({**so_far.data, "sent_at": http.clock.now().isoformat()}, so_far, http, ready=False)


def _processed(page: Page, part: Part, told: dict[str, Any], so_far: Prepared, http: Http) -> Prepared:
    waited = http.clock.now() - datetime.fromisoformat(so_far.data["sent_at"])
    arriving = videos.phase(told, "uploading") == "in_progress" or not told
    if arriving and waited > _LONGEST_PROCESSING:
        raise PrepareAgain
    if arriving or (videos.phase(told, "processing") == "in_progress" and waited <= _LONGEST_PROCESSING):
        return _staged(dict(so_far.data), so_far, http, ready=False, look_again=SOON)
    data = dressing.step(page, part, so_far.data, http) if dressing.left(part, so_far.data) else dict(so_far.data)
    return _staged(data, so_far, http, ready=not dressing.left(part, data))


def _ask(page: Page, video: str, http: Http) -> dict[str, Any]:
    """What is known of a video; nothing where Facebook does not know it yet, as happens with fresh ones."""
    try:
        return answer(http.send_repeatable(videos.ask(page, video)))
    except NotThere:
        return {}


# ── the first comment: its parent must be out ──


def _parent(page: Page, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    """A reel is processed for minutes after it was published: until then nobody can comment on it."""
    if not thread:
        return Prepared(ready=False, look_again=None)
    parent = thread[0]
    data = {"parent": parent.remote_id}
    if parent.data.get("kind") not in {"video", "reel"}:
        return Prepared(data=data)
    told = _ask(page, parent.remote_id, http)
    if videos.is_public(told):
        return Prepared(data=data)
    since = str(so_far.data["since"]) if so_far and "since" in so_far.data else http.clock.now().isoformat()
    wrong = videos.broken(told)
    if wrong or http.clock.now() - datetime.fromisoformat(since) > _LONGEST_UNTIL_LIVE:
        raise PostRejected(Message("The video has not become public, so nobody can comment on it: {said}", said=wrong or "-"))
    return Prepared(data={**data, "since": since}, ready=False, look_again=timedelta(minutes=1))


# ── what is kept between two steps ──


def _staged(data: dict[str, Any], so_far: Prepared | None, http: Http, *, ready: bool, look_again: timedelta = AT_ONCE) -> Prepared:
    expires = so_far.expires_at if so_far and so_far.expires_at else http.clock.now() + _KEPT
    return Prepared(data=data, ready=ready, look_again=None if ready else look_again, expires_at=expires)


def _film(part: Part) -> Media:
    media = wording.film(part)
    if media is None:
        raise PostRejected(Problem(Message("A reel is exactly one video."), "media"))
    return media
