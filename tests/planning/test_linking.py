"""Links go out as typed, as a plugin rewrites them, or tagged where they are the brand's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from evenly.planning import Desk, Edit, PostRefused, editing
from evenly.plugin import Limits, Network, Published, hookimpl
from evenly.store import queue
from tests.planning.desks import NOW, SETTINGS, add, row, workspace

DOMAINS = '[brand]\ndomains = ["atelier.example"]'
UTM = SETTINGS.replace("[brand]", DOMAINS) + '[accounts.wide]\nnetwork = "wall"\n[campaigns.mariage]\n[links.utm]\n'
OWN = "https://atelier.example/rings"


class Wall:
    """Takes texts of any length, threads and comments."""

    @hookimpl
    def network(self) -> Network:
        return Network(name="wall", title="Wall", limits=Limits(thread=3, first_comment=True), repeat_safe={})

    @hookimpl
    def publish(self) -> Published:
        return Published(remote_id="1")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with workspace(tmp_path / "brand", UTM) as desk:
        desk.networks.add("wall", Wall())
        yield desk


def said(desk: Desk, delivery: int) -> tuple[str, str | None]:
    """Text and link as they would go out."""
    content = row(desk, delivery).content
    return content["text"], content["link"]


def tags(campaign: str, post: int, network: str = "board") -> str:
    return f"utm_source={network}&utm_medium=social&utm_campaign={campaign}&utm_content=p{post}"


def test_own_links_are_tagged_by_network_campaign_and_post(desk: Desk) -> None:
    """The fields keep what was typed."""
    (first,) = add(desk, "Rings", link=OWN, campaign="mariage")
    (second,) = add(desk, "Rings, still", link=f"{OWN}?q=1#top")

    assert said(desk, first) == ("Rings", f"{OWN}?{tags('mariage', 1)}")
    assert said(desk, second) == ("Rings, still", f"{OWN}?q=1&{tags('always-on', 2)}#top")
    assert row(desk, second).fields["link"] == f"{OWN}?q=1#top"


def test_links_in_texts_are_tagged_too(desk: Desk) -> None:
    """In the thread and in the comment as well; what ends the sentence stays behind the link."""
    (delivery,) = add(desk, f"See {OWN}.", to=["wide"], thread=[f"({OWN})"], first_comment=f"https://other.example and {OWN}!")

    with desk.store.read() as connection:
        texts = [part.content["text"] for part in queue.parts_of(connection, delivery)]
    tagged = f"{OWN}?{tags('always-on', 1, 'wall')}"
    assert texts == [f"See {tagged}.", f"({tagged})", f"https://other.example and {tagged}!"]


@pytest.mark.parametrize(
    "link",
    [
        "https://other.example/x",
        f"{OWN}?utm_source=mine",
        "https://atelier.example.evil.test/",
        "https://notatelier.example/",
        "https://xn--atelier-9za.example/",
    ],
)
def test_links_of_others_and_tagged_ones_go_out_as_typed(desk: Desk, link: str) -> None:
    """A name that begins like the brand's is somebody else's."""
    (delivery,) = add(desk, "x", link=link)

    assert said(desk, delivery) == ("x", link)


@pytest.mark.parametrize("host", ["shop.atelier.example:8443", "WWW.Atelier.Example", "atelier.example.", "schmück.example"])
def test_every_host_of_the_brand_is_its_own(tmp_path: Path, host: str) -> None:
    """In any spelling of the domain."""
    settings = UTM.replace('["atelier.example"]', '["atelier.example", "xn--schmck-6ya.example"]')
    with workspace(tmp_path / "brand", settings) as desk:
        (delivery,) = add(desk, "x", link=f"https://{host}/")

        assert said(desk, delivery)[1] == f"https://{host}/?{tags('always-on', 1)}"


def test_without_the_table_links_go_out_as_typed(tmp_path: Path) -> None:
    """It is the default."""
    with workspace(tmp_path / "brand", SETTINGS.replace("[brand]", DOMAINS)) as desk:
        (delivery,) = add(desk, OWN, link=OWN)

        assert said(desk, delivery) == (OWN, OWN)


def test_the_brands_own_templates_are_filled_and_made_slugs(tmp_path: Path) -> None:
    """An empty one is left away."""
    settings = UTM + 'source = "{account}"\ncampaign = "Été {campaign}"\ncontent = "{topic}"\nterm = "a_b"\n'
    with workspace(tmp_path / "brand", settings) as desk:
        (one,) = add(desk, "x", link=OWN, topic="care")
        (two,) = add(desk, "y", link=OWN)

        common = "utm_source=pins&utm_medium=social&utm_campaign=ete-always-on"
        assert said(desk, one)[1] == f"{OWN}?{common}&utm_content=care&utm_term=a-b"
        assert said(desk, two)[1] == f"{OWN}?{common}&utm_term=a-b"


def test_an_edit_keeps_the_posts_own_tags(desk: Desk) -> None:
    """The number is known by then, and nothing is tagged twice."""
    (delivery,) = add(desk, "x", link=OWN)

    editing.edit(desk, str(delivery), Edit(changes={"text": "y"}, root=desk.settings.folder), now=NOW)

    assert said(desk, delivery) == ("y", f"{OWN}?{tags('always-on', 1)}")


def test_the_length_that_counts_is_that_of_the_tagged_link(desk: Desk) -> None:
    """Board takes 50 characters: the link alone fits as typed, and not with its tags."""
    with pytest.raises(PostRefused, match="too many"):
        add(desk, OWN)


def test_equal_texts_are_equal_whatever_their_tags(desk: Desk) -> None:
    """Board refuses a second one, though its number would differ."""
    add(desk, "x", link=OWN)

    with pytest.raises(PostRefused, match="same text twice"):
        add(desk, "x", link=OWN)


class Shortener:
    """Shortens links of one host, fails at another's, answers nonsense at a third's."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    @hookimpl
    def rewrite_link(self, link: str, delivery: Mapping[str, Any]) -> str | None:
        self.asked.append((link, delivery))
        if "broken" in link:
            raise TimeoutError("no answer")
        if "nonsense" in link:
            return "not an address"
        return f"https://sho.rt/{len(self.asked)}" if "long" in link else None


@pytest.fixture
def shortener(desk: Desk) -> Shortener:
    found = Shortener()
    desk.networks.add("shortener", found)
    return found


def test_a_plugin_is_asked_first(desk: Desk, shortener: Shortener) -> None:
    """Once for each link; what it leaves is tagged as ever."""
    (delivery,) = add(desk, "https://long.example", link="https://long.example", topic="care")
    (own,) = add(desk, "x", link=OWN)

    assert said(desk, delivery) == ("https://sho.rt/1", "https://sho.rt/1")
    assert said(desk, own) == ("x", f"{OWN}?{tags('always-on', 2)}")
    assert [link for link, _ in shortener.asked] == ["https://long.example", OWN]
    assert shortener.asked[0][1] == {"account": "pins", "network": "board", "post": None, "topic": "care", "campaign": None}


@pytest.mark.parametrize(("link", "why"), [("https://broken.example", "no answer"), ("https://nonsense.example", "not an address")])
def test_a_plugin_that_fails_refuses_the_post(desk: Desk, shortener: Shortener, link: str, why: str) -> None:
    """With what it said, and the link."""
    with pytest.raises(PostRefused, match=why):
        add(desk, "x", link=link)
