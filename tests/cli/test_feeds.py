"""`evenly feeds`, `inbox`, `take` and `skip`, as a person meets them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cli.shops import Shop
from tests.following.sites import ATOM, RSS, Site, answering, article, rss, site

NEWEST = "How we measure the success of coaching engagements"


@pytest.fixture
def blog() -> Iterator[Site]:
    """A site with two real feeds."""
    with site({"/atom.xml": ATOM, "/rss.xml": RSS}) as here:
        yield here


@pytest.fixture
def followed(shop: Shop, blog: Site) -> Shop:
    """A shop that follows both feeds, the second as its own and on a topic."""
    shop.done("feeds", "add", blog.at("/atom.xml"), "--allow-private")
    shop.done("feeds", "add", blog.at("/rss.xml"), "--allow-private", "--owned", "--topic", "care")
    return shop


def inbox(shop: Shop, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.done("inbox", *arguments)["items"]
    return found


def test_two_feeds_fill_the_inbox_and_a_second_poll_adds_nothing(followed: Shop, blog: Site) -> None:
    """Real ones, whose server answers 304 to what is known."""
    assert len(inbox(followed)) == 22
    before = inbox(followed)

    polled = followed.done("feeds", "poll")["feeds"]

    assert [(each["new"], each["trouble"]) for each in polled] == [(0, None), (0, None)]
    assert inbox(followed) == before
    assert [status for _, status in blog.answered] == [200, 200, 304, 304]


def test_feeds_are_listed(followed: Shop, blog: Site) -> None:
    """With what waits of each and when it was fetched; a feed in trouble makes the command end with 1."""
    first, second = followed.done("feeds")["feeds"]
    assert first | {"polled_at": None} == {
        "id": "1",
        "url": blog.at("/atom.xml"),
        "title": "18F: Digital service delivery | Latest updates",
        "topic": None,
        "owned": False,
        "polled_at": None,
        "waiting": 12,
        "trouble": None,
    }
    assert (second["topic"], second["owned"], second["polled_at"][:10]) == ("care", True, "2026-11-23")

    blog.pages["/atom.xml"] = answering(503)
    polled, listed = followed("feeds", "poll", "1"), followed("feeds")
    assert (polled.code, listed.code) == (1, 1)
    assert polled.err == f"1: {blog.at('/atom.xml')} answered 503.\n"
    assert "answered 503" in listed.out
    assert len(inbox(followed)) == 22


def test_the_inbox_is_shown_with_what_to_do_next(followed: Shop) -> None:
    """On a terminal a line an item."""
    result = followed("inbox")

    assert result.code == 0
    assert NEWEST in result.out
    assert "evenly take" in result.err
    assert {each["topic"] for each in inbox(followed, "--topic", "care")} == {"care"}


def test_taking_queues_a_third_party_post(followed: Shop) -> None:
    """At once with text, accounts and time; it is a post like any other afterwards."""
    item = inbox(followed)[0]
    taken = followed.done("take", item["id"], "--text", "How to measure.", "--to", "page", "--to", "toots", "--at", "2026-12-01T10:00")

    assert [each["due"] for each in taken["deliveries"]] == ["2026-12-01T10:00:00+01:00"] * 2
    for delivery in taken["deliveries"]:
        assert (delivery["origin"], delivery["link"]) == ("third-party", "https://18f.gsa.gov/2024/12/10/how-we-measure-coaching/")
        assert delivery["text"] == "How to measure.\n\nSource: 18F: Digital service delivery | Latest updates"
    assert followed.fields(taken["post"])["credit"] == item["credit"]
    assert item["id"] not in [each["id"] for each in inbox(followed)]


def test_an_item_of_an_own_feed_is_owned(followed: Shop) -> None:
    """On the topic that its feed has."""
    item = inbox(followed, "--topic", "care")[0]
    (delivery,) = followed.done("take", item["id"], "--to", "page")["deliveries"]

    assert (delivery["origin"], delivery["topic"], delivery["on_topic"], delivery["text"]) == ("owned", "care", True, item["title"])


def test_skipped_items_are_gone(followed: Shop) -> None:
    """And said by name."""
    first, second, *_ = inbox(followed)
    result = followed("skip", first["id"], second["id"])

    assert (result.code, result.out) == (0, f"Skipped: {first['title']}\nSkipped: {second['title']}\n")
    assert len(inbox(followed)) == 20


def test_the_twin_of_an_item_is_named(shop: Shop, blog: Site) -> None:
    """So that nothing is said twice by mistake."""
    post = shop.done("add", NEWEST, "--to", "page")["post"]
    shop.done("feeds", "add", blog.at("/atom.xml"), "--allow-private")

    assert inbox(shop)[0]["twin"] == {"post": post, "account": None, "url": None, "alike": 1.0}
    assert f"{post} (100%)" in shop("inbox").out


def test_dropping_a_feed_empties_its_part_of_the_inbox(followed: Shop) -> None:
    """Posts that were made of it stay."""
    taken = followed.done("take", inbox(followed, "--topic", "care")[0]["id"], "--to", "page")
    assert "What we learnt" in followed("feeds", "drop", "2").out

    assert len(inbox(followed)) == 12
    assert followed.fields(taken["post"])["origin"] == "owned"


def test_what_is_wrong_is_refused_and_changes_nothing(followed: Shop, blog: Site) -> None:
    """In a sentence that names the cure."""
    item = inbox(followed)[0]["id"]
    blog.pages["/page"] = b"<!doctype html><html><p>Hello"
    blog.pages["/evil"] = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>'

    for arguments, said in {
        ("feeds", "add", blog.at("/rss.xml")): "it is feed 2",
        ("feeds", "add", "http://127.0.0.1:9/x"): "--allow-private",
        ("feeds", "add", "file:///etc/passwd"): "web address",
        ("feeds", "add", blog.at("/page"), "--allow-private"): "web page and no feed",
        ("feeds", "add", blog.at("/evil"), "--allow-private"): "document type",
        ("feeds", "add", blog.at("/none"), "--allow-private", "--topic", "cars"): "There is no topic cars; evenly.toml has: care",
        ("feeds", "drop", "9"): "There is no feed 9",
        ("feeds", "poll", "x"): "There is no feed x",
        ("inbox", "--topic", "cars"): "There is no topic cars",
        ("take", "99"): "There is no item 99",
        ("take", item, "--to", "nowhere"): "nowhere",
        ("take", item, "--to", "echo", "--text", "x" * 101): "100 characters",
        ("skip", item, "99"): "There is no item 99",
    }.items():
        assert said in followed.refused(*arguments), arguments


def test_a_title_does_not_command_the_terminal(shop: Shop, blog: Site) -> None:
    """Whatever a feed says, it is one line of text."""
    blog.pages["/json"] = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "\x1b[2Jx\ny",
            "items": [{"id": "1", "url": "https://a.example/", "title": "a\x1b]0;b\x07c\nd"}],
        }
    ).encode()
    added = shop("feeds", "add", blog.at("/json"), "--allow-private")

    shown = added.out + shop("feeds").out + shop("inbox").out
    assert added.code == 0
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", shown)
    assert len(shop("inbox").out.splitlines()) == 2


def test_the_daemon_follows_feeds_and_brings_evergreens_back(followed: Shop, blog: Site, spawned: Callable[..., Any]) -> None:
    """An hour later it fetches what is new; where the queue runs thin, what has rested is queued again."""
    post = followed.published("It stays true.", "--evergreen", "rest 30 days", "--again", "True as ever.")["post"]
    blog.pages["/atom.xml"] = rss(article("Fresh", "https://a.example/fresh"))
    followed.at("2026-12-24T09:00:00Z")

    process = spawned(followed.evenly, "run")
    deadline = time.monotonic() + 60
    while not (_titles(followed) & {"Fresh"} and _again(followed)):
        assert time.monotonic() < deadline, "the daemon did not do it in a minute"
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.2)

    (back,) = _again(followed)
    assert (back["text"], back["account"]) == ("True as ever.", "echo")
    assert followed.done("show", back["post"])["repeats"] == post
    assert f"It repeats {post}." in followed("show", back["id"]).out


def _titles(shop: Shop) -> set[str]:
    return {each["title"] for each in inbox(shop)}


def _again(shop: Shop) -> list[dict[str, Any]]:
    return [each for each in json.loads(shop("queue", "--json").out)["deliveries"] if each["state"] == "planned"]


def test_a_rule_may_be_said_in_a_file_and_taken_back(shop: Shop) -> None:
    """In front matter and in a spreadsheet as on the command line."""
    (shop.folder / "post.md").write_text("---\nto: [page]\nevergreen: rest 60 days, 3 times\nagain: [Other words]\n---\nWords\n")
    (shop.folder / "posts.csv").write_text('text,to,evergreen,again\nCells,page,"3 times, rest 60 days","Two\n---\nThree"\n')
    post = shop.done("add", "--file", "post.md")["post"]
    assert shop("import", "posts.csv").code == 0

    assert (shop.fields(post)["evergreen"], shop.fields(post)["again"]) == ("rest 60 days, 3 times", ["Other words"])
    assert (shop.fields("p2")["evergreen"], shop.fields("p2")["again"]) == ("rest 60 days, 3 times", ["Two", "Three"])
    assert "rest 60 days, 3 times" in shop.refused("add", "x", "--to", "page", "--evergreen", "often")
    assert "evergreen" in shop.refused("add", "x", "--to", "page", "--again", "y")
    shop.done("edit", post, "--evergreen", "")
    assert not {"evergreen", "again"} & shop.fields(post).keys()


def test_a_network_that_refuses_equal_texts_is_named(shop: Shop) -> None:
    """When the post is queued, not when it fails to come back."""
    result = shop("add", "Once", "--to", "echo", "--evergreen", "rest 60 days")

    assert result.code == 0
    assert "echo takes no text twice" in result.err
