"""LinkedIn's names for things: `urn:li:KIND:ID`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

_POST = re.compile(r"urn:li:(share|ugcPost|activity):([0-9]+)")
_COMMENT = re.compile(r"urn:li:comment:\((urn:li:[A-Za-z]+:[0-9]+),([0-9]+)\)")
_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTED = 22  # the lowest bits of an id count within its millisecond


def quoted(urn: str) -> str:
    """As it stands in an address: every character of Rest.li's own syntax is encoded."""
    return quote(urn, safe="")


def is_post(urn: object) -> bool:
    return isinstance(urn, str) and _POST.fullmatch(urn) is not None


def post_in(text: str) -> str | None:
    """The first post that a text of LinkedIn's names."""
    found = _POST.search(text)
    return found[0] if found else None


def post_id(header: str | None) -> str | None:
    """The post that `x-restli-id` names, which some answers give encoded."""
    urn = unquote(header or "").strip()
    return urn if is_post(urn) else None


def made_at(urn: str) -> datetime | None:
    """When a post was made: its id begins with the milliseconds since 1970. Not documented by LinkedIn."""
    found = _POST.fullmatch(urn)
    if found is None:
        return None
    try:
        return _SINCE + timedelta(milliseconds=int(found[2]) >> _COUNTED)
    except OverflowError:
        return None


def kind(urn: str) -> str:
    """`share`, `ugcPost`, `organization` …"""
    return urn.split(":")[2] if urn.count(":") >= 3 else ""  # noqa: PLR2004 - urn:li:KIND:ID


def address(urn: str) -> str:
    """Where people see a post."""
    return f"https://www.linkedin.com/feed/update/{urn}/"


def comment(post: str, number: str) -> str:
    """The name of a comment on a post."""
    return f"urn:li:comment:({post},{number})"


def comment_parts(urn: str) -> tuple[str, str] | None:
    """The post and the comment's own number, where `urn` is a comment's."""
    found = _COMMENT.fullmatch(urn)
    return (found[1], found[2]) if found else None


def last_number(name: object) -> str | None:
    """A comment's own number, from whichever of its names an answer gives."""
    found = re.search(r"([0-9]+)\)?$", unquote(str(name or "")))
    return found[1] if found else None
