"""What a network fetches itself has a public address when it is prepared and when it is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from evenly.engines.upkeep import chores
from evenly.plugin import Limits, Media, Network, Part, Prepared, Published, hookimpl
from evenly.store import queue
from evenly.store.contents import MEDIA_FOLDER
from tests.plugin.board import Board
from tests.publishing.scene import START, Scene, scene

PLACE = '[media]\npublic_dir = "public"\npublic_url = "https://cdn.example"\n'


class _Wall(Board):
    """Fetches pictures; remembers the addresses it was given."""

    def __init__(self) -> None:
        super().__init__("key")
        self.given: list[tuple[str, str | None, bool]] = []
        self.folder = Path()

    @hookimpl
    def network(self) -> Network:
        known: Network = super().network()
        return replace(known, limits=Limits(text=500, pictures=1, hosted=frozenset({"picture"})))

    @hookimpl
    def prepare(self, part: Part) -> Prepared:  # type: ignore[override]  # a hook may take fewer arguments
        self._note("prepare", part)
        return Prepared()

    @hookimpl
    def publish(self, part: Part, key: str) -> Published:  # type: ignore[override]  # a hook may take fewer arguments
        self._note("publish", part)
        return Published(remote_id=key)

    def _note(self, hook: str, part: Part) -> None:
        (medium,) = part.media
        there = medium.url is not None and (self.folder / medium.url.rpartition("/")[2]).exists()
        self.given.append((hook, medium.url, there))


def queued(here: Scene) -> int:
    """A delivery with a picture."""
    kept = here.desk.settings.state / MEDIA_FOLDER / ("ab" * 16 + ".png")
    kept.parent.mkdir()
    kept.write_bytes(b"\x89PNG and so on")
    part = Part(text="Look", media=(Media(path=kept, kind="picture", mime="image/png", bytes=14, alt="A picture"),))
    new = queue.NewDelivery(account="pin", network="board", parts=[part], due=START, pinned=True)
    with here.desk.store.write() as connection:
        post = queue.insert_post(connection, {}, digest=None, now=START)
        return queue.insert_delivery(connection, post, new, now=START)


def test_a_picture_is_public_before_its_network_hears_of_it(tmp_path: Path) -> None:
    """Not earlier than that, and no longer than needed."""
    board = _Wall()
    board.folder = tmp_path / "public"
    with scene(tmp_path, more=PLACE, board=board) as here:
        delivery = queued(here)
        assert not board.folder.exists()

        here.run()

        address = f"https://cdn.example/{'ab' * 16}.png"
        assert board.given == [("prepare", address, True), ("publish", address, True)]
        assert here.state(delivery) == "published"
        (upkeep,) = [chore for chore in chores(here.desk, here.vault, here.clock) if chore.name == "public media"]
        upkeep.run()
        assert list(board.folder.iterdir()) == []


def test_a_place_that_cannot_be_written_is_waited_for(tmp_path: Path) -> None:
    """The post goes out once it can."""
    board = _Wall()
    board.folder = tmp_path / "public"
    board.folder.write_text("in the way")
    with scene(tmp_path, more=PLACE, board=board) as here:
        delivery = queued(here)

        here.run(until=timedelta(minutes=1))
        assert (here.state(delivery), board.given) == ("planned", [])

        board.folder.unlink()
        here.run()
        assert here.state(delivery) == "published"


def test_without_a_place_it_fails_with_the_cure(tmp_path: Path) -> None:
    """The setting was there when the post was queued."""
    board = _Wall()
    with scene(tmp_path, board=board) as here:
        delivery = queued(here)

        here.run()

        assert here.state(delivery) == "failed"
        assert "set public_dir and public_url under [media]" in str(here.delivery(delivery).reason)
        assert board.given == []
