"""The embedded engine on a network whose plugin is broken."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import httpx

from evenly.engines.embedded import EmbeddedEngine
from evenly.ledger import State
from evenly.plugin import Message, OutcomeUnknown
from tests.plugin.board import Board
from tests.publishing.scene import scene


class Hanging(Board):
    """Never comes back from the visible call, outside every time-out."""

    def __init__(self) -> None:
        super().__init__()
        self.called = threading.Event()
        self.released = threading.Event()

    def visible(self, *_: Any, **__: Any) -> httpx.Request:
        self.called.set()
        self.released.wait()
        raise OutcomeUnknown(Message("nobody waits for this any more"))


def _ended_once_called(network: Hanging, stop: threading.Event) -> None:
    network.called.wait(timeout=30)
    stop.set()


def test_a_plugin_that_hangs_holds_up_the_end_no_longer_than_a_call_may_take(tmp_path: Path) -> None:
    """It is named and left behind; the delivery stays in hand, to be found out by whoever comes next."""
    network = Hanging()
    with scene(tmp_path, names=("pin", "other"), board=network) as here:
        stuck = here.queue("Never answered")
        stop = threading.Event()
        threading.Thread(target=_ended_once_called, args=(network, stop)).start()

        assert EmbeddedEngine(here.publisher(), here.clock, []).run(stop) == ["pin"]
        assert here.delivery(stuck).state is State.SENDING
        network.released.set()
        for left in [thread for thread in threading.enumerate() if thread.name == "pin"]:
            left.join(timeout=60)


def test_an_engine_with_nothing_in_hand_ends_at_once(tmp_path: Path) -> None:
    with scene(tmp_path) as here:
        stop = threading.Event()
        stop.set()

        assert EmbeddedEngine(here.publisher(), here.clock, []).run(stop) == []
