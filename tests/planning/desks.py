"""A workspace with two accounts on a small network, and rows in whatever state a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evenly import fields, ledger, planning
from evenly.networks import Networks
from evenly.planning import Desk
from evenly.plugin import Limits, Network, Part, Published, hookimpl
from evenly.settings import load
from evenly.store import Store, archive, deliveries, queue

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

SETTINGS = """
[brand]
timezone = "Europe/Paris"
[topics.care]
[accounts.pins]
network = "board"
[accounts.notes]
network = "board"
"""


class _Board:
    """Takes 50 characters and threads of three; refuses equal texts."""

    @hookimpl
    def network(self) -> Network:
        limits = Limits(text=50, pictures=4, thread=3, first_comment=True)
        return Network(name="board", title="Board", limits=limits, repeat_safe={"refusal": timedelta(minutes=15)})

    @hookimpl
    def publish(self, part: Part) -> Published:
        return Published(remote_id=part.text)

    @hookimpl
    def delete(self) -> None:
        """Gone."""


@contextmanager
def workspace(folder: Path, settings: str = SETTINGS) -> Iterator[Desk]:
    """The desk of a new workspace in `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "evenly.toml").write_text(settings, encoding="utf-8")
    networks = Networks()
    networks.add("board", _Board())
    found = load(folder, dict.fromkeys(networks.names()))
    store = Store.open("sqlite", found.state)
    try:
        yield Desk(found, networks, store)
    finally:
        store.close()


def add(desk: Desk, text: str, now: datetime = NOW, **more: Any) -> tuple[int, ...]:
    """Queue a post with these fields; the ids of its deliveries."""
    document = {"text": text, "to": ["pins"], **more}
    return planning.add(desk, planning.NewPost(fields=fields.read(document), root=desk.settings.folder), now=now).deliveries


def row(desk: Desk, delivery_id: int) -> Any:
    with desk.store.read() as connection:
        return queue.by_ids(connection, [delivery_id])[0]


def loaded(desk: Desk, delivery_id: int) -> ledger.Delivery:
    with desk.store.read() as connection:
        found = deliveries.load(connection, delivery_id)
    assert found is not None
    return found


def everything(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    """All rows of the store."""
    with desk.store.read() as connection:
        return {kind: list(archive.rows(connection, kind)) for kind in archive.KINDS}


def claimed(desk: Desk, delivery_id: int, now: datetime) -> ledger.Move:
    """Let a worker take the delivery in hand; its move."""
    with desk.store.write() as connection:
        current = deliveries.load(connection, delivery_id)
        assert current is not None
        move = ledger.claim(current, "worker", now=now, terms=ledger.Terms())
        assert isinstance(move, ledger.Move)
        assert deliveries.apply(connection, move)
    return move
