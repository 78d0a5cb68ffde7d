"""Instagram keeps the promises that every network makes, with either login."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest

import evenly_instagram
from evenly.plugin.testing import NetworkContract, SteppedClock
from evenly_instagram.profile import Login
from evenly_instagram.standing_in.stand_in import InstagramStandIn
from tests.plugins.instagram.recorder import recorded

WORK = timedelta(seconds=20)


class TestWithInstagramsLogin(NetworkContract):
    """With media that are worked on for a while, lists that lag, and a container that would be published twice."""

    crowd: ClassVar[int] = 30  #: the plugin reads 25 to a page

    exempt: ClassVar[dict[str, str]] = dict.fromkeys(
        ("test_delete_takes_the_post_away", "test_deleting_twice_is_fine", "test_no_figures_are_given_for_what_is_gone"),
        "with login = instagram nothing can be deleted from outside",
    )

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_instagram

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> Iterator[InstagramStandIn]:
        server = InstagramStandIn(clock, 7, processing=WORK, unlisted=timedelta(minutes=2), again="new", total=1_000)
        with recorded(server):
            yield server

    @pytest.fixture
    def slow(self) -> timedelta:
        return WORK


class TestWithFacebooksLogin(NetworkContract):
    """The same through a linked Page: videos go as bytes, and posts can be deleted."""

    crowd: ClassVar[int] = 30

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_instagram

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> Iterator[InstagramStandIn]:
        logins: tuple[Login, ...] = ("facebook", "instagram")
        server = InstagramStandIn(clock, 7, processing=WORK, unlisted=timedelta(minutes=2), again="new", total=1_000, logins=logins)
        with recorded(server):
            yield server

    @pytest.fixture
    def slow(self) -> timedelta:
        return WORK
