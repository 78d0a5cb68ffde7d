"""Pure: builds the requests that stage and publish, and reads their answers.

https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evenly.plugin import Message, PostRejected, PrepareAgain, Problem
from evenly_graph import errors
from evenly_graph.answers import answer, identifier
from evenly_instagram import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import httpx

    from evenly.plugin import Media, NetworkError, Part
    from evenly_instagram.profile import Profile

STATUS_FIELDS = "id,status_code,status"
SHOWN_FIELDS = "id,permalink,timestamp"

_PIECE = 2**18
_OURS = (".facebook.com", ".instagram.com")


# ── staging: nothing of this is visible ──


def stage(profile: Profile, part: Part, place: int) -> httpx.Request:
    """A container for one picture or video; for a single one it holds the caption and all, and is what will be published."""
    media, whole = part.media[place], wording.kind(part)
    fields: dict[str, object] = {**_source(profile, media), **_form(part, media), "user_tags": _tags(part, place)}
    if media.kind != "video" and whole != "story":
        fields["alt_text"] = media.alt or None
    fields |= {"is_carousel_item": True} if whole == "carousel" else _described(part)
    return profile.graph.post(f"{profile.id}/media", fields)


def stage_carousel(profile: Profile, part: Part, children: Sequence[str]) -> httpx.Request:
    fields = {"media_type": "CAROUSEL", "children": list(children), **_described(part)}
    return profile.graph.post(f"{profile.id}/media", fields)


def staged(response: httpx.Response) -> dict[str, Any]:
    """The container, and where its bytes go if they are to be sent: the token goes to none but Meta's own hosts."""
    container, uri = identifier(response, "id"), answer(response).get("uri")
    if uri is None:
        return {"id": container}
    parts = urlsplit(str(uri))
    if parts.scheme != "https" or not f".{parts.hostname}".endswith(_OURS):
        raise PrepareAgain(Message("Instagram named no usable address for the video."))
    return {"id": container, "uri": str(uri)}


def send_bytes(profile: Profile, uri: str, media: Media) -> httpx.Request:
    """The video's bytes, read while they are sent: https://developers.facebook.com/docs/instagram-platform/content-publishing"""
    import httpx

    headers = {
        "Authorization": f"OAuth {profile.graph.token}",
        "offset": "0",
        "file_size": str(media.bytes),
        "Content-Length": str(media.bytes),
        "Content-Type": "application/octet-stream",
    }
    return httpx.Request("POST", uri, content=_pieces(media), headers=headers)


def _pieces(media: Media) -> Iterator[bytes]:
    with media.path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _source(profile: Profile, media: Media) -> dict[str, object]:
    if media.kind == "video" and profile.uploads:
        return {"upload_type": "resumable"}
    name = "video_url" if media.kind == "video" else "image_url"
    return {name: _address(media)}


def _address(media: Media) -> str:
    if media.url is None:
        said = Message(
            "Instagram fetches {name} from a public address, and it has none: set public_url and public_dir in [media].",
            name=media.path.name,
        )
        raise PostRejected(Problem(said, "media"))
    if not media.url.isascii():
        raise PostRejected(Problem(Message("Instagram takes addresses in ASCII only; {url} is not.", url=media.url), "media"))
    return media.url


def _form(part: Part, media: Media) -> dict[str, object]:
    match wording.kind(part):
        case "story":
            return {"media_type": "STORIES"}
        case "reel":
            in_feed = part.options.get("share_to_feed", True if part.format == "post" else None)
            return {"media_type": "REELS", "share_to_feed": in_feed, "thumb_offset": part.options.get("thumb_offset")}
        case _:
            return {"media_type": "VIDEO"} if media.kind == "video" else {}


def _described(part: Part) -> dict[str, object]:
    """What is said of the whole post. A story has no words."""
    labels = {"is_ai_generated": part.options.get("is_ai_generated")}
    if wording.kind(part) == "story":
        return labels
    collaborators = part.options.get("collaborators")
    return {
        **labels,
        "caption": wording.message(part) or None,
        "location_id": part.options.get("location_id"),
        "collaborators": _json(collaborators) if collaborators else None,
    }


def _tags(part: Part, place: int) -> str | None:
    wanted = [each for each in part.options.get("user_tags") or () if int(each.get("item") or 1) == place + 1]
    named = [{name: tag[name] for name in ("username", "x", "y") if tag.get(name) is not None} for tag in wanted]
    return _json(named) if named else None


def _json(value: Iterable[Any]) -> str:
    return json.dumps(list(value), ensure_ascii=False, separators=(",", ":"))


# ── publishing: one visible call for each kind ──


def publish(profile: Profile, container: str) -> httpx.Request:
    return profile.graph.post(f"{profile.id}/media_publish", {"creation_id": container}, publishes=True)


def comment(profile: Profile, parent: str, text: str) -> httpx.Request:
    """No `fields` here: asked for them, Instagram answers with an error although the comment exists."""
    return profile.graph.post(f"{parent}/comments", {"message": text}, publishes=True)


# ── what came back ──


def refusal(response: httpx.Response) -> NetworkError | None:
    """What an error answer means."""
    if (refused := _at_sign_in(response)) is not None:
        return refused
    return errors.refusal(response, network="instagram", title="Instagram", two_phase=True)


def _at_sign_in(response: httpx.Response) -> NetworkError | None:
    """The host that trades codes words its errors in another way."""
    try:
        body = response.json()
    except ValueError:
        return None
    if not isinstance(body, dict) or "error_message" not in body or not response.is_client_error:
        return None
    return PostRejected(Message("Instagram says: {said} (code {number})", said=body["error_message"], number=body.get("code")))


def failure(told: Mapping[str, Any]) -> NetworkError:
    """Why a container is in error. The words hold the number; without one they are all there is."""
    return errors.failed(str(told.get("status") or told.get("status_code")), network="instagram", title="Instagram")
