"""What of a period counts for the mix: published here or elsewhere, and not taken down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from evenly.planning import mixing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly import mix
    from evenly.insight import Post
    from evenly.planning.desk import Desk

_LABELS = ("account", "network", "origin", "topic", "on_topic", "actions")


def here(posts: Iterable[Post]) -> Iterator[tuple[datetime, mix.Counted]]:
    """Of these posts when each went out, and as what it counts."""
    from evenly.mix import Counted

    @cache
    def kind(*labels: Any) -> mix.Counted:
        """Very many posts are of few kinds."""
        return Counted(**dict(zip(_LABELS, labels, strict=True)))

    labels = attrgetter(*_LABELS)
    return ((post.at, kind(*labels(post))) for post in posts if not post.is_taken_down)


def elsewhere(
    desk: Desk, connection: Connection, since: datetime, until: datetime, account: str | None
) -> Iterator[tuple[datetime, mix.Counted]]:
    """The same of what stands on the accounts, or on one, and did not go out through here."""
    found = mixing.published_elsewhere(desk, connection, since, account)
    return ((each.at, each.what) for each in found if each.at < until)
