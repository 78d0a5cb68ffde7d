"""Asking the profile what is public: to settle a lost answer, and to see what others published there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Absent, CannotTell, Found, Published
from evenly.plugin.match import not_before
from evenly_graph.answers import moment
from evenly_graph.errors import NotThere
from evenly_graph.paging import Reading, read
from evenly_instagram import api, listing, wording
from evenly_instagram.publishing import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from evenly.plugin import Http, Part, Prepared, RemotePost
    from evenly_instagram.profile import Profile

_AGAIN = timedelta(minutes=1)
_ID_UNKNOWN = timedelta(minutes=2)
_RUNNING = timedelta(seconds=75)  #: how long a publish may still be at work after its answer was lost


def find(profile: Profile, part: Part, prepared: Prepared, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    """The container tells whether it is out, the list under which id. What cannot be read says nothing."""
    try:
        if wording.kind(part) == "comment":
            return _comment(profile, part, str(prepared.data["parent"]), first_attempt, http)
        return _media(profile, part, prepared, first_attempt, http)
    except NotThere:
        return CannotTell(_AGAIN)


def _media(profile: Profile, part: Part, prepared: Prepared, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    status = _status(profile, str(prepared.data["containers"][-1]["id"]), http)
    if status == "IN_PROGRESS":
        return CannotTell(_AGAIN)
    request = listing.stories(profile) if wording.kind(part) == "story" else listing.media(profile, not_before(first_attempt))
    reading = read(http, request)
    known = [str(each) for each in prepared.data.get("newest", ())]
    seen = list(listing.candidates(reading.items, part, first_attempt=first_attempt, known=known))
    if len(seen) == 1 and reading.complete:
        return _bound(seen[0], {"kind": kind_of(part)})
    if status == "PUBLISHED" or seen or not _is_whole(reading):
        return CannotTell(_ID_UNKNOWN)
    return _never_out(status, first_attempt, http)


def _never_out(status: str | None, first_attempt: datetime, http: Http) -> Absent | CannotTell:
    """Nothing in the list: what the container says counts. Unpublished it may be on its way, for a moment."""
    if status in {"EXPIRED", "ERROR"}:
        return Absent()
    if status != "FINISHED":
        return CannotTell(_ID_UNKNOWN)
    settled_by = first_attempt + _RUNNING
    return Absent() if http.clock.now() >= settled_by else CannotTell(settled_by)


def _status(profile: Profile, container: str, http: Http) -> str | None:
    """What the container says of itself. None: it is not found, which proves nothing."""
    try:
        told = profile.ask(http, container, fields=api.STATUS_FIELDS)
    except NotThere:
        return None
    return str(told.get("status_code"))


def _comment(profile: Profile, part: Part, parent: str, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    """Newest first, so an older comment than ours can be ends the reading. Only a list that had its time says that there is none."""
    earliest = not_before(first_attempt)

    def older(item: Mapping[str, Any]) -> bool:
        at = moment(item.get("timestamp"))
        return at is not None and at < earliest

    reading = read(http, listing.comments(profile, parent), enough=older)
    seen = list(listing.own_comments(reading.items, part, parent, first_attempt=first_attempt, username=profile.username))
    if len(seen) == 1:
        return _bound(seen[0], {"kind": "comment", "parent": parent})
    if seen or not _is_whole(reading):
        return CannotTell(_AGAIN)
    settled_by = first_attempt + profile.read_back
    return Absent() if http.clock.now() >= settled_by else CannotTell(settled_by)


def recent(profile: Profile, since: datetime, http: Http) -> list[RemotePost]:
    """Posts and reels, newest first. Stories are left out: they have no words and are gone after a day."""
    every = _remotes(read(http, listing.media(profile, since)).items)
    return sorted((each for each in every if each.at >= since), key=lambda each: each.at, reverse=True)


def _remotes(items: Iterable[Mapping[str, Any]]) -> list[RemotePost]:
    return [each for each in map(listing.remote_post, items) if each]


def _is_whole(reading: Reading) -> bool:
    """Read to its end, and nothing in it that cannot be told."""
    return reading.complete and all(each.get("id") and moment(each.get("timestamp")) for each in reading.items)


def _bound(remote: RemotePost, data: Mapping[str, Any]) -> Found:
    """With what comments and figures will want to know."""
    return Found(Published(remote_id=remote.remote_id, url=remote.url, at=remote.at, data=data))
