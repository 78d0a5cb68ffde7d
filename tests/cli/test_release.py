"""`evenly release`: let go on what is held, missed or failed."""

from __future__ import annotations

from datetime import datetime

from tests.cli.shops import Shop


def test_a_held_delivery_goes_on_at_its_own_time(shop: Shop) -> None:
    """As long as that has not come."""
    delivery = shop.add("Hello")
    shop.done("hold", "1")

    (released,) = shop.done("release", "1")["deliveries"]

    assert (released["state"], released["due"], released["reason"]) == ("planned", delivery["due"], None)


def test_a_missed_delivery_gets_the_next_open_time(shop: Shop) -> None:
    """Not this very minute: within the account's windows, and at a distance from its other posts."""
    shop.add("Too late", "--at", "2026-11-23T10:00", to="echo")
    other = shop.add("Another", "--at", "2026-11-24T08:00", to="echo")
    shop.run_at("2026-11-23T22:00:00Z", "echo")
    assert shop.delivery("1")["state"] == "missed"

    (released,) = shop.done("release", "1")["deliveries"]

    due, taken = datetime.fromisoformat(released["due"]), datetime.fromisoformat(other["due"])
    assert (released["state"], released["pinned"]) == ("planned", False)
    assert due.date() == taken.date()
    assert due.hour >= 8
    assert (due - taken).total_seconds() >= 6 * 3600
    assert "next open one" in shop("plan", "--why", "1").out


def test_a_missed_delivery_whose_last_moment_is_past_wants_another(shop: Shop) -> None:
    """Released as it is, it would be missed again."""
    shop.add("Too late", "--at", "2026-11-23T10:00", "--not-after", "2026-11-23T11:00", to="echo")
    shop.run_at("2026-11-23T22:00:00Z", "echo")

    assert "evenly edit 1 --not-after TIME" in shop.refused("release", "1")

    shop.done("edit", "1", "--at", "", "--not-after", "2026-11-30")
    assert shop.done("release", "1")["deliveries"][0]["due"] > "2026-11-24"


def test_a_failed_delivery_is_tried_again(shop: Shop) -> None:
    """With the same words: a person may have mended it on the other side."""
    assert shop.published("no thanks")["state"] == "failed"

    (released,) = shop.done("release", "1")["deliveries"]

    assert released["state"] == "planned"
    assert [each["outcome"] for each in shop.delivery("1")["attempts"]][-1] == "released"


def test_a_held_account_goes_on(shop: Shop) -> None:
    """And its deliveries with it."""
    shop.add("Hello", "--at", "2026-11-23T10:00", to="echo")
    shop("hold", "echo")

    shop("release", "echo")
    shop.run_at("2026-11-23T09:01:00Z", "echo")

    assert shop.delivery("1")["state"] == "published"


def test_what_nothing_holds_cannot_be_released(shop: Shop) -> None:
    """The state says why."""
    shop.add("Hello")

    assert "Nothing holds this delivery; it is planned." in shop.refused("release", "1")
