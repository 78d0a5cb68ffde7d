"""`evenly show`: one post with its deliveries and attempts."""

from __future__ import annotations

from tests.cli.shops import Shop


def test_a_post_is_shown_with_all_its_deliveries(shop: Shop) -> None:
    """By its own id, or one delivery by its."""
    shop.done("add", "Hello", "--to", "page", "--to", "echo")

    post, one = shop.done("show", "p1"), shop.done("show", "2")

    assert post["post"] == one["post"] == "p1"
    assert post["fields"]["text"] == "Hello"
    assert [each["account"] for each in post["deliveries"]] == ["page", "echo"]
    assert [each["id"] for each in one["deliveries"]] == ["2"]


def test_parts_stand_in_order_with_their_keys(shop: Shop) -> None:
    """A thread with a first comment has one part for each."""
    shop.add("One", "--thread", "Two", "--first-comment", "Comment", to="echo")

    parts = shop.delivery("1")["parts"]

    assert [(part["kind"], part["text"]) for part in parts] == [("post", "One"), ("reply", "Two"), ("comment", "Comment")]
    assert len({part["key"] for part in parts}) == 3


def test_attempts_tell_what_was_tried(shop: Shop) -> None:
    """Each with its step, number and outcome."""
    delivery = shop.published("Hello")

    assert delivery["state"] == "published"
    assert [(each["step"], each["number"], each["outcome"]) for each in delivery["attempts"]][-1] == ("publish", 1, "published")


def test_people_see_the_same(shop: Shop) -> None:
    """State, time, address and attempts."""
    delivery = shop.published("Hello")

    shown = shop("show", "p1").out

    assert "published" in shown
    assert delivery["url"] in shown


def test_what_does_not_exist_is_refused(shop: Shop) -> None:
    """Whatever the id looks like."""
    for id_ in ("p9", "9", "0", "-", "p", "7p", "٣", "9" * 30):
        assert f"There is no post or delivery {id_}" in shop.refused("show", "--", id_)
