"""Feeds are followed: what is new comes once, what is known is not sent again, and what is wrong harms nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

import pytest

from evenly import following
from evenly.clock import FastClock
from evenly.following import FollowingRefused, polling
from evenly.importing import ImportRefused
from evenly.planning import Desk
from evenly.store import feeds
from tests.following.sites import ATOM, RSS, Answer, Site, answering, article, rss
from tests.importing.workspaces import NOW, state_of

HOUR = timedelta(hours=1)


def follow(desk: Desk, url: str, **more: Any) -> following.Followed:
    return following.follow(desk, url, now=NOW, allow_private=True, **more)


def titles(desk: Desk, now: datetime = NOW) -> list[str]:
    """Those of the inbox, oldest first."""
    return [offer.title for offer in reversed(following.inbox(desk, now=now))]


def row(desk: Desk, feed_id: int = 1) -> Any:
    with desk.store.read() as connection:
        return feeds.one(connection, feed_id)


def due(desk: Desk, now: datetime) -> list[following.Polled]:
    """What the daemon would do at that time."""
    return following.poll_due(desk, FastClock(now, 1e-9))


def test_two_real_feeds_fill_the_inbox(desk: Desk, blog: Site) -> None:
    """RSS as WordPress writes it, Atom as Jekyll does."""
    atom, wordpress = follow(desk, blog.at("/atom.xml")), follow(desk, blog.at("/rss.xml"))

    assert (atom.new, wordpress.new) == (12, 10)
    assert atom.title == "18F: Digital service delivery | Latest updates"
    assert wordpress.title == "18F – What we learnt"
    newest = following.inbox(desk, now=NOW)[0]
    assert newest.title == "How we measure the success of coaching engagements"
    assert newest.link == "https://18f.gsa.gov/2024/12/10/how-we-measure-coaching/"
    assert newest.credit == atom.title
    assert newest.told_at is not None
    assert newest.told_at.isoformat() == "2024-12-10T00:00:00+00:00"


def test_a_second_poll_adds_nothing_and_sends_nothing(desk: Desk, blog: Site) -> None:
    """The server is told which version is known, and answers 304."""
    follow(desk, blog.at("/atom.xml"))
    follow(desk, blog.at("/rss.xml"))
    before = titles(desk)

    assert [(each.new, each.trouble) for each in following.poll(desk, [], now=NOW + HOUR)] == [(0, None), (0, None)]
    assert blog.answered == [("/atom.xml", 200), ("/rss.xml", 200), ("/atom.xml", 304), ("/rss.xml", 304)]
    assert titles(desk) == before


def test_a_feed_that_has_changed_brings_what_is_new(desk: Desk, blog: Site) -> None:
    """Also where its server knows no versions, everything that was there is recognised."""
    follow(desk, blog.at("/rss.xml"))
    blog.pages["/rss.xml"] = RSS.replace(
        b"<item>", b"<item><title>Fresh</title><link>https://18f.gsa.gov/new/</link><guid>new</guid></item><item>", 1
    )

    assert [each.new for each in following.poll(desk, ["1"], now=NOW + HOUR)] == [1]
    assert "Fresh" in titles(desk, NOW + HOUR)
    blog.pages["/rss.xml"] = lambda request: _plainly(request, RSS)
    assert [each.new for each in following.poll(desk, ["1"], now=NOW + 2 * HOUR)] == [0]


def _plainly(request: BaseHTTPRequestHandler, body: bytes) -> None:
    request.send_response(200)
    request.end_headers()
    request.wfile.write(body)


def test_an_article_comes_once_by_its_guid_then_by_its_link(desk: Desk, blog: Site) -> None:
    """Its title or link may change, and another feed may tell of it, too."""
    blog.pages["/a"] = rss(article("One", "https://a.example/1", "g1"), article("Two", "https://a.example/2"))
    blog.pages["/b"] = rss(article("Two, told by others", "https://www.a.example/2?utm_source=b", "other"))
    follow(desk, blog.at("/a"))
    assert follow(desk, blog.at("/b")).new == 0

    blog.pages["/a"] = rss(article("One, corrected", "https://a.example/1-corrected", "g1"), article("Two", "https://a.example/2?fbclid=x"))
    following.poll(desk, [], now=NOW + HOUR)

    assert titles(desk) == ["Two", "One"]


def test_each_feed_is_fetched_at_most_hourly(desk: Desk, blog: Site) -> None:
    """By the daemon; a person may ask for more."""
    follow(desk, blog.at("/atom.xml"))

    assert due(desk, NOW + timedelta(minutes=59)) == []
    assert [each.id for each in due(desk, NOW + HOUR)] == [1]
    assert due(desk, NOW + HOUR) == []
    assert len(following.poll(desk, ["1"], now=NOW + HOUR)) == 1


def test_of_two_daemons_one_fetches(desk: Desk, blog: Site) -> None:
    """Whoever takes the turn first."""
    follow(desk, blog.at("/atom.xml"))
    seen = row(desk).next_poll_at

    for is_first in (True, False):
        with desk.store.write() as connection:
            assert feeds.take_turn(connection, 1, seen, NOW + 3 * HOUR) is is_first


def test_a_feed_in_trouble_is_left_alone_for_longer_each_time(desk: Desk, blog: Site) -> None:
    """What it offered stays; when it is back, all is forgotten."""
    follow(desk, blog.at("/atom.xml"))
    blog.pages["/atom.xml"] = answering(500)
    now, waits = NOW + HOUR, []
    for _ in range(6):
        (polled,) = due(desk, now)
        assert "answered 500" in str(polled.trouble)
        waits.append((row(desk).next_poll_at - now) // HOUR)
        now = row(desk).next_poll_at
    assert waits == [2, 4, 8, 16, 24, 24]
    assert len(titles(desk)) == 12

    blog.pages["/atom.xml"] = ATOM
    assert [each.trouble for each in due(desk, now)] == [None]
    assert (row(desk).failures, row(desk).trouble, row(desk).next_poll_at) == (0, None, now + HOUR)


@pytest.mark.parametrize(("asked", "hours"), [("90000", 25), ("999999999999", 168), ("10", 2), ("Fri, 31 Dec 2100 23:59:59 GMT", 2)])
def test_a_server_that_wants_to_be_left_alone_is(desk: Desk, blog: Site, asked: str, hours: int) -> None:
    """For a week at most, and never for less than after any other trouble."""
    follow(desk, blog.at("/atom.xml"))
    blog.pages["/atom.xml"] = answering(429, Retry_After=asked)

    following.poll(desk, [], now=NOW)

    assert row(desk).next_poll_at == NOW + hours * HOUR


_ENDLESS = count()


def _never_ending(request: BaseHTTPRequestHandler) -> None:
    """A feed without end."""
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b'<rss version="2.0"><channel>')
    for number in _ENDLESS:
        try:
            request.wfile.write(article("x" * 60_000, f"https://a.example/{number}").encode())
        except OSError:
            return


HOSTILE: dict[str, tuple[bytes | Answer, str]] = {
    "never ends": (_never_ending, "holds more than"),
    "is too large to be read": (rss("<!--" + "x" * polling._LARGEST + "-->"), "holds more than"),
    "reads files": (
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
        "document type",
    ),
    "grows": (b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>', "document type"),
    "is a web page": (
        b"<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/rss.xml'></head><p>Hi<br></html>",
        "web page and no feed. It names this one: http://127.0.0.1:",
    ),
    "is another web page": (b"<html><body>Hello", "web page and no feed: give the address"),
    "is some XML": (b"<note><to>you</to></note>", "is no feed"),
    "lies about its type": (b"\x89PNG\r\n\x1a\n\0\0\0", "no well-formed feed"),
    "mixes encodings": (
        b'<?xml version="1.0" encoding="utf-8"?>' + rss(article("été", "https://a.example/")).decode().encode("latin-1"),
        "well-formed",
    ),
    "leads in a circle": (answering(302, Location="/feed"), "more than 5 times"),
    "leads to files": (answering(302, Location="file:///etc/passwd"), "only http"),
    "is gone": (answering(410), "answered 410"),
    "is empty": (b"", "no well-formed feed"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_feed_changes_nothing_and_is_told_in_one_line(desk: Desk, blog: Site, kind: str) -> None:
    """Neither when it is to be followed, nor when a feed that was sound turns hostile."""
    blog.pages["/feed"], said = HOSTILE[kind]
    before = state_of(desk)
    with pytest.raises(ImportRefused) as refused:
        follow(desk, blog.at("/feed"))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert state_of(desk) == before

    sound, blog.pages["/feed"] = blog.pages["/feed"], ATOM
    follow(desk, blog.at("/feed"))
    blog.pages["/feed"] = sound
    inbox = following.inbox(desk, now=NOW)
    (polled,) = following.poll(desk, [], now=NOW)
    assert said in str(polled.trouble)
    assert following.inbox(desk, now=NOW) == inbox


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/feed", "http://localhost/feed", "http://[::1]/", "http://169.254.169.254/latest/meta-data"]
)
def test_private_addresses_are_refused_without_contacting_them(desk: Desk, url: str) -> None:
    """Unless a person says that it is their own machine."""
    with pytest.raises(ImportRefused, match="--allow-private"):
        following.follow(desk, url, now=NOW)


def test_a_feed_that_turns_to_a_private_address_is_not_followed_there(desk: Desk, blog: Site) -> None:
    """The daemon checks every address each time, with the word that was given for this feed."""
    follow(desk, blog.at("/atom.xml"))
    with desk.store.write() as connection:
        feeds.polled(connection, 1, at=NOW, next_poll_at=NOW, allow_private=False)

    (polled,) = following.poll(desk, [], now=NOW)

    assert "--allow-private" in str(polled.trouble)
    assert blog.answered == [("/atom.xml", 200)]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.xml",
        "file:///etc/passwd",
        "ftp://a.example/",
        "https://me:secret@a.example/",
        "https://a.example/\x1b[2J",
        "https://" + "a" * 3000,
    ],
)
def test_what_is_no_address_is_refused(desk: Desk, url: str) -> None:
    """One with a password too: an export would tell it."""
    with pytest.raises(FollowingRefused, match="web address"):
        follow(desk, url)


def test_a_feed_is_followed_once_and_on_topics_that_there_are(desk: Desk, blog: Site) -> None:
    """The refusal names what there is."""
    follow(desk, blog.at("/atom.xml"), topic="care")

    with pytest.raises(FollowingRefused, match="it is feed 1"):
        follow(desk, blog.at("/atom.xml"))
    with pytest.raises(FollowingRefused, match=r"There is no topic cars; evenly\.toml has: care, craft"):
        follow(desk, blog.at("/rss.xml"), topic="cars")
    for unknown in ("2", "x", "-1", "9" * 30):
        with pytest.raises(FollowingRefused, match="There is no feed"):
            following.unfollow(desk, unknown)


def test_a_dropped_feed_takes_its_items_along(desk: Desk, blog: Site) -> None:
    """One that is dropped while it is fetched stays dropped."""
    follow(desk, blog.at("/atom.xml"))

    def meanwhile(request: BaseHTTPRequestHandler) -> None:
        following.unfollow(desk, "1")
        _plainly(request, RSS)

    blog.pages["/atom.xml"] = meanwhile

    assert [each.new for each in following.poll(desk, [], now=NOW)] == [0]
    assert following.inbox(desk, now=NOW) == []
    assert following.poll(desk, [], now=NOW) == []


def test_the_inbox_does_not_grow_without_end(desk: Desk, blog: Site) -> None:
    """A feed that makes everything new each time pushes its own oldest items out; what it no longer has is forgotten in time."""
    number = count()

    def inventive(request: BaseHTTPRequestHandler) -> None:
        items = [
            {"id": str(place), "url": f"https://a.example/{place}", "title": f"Item {place}"}
            for place in [next(number) for _ in range(250)]
        ]
        _plainly(request, json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}).encode())

    blog.pages["/json"] = inventive
    assert follow(desk, blog.at("/json")).new == 200
    for hour in range(1, 4):
        following.poll(desk, [], now=NOW + hour * HOUR)
    kept = titles(desk)
    assert len(kept) == feeds.MOST_WAITING
    assert {"Item 750", "Item 949"} <= set(kept)
    assert "Item 0" not in kept

    blog.pages["/json"] = rss(article("Only this", "https://a.example/now"))
    following.poll(desk, [], now=NOW + timedelta(days=91))
    assert titles(desk) == ["Only this"]


def test_items_without_a_web_address_are_left_out(desk: Desk, blog: Site) -> None:
    """Relative ones are read as the feed's own; what a title may hold is cut and in one line."""
    blog.pages["/feed"] = rss(
        article("Script", "javascript:alert(1)"),
        article("Nowhere", ""),
        article("Whose?", "https://me:secret@a.example/"),
        article("Here\n  and\t there", "/blog/1", about="word " * 1000),
        article("t" * 40_000, "https://a.example/long"),
    )
    follow(desk, blog.at("/feed"))

    relative, long = reversed(following.inbox(desk, now=NOW)) if titles(desk)[0].startswith("Here") else following.inbox(desk, now=NOW)
    assert (relative.title, relative.link) == ("Here and there", blog.at("/blog/1"))
    assert len(relative.summary) <= 1000
    assert len(long.title) <= 300


def test_times_that_no_feed_could_know_are_not_believed(desk: Desk, blog: Site) -> None:
    """An item from the future would stay on top for ever."""
    items = [
        {"id": str(number), "url": f"https://a.example/{number}", "title": str(number), "date_published": written}
        for number, written in enumerate(["2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "yesterday", "2026-11-01T00:00:00Z"])
    ]
    blog.pages["/feed"] = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}).encode()
    follow(desk, blog.at("/feed"))

    told = {offer.title: offer.told_at is not None for offer in following.inbox(desk, now=NOW)}
    assert told == {"0": False, "1": False, "2": False, "3": True}


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_feed_without_items_may_be_followed(desk: Desk, blog: Site, version: str) -> None:
    """A blog begins with its first article, later."""
    blog.pages["/feed"] = json.dumps({"version": f"https://jsonfeed.org/version/{version}", "title": "Soon", "items": []}).encode()
    blog.pages["/rss"] = rss()

    assert follow(desk, blog.at("/feed")).new == follow(desk, blog.at("/rss")).new == 0


def test_some_seconds_are_enough_for_all(desk: Desk, blog: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left over comes first the next time."""
    for number in range(3):
        blog.pages[f"/{number}"] = rss(article("x", f"https://a.example/{number}"))
        follow(desk, blog.at(f"/{number}"))
    ticks: Callable[[], int] = count(0, 15).__next__
    clock = FastClock(NOW + HOUR, 1e-9)
    monkeypatch.setattr(clock, "monotonic", ticks)

    assert [each.id for each in following.poll_due(desk, clock)] == [1]
    assert [each.id for each in due(desk, NOW + HOUR)] == [2, 3]
