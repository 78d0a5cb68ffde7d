"""The plan as it stands, and how even it is."""

from __future__ import annotations

from datetime import timedelta

from evenly import spread as spreads
from evenly.planning import Desk, calendar, changing, spreading
from tests.planning.desks import NOW, add, row


def test_each_account_is_scored_by_its_own_placements(desk: Desk) -> None:
    """Beside the other's times, for their distance."""
    for number in range(10):
        add(desk, f"Post {number}", to=["pins", "notes"])

    pins, notes = calendar.plans(desk, now=NOW)

    assert (pins.account, notes.account) == ("pins", "notes")
    with desk.store.read() as connection:
        placed = {name: spreading.placements(connection, name, NOW) for name in ("pins", "notes")}
    assert pins.evenness == spreads.scores(
        spreading.shape(desk, "pins", NOW.year),
        placed["pins"],
        NOW,
        others=[placement.time for placement in placed["notes"]],
        stagger=timedelta(minutes=10),
    )


def test_the_end_limits_what_is_listed_and_what_is_scored(desk: Desk) -> None:
    """As if nothing came after it."""
    for number in range(10):
        add(desk, f"Post {number}")
    until = NOW + timedelta(days=3)

    plan, _ = calendar.plans(desk, now=NOW, until=until)

    assert 0 < len(plan.coming) < 10
    assert all(each.due < until for each in plan.coming)


def test_reading_the_plan_moves_nothing(desk: Desk) -> None:
    """However often it is asked for."""
    for number in range(10):
        add(desk, f"Post {number}", to=["pins", "notes"])
    dues = [row(desk, each).due for each in range(1, 21)]

    for minute in range(3):
        assert calendar.spread_all(desk, now=NOW + timedelta(minutes=minute)) == 0

    assert [row(desk, each).due for each in range(1, 21)] == dues


def test_every_state_can_say_why(desk: Desk) -> None:
    """In a sentence."""
    for text, more in (("Floating", {}), ("Pinned", {"at": "2026-12-01T10:00"}), ("Draft", {"draft": True}), ("Held", {}), ("Dropped", {})):
        add(desk, text, **more)
    changing.hold(desk, ["4"], now=NOW)
    changing.drop(desk, ["5"], now=NOW)

    assert [str(calendar.why(row(desk, each))) for each in range(1, 6)] == [
        str(spreads.Rule.TURN.message),
        str(spreads.Rule.PINNED.message),
        "It is a draft: it gets a time when it is approved.",
        "You held it.",
        "It was cancelled.",
    ]
