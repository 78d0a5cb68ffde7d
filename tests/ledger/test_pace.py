"""What an account waits for; and what it does not, because a clock was wrong that wrote it down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from evenly import ledger
from evenly.ledger import Pace
from tests.ledger.deliveries import delivery

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("ahead", "waits"), [(-HOUR, 2 * HOUR), (5 * MINUTE, 3 * HOUR + 5 * MINUTE), (HOUR, timedelta(0)), (30 * DAY, timedelta(0))]
)
def test_a_last_post_in_the_future_holds_nothing_back(ahead: timedelta, waits: timedelta) -> None:
    """A clock that was an hour ahead must not stop the account for an hour; a few minutes may be another machine's."""
    pace = Pace(gap=3 * HOUR, spacing=MINUTE, last_post=NOW + ahead)

    assert ledger.free_at(pace, replace(delivery(), pinned=False), now=NOW, late=False) == NOW + waits


@pytest.mark.parametrize(("asked", "waits"), [(HOUR, HOUR), (7 * DAY, 7 * DAY), (30 * DAY, timedelta(0))])
def test_no_network_is_heeded_for_weeks(asked: timedelta, waits: timedelta) -> None:
    """Nobody asks for more than a week: such a moment was written by a clock a month ahead."""
    assert ledger.open_at(Pace(not_before=NOW + asked), now=NOW) == NOW + waits


@pytest.mark.parametrize("late", [True, False])
def test_only_a_late_one_keeps_its_distance_to_the_other_accounts(*, late: bool) -> None:
    """What goes out in its time was planned with that distance."""
    free = ledger.free_at(Pace(others_free=NOW + HOUR), delivery(), now=NOW, late=late)

    assert free == (NOW + HOUR if late else NOW)
