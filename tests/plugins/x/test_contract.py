"""X keeps the promises that every network makes, with either way of signing in and either set of words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import evenly_x
from evenly.plugin import Part
from evenly.plugin.testing import NetworkContract, SteppedClock
from evenly_x.standing_in import XStandIn
from tests.plugins.x.conftest import Desk

if TYPE_CHECKING:
    from evenly.plugin import StandIn

_SLOW = timedelta(seconds=20)


class TestX(NetworkContract):
    """With lists that lag, and videos that are worked on for a while."""

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_x

    @pytest.fixture
    def slow(self) -> timedelta | None:
        return _SLOW

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> StandIn:
        return XStandIn(clock, 7, processing=_SLOW, unlisted=timedelta(minutes=2))


class TestXWithSignatures(NetworkContract):
    """OAuth 1.0a, and a server that knows the newer words only."""

    exempt: ClassVar[Mapping[str, str]] = {
        "test_refresh_gives_credentials_that_work": "tokens of OAuth 1.0a do not end, so none is renewed"
    }

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_x

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> StandIn:
        return XStandIn(clock, 7, auth="oauth1", words="post", processing=timedelta(0), unlisted=timedelta(seconds=30))


def test_tweepys_own_transport_is_never_used(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    """It has a fixed host, no time-outs, and logs tokens: every one of its calls goes through `Http`."""
    import requests

    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a request of tweepy's own")

    monkeypatch.setattr(requests.Session, "request", refused)
    published = desk.publish(Part(text="Through the door"))
    desk.figures(published)
    with desk.http() as http:
        assert evenly_x.recent(desk.account, desk.clock.now(), http)[0].remote_id == published.remote_id
        evenly_x.account_metrics(desk.account, http)
        evenly_x.delete(desk.account, published, http)
    assert len(desk.seen) == 6
