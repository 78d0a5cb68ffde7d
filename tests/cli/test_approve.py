"""`evenly approve`: plan a draft."""

from __future__ import annotations

from tests.cli.shops import Shop


def test_a_draft_gets_the_time_that_the_planner_finds(shop: Shop) -> None:
    """The same as if it had been queued right now, not the present minute."""
    shop.add("First")
    shop.add("A draft", "--draft")

    (approved,) = shop.done("approve", "2")["deliveries"]
    shop.done("drop", "2")
    queued = shop.add("Queued instead")

    assert (approved["state"], approved["pinned"]) == ("planned", False)
    assert approved["due"] == queued["due"]
    assert "next in its turn" in shop("plan", "--why", "3").out


def test_a_draft_keeps_the_time_that_was_fixed(shop: Shop) -> None:
    """It pins."""
    shop.add("A draft", "--draft", "--at", "2026-12-01T10:00")

    (approved,) = shop.done("approve", "1")["deliveries"]

    assert (approved["due"], approved["pinned"]) == ("2026-12-01T10:00:00+01:00", True)


def test_all_drafts_of_a_post_are_approved(shop: Shop) -> None:
    """And the post is written as no draft any more, so that an export tells the truth."""
    shop.done("add", "Hello", "--draft", "--to", "page", "--to", "echo")

    assert [each["state"] for each in shop.done("approve", "p1")["deliveries"]] == ["planned", "planned"]
    assert "draft" not in shop.fields("p1")


def test_a_post_stays_a_draft_as_long_as_one_delivery_is(shop: Shop) -> None:
    """One account may go first."""
    shop.done("add", "Hello", "--draft", "--to", "page", "--to", "echo")

    shop.done("approve", "1")

    assert shop.fields("p1")["draft"] is True
    assert [each["id"] for each in shop.done("approve", "p1")["deliveries"]] == ["2"]


def test_a_fixed_time_that_has_passed_is_refused(shop: Shop) -> None:
    """It would go out at once, which nobody asked for."""
    shop.add("A draft", "--draft", "--at", "2026-11-23T10:00")
    shop.at("2026-11-24T08:00:00Z")

    assert "evenly edit 1 --at TIME" in shop.refused("approve", "1")

    shop.done("edit", "1", "--at", "2026-11-25T10:00")
    assert shop.done("approve", "1")["deliveries"][0]["due"] == "2026-11-25T10:00:00+01:00"


def test_only_drafts_are_approved(shop: Shop) -> None:
    """Two named, one a draft: neither changes."""
    shop.add("Planned")
    shop.add("A draft", "--draft")

    assert shop.refused("approve", "2", "1") == "Delivery 1 on page: Only a draft can be approved; this one is planned."


def test_a_draft_that_no_time_fits_is_held_with_the_reason(shop: Shop) -> None:
    """And the exit code says that it needs somebody."""
    shop.add("A draft", "--draft", "--not-before", "2026-11-24T21:00", "--not-after", "2026-11-24T23:00")

    result = shop("approve", "1", "--json")

    assert result.code == 1
    (delivery,) = result.json["deliveries"]
    assert (delivery["state"], delivery["due"]) == ("held", None)
    assert "No free time is left before it expires" in delivery["reason"]
