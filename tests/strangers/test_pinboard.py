"""A stranger's network, written from the documentation, keeps every promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evenly.networks import Networks
from evenly.plugin import Account, Http, Part, Published
from evenly.plugin.testing import NetworkContract, SteppedClock, serve
from tests.strangers import pinboard


class TestPinboard(NetworkContract):
    """The whole suite."""

    crowd = 25

    @pytest.fixture
    def plugin(self) -> Any:
        return pinboard


def test_it_imports_the_door_and_nothing_else_of_evenly() -> None:
    """What a stranger needs is in `evenly.plugin`."""
    lines = Path(pinboard.__file__).read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1] for line in lines if line.strip().startswith(("from evenly", "import evenly"))}

    assert imported == {"evenly.plugin", "evenly.plugin.match"}


def test_a_thread_goes_out_through_the_door_of_networks() -> None:
    """Called as the core calls it."""
    networks, clock = Networks(), SteppedClock()
    networks.add("pinboard", pinboard)
    board = networks.call("pinboard", "stand_in", clock=clock, seed=1)
    account = Account(id="board", network="pinboard", credentials=board.accounts[0].credentials)
    thread: list[Published] = []

    with serve(board.app) as served:
        for position, text in enumerate(["A ring is bent.", "It is soldered.", "It is polished."]):
            part = Part(kind="reply" if position else "post", position=position, text=text)
            with Http(clock=clock, network=networks["pinboard"], api=served.url) as http:
                thread.append(networks.call("pinboard", "publish", account=account, part=part, **rest(thread, clock), http=http))

    assert [(pin.text, pin.parent) for pin in board.public()] == [
        ("A ring is bent.", None),
        ("It is soldered.", thread[0].remote_id),
        ("It is polished.", thread[1].remote_id),
    ]


def rest(thread: list[Published], clock: SteppedClock) -> dict[str, Any]:
    """What the core offers besides."""
    return {"prepared": None, "thread": tuple(thread), "key": "k", "first_attempt": clock.now()}
