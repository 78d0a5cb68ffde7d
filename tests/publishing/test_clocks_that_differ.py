"""A network's clock and ours, or ours before and after it was set: a lost answer is found out all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evenly.clock import VirtualClock
from evenly.plugin import Absent, CannotTell, Found
from evenly.plugin.testing import Fault, faults
from tests.plugin.board import Board
from tests.publishing.scene import Scene, scene
from tests.publishing.test_troubles import Pausing

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_HOUR = timedelta(hours=1)


@dataclass
class Behind:
    """The clock of a network, which is right; ours is ahead of it."""

    ours: VirtualClock
    by: timedelta

    def now(self) -> datetime:
        return self.ours.now() - self.by

    def monotonic(self) -> float:
        return self.ours.monotonic()


class Vague(Board):
    """What it does not find may be there all the same."""

    def read_back(self, *asked: Any) -> Found | Absent | CannotTell:
        answer = super().read_back(*asked)
        return CannotTell(timedelta(minutes=2)) if isinstance(answer, Absent) else answer


def dated(app: WSGIApplication, clock: Behind) -> WSGIApplication:
    """The same with a `Date` in every answer, as networks have it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, ("Date", format_datetime(clock.now().replace(microsecond=0), usegmt=True))], *more)

        return app(environ, started)

    return answer


def lose_the_answer(board: Scene) -> None:
    board.served.inject(Fault(faults.lose_answer, method="POST", path="/pins.*", nth=1))


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), _HOUR, timedelta(days=2)], ids=str)
def test_a_clock_that_is_ahead_of_the_network_doubles_nothing(tmp_path: Path, ahead: timedelta) -> None:
    """By the network's clock the post is older than our first attempt; its answers tell what time it is there."""
    with scene(tmp_path, "read-back") as board:
        network = Behind(board.clock, ahead)
        board.board.clock = network
        board.served.app = dated(board.served.app, network)
        lose_the_answer(board)
        post = board.queue("Polishing day")

        board.run()

        assert (board.state(post), board.public()) == ("published", ["Polishing day"])


def test_nor_does_a_network_that_knows_of_it_and_not_under_which_address(tmp_path: Path) -> None:
    """So Instagram's container says that it is out, and the list has it, at a time before our first attempt."""
    with scene(tmp_path, "read-back", board=Vague("read-back")) as board:
        network = Behind(board.clock, _HOUR)
        board.board.clock = network
        board.served.app = dated(board.served.app, network)
        lose_the_answer(board)
        post = board.queue("Polishing day")

        board.run()

        assert (board.state(post), board.public()) == ("published", ["Polishing day"])


@pytest.mark.parametrize("back", [timedelta(minutes=5), _HOUR, timedelta(days=30)], ids=str)
def test_a_clock_that_is_set_right_in_the_middle_of_a_call_doubles_nothing(tmp_path: Path, back: timedelta) -> None:
    """The intent was written by a clock that was ahead: what is known to be lost before it began proves so."""
    plugin = Pausing("read-back", "publish")
    with scene(tmp_path, "read-back", board=plugin) as board:
        lose_the_answer(board)
        post = board.queue("Polishing day")

        def set_right() -> None:
            board.clock.moment -= back

        plugin.meanwhile = set_right
        board.run(until=timedelta(days=100))

        assert (board.state(post), board.public()) == ("published", ["Polishing day"])


def test_a_clock_that_is_set_right_before_anybody_looks_doubles_nothing(tmp_path: Path) -> None:
    """The loss was written down by the wrong clock, too; but this process knows for how long it has known of it."""
    with scene(tmp_path, "read-back") as board:
        network = Behind(board.clock, timedelta(minutes=5))
        board.board.clock = network
        lose_the_answer(board)
        board.served.inject(Fault(faults.fail(500), method="GET"))
        post = board.queue("Polishing day")
        process = board.publisher()
        process.work("pin", board.stop)
        board.clock.moment -= network.by
        network.by = timedelta(0)

        board.run(process, until=timedelta(minutes=10))  # until that moment has long gone by, nothing can be read
        assert board.state(post) == "unknown"
        board.served.mend()
        board.run(process)

        assert (board.state(post), board.public()) == ("published", ["Polishing day"])


def test_an_equal_text_of_earlier_is_not_taken_for_ours(tmp_path: Path) -> None:
    """While clocks agree, what stood there before our first attempt is somebody else's."""
    with scene(tmp_path, "read-back") as board:
        first = board.queue("Polishing day")
        board.run()
        board.clock.advance(_HOUR)
        board.served.inject(Fault(faults.drop, method="POST", path="/pins.*", nth=1))
        second = board.queue("Polishing day", at=board.clock.now())

        board.run()

        assert (board.state(first), board.state(second)) == ("published", "published")
        assert board.public() == ["Polishing day"] * 2
