"""The Page that an account stands for, and how to speak for it."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.plugin import App, Limits, MediaLimits, Message, SignInNeeded, VideoLimits

if TYPE_CHECKING:
    from evenly.plugin import Account
    from evenly.plugin.types import Facility
    from evenly_graph.calls import Graph

#: Usable until 2028-07-29 and the one most of what we rely on was seen with: https://developers.facebook.com/docs/graph-api/changelog
VERSION = "v25.0"
OLDEST_VERSION = 21  #: a call to one that has ended is served by another, unasked
READ_BACK = "5m"

#: https://developers.facebook.com/docs/graph-api/reference/page/photos for photos. The lengths of texts and feed videos and the number
#: of photos are what other publishers use: Meta names none.
LIMITS = Limits(
    text=63_206,
    pictures=10,
    picture=MediaLimits(types=frozenset({"image/jpeg", "image/png"}), bytes=4_000_000),
    videos=1,
    video=VideoLimits(types=frozenset({"video/mp4"}), bytes=4_000_000_000, seconds=(0.0, 14_400.0)),
    formats=frozenset({"post", "reel", "story"}),
    first_comment=True,
)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@dataclass(frozen=True, slots=True)
class Page:
    """A Page, and the way to its API. `app_id` is known only where Meta itself has confirmed whose token it is."""

    id: str
    graph: Graph
    app_id: str | None = None
    read_back: timedelta = timedelta(0)  #: how long what is public may be missing from lists

    @property
    def uploads(self) -> Graph:
        """The host that takes the bytes of feed videos."""
        from evenly_graph.calls import GRAPH_VIDEO

        return self.graph.at(GRAPH_VIDEO)


def page_of(account: Account) -> Page:
    """Raises `SignInNeeded` where the token or the Page's id is missing."""
    known = account.settings.get("page_id") or (account.state.remote_id if account.state else None)
    if not known:
        raise SignInNeeded(
            Message("Nobody has said which Page this is: run `evenly connect {account}`, or set page_id.", account=account.id)
        )
    facts = account.state.facts if account.state else {}
    return Page(str(known), graph_of(account), facts.get("app_id"), read_back_of(account))


def graph_of(account: Account) -> Graph:
    from evenly_graph.calls import Graph

    held = account.credentials
    if held is None or not held.access_token:
        raise SignInNeeded(Message("There is no token for this Page: run `evenly connect {account}`.", account=account.id))
    return Graph(version_of(account), held.access_token, held.client_secret)


def app_of(account: Account) -> App | None:
    """The app whose token this is, where its secret is known."""
    held = account.credentials
    return App(held.client_id, held.client_secret) if held and held.client_id and held.client_secret else None


def version_of(account: Account) -> str:
    return str(account.settings.get("version") or VERSION)


def read_back_of(account: Account) -> timedelta:
    return duration(str(account.settings.get("read_back") or READ_BACK))


def facilities(read_back: timedelta) -> dict[Facility, timedelta]:
    """How a lost answer is settled: by lists that are complete `read_back` after a post.

    Videos could be called two-phase, as their own ids can be asked. But this holds for all that an account publishes, and a text that
    one reading does not show deserves a second one.
    """
    return {"read-back": read_back}


@functools.cache
def duration(text: str) -> timedelta:
    """`90s`, `5m` or `1h`."""
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*([smh])\s*", text)
    if found is None:
        raise ValueError("a number and s, m or h, like 5m")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
