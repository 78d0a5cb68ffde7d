"""Pictures for a network that fetches them: refused without a public place, and there exactly while they are needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shops import Shop, picture

#: Fetches pictures; calls the address it was given its own.
GALLERY = """
from evenly.plugin import Limits, Network, Published, hookimpl


@hookimpl
def network():
    return Network(name="gallery", title="Gallery", limits=Limits(text=100, pictures=2, hosted=frozenset({"picture"})))


@hookimpl
def publish(part, key):
    return Published(remote_id=key, url=part.media[0].url)
"""
PLACE = """
[media]
public_dir = "public"
public_url = "https://cdn.example/evenly"
"""


@pytest.fixture
def gallery(shop: Shop) -> Shop:
    """The shop with an account on the gallery."""
    shop.evenly.install("gallery", GALLERY)
    with (shop.folder / "evenly.toml").open("a", encoding="utf-8") as file:
        file.write('\n[accounts.wall]\nnetwork = "gallery"\n')
    picture(shop.folder / "ring.png")
    return shop


def _public(shop: Shop) -> list[Path]:
    folder = shop.folder / "public"
    return list(folder.iterdir()) if folder.exists() else []


def test_without_a_public_place_add_says_so_at_once(gallery: Shop) -> None:
    """And what to set."""
    said = gallery.refused("add", "A ring", "--to", "wall", "--media", "ring.png", "--alt", "A ring")

    assert "wall: Gallery fetches media from a public address, and there is none: set public_dir and public_url under [media]" in said


def test_a_picture_is_public_while_its_post_goes_out_and_no_longer(gallery: Shop) -> None:
    """Its network is told an address that nobody can guess."""
    with (gallery.folder / "evenly.toml").open("a", encoding="utf-8") as file:
        file.write(PLACE)
    delivery = gallery.add("A ring", "--media", "ring.png", "--alt", "A ring", "--at", "2026-11-23T10:00", to="wall")
    assert _public(gallery) == []

    gallery.run_at("2026-11-23T09:01:00Z", "wall")

    told = gallery.delivery(delivery["id"])
    (kept,) = (gallery.folder / ".evenly" / "media").iterdir()
    assert (told["state"], told["url"]) == ("published", f"https://cdn.example/evenly/{kept.name}")
    assert _public(gallery) == []
