"""A workspace with three accounts on two small networks, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from evenly.exporting import export_lines
from evenly.networks import Networks
from evenly.planning import Desk
from evenly.plugin import Limits, Network, Part, Published, hookimpl
from evenly.settings import load
from evenly.store import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

SETTINGS = """
[brand]
name = "Atelier Lumière"
timezone = "Europe/Paris"
domains = ["atelier-lumiere.example"]

[topics.care]
title = "Cleaning and care"
[topics.craft]

[mix]
topics = { care = 0.5, craft = 0.5 }

[accounts.page]
network = "facebook"
[accounts.pins]
network = "pinboard"
[accounts.tokyo]
network = "pinboard"
timezone = "Asia/Tokyo"
"""


class _Small:
    """A network that takes pictures, threads and first comments, and at most `longest` characters."""

    def __init__(self, name: str, longest: int) -> None:
        self._name = name
        self._longest = longest

    @hookimpl
    def network(self) -> Network:
        formats = frozenset({"post", "story", "reel", "document"})
        limits = Limits(text=self._longest, pictures=4, thread=10, first_comment=True, formats=formats)
        return Network(name=self._name, title=self._name.capitalize(), limits=limits)

    @hookimpl
    def publish(self, part: Part) -> Published:
        return Published(remote_id=part.text)


@contextmanager
def workspace(folder: Path) -> Iterator[Desk]:
    """The desk of a new workspace in `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "evenly.toml").write_text(SETTINGS, encoding="utf-8")
    networks = Networks()
    networks.add("facebook", _Small("facebook", 5000))
    networks.add("pinboard", _Small("pinboard", 200))
    settings = load(folder, dict.fromkeys(networks.names()))
    store = Store.open("sqlite", settings.state)
    try:
        yield Desk(settings, networks, store)
    finally:
        store.close()


def picture(path: Path) -> Path:
    """A small sound picture at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (600, 600), "silver").save(path)
    return path


def state_of(desk: Desk) -> list[str]:
    """Everything the store holds."""
    return list(export_lines(desk))


def posts_of(desk: Desk) -> list[dict[str, Any]]:
    """The fields of every post, in the order of their ids."""
    from evenly.store import archive

    with desk.store.read() as connection:
        return [row["fields"] for row in archive.rows(connection, "post")]


def deliveries_of(desk: Desk) -> list[dict[str, Any]]:
    """Every delivery as it is stored, in the order of their ids."""
    from evenly.store import archive

    with desk.store.read() as connection:
        return list(archive.rows(connection, "delivery"))
