"""Pure: what the one visible call of each kind of post says, as fields of its form.

https://developers.facebook.com/docs/graph-api/reference/page/feed · /docs/graph-api/reference/page/video_reels
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly_facebook import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.plugin import Part


def fields_of(part: Part, staged: Mapping[str, Any]) -> dict[str, object]:
    """Fields that are None are left out of the form."""
    return _FIELDS[wording.kind(part)](part, staged)


def ids(text: str | None) -> list[str]:
    """Ids that were written with commas between."""
    return [each.strip() for each in text.split(",")] if text else []


def _feed(part: Part, staged: Mapping[str, Any]) -> dict[str, object]:
    said = {
        "message": wording.message(part) or None,
        "attached_media": [{"media_fbid": photo} for photo in staged.get("photos", ())] or None,
        "place": part.options.get("place"),
        "tags": ids(part.options.get("tags")) or None,
        **_audience(part),
    }
    return {**said, **_link(part)} if wording.shares(part) else said


def _link(part: Part) -> dict[str, object]:
    """A link with its preview, its button, and the cards that stand beside it."""
    preview, button = part.options.get("preview") or {}, part.options.get("button")
    return {
        "link": part.link,
        "name": preview.get("title"),
        "description": preview.get("description"),
        "picture": preview.get("picture"),
        "call_to_action": {"type": button, "value": {"link": part.link}} if button else None,
        "child_attachments": [_card(each) for each in part.options.get("carousel") or ()] or None,
        "multi_share_end_card": part.options.get("end_card"),
    }


def _card(card: Mapping[str, str | None]) -> dict[str, str]:
    named = {"link": card["link"], "picture": card["picture"], "name": card.get("title"), "description": card.get("description")}
    return {name: value for name, value in named.items() if value is not None}


def _video(part: Part, staged: Mapping[str, Any]) -> dict[str, object]:
    finish = {"upload_phase": "finish", "upload_session_id": staged["session"], "published": True}
    return {**finish, "content_category": part.options.get("category"), **_described(part)}


def _reel(part: Part, staged: Mapping[str, Any]) -> dict[str, object]:
    finish = {"upload_phase": "finish", "video_id": staged["video"], "video_state": "PUBLISHED"}
    return {**finish, "place": part.options.get("place"), **_described(part)}


def _described(part: Part) -> dict[str, object]:
    labels = {"title": part.options.get("title"), "is_ai_generated": part.options.get("ai_generated")}
    return {"description": wording.message(part) or None, **labels, **_audience(part)}


def _audience(part: Part) -> dict[str, object]:
    return {name: _given(part.options.get(name) or {}) or None for name in ("targeting", "feed_targeting")}


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left open, at every depth."""
    plain = {name: _given(value) if isinstance(value, dict) else value for name, value in said.items()}
    return {name: value for name, value in plain.items() if value not in (None, {}, [])}


def _photo_story(part: Part, staged: Mapping[str, Any]) -> dict[str, object]:  # noqa: ARG001 - a photo's story has no words
    return {"photo_id": staged["photos"][0]}


def _video_story(part: Part, staged: Mapping[str, Any]) -> dict[str, object]:
    return {"upload_phase": "finish", "video_id": staged["video"], "is_ai_generated": part.options.get("ai_generated")}


def _comment(part: Part, staged: Mapping[str, Any]) -> dict[str, object]:  # noqa: ARG001 - the parent is in the address
    return {"message": wording.message(part)}


_FIELDS = {
    "feed": _feed,
    "video": _video,
    "reel": _reel,
    "photo story": _photo_story,
    "video story": _video_story,
    "comment": _comment,
}
