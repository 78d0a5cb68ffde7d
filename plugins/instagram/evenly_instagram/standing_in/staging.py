"""Which containers the stand-in takes, by the rules of Instagram's reference page of `POST /{ig-user}/media`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evenly_graph.stand_in import GraphError
from evenly_instagram.checking import HASHTAG, MENTION, MOST_HASHTAGS, MOST_ITEMS, MOST_MENTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly_graph.stand_in import Call
    from evenly_instagram.profile import Login
    from evenly_instagram.standing_in.world import Container, World

_FORMS = ("IMAGE", "REELS", "STORIES", "CAROUSEL", "VIDEO")
_LONGEST_CAPTION, _LONGEST_ALT, _MOST_COLLABORATORS = 2_200, 1_000, 3
_KNOWN = frozenset({
    "image_url", "video_url", "media_type", "caption", "alt_text", "is_carousel_item", "children", "location_id", "user_tags",
    "collaborators", "share_to_feed", "thumb_offset", "upload_type", "is_ai_generated", "access_token", "appsecret_proof",
})  # fmt: skip


def stage(world: World, call: Call, profile: str, login: Login) -> dict[str, Any]:
    """Make a container; `uri` says where its bytes go, if they are to come."""
    params, form = call.params, call.params.get("media_type", "IMAGE")
    if form not in _FORMS:
        raise GraphError(100, 2207023, "The media type is unknown")
    if unknown := set(params) - _KNOWN:
        raise GraphError(100, said=f"(#100) Unexpected parameter: {', '.join(sorted(unknown))}")
    _check_words(params.get("caption", ""))
    container = world.container(profile, form, "" if form == "STORIES" else params.get("caption", ""))
    container.child, container.film = params.get("is_carousel_item") == "true", form in {"REELS", "VIDEO"}
    container.alt = params.get("alt_text", "")
    if form == "CAROUSEL":
        container.children = _children(world, profile, params.get("children", ""))
        container.complete_at = world.clock.now()
        world.keep(container)
        return {"id": container.id}
    container.film = container.film or "video_url" in params or "upload_type" in params
    _check_labels(call, container)
    return _sourced(world, call, container, login)


def _sourced(world: World, call: Call, container: Container, login: Login) -> dict[str, Any]:
    if call.params.get("upload_type") == "resumable":
        if login == "instagram" or not container.film:
            raise GraphError(100, said="(#100) upload_type is not supported")
        container.due = True
        world.keep(container)
        return {"id": container.id, "uri": f"https://rupload.facebook.com/ig-api-upload/{call.path[0]}/{container.id}"}
    name = "video_url" if container.film else "image_url"
    if not call.params.get(name):
        raise GraphError(100, said=f"(#100) The parameter {name} is required")
    if name not in call.files or not call.params[name].isascii():
        raise GraphError(9004, 2207052, "The media could not be fetched from this URI")
    offset = call.params.get("thumb_offset")
    world.fill(container, call.files[name], int(offset) if offset else None)
    world.keep(container)
    return {"id": container.id}


def _children(world: World, profile: str, written: str) -> tuple[Container, ...]:
    names = json.loads(written) if written.startswith("[") else [each for each in written.split(",") if each]
    found = [world.containers.get(str(each)) for each in names]
    children = tuple(each for each in found if each is not None and each.child and each.profile == profile)
    if not 2 <= len(names) <= MOST_ITEMS:  # noqa: PLR2004 - one alone is no carousel
        raise GraphError(100, 2207028, "A carousel needs between 2 and 10 items")
    if len(children) != len(names):
        raise GraphError(24, 2207006, "The requested resource does not exist")
    if any(world.status(each) != "FINISHED" for each in children):
        raise GraphError(9007, 2207027, "Media ID is not available")
    return children


def _check_words(caption: str) -> None:
    if len(caption) > _LONGEST_CAPTION:
        raise GraphError(36004, 2207010, "The caption was too long")
    if len(HASHTAG.findall(caption)) > MOST_HASHTAGS or len(MENTION.findall(caption)) > MOST_MENTIONS:
        raise GraphError(100, 2207040, "Too many tags")


def _check_labels(call: Call, container: Container) -> None:
    """What goes with which kind of container."""
    params, whole = call.params, container.form if not container.child else "child"
    misplaced = {
        "alt_text": container.film or whole == "STORIES",
        "caption": whole == "child",
        "location_id": whole in {"child", "STORIES"},
        "collaborators": whole in {"child", "STORIES"},
        "share_to_feed": whole != "REELS",
        "thumb_offset": not container.film,
    }
    for name, wrong in misplaced.items():
        if wrong and name in params:
            raise GraphError(100, said=f"(#100) {name} does not go with {whole}")
    if len(container.alt) > _LONGEST_ALT or len(_list(params.get("collaborators"))) > _MOST_COLLABORATORS:
        raise GraphError(100, 2207040, "Too many tags")
    if whole == "VIDEO":
        raise GraphError(100, 2207023, "A single video is published as REELS")
    for tag in _list(params.get("user_tags")):
        placed = "x" in tag and "y" in tag
        if container.film and ("x" in tag or "y" in tag):
            raise GraphError(100, 2207035, "Tags in a video take no position")
        if not container.film and not placed and whole != "STORIES":
            raise GraphError(100, 2207036, "Tags need a position")
        if not tag.get("username"):
            raise GraphError(100, 2207037, "The tag is invalid")


def _list(written: str | None) -> Sequence[Any]:
    try:
        return list(json.loads(written)) if written else []
    except ValueError:
        raise GraphError(100, said="(#100) This parameter must be an array") from None
