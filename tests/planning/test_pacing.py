"""Planning looks at what the network still allows."""

from __future__ import annotations

from datetime import timedelta

from evenly.planning import Desk
from evenly.plugin import Quota
from evenly.store import quotas
from tests.planning.desks import NOW, add, row

_WEEK = timedelta(days=7)


def test_a_new_post_is_planned_for_after_the_network_takes_posts_again(desk: Desk) -> None:
    """Rather than for a time at which it would only wait; what has its time already keeps it."""
    (before,) = add(desk, "Planned while there was room")
    kept = row(desk, before).due
    with desk.store.write() as connection:
        quotas.record(connection, "pins", "board", Quota(limit=10, remaining=0, resets_at=NOW + _WEEK), now=NOW)

    (after,) = add(desk, "Planned while there is none")

    assert row(desk, after).due >= NOW + _WEEK > kept
    assert row(desk, before).due == kept


def test_the_other_accounts_are_not_concerned(desk: Desk) -> None:
    """Unless the app they share is."""
    with desk.store.write() as connection:
        quotas.record(connection, "pins", "board", Quota(limit=10, remaining=0, resets_at=NOW + _WEEK), now=NOW)
    (free,) = add(desk, "Elsewhere", to=["notes"])
    assert row(desk, free).due < NOW + _WEEK

    with desk.store.write() as connection:
        quotas.record(connection, "pins", "board", Quota(limit=10, remaining=0, resets_at=NOW + _WEEK, scope="app"), now=NOW)
    (bound,) = add(desk, "Elsewhere, too", to=["notes"])
    assert row(desk, bound).due >= NOW + _WEEK
