"""LinkedIn keeps the promises that every network makes, for pages and for members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

import pytest

import evenly_linkedin
from evenly.plugin.testing import NetworkContract, SteppedClock
from evenly.plugin.testing.bench import Bench
from evenly.plugin.testing.serving import Served, serve
from evenly_linkedin.standing_in.stand_in import LinkedInStandIn
from tests.plugins.linkedin.endpoints import Sent, faults


class LinkedInContract(NetworkContract):
    """What holds for both kinds of account. Every request on the wire is held against LinkedIn's contract."""

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_linkedin

    @pytest.fixture
    def slow(self) -> timedelta:
        return timedelta(seconds=40)

    @pytest.fixture
    def served(self, stand_in: LinkedInStandIn) -> Iterator[Served]:
        with serve(stand_in.app) as served:
            yield served
        assert served.crashes == [], "the stand-in raised an error of its own"
        against = {fault for seen in served.log for fault in faults(Sent(seen.method, _target(seen), seen.headers, seen.body))}
        assert against == set(), "a request that LinkedIn's contract does not know"


class TestPage(LinkedInContract):
    """With lists that lag, and media that are worked on for a while."""

    #: A post without activity is missing from the answer: see the documentation of share statistics.
    absent_means_zero: ClassVar[frozenset[str]] = frozenset({"views", "reach", "likes", "comments", "shares", "clicks"})

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> LinkedInStandIn:
        return LinkedInStandIn(clock, 7, processing=timedelta(seconds=40), unlisted=timedelta(minutes=3))


class TestMember(LinkedInContract):
    """Nothing can be read back; figures only with a permission that few apps have."""

    exempt: ClassVar[Mapping[str, str]] = {
        "test_recent_lists_the_newest_first": "LinkedIn does not list a member's posts",
        "test_recent_begins_where_it_is_told": "LinkedIn does not list a member's posts",
        "test_equal_posts_of_two_accounts_are_kept_apart": "LinkedIn does not list a member's posts; a page's are",
        "test_refresh_gives_credentials_that_work": "self-serve apps get no refresh token",
    }

    @pytest.fixture
    def slow(self) -> timedelta | None:
        """How far LinkedIn is cannot be asked for a member: the plugin waits a while, then tries."""
        return timedelta(seconds=30)

    @pytest.fixture
    def stand_in(self, clock: SteppedClock) -> LinkedInStandIn:
        granted = ("r_member_postAnalytics", "r_member_profileAnalytics")
        return LinkedInStandIn(clock, 7, member_first=True, granted=granted)

    @pytest.mark.parametrize("kind", ["post", "pictures"])
    def test_a_post_whose_answer_was_lost_is_settled_as_declared(self, bench: Bench, kind: str) -> None:
        """As everywhere for posts. That equal comments are refused is not known: see `test_reading_back.py`."""
        super().test_a_post_whose_answer_was_lost_is_settled_as_declared(bench, kind)


def _target(seen: Any) -> str:
    return f"{seen.path}?{seen.query}" if seen.query else str(seen.path)
