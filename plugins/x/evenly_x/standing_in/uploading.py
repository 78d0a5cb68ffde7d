"""Routes for media: announced, sent in pieces, made whole, described and looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from evenly_x.standing_in.calling import Call
from evenly_x.standing_in.state import Upload
from evenly_x.standing_in.wsgi import Answer, Problem, invalid, problem

KEPT = timedelta(hours=24)
_LARGEST = {"tweet_image": 5_000_000, "tweet_gif": 15_000_000, "tweet_video": 8 * 10**9}
_TYPES = {
    "tweet_image": {"image/jpeg", "image/png", "image/webp", "image/gif"},
    "tweet_gif": {"image/gif"},
    "tweet_video": {"video/mp4", "video/quicktime"},
}
_LONGEST_ALT, _LAST_SEGMENT = 1_000, 999


def initialize(call: Call) -> Answer:
    """`POST /2/media/upload/initialize`"""
    said = call.request.json
    category, mime, size = said.get("media_category"), said.get("media_type"), said.get("total_bytes")
    if category not in _TYPES or mime not in _TYPES[category] or not isinstance(size, int) or size <= 0:
        raise invalid("media_category, media_type or total_bytes is not valid", media_category=[str(category)])
    if size > _LARGEST[category]:
        raise invalid(f"File size exceeds {_LARGEST[category]} bytes.", total_bytes=[str(size)])
    state = call.state
    upload = Upload(state.new_id(), call.user, category, mime, size, state.clock.now())
    state.uploads[upload.id] = upload
    return Answer({"data": {"id": upload.id, "media_key": upload.key, "expires_after_secs": KEPT // timedelta(seconds=1)}})


def append(call: Call) -> Answer:
    """`POST /2/media/upload/{id}/append`"""
    upload, parts = _upload(call, call.ids[0]), call.request.parts
    segment, content = parts.get("segment_index", b"").decode(), parts.get("media", b"")
    if len(content) > call.state.largest_piece:
        raise Problem(Answer(text="", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
    if not segment.isdigit() or int(segment) > _LAST_SEGMENT or not content:
        raise invalid("segment_index or media is not valid", segment_index=[segment])
    upload.pieces[int(segment)] = len(content)
    return Answer({"data": {"expires_at": int((upload.at + KEPT).timestamp())}})


def finalize(call: Call) -> Answer:
    """`POST /2/media/upload/{id}/finalize`"""
    upload, now = _upload(call, call.ids[0]), call.state.clock.now()
    if sum(upload.pieces.values()) != upload.size or sorted(upload.pieces) != list(range(len(upload.pieces))):
        raise invalid("Segments do not add up to provided total file size.", media_id=[upload.id])
    upload.is_slow = upload.category != "tweet_image" and call.state.processing > timedelta(0)
    if upload.ready_at is None:
        upload.ready_at = now + (call.state.processing if upload.is_slow else timedelta(0))
    return Answer({"data": _shown(upload, upload.ready_at, now)})


def status(call: Call) -> Answer:
    """`GET /2/media/upload?command=STATUS`: for what is worked on only."""
    if call.request.query.get("command", "STATUS") != "STATUS":
        raise invalid("The query parameter [command] is not one of [STATUS]", command=[call.request.query["command"]])
    upload = _upload(call, call.request.query.get("media_id", ""))
    if upload.ready_at is None or not upload.is_slow:
        raise problem(HTTPStatus.BAD_REQUEST, "BadRequest: Not found")
    return Answer({"data": _shown(upload, upload.ready_at, call.state.clock.now())})


def describe(call: Call) -> Answer:
    """`POST /2/media/metadata`"""
    upload = _upload(call, str(call.request.json.get("id")))
    told = call.request.json.get("metadata", {}).get("alt_text", {}).get("text")
    if not isinstance(told, str) or not 0 < len(told) <= _LONGEST_ALT:
        raise invalid("metadata.alt_text.text has 1 to 1000 characters", alt_text=[])
    upload.alt = told
    return Answer({"data": {"id": upload.id, "associated_metadata": {"alt_text": {"text": told}}}})


def _upload(call: Call, media_id: str) -> Upload:
    upload = call.state.uploads.get(media_id)
    if upload is None or upload.owner != call.user or call.state.clock.now() > upload.at + KEPT:
        raise invalid("Media id is not valid", media_id=[media_id])
    return upload


def _shown(upload: Upload, ready_at: datetime, now: datetime) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": upload.id,
        "media_key": upload.key,
        "size": upload.size,
        "expires_after_secs": (upload.at + KEPT - now) // timedelta(seconds=1),
    }
    if upload.is_slow:
        left = ready_at - now
        waiting = {"state": "in_progress", "check_after_secs": min(max(left // timedelta(seconds=1), 1), 5), "progress_percent": 50}
        shown["processing_info"] = waiting if left > timedelta(0) else {"state": "succeeded", "progress_percent": 100}
    return shown
