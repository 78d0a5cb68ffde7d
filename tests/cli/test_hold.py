"""`evenly hold`: keep a delivery or an account back."""

from __future__ import annotations

from tests.cli.shops import Shop


def test_a_held_delivery_does_not_go_out(shop: Shop) -> None:
    """Its time stays, and the reason is shown."""
    delivery = shop.add("Hello", "--at", "2026-11-23T10:00", to="echo")

    (held,) = shop.done("hold", delivery["id"])["deliveries"]
    shop.run_at("2026-11-23T12:00:00Z", "echo")

    assert (held["state"], held["due"], held["reason"]) == ("held", delivery["due"], "You held it.")
    assert shop.delivery("1")["state"] == "held"


def test_of_a_post_those_that_wait_are_held(shop: Shop) -> None:
    """One that is out already hinders nothing."""
    shop.done("add", "Hello", "--to", "echo", "--at", "2026-11-23T10:00")
    shop.done("add", "Later", "--to", "page", "--to", "echo")
    shop.done("hold", "2")

    (held,) = shop.done("hold", "p2")["deliveries"]

    assert held["id"] == "3"


def test_a_held_account_publishes_nothing(shop: Shop) -> None:
    """Its deliveries stay planned."""
    shop.add("Hello", "--at", "2026-11-23T10:00", to="echo")

    result = shop("hold", "echo")
    shop.run_at("2026-11-23T09:01:00Z", "echo")

    assert result.code == 0
    assert "evenly release echo" in result.err
    assert shop.delivery("1")["state"] == "planned"


def test_deliveries_and_accounts_can_be_held_together(shop: Shop) -> None:
    """In one go."""
    shop.add("Hello")

    assert [each["id"] for each in shop.done("hold", "1", "echo")["deliveries"]] == ["1"]


def test_it_is_all_or_nothing(shop: Shop) -> None:
    """One that cannot be held leaves the others, and the account, as they were."""
    shop.add("Hello")
    draft = shop.add("A draft", "--draft")

    said = shop.refused("hold", "1", "echo", draft["id"])

    assert said == "Delivery 2 on page: Only a planned delivery can be held; this one is draft. To plan it: evenly approve 2"


def test_holding_twice_is_refused_with_the_way_out(shop: Shop) -> None:
    """As nothing would change."""
    shop.add("Hello")
    shop.done("hold", "1")

    assert "evenly release 1" in shop.refused("hold", "1")
