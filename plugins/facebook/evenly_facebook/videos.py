"""Pure: how far a video has come, by its `status`: https://developers.facebook.com/docs/video-api/guides/reels-publishing"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly_graph.answers import part_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from evenly_facebook.page import Page

_FIELDS = "status,published,post_id,permalink_url,created_time"


def ask(page: Page, video: str) -> httpx.Request:
    return page.graph.get(video, fields=_FIELDS)


def arrived(told: Mapping[str, Any]) -> int:
    """How many bytes Facebook has; its pages spell the field in two ways."""
    uploading = part_of(told, "status", "uploading_phase") or {}
    return int(uploading.get("bytes_transferred") or uploading.get("bytes_transfered") or 0)


def phase(told: Mapping[str, Any], name: str) -> str:
    """How far `uploading`, `processing` or `publishing` has come: not_started, in_progress, complete or error."""
    found = str(part_of(told, "status", f"{name}_phase", "status") or "not_started")
    return "complete" if found == "completed" else found


def is_public(told: Mapping[str, Any]) -> bool:
    """Whether the world can see a video. `published` alone is what was asked for: the phases must not speak against it."""
    reached = part_of(told, "status", "publishing_phase", "status") in {None, "complete", "completed"}
    if publish_status(told) is not None:
        return publish_status(told) == "published" and reached
    underway = part_of(told, "status", "video_status") in {"uploading", "upload_complete", "processing"}
    return told.get("published") is True and reached and not underway


def may_go_out(told: Mapping[str, Any]) -> bool:
    """Whether something says that the video is on its way to the public."""
    meant = told.get("published") is True or publish_status(told) == "published"
    return meant or "in_progress" in {phase(told, "processing"), phase(told, "publishing")}


def publish_status(told: Mapping[str, Any]) -> str | None:
    found = part_of(told, "status", "publishing_phase", "publish_status")
    return str(found) if found else None


def broken(told: Mapping[str, Any]) -> str | None:
    """What went wrong with a video for good, in Facebook's words; None where nothing did.

    A fault of the processing may be told while `video_status` still says that it goes on.
    """
    said = [fault for name in ("uploading", "processing", "publishing") if (fault := _fault(told, name))]
    if part_of(told, "status", "video_status") in {"error", "upload_failed", "expired"}:
        return next(iter(said), str(part_of(told, "status", "video_status")))
    return next((fault for name in ("uploading", "processing") if (fault := _fault(told, name))), None)


def _fault(told: Mapping[str, Any], name: str) -> str | None:
    """What a phase says of its failure; Facebook's pages know both a list `errors` and one `error`."""
    listed, single = (part_of(told, "status", f"{name}_phase", *path, "message") for path in (("errors", 0), ("error",)))
    if found := listed or single:
        return str(found)
    return "error" if phase(told, name) == "error" else None
