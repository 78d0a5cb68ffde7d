"""The one visible call, and what its refusals prove about an earlier attempt."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.plugin import Duplicate, Message, TryLater
from evenly.plugin.match import not_before
from evenly_linkedin import api, urns, wording
from evenly_linkedin.refusals import NotThere, Throttled

if TYPE_CHECKING:
    from evenly.plugin import Http, Part, Prepared, Published
    from evenly_linkedin.author import Author

#: A post's own time and the answer's `Date` are given to the second or better.
_JUST_NOW = timedelta(seconds=2)
#: A comment on a post of this moment may be answered with 404.
_FRESH = timedelta(minutes=5)
_SOON = timedelta(seconds=15)
#: Short bursts are throttled too; what is still throttled after this has used up its day.
_BURST = timedelta(minutes=10)


def publish(author: Author, part: Part, prepared: Prepared, key: str, first_attempt: datetime, http: Http) -> Published:
    """A refusal as a duplicate names the first post: that settles an earlier attempt whose answer was lost."""
    sent_at = http.clock.now()
    try:
        response = http.send_once(api.publish(author, part, prepared.data))
    except Duplicate as refused:
        took = http.clock.now() - sent_at
        raise judged(refused, first_attempt=first_attempt, now=sent_at + took, took=took, server_time=http.server_time) from refused
    except Throttled as refused:
        refused.wait = refused.wait or throttled_for(first_attempt, http.server_time or http.clock.now(), key)
        raise
    except NotThere as refused:
        if wording.kind(part) == "comment" and http.clock.now() - first_attempt < _FRESH:
            raise TryLater(_SOON, message=Message("LinkedIn does not yet know the post that is to be commented on.")) from refused
        raise
    return api.published(response, part, prepared.data)


def judged(
    refused: Duplicate, *, first_attempt: datetime, now: datetime, took: timedelta = timedelta(0), server_time: datetime | None = None
) -> Duplicate:
    """The refusal, naming the first post only where that can be an earlier attempt of ours, by the time in its name.

    An older one is somebody else's or another day's. One as young as this very refusal does not exist: after a post was deleted LinkedIn
    names such ghosts for a day or two, a new one each time. Times are compared on LinkedIn's own clock, as the answer's `Date` tells it.
    """
    made_at = urns.made_at(refused.remote_id or "")
    ahead = server_time - now if server_time is not None else timedelta(0)
    if refused.remote_id is None or made_at is None:
        return Duplicate(None, refused.message)
    if made_at < not_before(first_attempt) + ahead:
        return Duplicate(None, refused.message)
    if made_at > now + ahead - took - _JUST_NOW:
        said = Message("LinkedIn says that this was posted before, but names a post that does not exist: so it does after one was deleted.")
        return Duplicate(None, said)
    return refused


def throttled_for(first_attempt: datetime, now: datetime, key: str) -> timedelta:
    """How long to wait: some minutes at first, then until the day's count begins anew, with what spreads accounts apart.

    https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits
    """
    if now - first_attempt < _BURST:
        return _BURST
    midnight = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo) + timedelta(days=1)
    return midnight - now + timedelta(seconds=zlib.crc32(key.encode()) % 900)
