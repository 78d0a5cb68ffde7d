"""In whose name an account publishes: a member or a page (an organisation), and what LinkedIn lets it do."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.plugin import DocumentLimits, Limits, MediaLimits, Message, SignInNeeded, VideoLimits
from evenly_linkedin.calls import Calls

if TYPE_CHECKING:
    from evenly.plugin import Account, App
    from evenly.plugin.types import Facility

READ_BACK = "5m"
#: For how long a lost post may be sent once more. LinkedIn remembers texts for longer, but does not say for how long.
REMEMBERED = "15m"
LONGEST_COMMENT = 1_250

#: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api and its neighbours. The bytes of a picture
#: and the length of an alternative text are what other publishers keep to: LinkedIn names none.
LIMITS = Limits(
    text=3_000,
    pictures=20,
    picture=MediaLimits(types=frozenset({"image/jpeg", "image/png", "image/gif"}), bytes=5_000_000, pixels=36_152_319),
    videos=1,
    video=VideoLimits(types=frozenset({"video/mp4"}), bytes=500_000_000, seconds=(3.0, 1_800.0), ratio=(1 / 2.4, 2.4)),
    documents=1,
    document=DocumentLimits(
        types=frozenset(
            {
                "application/pdf",
                "application/msword",
                "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            }
        ),
        bytes=100_000_000,
        pages=300,
    ),
    alt=1_000,
    formats=frozenset({"post", "article", "document", "poll"}),
    first_comment=True,
)

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@dataclass(frozen=True, slots=True)
class Author:
    """Who publishes, and the way to the API. `readable`: LinkedIn lets us list what was published, which it does for pages only."""

    urn: str
    calls: Calls
    readable: bool
    scopes: frozenset[str] = frozenset()  #: empty: not known

    @property
    def is_page(self) -> bool:
        return is_page(self.urn)

    def may(self, scope: str) -> bool:
        """Whether the token was given this permission, as far as is known."""
        return not self.scopes or scope in self.scopes


def author_of(account: Account) -> Author:
    """Raises `SignInNeeded` where the token or the author is missing."""
    urn = urn_of(account)
    if urn is None:
        raise SignInNeeded(Message("Nobody has said who publishes: run `evenly connect {account}`, or set author.", account=account.id))
    facts = account.state.facts if account.state else {}
    held = account.credentials
    readable = is_page(urn) and bool(facts.get("readable", True))
    return Author(urn, calls_of(account), readable, frozenset(held.scopes if held else ()))


def urn_of(account: Account) -> str | None:
    known = account.settings.get("author") or (account.state.remote_id if account.state else None)
    return str(known) if known else None


def calls_of(account: Account) -> Calls:
    from evenly_linkedin.versions import VERSION

    held = account.credentials
    if held is None or not held.access_token:
        raise SignInNeeded(Message("There is no token for this account: run `evenly connect {account}`.", account=account.id))
    return Calls(str(account.settings.get("version") or VERSION), held.access_token)


def app_of(account: Account) -> App | None:
    """The app whose token this is, where its secret is known."""
    from evenly.plugin import App

    held = account.credentials
    return App(held.client_id, held.client_secret) if held and held.client_id and held.client_secret else None


def is_page(urn: str) -> bool:
    return urn.startswith("urn:li:organization:")


def read_back_of(account: Account) -> timedelta:
    return duration(str(account.settings.get("read_back") or READ_BACK))


def remembered_of(account: Account) -> timedelta:
    return duration(str(account.settings.get("remembered") or REMEMBERED))


def facilities(*, readable: bool, read_back: timedelta, remembered: timedelta) -> dict[Facility, timedelta]:
    """How a lost answer is settled. Equal texts are refused for everybody; only what can be listed is looked for."""
    refused: dict[Facility, timedelta] = {"refusal": remembered}
    return {**refused, "read-back": read_back} if readable else refused


@functools.cache
def duration(text: str) -> timedelta:
    """`90s`, `5m` or `1h`."""
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*([smh])\s*", text)
    if found is None:
        raise ValueError("a number and s, m or h, like 5m")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
