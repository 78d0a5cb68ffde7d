"""What is done before anybody can see it, one step at a time: pictures, documents, videos in parts, a comment's parent.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api · …/documents-api · …/videos-api
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message, PostRejected, PrepareAgain, Prepared, Problem
from evenly_linkedin import api, versions, wording
from evenly_linkedin.refusals import NotAllowed, NotThere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenly.plugin import Http, Media, Part, Published
    from evenly_linkedin.api import Asset
    from evenly_linkedin.author import Author

AT_ONCE = timedelta(0)
#: How soon to look again at what LinkedIn works on; and, where it does not let us look, how long to wait before trying.
SOON: dict[Asset, timedelta] = {"image": timedelta(seconds=3), "document": timedelta(seconds=5), "video": timedelta(seconds=15)}
_UNSEEN: dict[Asset, timedelta] = {"image": timedelta(seconds=5), "document": timedelta(seconds=10), "video": timedelta(seconds=30)}
#: After this the visible call is tried, and LinkedIn says what is wrong.
_LONGEST_PROCESSING = timedelta(minutes=30)


def step(author: Author, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    if wording.kind(part) == "comment":
        return Prepared(data={"parent": thread[0].remote_id}) if thread else Prepared(ready=False, look_again=None)
    if so_far is None and versions.may_be_over(author.calls.version, http.clock.now()):
        check_version(author, http)
    if not part.media or wording.kind(part) == "poll":
        return Prepared()
    data = dict(so_far.data) if so_far else {"assets": []}
    if data.get("parts"):
        return _video_part(author, part.media[0], data, http)
    if len(data["assets"]) < len(part.media):
        return _upload(author, part.media[len(data["assets"])], data, http)
    return _look(author, data, http)


def check_version(author: Author, http: Http) -> None:
    """Raises `VersionOver` where LinkedIn refuses the version. Any other answer, even a refusal, shows that it lives."""
    http.send_repeatable(api.roles(author.calls), accept={400, 403, 404})


def kind(media: Media) -> Asset:
    return "video" if media.kind == "video" else "document" if media.kind == "document" else "image"


def _upload(author: Author, media: Media, data: dict[str, Any], http: Http) -> Prepared:
    """One file; of a video only the beginning."""
    _check_file(media)
    asset = kind(media)
    urn, told = api.begun_upload(http.send_repeatable(api.begin_upload(author, asset, media)), asset)
    data = {**data, "assets": [*data["assets"], urn]}
    if asset == "video":
        parts = {"parts": api.video_parts(told, media.bytes), "etags": [], "token": str(told.get("uploadToken") or "")}
        return _again({**data, **parts}, AT_ONCE)
    url = api.upload_url(told)
    with _read(media):
        http.send_repeatable(author.calls.put(url, media))
    return _again({**data, "sent_at": http.clock.now().isoformat()}, AT_ONCE)


def _video_part(author: Author, media: Media, data: dict[str, Any], http: Http) -> Prepared:
    """One part of a video, in the order and the bounds that LinkedIn named; after the last one the upload is finished."""
    done = len(data["etags"])
    if done == len(data["parts"]):
        http.send_repeatable(api.finish_video(author, data["assets"][0], data["token"], data["etags"]))
        return _again({"assets": data["assets"], "sent_at": http.clock.now().isoformat()}, SOON["video"])
    _check_file(media)
    piece = data["parts"][done]
    with _read(media):
        response = http.send_repeatable(author.calls.put(piece["url"], media, piece["first"], piece["last"]))
    etag = response.headers.get("etag", "").strip('"')
    if not etag:
        raise PrepareAgain(Message("LinkedIn took a part of the video without confirming it."))
    return _again({**data, "etags": [*data["etags"], etag]}, AT_ONCE)


def _look(author: Author, data: dict[str, Any], http: Http) -> Prepared:
    """How far LinkedIn is with the next asset that is not known to be done. Members' assets cannot be asked for: then time must do."""
    done = int(data.get("done", 0))
    urn, waited = data["assets"][done], http.clock.now() - datetime.fromisoformat(data["sent_at"])
    asset: Asset = urn.split(":")[2]
    status = None if data.get("unseen") else _status(author, urn, http)
    if status is None:
        left = _UNSEEN[asset] - waited
        return _again({**data, "unseen": True}, left) if left > AT_ONCE else _ready(data)
    if status == "PROCESSING_FAILED":
        raise PostRejected(Problem(Message("LinkedIn could not use file {number} of this post.", number=done + 1), "media"))
    if status != "AVAILABLE" and waited < _LONGEST_PROCESSING:
        return _again(data, SOON[asset])
    data = {**data, "done": done + 1}
    return _ready(data) if data["done"] == len(data["assets"]) else _again(data, AT_ONCE)


def _status(author: Author, urn: str, http: Http) -> str | None:
    """`AVAILABLE`, `PROCESSING` …; None where the token may not know."""
    try:
        return str(api.answer(http.send_repeatable(api.ask_asset(author, urn))).get("status"))
    except (NotAllowed, NotThere):
        return None


def _again(data: dict[str, Any], wait: timedelta) -> Prepared:
    return Prepared(data=data, ready=False, look_again=wait)


def _ready(data: dict[str, Any]) -> Prepared:
    return Prepared(data={"assets": data["assets"]})


# ── files ──


@contextmanager
def _read(media: Media) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise _unreadable(media) from error


def _check_file(media: Media) -> None:
    """Before bytes are promised: are they there still, and as many?"""
    try:
        there = media.path.stat().st_size
    except OSError as error:
        raise _unreadable(media) from error
    if there != media.bytes:
        raise _unreadable(media)


def _unreadable(media: Media) -> PostRejected:
    return PostRejected(Problem(Message("The file {name} is gone or has changed.", name=media.path.name), "media"))
