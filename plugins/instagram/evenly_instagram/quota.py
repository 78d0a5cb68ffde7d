"""How many posts Instagram still takes: /docs/instagram-platform/instagram-graph-api/reference/ig-user/content_publishing_limit"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.plugin import Message, PostRejected, Quota, TryLater
from evenly_graph.answers import count, part_of
from evenly_graph.errors import NotThere, PermissionMissing

if TYPE_CHECKING:
    from evenly.plugin import Http
    from evenly_instagram.profile import Profile

#: The count is of the last 24 hours, whatever the hour: nobody tells when the next place gets free.
_HOLDS = timedelta(hours=1)


def told(profile: Profile, http: Http) -> Quota | None:
    """What is left of the day's posts. Meta's pages name 100 and 50: what the network itself says counts. None: it does not say."""
    try:
        answer = profile.ask(http, f"{profile.id}/content_publishing_limit", fields="quota_usage,config")
    except (NotThere, PostRejected, PermissionMissing):
        return None
    used, total = count(part_of(answer, "data", 0, "quota_usage")), count(part_of(answer, "data", 0, "config", "quota_total"))
    if used is None or total is None:
        return None
    return Quota(limit=total, remaining=max(total - used, 0), resets_at=http.clock.now() + _HOLDS)


def check(profile: Profile, http: Http) -> None:
    """Raises `TryLater` where the day's posts are used up: a container would be made for nothing."""
    left = told(profile, http)
    if left is not None and left.remaining == 0:
        said = Message("Instagram takes {limit} posts in 24 hours, and that many are out.", limit=left.limit)
        raise TryLater(_HOLDS, scope="account", message=said)
