"""Facebook keeps the promises that every network makes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest

import evenly_facebook
from evenly.plugin.testing import NetworkContract, SteppedClock
from evenly_facebook.standing_in.stand_in import FacebookStandIn


class TestFacebook(NetworkContract):
    """With lists that lag, and videos that are worked on for a while."""

    #: An absent `shares` and a missing kind of reaction mean 0: https://developers.facebook.com/docs/graph-api/reference/insights
    absent_means_zero: ClassVar[frozenset[str]] = frozenset({"shares", "likes"})

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_facebook

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> FacebookStandIn:
        return FacebookStandIn(clock, 7, processing=timedelta(minutes=2), unlisted=timedelta(minutes=3))
