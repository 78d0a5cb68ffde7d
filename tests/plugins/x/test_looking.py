"""One look tells who it is, and how long its posts may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from evenly.plugin import Account, SignInNeeded, TryLater
from evenly_x.rules import LIMITS
from tests.plugins.x.conftest import Desk


def test_a_look_tells_who_the_account_is(desk: Desk) -> None:
    """Its name is what people know."""
    state = desk.look().state
    assert state is not None
    assert (state.remote_id, state.name, state.url) == ("2244994945", "@atelier_lumiere", "https://x.com/atelier_lumiere")
    assert state.facts == {"username": "atelier_lumiere", "subscription": "None", "words": "tweet", "protected": False}
    assert len(desk.seen) == 1


@pytest.mark.parametrize(
    ("number", "premium", "expected"),
    [(0, None, 280), (0, True, 25_000), (0, False, 280), (1, None, 25_000), (1, False, 280), (1, True, 25_000)],
)
def test_long_posts_are_as_the_user_says_else_as_x_says(
    open_desk: Callable[..., Desk], number: int, premium: bool | None, expected: int
) -> None:
    """A subscription brings them, and longer videos."""
    state = open_desk(number, {} if premium is None else {"premium": premium}).account.state
    assert state is not None
    assert state.limits is not None
    assert state.limits.text == expected
    assert state.limits.video.seconds == ((0.5, 7_500) if expected > 280 else LIMITS.video.seconds)


def test_how_long_a_list_lags_is_a_setting(open_desk: Callable[..., Desk]) -> None:
    """What X shows at once and what not is not confirmed."""
    state = open_desk(settings={"read_back": "90s"}).account.state
    assert state is not None
    assert state.repeat_safe is not None
    assert state.repeat_safe["read-back"] == timedelta(seconds=90)


@pytest.mark.parametrize("told", [{}, {"data": []}, {"data": {"username": "a"}}, {"data": {"id": 12, "username": "a"}}, []])
def test_an_answer_that_names_nobody_is_none(desk: Desk, told: Any) -> None:
    """It is tried again later."""
    desk.instead = lambda _request: httpx.Response(200, json=told)
    with pytest.raises(TryLater):
        desk.look()


def test_an_answer_without_a_name_is_no_sign_in(desk: Desk) -> None:
    """The sign-in may not read who it is."""
    desk.instead = lambda _request: httpx.Response(200, json={"data": {"id": "12"}})
    with pytest.raises(SignInNeeded):
        desk.look()


def test_without_a_token_nothing_is_sent(desk: Desk) -> None:
    """A sign-in is asked for."""
    desk.account = Account(id="post", network="x")
    with pytest.raises(SignInNeeded):
        desk.look()
    assert desk.seen == []


def test_limits_that_are_declared_are_those_of_the_sheet() -> None:
    """Four pictures of 5 MB, or one video."""
    assert (LIMITS.text, LIMITS.pictures, LIMITS.picture.bytes, LIMITS.videos, LIMITS.mixed) == (280, 4, 5_000_000, 1, False)
    assert (LIMITS.alt, LIMITS.video.seconds, LIMITS.video.bytes) == (1_000, (0.5, 1_200), 8_000_000_000)
