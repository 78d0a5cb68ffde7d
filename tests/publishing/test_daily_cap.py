"""A network that takes so many posts a day and tells nobody how many are left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evenly.planning import pacing
from evenly.plugin import Network, hookimpl
from tests.plugin.board import Board
from tests.publishing.scene import START, Scene, scene

_DAY = timedelta(days=1)


class Capped(Board):
    """Takes three posts of an account a day."""

    @hookimpl
    def network(self) -> Network:
        made = super().network()
        return replace(made, limits=replace(made.limits, daily=3))


def _sent(here: Scene) -> int:
    return len(here.public())


def test_the_fourth_post_of_a_day_waits_until_the_first_is_a_day_old(tmp_path: Path) -> None:
    """Even one that is pinned; the three that count go out."""
    with scene(tmp_path, board=Capped(), more='missed = "publish within 2 days"') as here:
        for number in range(4):
            here.queue(f"Number {number}", at=START + timedelta(minutes=number))
        here.run(until=timedelta(hours=23))
        assert _sent(here) == 3

        here.run(until=_DAY)
        assert _sent(here) == 4
        assert here.clock.now() >= START + _DAY


def test_replies_count_and_comments_do_not(tmp_path: Path) -> None:
    with scene(tmp_path, board=Capped()) as here:
        here.queue("A thread", "of two", comment="and what stands below it")
        here.queue("One more", at=START + timedelta(minutes=1))
        here.queue("One too many", at=START + timedelta(minutes=2))

        here.run(until=timedelta(hours=23))

        assert here.public() == ["A thread", "of two", "and what stands below it", "One more"]


def test_nothing_new_is_planned_for_a_day_that_is_full(tmp_path: Path) -> None:
    """What asks when the network takes posts again is told the moment."""
    with scene(tmp_path, board=Capped()) as here:
        for number in range(3):
            here.queue(f"Number {number}")
        here.run(until=timedelta(hours=1))

        with here.desk.store.read() as connection:
            opens = pacing.opens_at(here.desk, connection, "pin", here.clock.now())
            later = pacing.opens_at(here.desk, connection, "pin", START + 2 * _DAY)

        assert opens is not None
        assert opens == pytest.approx(START + _DAY, abs=timedelta(minutes=1))
        assert later is None
