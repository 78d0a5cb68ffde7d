"""A sound network keeps every promise, whichever way it settles lost answers."""

from datetime import timedelta

import pytest

from evenly.plugin.testing import NetworkContract
from tests.plugin.board import REPEAT_SAFE, Board


@pytest.fixture(params=REPEAT_SAFE)
def facility(request: pytest.FixtureRequest) -> str:
    """Each way to settle a lost answer."""
    return str(request.param)


class TestBoard(NetworkContract):
    """The whole suite, once for each facility."""

    crowd = 7

    @pytest.fixture
    def plugin(self, facility: str) -> Board:
        return Board(facility)


class TestSlowBoard(NetworkContract):
    """A board that works on pictures for a minute."""

    crowd = 7

    @pytest.fixture
    def slow(self) -> timedelta:
        return timedelta(minutes=1)

    @pytest.fixture
    def plugin(self, slow: timedelta) -> Board:
        board = Board()
        board.slow = slow
        return board
