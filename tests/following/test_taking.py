"""An item of the inbox becomes a post, or goes away."""

from __future__ import annotations

from typing import Any

import pytest

from evenly import following, planning
from evenly.following import FollowingRefused
from evenly.planning import Desk
from evenly.store import models
from tests.following.sites import Site, article, rss
from tests.importing.workspaces import NOW, posts_of, state_of


@pytest.fixture
def desk(desk: Desk, blog: Site) -> Desk:
    """A workspace with three items in the inbox, the last of them from a feed of the brand's own."""
    blog.pages["/feed"] = rss(article("Rings", "https://a.example/1"), article("Gems", "https://a.example/2"), title="Gem news")
    blog.pages["/own"] = rss(article("Our own", "https://shop.example/3"), title="Atelier")
    following.follow(desk, blog.at("/feed"), now=NOW, allow_private=True, topic="care")
    following.follow(desk, blog.at("/own"), now=NOW, allow_private=True, owned=True)
    return desk


def take(desk: Desk, written: str, **said: Any) -> planning.Added:
    return following.take(desk, written, said, root=desk.settings.folder, now=NOW)


def waiting(desk: Desk) -> list[str]:
    return [offer.title for offer in following.inbox(desk, now=NOW)]


def id_of(desk: Desk, title: str) -> str:
    return next(str(offer.id) for offer in following.inbox(desk, now=NOW) if offer.title == title)


def test_taking_makes_a_third_party_post_with_link_credit_and_topic(desk: Desk) -> None:
    """The person's own words come first; the item leaves the inbox."""
    take(desk, id_of(desk, "Rings"), text="Worth ten minutes.", to=["page"], offer="product")

    (post,) = posts_of(desk)
    assert post == {
        "text": "Worth ten minutes.\n\nSource: Gem news",
        "to": ["page"],
        "link": "https://a.example/1",
        "origin": "third-party",
        "topic": "care",
        "offer": "product",
        "credit": "Gem news",
    }
    assert waiting(desk) == ["Our own", "Gems"]


def test_without_words_the_title_is_the_text(desk: Desk) -> None:
    """On every account that can take it."""
    added = take(desk, id_of(desk, "Gems"))

    assert posts_of(desk)[0]["text"] == "Gems\n\nSource: Gem news"
    assert len(added.deliveries) == 3


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"text": "Found at GEM NEWS: rings"}, "Found at GEM NEWS: rings"),
        ({"text": "Mine", "credit": ""}, "Mine"),
        ({"text": "Mine", "credit": "Ada L."}, "Mine\n\nSource: Ada L."),
        ({"text": "Mine", "origin": "owned"}, "Mine"),
    ],
)
def test_the_credit_line_stands_where_it_is_missing(desk: Desk, said: dict[str, str], text: str) -> None:
    """Not where the text names the source, nor where the person wants none."""
    take(desk, id_of(desk, "Rings"), **said)

    assert posts_of(desk)[0]["text"] == text


def test_each_wording_has_the_credit_in_the_brands_language(desk: Desk) -> None:
    """As readers there expect it."""
    object.__setattr__(desk.settings, "brand", desk.settings.brand.model_copy(update={"language": "fr"}))

    take(desk, id_of(desk, "Rings"), text="À lire", text_for={"pins": "Lu"})

    assert posts_of(desk)[0]["text"] == "À lire\n\nSource\N{NO-BREAK SPACE}: Gem news"
    assert posts_of(desk)[0]["text_for"] == {"pins": "Lu\n\nSource\N{NO-BREAK SPACE}: Gem news"}


def test_an_item_of_a_feed_of_ones_own_makes_an_owned_post(desk: Desk) -> None:
    """Without a credit."""
    take(desk, id_of(desk, "Our own"), to=["page"])

    assert posts_of(desk) == [{"text": "Our own", "to": ["page"], "link": "https://shop.example/3", "origin": "owned"}]


def test_a_post_that_is_refused_leaves_the_item_where_it_is(desk: Desk) -> None:
    """And the store as it was."""
    before = state_of(desk)
    with pytest.raises(planning.PostRefused, match="200"):
        take(desk, id_of(desk, "Rings"), text="x" * 190, to=["pins"])

    assert state_of(desk) == before


def test_an_item_is_taken_once(desk: Desk, blog: Site) -> None:
    """Also when its feed was dropped and followed anew, and when the program ended between the post and the note of it."""
    item = id_of(desk, "Rings")
    take(desk, item, to=["page"])
    for act in (lambda: take(desk, item), lambda: following.skip(desk, [item])):
        with pytest.raises(FollowingRefused, match="was taken already: it is post p1"):
            act()
    with desk.store.write() as connection:
        connection.execute(models.item.update().values(state="new", post_id=None))
    with pytest.raises(FollowingRefused, match="it is post p1"):
        take(desk, item, to=["page"])
    assert "Rings" not in waiting(desk)

    following.unfollow(desk, "1")
    following.follow(desk, blog.at("/feed"), now=NOW, allow_private=True)
    with pytest.raises(FollowingRefused, match="it is post p1"):
        take(desk, id_of(desk, "Rings"), to=["page"])
    assert len(posts_of(desk)) == 1


def test_what_is_skipped_does_not_come_back(desk: Desk) -> None:
    """However often the feed tells of it; a person may still take it."""
    rings = id_of(desk, "Rings")
    assert following.skip(desk, [rings]) == ["Rings"]
    following.poll(desk, [], now=NOW)
    assert waiting(desk) == ["Our own", "Gems"]

    take(desk, rings, to=["page"])


def test_of_several_items_all_are_skipped_or_none(desk: Desk) -> None:
    """One number that is wrong changes nothing."""
    with pytest.raises(FollowingRefused, match="There is no item 99"):
        following.skip(desk, [id_of(desk, "Rings"), "99"])

    assert len(waiting(desk)) == 3
    for unknown in ("p1", "", "-1", "9" * 40):
        with pytest.raises(FollowingRefused, match="There is no item"):
            take(desk, unknown)
