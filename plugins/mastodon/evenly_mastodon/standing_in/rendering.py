"""What the stand-in shows of what it holds: JSON in the shapes of https://docs.joinmastodon.org/entities/"""

from __future__ import annotations

import html
import math
import re
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from evenly.plugin import RemotePost
from evenly_mastodon.standing_in.state import HOST, Note, Person, State, Upload

if TYPE_CHECKING:
    from collections.abc import Callable

_LINK = re.compile(r"(https?://)([^\s<>()]*[^\s<>().,;:!?\"'])")
_TAG = re.compile(r"(?<![\w&/])#(\w+)")
_SHOWN = 30  #: characters of an address that are shown
_ASKED = 3  #: times as much comes back from people who are asked something


def person(each: Person) -> dict[str, Any]:
    return {
        "id": each.id,
        "username": each.username,
        "acct": each.username,
        "display_name": each.title,
        "url": f"https://{HOST}/@{each.username}",
        "created_at": stamp(each.joined),
    }


def note(state: State, each: Note) -> dict[str, Any]:
    figure = _figures(state, each)
    return {
        "id": each.id,
        "created_at": stamp(each.at),
        "edited_at": None,
        "in_reply_to_id": each.parent,
        "in_reply_to_account_id": each.author.id if each.parent else None,
        "sensitive": each.sensitive,
        "spoiler_text": each.warning,
        "visibility": each.visibility,
        "language": each.language,
        "uri": f"https://{HOST}/users/{each.author.username}/statuses/{each.id}",
        "url": address(each),
        "replies_count": len(state.children(each)) + figure("replies", 3),
        "reblogs_count": figure("reblogs", 8),
        "favourites_count": figure("favourites", 25),
        **({"quotes_count": figure("quotes", 2)} if state.kind == "mastodon" else {}),
        "content": content(each.text),
        "reblog": None,
        "application": {"name": each.app, "website": None} if each.app else None,
        "account": person(each.author),
        "media_attachments": [upload(state, file) for file in each.media],
        "mentions": [],
        "tags": [{"name": tag.lower()} for tag in _TAG.findall(each.text)],
        "card": None,
        "poll": dict(each.poll) if each.poll else None,
    }


def upload(state: State, file: Upload) -> dict[str, Any]:
    ready = state.clock.now() >= file.ready_at
    return {
        "id": file.id,
        "type": file.kind,
        "url": f"https://files.{HOST}/original/{file.id}" if ready else None,
        "preview_url": f"https://files.{HOST}/small/{file.id}",
        "remote_url": None,
        "meta": {},
        "description": file.description,
        "blurhash": None,
    }


def remote_post(each: Note) -> RemotePost:
    """A status as the world sees it, its text as it was sent."""
    link = _LINK.search(each.text)
    return RemotePost(
        remote_id=each.id,
        text=each.text,
        at=each.at,
        url=address(each),
        media=tuple(file.id for file in each.media),
        alts=tuple(file.description or "" for file in each.media),
        link=link[0] if link else None,
        parent=each.parent,
    )


def address(each: Note) -> str:
    return f"https://{HOST}/@{each.author.username}/{each.id}"


def content(text: str) -> str:
    """The HTML of a text: paragraphs, shortened links, hashtags."""
    paragraphs = [paragraph.replace("\n", "<br />") for paragraph in re.split(r"\n{2,}", html.escape(text, quote=False)) if paragraph]
    return "".join(f"<p>{_TAG.sub(_tag, _LINK.sub(_link, paragraph))}</p>" for paragraph in paragraphs)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _link(match: re.Match[str]) -> str:
    scheme, rest = match.groups()
    shown, hidden = rest[:_SHOWN], rest[_SHOWN:]
    return (
        f'<a href="{scheme}{rest}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">{scheme}</span>'
        f'<span class="ellipsis">{shown}</span><span class="invisible">{hidden}</span></a>'
    )


def _tag(match: re.Match[str]) -> str:
    return f'<a href="https://{HOST}/tags/{match[1].lower()}" class="mention hashtag" rel="tag">#<span>{match[1]}</span></a>'


def _figures(state: State, each: Note) -> Callable[[str, int], int]:
    """Figures that only grow, fast at first, and are the same for the same seed and status."""
    hours = (state.clock.now() - each.at).total_seconds() / 3600
    grown = (1 - math.exp(-max(hours, 0.0) / 20)) * (_ASKED if "?" in each.text else 1)

    def figure(name: str, most: int) -> int:
        drawn = zlib.crc32(f"{state.seed}:{name}:{each.text}".encode()) % (most + 1)
        return int(drawn * grown)

    return figure
