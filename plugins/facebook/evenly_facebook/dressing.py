"""What a video gets besides its bytes before it goes out: a cover, and invitations to other Pages to publish the reel too.

https://developers.facebook.com/docs/graph-api/reference/video/thumbnails · /docs/video-api/guides/reels-publishing
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly.plugin import PostRejected
from evenly_facebook import api, files, wording
from evenly_facebook.fields import ids
from evenly_graph.answers import success
from evenly_graph.paging import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.plugin import Http, Part
    from evenly_facebook.page import Page
    from evenly_graph.calls import Files

_COVER = "cover"


def left(part: Part, data: Mapping[str, Any]) -> list[str]:
    """What a reel has not got yet: its cover, then the Pages to invite, by their ids."""
    if wording.kind(part) != "reel":
        return []
    wanted = [_COVER] if part.options.get("cover") else []
    return [each for each in [*wanted, *ids(part.options.get("collaborators"))] if each not in data.get("dressed", ())]


def step(page: Page, part: Part, data: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Do the first thing that is left."""
    following, done = left(part, data)[0], list(data.get("dressed", ()))
    if following == _COVER:
        picture = files.cover(str(part.options["cover"]), "source", most=files.STAGED_COVER)
        success(http.send_repeatable(api.set_cover(page, data["video"], picture)))
    else:
        _invite(page, data["video"], following, len([each for each in done if each != _COVER]), http)
    return {**data, "dressed": [*done, following]}


def thumb(part: Part) -> Files | None:
    """The cover of a feed video: it goes out with the visible call itself."""
    path = part.options.get("cover") if wording.kind(part) == "video" else None
    return files.cover(str(path), "thumb", most=files.SENT_COVER) if path else None


def _invite(page: Page, video: str, guest: str, already: int, http: Http) -> None:
    """Where a second invitation is refused because the answer to the first was lost, the list of invitations shows it."""
    try:
        success(http.send_repeatable(api.invite(page, video, guest)))
    except PostRejected:
        if len(read(http, api.invited(page, video)).items) <= already:
            raise
