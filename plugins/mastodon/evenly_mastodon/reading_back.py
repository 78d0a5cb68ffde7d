"""Is a status of the account the part whose answer was lost? Pure judgement; the reading stands in the hooks.

The ids of our uploads are the surest sign. Otherwise text and warning as they were sent decide; the HTML of a status never does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from evenly.plugin import Absent, CannotTell, Found, Part
from evenly.plugin.match import not_before, same_text
from evenly_mastodon import answers
from evenly_mastodon.composing import Status


@dataclass(frozen=True, slots=True)
class Judged:
    """The candidates: which are the part for certain, and of which nobody can tell."""

    certain: Sequence[Mapping[str, Any]] = field(default_factory=list)
    unsure: Sequence[Mapping[str, Any]] = field(default_factory=list)


def since(first_attempt: datetime, *, now: datetime, server_time: datetime | None) -> datetime:
    """The earliest time by the server's clock at which the part can have appeared; a server's clock may be behind ours."""
    start = not_before(first_attempt)
    return start if server_time is None else min(start, start + (server_time - now))


def could_be(read: Mapping[str, Any], sent: Status, *, known: Collection[str]) -> bool:
    """Whether everything but the text fits: same parent, same visibility, same media, and not one of the parts `known` already."""
    if read.get("id") in known or read.get("reblog"):
        return False
    ids = [str(each.get("id")) for each in answers.attachments(read)]
    return read.get("in_reply_to_id") == sent.parent and read.get("visibility") == sent.visibility and sorted(ids) == sorted(sent.media)


def judged(candidates: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]], sent: Status) -> Judged:
    """`candidates` are statuses that could be the part, each with its source, or None where the server does not tell it."""
    certain = [read for read, source in candidates if _is_it(source, sent)]
    unsure = [read for read, source in candidates if not _is_it(source, sent) and (source is None or read.get("edited_at"))]
    return Judged(certain, unsure)


def outcome(found: Judged, part: Part, sent: Status, *, complete: bool, app: str | None) -> Found | Absent | CannotTell:
    """What the whole reading tells. Several that are equal: the one made by us, where the server tells; else a person decides."""
    by_us = [read for read in found.certain if _application(read) == app] if app else []
    likely = by_us if len(by_us) == 1 else found.certain
    if len(likely) == 1:
        return Found(answers.as_published(likely[0], part, sent))
    if likely or found.unsure or not complete:
        return CannotTell()
    return Absent()


def _is_it(source: Mapping[str, Any] | None, sent: Status) -> bool:
    if sent.media:
        return True
    if source is None:
        return False
    return same_text(str(source.get("text") or ""), sent.text) and same_text(str(source.get("spoiler_text") or ""), sent.warning)


def _application(read: Mapping[str, Any]) -> object:
    application = read.get("application")
    return application.get("name") if isinstance(application, Mapping) else None
