"""Mastodon keeps the promises of every network, and so does a server that only speaks its API."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

import evenly_mastodon
from evenly.plugin.testing import NetworkContract, SteppedClock
from evenly_mastodon.standing_in import Server

if TYPE_CHECKING:
    from evenly.plugin import StandIn

_SLOW = timedelta(seconds=20)


class TestMastodon(NetworkContract):
    """A server that honours keys and works on videos for a while."""

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_mastodon

    @pytest.fixture
    def slow(self) -> timedelta | None:
        return _SLOW

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> StandIn:
        return Server(clock, 7, processing=_SLOW)


class TestGoToSocial(NetworkContract):
    """A server that ignores keys, refuses with 400 and counts links in full."""

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_mastodon

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> StandIn:
        return Server(clock, 7, kind="gotosocial")
