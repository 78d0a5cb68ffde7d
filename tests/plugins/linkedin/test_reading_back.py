"""A page's posts and comments can be found again; a member's cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_linkedin as linkedin
from evenly.plugin import Absent, CannotTell, Found, Part, RemotePost, SignInNeeded
from tests.plugins.linkedin.conftest import Desk

LAG = timedelta(minutes=1)


def changed(desk: Desk, change: Callable[[dict[str, Any]], object]) -> Callable[[httpx.Request], httpx.Response | None]:
    """The stand-in's own lists, with each element changed."""

    def instead(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET" or "q=author" not in str(request.url):
            return None
        desk.instead = lambda _request: None
        try:
            with httpx.Client(transport=httpx.WSGITransport(app=desk.server.app)) as client:
                told = client.send(request).json()
        finally:
            desk.instead = instead
        for each in told["elements"]:
            change(each)
        return httpx.Response(200, json=told)

    return instead


def recent(desk: Desk, back: timedelta = timedelta(days=1)) -> list[RemotePost]:
    with desk.http() as http:
        return linkedin.recent(desk.account, desk.clock.now() - back, http)


@pytest.mark.parametrize(
    "part",
    [
        Part(text="Version 1.2 (stable) #or & 日本"),
        Part(text="By @[Maison Doré](urn:li:organization:100002)", link="https://shop.example/a_b"),
        Part(text="Ask", format="poll", options={"poll": {"question": "?", "options": ["a", "b"]}}),
    ],
    ids=["text", "article", "poll"],
)
def test_what_is_out_is_found(page: Desk, part: Part) -> None:
    """By its words and its time, once the list shows it."""
    first, published = page.clock.now(), page.publish(part)
    assert page.find(part, first=first) == Absent()
    page.clock.advance(LAG)
    found = page.find(part, first=first)
    assert isinstance(found, Found)
    assert (found.published.remote_id, found.published.data) == (published.remote_id, published.data)


@pytest.mark.parametrize("media", ["one", "two", "video", "document", "thumbnail"])
def test_what_was_uploaded_is_the_surest_sign(page: Desk, media: str) -> None:
    """Equal words with other media are another post."""
    part = {
        "one": lambda: Part(text="Same", media=(page.picture(),)),
        "two": lambda: Part(text="Same", media=(page.picture("a.jpg"), page.picture("b.jpg"))),
        "video": lambda: Part(text="Same", media=(page.video(),)),
        "document": lambda: Part(text="Same", media=(page.document(),), options={"title": "t"}),
        "thumbnail": lambda: Part(text="Same", link="https://a.example", media=(page.picture(),), format="article"),
    }[media]()
    ours, others = page.prepare(part), page.prepare(part)
    first = page.clock.now()
    other = page.publish(part, prepared=others)
    page.clock.advance(LAG)
    assert page.find(part, ours, first=first) == Absent()
    published = page.publish(part, prepared=ours)
    page.clock.advance(LAG)
    found = page.find(part, ours, first=first)
    assert isinstance(found, Found)
    assert found.published.remote_id == published.remote_id != other.remote_id


def test_older_posts_are_not_ours(page: Desk) -> None:
    """Not what stood there before the first attempt."""
    page.publish(Part(text="Every week"))
    page.clock.advance(timedelta(minutes=5))
    assert page.find(Part(text="Every week")) == Absent()


def test_a_short_page_is_no_end(page: Desk) -> None:
    """LinkedIn filters after it has counted: only an older post, or a page without any, ends the reading."""
    part, first = Part(text="Buried"), page.clock.now()
    published = page.publish(part)
    page.clock.advance(LAG)
    (post,) = page.server.world.posts.values()
    at = int(post.at.timestamp() * 1000)
    pages = {
        "0": [{"id": "urn:li:share:1", "commentary": "Another", "createdAt": at}],
        "100": [{"id": published.remote_id, "commentary": post.commentary, "createdAt": at}],
        "200": [],
    }
    page.instead = lambda request: httpx.Response(200, json={"elements": pages[request.url.params["start"]]})
    assert isinstance(page.find(part, first=first), Found)


def test_a_post_without_a_time_proves_nothing(page: Desk) -> None:
    """It may be ours."""
    part = Part(text="Timeless")
    page.publish(part)
    page.clock.advance(LAG)
    page.instead = changed(page, lambda each: each.pop("createdAt"))
    assert isinstance(page.find(part, first=page.clock.now()), CannotTell)


def test_a_post_that_is_on_its_way_may_still_come(page: Desk) -> None:
    """Neither found nor absent; one that failed on the way is absent."""
    part, first = Part(text="Coming"), page.clock.now()
    page.publish(part)
    page.clock.advance(LAG)
    page.instead = changed(page, lambda each: each.update(lifecycleState="PUBLISH_REQUESTED"))
    assert page.find(part, first=first) == CannotTell(timedelta(minutes=1))
    page.instead = changed(page, lambda each: each.update(lifecycleState="PUBLISH_FAILED"))
    assert page.find(part, first=first) == Absent()


def test_words_without_a_word_on_media_decide_nothing(page: Desk) -> None:
    """The list may leave the media out."""
    part, first = Part(text="Pictured", media=(page.picture(),)), page.clock.now()
    prepared = page.prepare(part)
    page.publish(part, prepared=prepared)
    page.clock.advance(LAG)
    page.instead = changed(page, lambda each: each.pop("content"))
    assert isinstance(page.find(part, prepared, first=first), CannotTell)


def test_two_that_are_equal_cannot_be_told_apart(page: Desk) -> None:
    """A person looks."""
    part, first = Part(text="Twice"), page.clock.now()
    published = page.publish(part)
    posts = page.server.world.posts
    posts["urn:li:share:7434161199513600099"] = replace(posts[published.remote_id], urn="urn:li:share:7434161199513600099")
    page.clock.advance(LAG)
    assert isinstance(page.find(part, first=first), CannotTell)


def test_a_comment_is_found_under_its_post(page: Desk) -> None:
    """By its words and the page that wrote it."""
    post = page.publish(Part(text="The post"))
    comment, first = Part(kind="comment", position=1, text="First (of all) #or"), page.clock.now()
    assert page.find(comment, page.prepare(comment, [post]), [post], first=first) == Absent()
    published = page.publish(comment, [post], first=first)
    found = page.find(comment, page.prepare(comment, [post]), [post], first=first)
    assert found == Found(published)


def test_what_may_not_be_read_says_nothing(page: Desk) -> None:
    """A permission that was taken away since the look."""
    page.instead = lambda request: httpx.Response(403, json={"status": 403}) if request.method == "GET" else None
    assert isinstance(page.find(Part(text="x")), CannotTell)


def test_a_members_post_cannot_be_found_out_by_reading(member: Desk) -> None:
    """For good: the same call, and its refusal, must settle it. No call is spent on it."""
    member.seen.clear()
    assert member.find(Part(text="x")) == CannotTell()
    assert member.seen == []


def test_a_members_comment_is_never_sent_again(member: Desk) -> None:
    """Nobody knows whether LinkedIn refuses an equal one: it is looked at after a day, when a person is asked."""
    post = member.publish(Part(text="The post"))
    comment = Part(kind="comment", position=1, text="First")
    assert member.find(comment, member.prepare(comment, [post]), [post]) == CannotTell(timedelta(hours=24))


def test_recent_shows_what_readers_see(page: Desk) -> None:
    """Without backslashes and templates, newest first, with links and media."""
    page.publish(Part(text="Version 1.2 (stable) #or"))
    page.clock.advance(timedelta(minutes=1))
    page.publish(Part(text="Rings", link="https://shop.example/a_b"))
    page.clock.advance(LAG)
    newest, oldest = recent(page)
    assert (newest.text, newest.link, oldest.text) == ("Rings", "https://shop.example/a_b", "Version 1.2 (stable) #or")
    assert newest.at - oldest.at == timedelta(minutes=1)


def test_a_member_has_no_list(member: Desk) -> None:
    """LinkedIn refuses it; that is no reason to sign in anew. A wrong token is."""
    member.publish(Part(text="x"))
    assert recent(member) == []
    member.instead = lambda _request: httpx.Response(401, json={"status": 401})
    with pytest.raises(SignInNeeded):
        recent(member)


def test_a_page_whose_list_was_closed_says_so(page: Desk) -> None:
    """The permission to read was there at the last look."""
    page.instead = lambda _request: httpx.Response(403, content=json.dumps({"status": 403}).encode())
    with pytest.raises(SignInNeeded):
        recent(page)
