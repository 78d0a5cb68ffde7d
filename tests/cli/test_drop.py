"""`evenly drop`: cancel a post, or take a published one back."""

from __future__ import annotations

from tests.cli.shops import ECHO, Shop

_PINS_ITS_POSTS = ECHO.replace("def delete(published):\n    pass", "def delete(published):\n    raise RuntimeError('Echo is down')")


def test_a_dropped_delivery_never_goes_out(shop: Shop) -> None:
    """The others of its post do."""
    shop.done("add", "Hello", "--to", "page", "--to", "echo", "--at", "2026-11-23T10:00")

    (dropped,) = shop.done("drop", "1")["deliveries"]

    assert dropped["state"] == "cancelled"
    assert shop.delivery("2")["state"] == "planned"


def test_a_whole_post_is_dropped(shop: Shop) -> None:
    """Drafts and held ones with it."""
    shop.done("add", "Hello", "--to", "page", "--to", "echo")
    shop.done("hold", "1")

    assert {each["state"] for each in shop.done("drop", "p1")["deliveries"]} == {"cancelled"}


def test_a_published_one_is_not_dropped_but_taken_back(shop: Shop) -> None:
    """It is public: that needs another word."""
    shop.published("Hello")

    assert "evenly drop --public 1" in shop.refused("drop", "1")

    (taken,) = shop.done("drop", "--public", "1")["deliveries"]
    assert (taken["state"], taken["url"]) == ("published", None)
    assert "Taken down at" in taken["reason"]
    assert "taken down already" in shop.refused("drop", "--public", "1")


def test_a_network_that_takes_nothing_back_is_named(shop: Shop) -> None:
    """Nothing is asked of it."""
    shop.published("Hello", to="well")
    shop.done("settle", "1", "--published", "https://well.example/7")

    assert "evenly cannot take posts back on Well" in shop.refused("drop", "--public", "1")


def test_a_taking_back_that_fails_is_told(shop: Shop) -> None:
    """It stays public, and is tried again later."""
    shop.published("Hello")
    (shop.evenly.site / "echo_network.py").write_text(_PINS_ITS_POSTS)

    result = shop("drop", "--public", "1", "--json")

    assert result.code == 1
    (delivery,) = result.json["deliveries"]
    assert delivery["url"] is not None
    assert "Echo is down" in delivery["reason"]


def test_what_is_not_public_cannot_be_taken_back(shop: Shop) -> None:
    """It can be dropped."""
    shop.add("Hello")

    assert "Only what is public can be taken back" in shop.refused("drop", "--public", "1")


def test_dropping_twice_is_refused(shop: Shop) -> None:
    """As nothing would change."""
    shop.add("Hello")
    shop.done("drop", "1")

    assert "cancelled already" in shop.refused("drop", "1")
    assert "cancelled already" in shop.refused("drop", "p1")


def test_while_a_daemon_publishes_it_is_asked(shop: Shop) -> None:
    """The lock says who that is; the request stays in the row."""
    import fcntl

    shop.published("Hello")
    with (shop.folder / ".evenly" / "publisher.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = shop("drop", "--public", "1")
    assert result.code == 0
    assert "publishes: it takes the posts back" in result.err
    assert shop.delivery("1")["url"] is not None

    shop("run", "--once")
    assert shop.delivery("1")["url"] is None
