"""The profile that an account stands for, and how to speak for it with either login."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from evenly.plugin import Limits, MediaLimits, Message, SignInNeeded, VideoLimits

if TYPE_CHECKING:
    from evenly.plugin import Account, Http
    from evenly.plugin.types import Facility, MediaKind
    from evenly_graph.calls import Graph

Login: TypeAlias = Literal["instagram", "facebook"]

#: Usable until 2028-07-29 and the one most of what we rely on was seen with: https://developers.facebook.com/docs/graph-api/changelog
VERSION = "v25.0"
READ_BACK = "5m"

HOSTS: Mapping[Login, str] = {"instagram": "https://graph.instagram.com", "facebook": "https://graph.facebook.com"}
SCOPES: Mapping[Login, tuple[str, ...]] = {
    "instagram": (
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
        "instagram_business_manage_insights",
    ),
    "facebook": (
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
        "instagram_manage_insights",
        "instagram_manage_contents",
        "pages_show_list",
        "pages_read_engagement",
        "business_management",
    ),
}
#: Without these nothing can be published, or not safely.
NEEDED: Mapping[Login, tuple[str, ...]] = {
    "instagram": ("instagram_business_basic", "instagram_business_content_publish"),
    "facebook": ("instagram_basic", "instagram_content_publish"),
}

#: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media. Shapes and lengths that differ
#: between feed, reels and stories are checked for each.
LIMITS = Limits(
    text=2_200,
    pictures=10,
    picture=MediaLimits(types=frozenset({"image/jpeg"}), bytes=8_000_000, width=1_440),
    videos=10,
    video=VideoLimits(
        types=frozenset({"video/mp4", "video/quicktime"}),
        bytes=300_000_000,
        seconds=(3.0, 900.0),
        ratio=(0.01, 10.0),
        width=(1, 1_920),
        fps=(23.0, 60.0),
    ),
    mixed=True,
    hosted=frozenset({"picture", "video"}),
    alt=1_000,
    formats=frozenset({"post", "reel", "story"}),
    first_comment=True,
    media_needed=True,
)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile, and the way to its API."""

    id: str
    graph: Graph
    login: Login
    uploads: bool  #: videos go as bytes, not by an address
    other: Graph | None = None  #: the user's own token, for what the Page's cannot read
    username: str | None = None
    read_back: timedelta = timedelta(0)  #: how long what is public may be missing from lists

    @property
    def hosted(self) -> frozenset[MediaKind]:
        return hosted(uploads=self.uploads)

    def ask(self, http: Http, path: str, **params: object) -> dict[str, Any]:
        """Read an object. What a Page's token does not find is asked for with the user's: for days in 2026 only that one saw new things."""
        from evenly_graph.answers import answer
        from evenly_graph.errors import NotThere

        try:
            return answer(http.send_repeatable(self.graph.get(path, **params)))
        except NotThere:
            if self.other is None:
                raise
        return answer(http.send_repeatable(self.other.get(path, **params)))


def profile_of(account: Account) -> Profile:
    """Raises `SignInNeeded` where the token is missing, or nobody knows whose it is."""
    graph, login = graph_of(account), login_of(account)
    known = account.settings.get("user_id") or (account.state.remote_id if account.state else None)
    if not known and login == "facebook":
        raise SignInNeeded(
            Message("Nobody has said which profile this is: run `evenly connect {account}`, or set user_id.", account=account.id)
        )
    user = account.credentials.extra.get("user_token") if account.credentials else None
    facts = account.state.facts if account.state else {}
    return Profile(
        id=str(known or "me"),
        graph=graph,
        login=login,
        uploads=uploads_of(account),
        other=replace(graph, token=user) if user and login == "facebook" else None,
        username=facts.get("username"),
        read_back=duration(str(account.settings.get("read_back") or READ_BACK)),
    )


def graph_of(account: Account) -> Graph:
    """The app's secret is proven to Facebook's host only: whether Instagram's takes the proof is not documented."""
    from evenly_graph.calls import Graph

    held, login = account.credentials, login_of(account)
    if held is None or not held.access_token:
        raise SignInNeeded(Message("There is no token for this profile: run `evenly connect {account}`.", account=account.id))
    return Graph(version_of(account), held.access_token, held.client_secret if login == "facebook" else None, HOSTS[login])


def login_of(account: Account) -> Login:
    return "facebook" if account.settings.get("login") == "facebook" else "instagram"


def version_of(account: Account) -> str:
    return str(account.settings.get("version") or VERSION)


def uploads_of(account: Account) -> bool:
    wanted = account.settings.get("upload_videos")
    return login_of(account) == "facebook" if wanted is None else bool(wanted)


def hosted(*, uploads: bool) -> frozenset[MediaKind]:
    return frozenset({"picture"}) if uploads else frozenset({"picture", "video"})


def limits_of(account: Account) -> Limits:
    return replace(LIMITS, hosted=hosted(uploads=uploads_of(account)))


def facilities(read_back: timedelta) -> dict[Facility, timedelta]:
    """How a lost answer is settled: the container is asked; first comments are read back from lists, complete after so long."""
    return {"two-phase": timedelta(0), "read-back": read_back}


@functools.cache
def duration(text: str) -> timedelta:
    """`90s`, `5m` or `1h`."""
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*([smh])\s*", text)
    if found is None:
        raise ValueError("a number and s, m or h, like 5m")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
