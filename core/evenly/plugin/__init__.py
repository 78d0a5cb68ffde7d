"""The door for networks: everything a plugin may import from `evenly`.

The smallest network:

    from datetime import timedelta
    from evenly.plugin import Limits, Network, Published, hookimpl

    @hookimpl
    def network():
        return Network(name="pinboard", title="Pinboard", limits=Limits(text=500), repeat_safe={"key": timedelta(hours=1)})

    @hookimpl
    def publish(account, part, key, http):
        import httpx

        request = httpx.Request("POST", "https://pinboard.example/pins", json={"text": part.text}, headers={"Idempotency-Key": key})
        return Published(remote_id=http.send_once(request).json()["id"])

and in its pyproject.toml:

    [project.entry-points.evenly]
    pinboard = "my_pinboard"
"""

from evenly.plugin.errors import (
    Duplicate,
    NetworkError,
    OutcomeUnknown,
    PostRejected,
    PrepareAgain,
    SignInNeeded,
    TryLater,
)
from evenly.plugin.hookspecs import hookimpl
from evenly.plugin.http import Http
from evenly.plugin.message import Message
from evenly.plugin.types import (
    Absent,
    Account,
    AccountState,
    App,
    Browser,
    CannotTell,
    Classification,
    Clock,
    Credentials,
    DocumentLimits,
    Event,
    Found,
    Limits,
    Media,
    MediaLimits,
    Metrics,
    Network,
    Part,
    Post,
    Prepared,
    Problem,
    Published,
    Quota,
    RemotePost,
    SignedIn,
    StandIn,
    StandInAccount,
    VideoLimits,
    characters,
)

__all__ = [
    "Absent",
    "Account",
    "AccountState",
    "App",
    "Browser",
    "CannotTell",
    "Classification",
    "Clock",
    "Credentials",
    "DocumentLimits",
    "Duplicate",
    "Event",
    "Found",
    "Http",
    "Limits",
    "Media",
    "MediaLimits",
    "Message",
    "Metrics",
    "Network",
    "NetworkError",
    "OutcomeUnknown",
    "Part",
    "Post",
    "PostRejected",
    "PrepareAgain",
    "Prepared",
    "Problem",
    "Published",
    "Quota",
    "RemotePost",
    "SignInNeeded",
    "SignedIn",
    "StandIn",
    "StandInAccount",
    "TryLater",
    "VideoLimits",
    "characters",
    "hookimpl",
]
