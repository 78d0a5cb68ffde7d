"""Pure: the bodies of the visible calls.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api · …/multiimage-post-api · …/poll-post-api ·
…/comments-api
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly_linkedin import little_text, wording
from evenly_linkedin.little_text import Mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.plugin import Part

_DURATIONS = {"1d": "ONE_DAY", "3d": "THREE_DAYS", "7d": "SEVEN_DAYS", "14d": "FOURTEEN_DAYS"}
_ATTRIBUTES = {
    "person": ("com.linkedin.common.MemberAttributedEntity", "member"),
    "organization": ("com.linkedin.common.CompanyAttributedEntity", "company"),
}


def post(author: str, part: Part, assets: Sequence[str]) -> dict[str, Any]:
    """A new post with what was uploaded for it."""
    body: dict[str, Any] = {
        "author": author,
        "commentary": wording.commentary(part),
        "visibility": str(part.options.get("visibility") or "public").upper(),
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": part.options.get("resharing") is False,
    }
    content = _content(part, assets)
    return body if content is None else {**body, "content": content}


def _content(part: Part, assets: Sequence[str]) -> dict[str, Any] | None:
    match wording.kind(part):
        case "article":
            return {"article": _article(part, assets)}
        case "pictures" if len(assets) == 1:
            return {"media": _picture(assets[0], part.media[0].alt)}
        case "pictures":
            return {"multiImage": {"images": [_picture(urn, each.alt) for urn, each in zip(assets, part.media, strict=True)]}}
        case "video" | "document":
            return {"media": _without_nothing({"id": assets[0], "title": wording.title(part)})}
        case "poll":
            return {"poll": _poll(part)}
        case _:
            return None


def _article(part: Part, assets: Sequence[str]) -> dict[str, Any]:
    card = {"source": part.link, "title": wording.title(part), "description": part.options.get("description")}
    if assets:
        card |= {"thumbnail": assets[0], "thumbnailAltText": part.media[0].alt}
    return _without_nothing(card)


def _picture(urn: str, alt: str) -> dict[str, Any]:
    return _without_nothing({"id": urn, "altText": alt})


def _poll(part: Part) -> dict[str, Any]:
    asked = part.options["poll"]
    return {
        "question": asked["question"],
        "options": [{"text": each} for each in asked["options"]],
        "settings": {
            "duration": _DURATIONS[asked.get("duration", "3d")],
            "voteSelectionType": "SINGLE_VOTE",
            "isVoterVisibleToAuthor": True,
        },
    }


def comment(author: str, part: Part, parent: str) -> dict[str, Any]:
    """A comment is plain text; mentions stand beside it, by their places in UTF-16 code units."""
    text, attributes = "", []
    for each in little_text.elements(wording.message(part)):
        seen = little_text.shown([each])
        if isinstance(each, Mention):
            attributes.append(_attribute(each, wording.units(text)))
        text += seen
    message = {"text": text, "attributes": attributes} if attributes else {"text": text}
    return {"actor": author, "object": parent, "message": message}


def _attribute(mention: Mention, start: int) -> dict[str, Any]:
    entity, field = _ATTRIBUTES[mention.urn.split(":")[2]]
    return {"start": start, "length": wording.units(mention.name), "value": {entity: {field: mention.urn}}}


def _without_nothing(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
