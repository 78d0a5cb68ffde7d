"""The inbox tells what a person wants to know before making a post of an item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from evenly import fields, following, planning
from evenly.following import Offer
from evenly.planning import Desk
from evenly.plugin import RemotePost
from evenly.settings.tables import Topic
from evenly.store import elsewhere
from tests.following.sites import Site, article, rss
from tests.importing.workspaces import NOW

ABOUT = "Why silver tarnishes in the drawer, and three things that you can do about it before winter"


def offered(desk: Desk, blog: Site, *items: str, **how: Any) -> list[Offer]:
    """What these items are in the inbox, as the feed has them."""
    blog.pages["/feed"] = rss(*items)
    following.follow(desk, blog.at("/feed"), now=NOW, allow_private=True, **how)
    return following.inbox(desk, now=NOW)


def queued(desk: Desk, text: str, **more: Any) -> str:
    document = {"text": text, "to": ["page"], **more}
    return f"p{planning.add(desk, planning.NewPost(fields=fields.read(document), root=desk.settings.folder), now=NOW).post}"


def test_an_items_topic_is_told_by_its_words(desk: Desk, blog: Site) -> None:
    """With the reason; where no word tells, nobody knows."""
    desk.settings.topics["care"] = Topic(words=("silver", "to polish"))

    silver, cars = offered(desk, blog, article("Silver, polished", "https://a.example/1"), article("Cars", "https://a.example/2"))

    assert (silver.verdict.topic, silver.verdict.on) == ("care", True)
    assert "care" in str(silver.verdict.reason)
    assert (cars.verdict.topic, cars.verdict.on) == (None, None)
    assert following.inbox(desk, now=NOW, topic="care") == [silver]


def test_what_was_said_of_the_feed_holds_for_its_items(desk: Desk, blog: Site) -> None:
    """Its topic, and whose it is."""
    (item,) = offered(desk, blog, article("Cars", "https://a.example/2"), topic="craft", owned=True)

    document = following.as_document(item)
    assert (document["topic"], document["on_topic"], document["origin"], document["credit"]) == ("craft", True, "owned", None)


def test_the_document_of_an_item(desk: Desk, blog: Site) -> None:
    """Every key is there, null where unknown."""
    (item,) = offered(desk, blog, article("Cars", "https://a.example/2", about="&lt;b&gt;Fast&lt;/b&gt; ones"))

    assert following.as_document(item) == {
        "id": "1",
        "feed": "1",
        "title": "Cars",
        "summary": "Fast ones",
        "link": "https://a.example/2",
        "credit": "Silver news",
        "origin": "third-party",
        "topic": None,
        "on_topic": None,
        "reason": "No word of any topic stands in it.",
        "published_at": None,
        "found_at": "2026-11-23T09:00:00+00:00",
        "twin": None,
    }


@pytest.mark.parametrize(
    ("title", "about", "alike"),
    [
        (ABOUT, "", 1.0),
        ("A headline of its own", ABOUT, 1.0),
        (f"{ABOUT} comes", "", 13 / 14),
        ("Why gold never tarnishes in the drawer, and three other questions that our customers ask before winter comes", "", None),
    ],
)
def test_near_duplicates_of_own_posts_are_shown_with_their_twin(
    desk: Desk, blog: Site, title: str, about: str, alike: float | None
) -> None:
    """By their words, in the title or below it."""
    queued(desk, "Something else entirely, about rings and how they are made by hand")
    post = queued(desk, f"{ABOUT}.")

    (item,) = offered(desk, blog, article(title, "https://a.example/1", about=about))

    if alike is None:
        assert item.twin is None
    else:
        assert item.twin is not None
        assert item.twin.post == post
        assert item.twin.alike == pytest.approx(alike)


def test_an_item_that_leads_to_the_same_page_is_a_twin(desk: Desk, blog: Site) -> None:
    """Whatever either says, and wherever it was clicked."""
    post = queued(desk, "Read this!", link="https://www.a.example/1?utm_source=page")

    (item,) = offered(desk, blog, article("Rings", "https://a.example/1"))

    assert item.twin is not None
    assert (item.twin.post, item.twin.alike) == (post, 1.0)


def test_what_stands_elsewhere_may_be_a_twin(desk: Desk, blog: Site) -> None:
    """It is told by its address on the network."""
    there = RemotePost(remote_id="77", text=ABOUT, at=NOW, url="https://facebook.example/77")
    with desk.store.write() as connection:
        elsewhere.keep(connection, "page", "facebook", [there], since=NOW - timedelta(days=60), now=NOW)

    (item,) = offered(desk, blog, article(ABOUT, "https://a.example/1"))

    assert following.as_document(item)["twin"] == {"post": None, "account": "page", "url": "https://facebook.example/77", "alike": 1.0}
