"""`evenly settle`: a person's word on what nobody could find out."""

from __future__ import annotations

import getpass
import json
import sqlite3

import pytest

from tests.cli.shops import Shop


@pytest.fixture
def uncertain(shop: Shop) -> Shop:
    """Delivery 1 may be public on Well, and Well cannot be asked."""
    assert shop.published("Hello", to="well")["state"] == "uncertain"
    return shop


def test_seen_there_it_is_published(uncertain: Shop) -> None:
    """Under that address, and whoever said so is kept as evidence."""
    (settled,) = uncertain.done("settle", "1", "--published", "https://well.example/posts/77/")["deliveries"]

    assert (settled["state"], settled["url"], settled["remote_id"]) == ("published", "https://well.example/posts/77/", "77")
    assert settled["published_at"] is not None
    word = uncertain.delivery("1")["attempts"][-1]
    assert (word["step"], word["outcome"]) == ("person", "published")
    assert "https://well.example/posts/77/" in word["evidence"]


def test_an_address_that_hides_the_id_is_looked_up(uncertain: Shop) -> None:
    """In what the account itself tells of its latest posts, however the browser writes the address."""
    (settled,) = uncertain.done("settle", "1", "--published", "http://well.example/hidden/?of=x")["deliveries"]

    assert settled["remote_id"] == "5_88"
    assert settled["url"] == "https://www.well.example/hidden?of=x"


def test_an_id_will_do(uncertain: Shop) -> None:
    """Where the network shows no address."""
    (settled,) = uncertain.done("settle", "1", "--published", "urn:li:share:77")["deliveries"]

    assert (settled["remote_id"], settled["url"]) == ("urn:li:share:77", None)


def test_not_there_it_is_sent_again(uncertain: Shop) -> None:
    """It is planned once more."""
    (settled,) = uncertain.done("settle", "1", "--not-published")["deliveries"]

    assert settled["state"] == "planned"
    assert uncertain.delivery("1")["attempts"][-1]["outcome"] == "not published"


def test_exactly_one_of_both_must_be_said(uncertain: Shop) -> None:
    """A slip of the finger could double a post."""
    assert "either --published URL or --not-published" in uncertain.refused("settle", "1")
    assert "either --published URL or --not-published" in uncertain.refused("settle", "1", "--published", "7", "--not-published")


def test_only_an_uncertain_delivery_is_settled(shop: Shop) -> None:
    """The state says why not."""
    shop.add("Hello")

    assert "Only an uncertain delivery can be settled; this one is planned." in shop.refused("settle", "1", "--not-published")


def test_an_address_belongs_to_one_delivery(uncertain: Shop) -> None:
    """Two posts of one account are never the same."""
    uncertain.done("settle", "1", "--published", "77")
    uncertain.add("Another", "--at", "2026-11-23T14:00", to="well")
    uncertain.run_at("2026-11-23T13:01:00Z")

    assert "77 belongs to delivery 1 already." in uncertain.refused("settle", "2", "--published", "77")


@pytest.mark.parametrize("said", ["", "  ", "two words", "https://", "https://well.example/", "ftp://well.example/7"])
def test_what_is_no_address_is_refused(uncertain: Shop, said: str) -> None:
    """Rather than kept as one."""
    assert "address" in uncertain.refused("settle", "1", "--published", said)


def test_an_address_of_another_place_is_refused(uncertain: Shop) -> None:
    """Where the account's own page is known: a post that stands elsewhere is not this one. An id is taken as it is."""
    _page(uncertain, "https://www.well.example/ada")

    said = uncertain.refused("settle", "1", "--published", "https://other.example/posts/77")
    assert "https://other.example/posts/77 is not an address of www.well.example" in said

    (settled,) = uncertain.done("settle", "1", "--published", "https://m.well.example/posts/77")["deliveries"]
    assert settled["remote_id"] == "77"


def _page(shop: Shop, url: str) -> None:
    """What a look at the account would have told."""
    state = json.dumps({"remote_id": "9", "name": "Ada", "url": url})
    with sqlite3.connect(shop.folder / ".evenly" / "evenly.sqlite") as connection:
        connection.execute("update account set state = ? where name = 'well'", [state])
    connection.close()


def test_one_address_settles_one_delivery(uncertain: Shop) -> None:
    """Not two that are named together."""
    uncertain.add("Another", "--at", "2026-11-23T14:00", to="well")
    uncertain.run_at("2026-11-23T13:01:00Z")

    assert "1, 2 are several deliveries" in uncertain.refused("settle", "1", "2", "--published", "https://well.example/77")


def test_who_settled_it_is_told(uncertain: Shop) -> None:
    """In the story of the delivery, with the address."""
    uncertain.done("settle", "1", "--published", "https://well.example/posts/77/")

    assert f"{getpass.getuser()} said that it is public: https://well.example/posts/77/" in uncertain("show", "1").out
