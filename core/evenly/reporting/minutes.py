"""Minutes that went into no post: whose they are. Over the networks they add up to what was logged, to the second."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.insight import By
from evenly.planning.efforts import split

if TYPE_CHECKING:
    from evenly.insight import Post
    from evenly.store.efforts import Entry

Besides = Mapping[tuple[By, str], int]
"""Seconds that belong to a row and are in none of its posts."""


def besides(
    entries: Iterable[Entry], posts: Sequence[Post], networks: Mapping[str, str], *, account: str | None = None, campaign: str | None = None
) -> Besides:
    """The seconds of each network, account and campaign. `networks` has that of every account; `posts` are all of the period.

    What was done for no account in particular is shared out by how much each has published; where none has, equally. Of one `account`
    or `campaign` alone: its share.
    """
    counts = Counter(post.account for post in posts)
    weights = [float(counts[name]) for name in networks]
    seconds: dict[tuple[By, str], int] = defaultdict(int)
    for entry in entries:
        if campaign not in {None, entry.campaign}:
            continue
        names = [entry.account] if entry.account in networks else list(networks)
        shares = split(entry.seconds, [1.0] if entry.account in networks else weights)
        for name, share in zip(names, shares, strict=True):
            if name is not None and share and account in {None, name}:
                _add(seconds, share, ("account", name), ("network", networks[name]), ("campaign", entry.campaign))
    return dict(seconds)


def _add(seconds: dict[tuple[By, str], int], share: int, *rows: tuple[By, str | None]) -> None:
    for by, key in rows:
        if key is not None:
            seconds[by, key] += share


def in_minutes(seconds: int) -> float:
    return timedelta(seconds=seconds) / timedelta(minutes=1)
