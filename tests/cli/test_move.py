"""`evenly move`: give a delivery a fixed time, or let it float."""

from __future__ import annotations

from tests.cli.shops import Shop


def test_a_delivery_is_pinned_to_another_time(shop: Shop) -> None:
    """Wall time in the account's zone; on the day it had anyway, nothing else moves."""
    first, second = shop.add("First"), shop.add("Second")
    day = first["due"][:10]

    (moved,) = shop.done("move", first["id"], "--at", f"{day}T18:00")["deliveries"]

    assert (moved["due"], moved["pinned"]) == (f"{day}T18:00:00+01:00", True)
    assert shop.delivery("2")["due"] == second["due"]
    assert "You fixed this time." in shop("plan", "--why", "1").out


def test_a_time_with_an_offset_means_that_instant(shop: Shop) -> None:
    """Whatever the account's zone."""
    shop.add("Hello")

    (moved,) = shop.done("move", "1", "--at", "2026-12-24T18:00+00:00")["deliveries"]

    assert moved["due"] == "2026-12-24T19:00:00+01:00"


def test_a_floating_one_goes_back_to_the_planner(shop: Shop) -> None:
    """Which gives it the slot that it would have had."""
    before = shop.add("Hello")
    shop.done("move", "1", "--at", "2026-12-24T18:00")

    (floats,) = shop.done("move", "1", "--float")["deliveries"]

    assert (floats["due"], floats["pinned"]) == (before["due"], False)


def test_the_fixed_time_of_a_whole_post_is_kept_with_its_fields(shop: Shop) -> None:
    """So that an export tells it."""
    shop.done("add", "Hello", "--to", "page", "--to", "echo")

    shop.done("move", "p1", "--at", "2026-12-24T18:00")
    assert shop.fields("p1")["at"] == "2026-12-24T18:00"

    shop.done("move", "p1", "--float")
    assert "at" not in shop.fields("p1")


def test_times_that_leave_no_moment_are_refused(shop: Shop) -> None:
    """Past ones, ones that the clocks skip, ones outside the bounds, and what is no time."""
    shop.add("Hello", "--not-before", "2026-11-25", "--not-after", "2026-11-27")

    assert "This time is past" in shop.refused("move", "1", "--at", "2026-11-22T10:00")
    assert "does not exist in Europe/Paris" in shop.refused("move", "1", "--at", "2027-03-28T02:30")
    assert "before its `not_before`" in shop.refused("move", "1", "--at", "2026-11-24T10:00")
    assert "after its `not_after`" in shop.refused("move", "1", "--at", "2026-11-28T10:00")
    assert "is no time" in shop.refused("move", "1", "--at", "tomorrow")
    assert "names no time of day" in shop.refused("move", "1", "--at", "2026-11-25")


def test_one_of_both_must_be_said(shop: Shop) -> None:
    """And only one."""
    shop.add("Hello")

    assert "--at TIME or --float" in shop.refused("move", "1")
    assert "--at TIME or --float" in shop.refused("move", "1", "--float", "--at", "2026-12-24T18:00")


def test_what_is_not_planned_is_refused_with_the_way_there(shop: Shop) -> None:
    """A draft is approved first, a held one released, a published one stays."""
    shop.add("A draft", "--draft")
    shop.add("Held")
    shop.done("hold", "2")
    shop.published("Out")

    assert "evenly approve 1" in shop.refused("move", "1", "--float")
    assert "evenly release 2" in shop.refused("move", "2", "--float")
    assert "this one is published" in shop.refused("move", "3", "--at", "2026-12-24T18:00")
