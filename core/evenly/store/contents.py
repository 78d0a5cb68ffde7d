"""A part's content as it is kept: everything that will be sent, in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from evenly.masking import masked
from evenly.messages import Number
from evenly.plugin import Media, Message, Part

MEDIA_FOLDER = "media"


def as_content(part: Part) -> dict[str, Any]:
    """The part as JSON; its media by their names in the workspace's media folder."""
    return {
        "text": part.text,
        "link": part.link,
        "media": [_as_medium(medium) for medium in part.media],
        "format": part.format,
        "options": dict(part.options),
        "language": part.language,
        "ai": part.ai,
        "ad": part.ad,
    }


def as_part(kind: str, position: int, content: Mapping[str, Any], state: Path) -> Part:
    """The part that `as_content` wrote; `state` is the folder that holds the media folder."""
    media = tuple(Media(**{**medium, "path": state / MEDIA_FOLDER / medium["path"]}) for medium in content["media"])
    return Part(
        kind=kind,  # type: ignore[arg-type]  # only our own words are stored
        position=position,
        text=content["text"],
        link=content["link"],
        media=media,
        format=content["format"],
        options=content["options"],
        language=content["language"],
        ai=content.get("ai", "none"),
        ad=content.get("ad", False),
    )


def as_message(message: Message | None) -> Any:
    """A message as JSON, its values as plain as JSON wants them, without any secret that a stranger's sentence may repeat."""
    if message is None:
        return None
    values = {name: as_message(value) if isinstance(value, Message) else _plain(value) for name, value in message.values.items()}
    return {"text": masked(message.text), "values": values}


def message_of(stored: Any) -> Message | None:
    """The message that `as_message` wrote."""
    if stored is None:
        return None
    return Message(stored["text"], **{name: _value(value) for name, value in stored["values"].items()})


def _value(stored: Any) -> Any:
    match stored:
        case {"text": _, "values": _}:
            return message_of(stored)
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"number": number, "places": places}:
            return Number(number, places)
    return stored


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case timedelta():
            return {"seconds": value.total_seconds()}
        case Number():
            return {"number": value.value, "places": value.places}
        case int() | float() | None:
            return value
    return masked(str(value))


def _as_medium(medium: Media) -> dict[str, Any]:
    return {
        "path": medium.path.name,
        "kind": medium.kind,
        "mime": medium.mime,
        "bytes": medium.bytes,
        "alt": medium.alt,
        "width": medium.width,
        "height": medium.height,
        "seconds": medium.seconds,
        "url": medium.url,
    }
