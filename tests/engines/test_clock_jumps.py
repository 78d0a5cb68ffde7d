"""A daemon whose wall clock jumps, and nights in which the hours of a day are 23 or 25."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from evenly.plugin.testing import Fault, faults
from evenly.plugin.testing.serving import Exchange
from tests.engines.daemon import daemon, until, workspace
from tests.engines.shifting import wall_clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENDING = "/drafts/.*/publication"


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=str)
def test_scenario_12_a_wall_clock_that_jumps_while_it_waits(tmp_path: Path, jump: timedelta) -> None:
    """What is due by the new time goes out, a gap apart; set back, what was armed for the old time is not slept through."""
    wall = wall_clock(tmp_path)
    with workspace(tmp_path, gap="2s") as board, daemon(board, tmp_path, wall.environment) as running:
        now = board.board.clock.now()
        first = board.queue("First", at=now)
        until(lambda: board.state(first) == "published")
        shift = max(jump, timedelta(0))
        due = [board.queue(f"Post {n}", at=now + shift - n * timedelta(minutes=1), pinned=False) for n in range(3)] if shift else []
        far = board.queue("In an hour and more", at=now + 2 * HOUR)
        assert [board.state(each) for each in due] == ["planned"] * len(due)

        wall.jump(jump)
        until(lambda: running.told("clock has jumped") == 1)
        until(lambda: {board.state(each) for each in due} <= {"published"})
        wall.jump(-jump)
        until(lambda: running.told("clock has jumped") == 2)
        again = board.queue("Right again", at=board.board.clock.now())
        until(lambda: board.state(again) == "published", seconds=120)

        assert board.state(far) == "planned"
    texts = board.public()
    assert sorted(texts) == sorted(["First", "Right again", *(f"Post {n}" for n in range(len(due)))])
    times = [pin.at for pin in board.board.public() if pin.text.startswith("Post")]
    assert all(later - sooner >= timedelta(seconds=1.9) for sooner, later in pairwise(times))


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 30 * DAY], ids=str)
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_scenario_12_a_wall_clock_that_jumps_in_flight(tmp_path: Path, jump: timedelta, *, lost: bool) -> None:
    """In the middle of the call, and with its answer lost besides: out once, since leases and looks go by the other clock."""
    wall = wall_clock(tmp_path)

    def jumping(exchange: Exchange) -> None:
        wall.jump(jump)
        (faults.lose_answer if lost else answered)(exchange)

    def answered(exchange: Exchange) -> None:
        exchange.send(exchange.run())

    with workspace(tmp_path) as board, daemon(board, tmp_path, wall.environment) as running:
        board.served.inject(Fault(jumping, method="POST", path=SENDING, nth=1))
        post = board.queue("Polishing day", at=board.board.clock.now())
        until(lambda: board.state(post) == "published")
        until(lambda: running.told("clock has jumped") == 1)
        after = board.queue("Afterwards", at=board.board.clock.now() + jump)
        until(lambda: board.state(after) == "published")

    assert board.public() == ["Polishing day", "Afterwards"]
    assert len(board.visible_calls()) == 2


def test_scenario_12_what_a_wrong_clock_put_off_does_not_wait_for_it(tmp_path: Path) -> None:
    """A month ahead in the middle of the call, whose answer is lost; then right again: found out at once, and not in a month."""
    wall = wall_clock(tmp_path)

    def jumping(exchange: Exchange) -> None:
        wall.jump(30 * DAY)
        faults.lose_answer(exchange)

    with workspace(tmp_path) as board, daemon(board, tmp_path, wall.environment) as running:
        board.served.inject(Fault(faults.fail(503), method="GET", path="/drafts/.*"))
        board.served.inject(Fault(jumping, method="POST", path=SENDING, nth=1))
        post = board.queue("Polishing day", at=board.board.clock.now())
        until(lambda: running.told("clock has jumped") == 1)
        until(lambda: board.state(post) == "unknown" and board.delivery(post).owner is None)
        wall.jump(-30 * DAY)
        board.served.mend()
        until(lambda: board.state(post) == "published")

    assert board.public() == ["Polishing day"]
    assert len(board.visible_calls()) == 1
