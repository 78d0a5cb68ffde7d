"""The check that holds every call of these tests against Meta's specification can itself fail."""

from __future__ import annotations

import pytest

from evenly.plugin.testing import SteppedClock
from evenly_graph.stand_in import Call, GraphError
from evenly_instagram.standing_in.stand_in import InstagramStandIn
from tests.plugins.instagram.endpoints import faults
from tests.plugins.instagram.recorder import recorded

PROFILE, CONTAINER, MEDIA, COMMENT = "17841400000000001", "17960000000000001", "17920000000000001", "17860000000000001"


def call(method: str, *path: str, **params: str) -> Call:
    return Call(method, ("v25.0", *path), params)


@pytest.mark.parametrize(
    ("login", "asked"),
    [
        ("instagram", call("GET", "me", fields="user_id,username")),
        ("instagram", call("POST", PROFILE, "media_publish", creation_id=CONTAINER)),
        ("facebook", call("GET", "me", "accounts", fields="id,instagram_business_account{id}")),
        ("facebook", call("GET", PROFILE, "insights", metric="views,saves", period="day", metric_type="total_value")),
        ("facebook", call("DELETE", MEDIA)),
        ("instagram", Call("GET", ("access_token",), {"grant_type": "x", "client_secret": "y", "access_token": "z"})),
        ("facebook", Call("POST", ("ig-api-upload", "v25.0", CONTAINER), {}, {}, {"offset": "0", "file-size": "3"})),
    ],
)
def test_what_meta_knows_passes(login: str, asked: Call) -> None:
    """Nothing is held against it."""
    assert faults(asked, login).wrong == ()


@pytest.mark.parametrize(
    ("login", "asked"),
    [
        ("instagram", Call("GET", ("me",), {})),
        ("instagram", call("GET", "me", fields="user_id,shoe_size")),
        ("facebook", call("GET", PROFILE, fields="account_type")),
        ("instagram", call("GET", "me", "accounts")),
        ("instagram", call("DELETE", MEDIA)),
        ("instagram", call("POST", PROFILE, "media", is_paid_partnership="true")),
        ("facebook", call("POST", PROFILE, "media", text="x")),
        ("facebook", call("POST", PROFILE, "media", is_carousel_item="1")),
        ("facebook", call("POST", PROFILE, "media", user_tags="ada")),
        ("facebook", call("POST", MEDIA, "comments", message="x", fields="id")),
        ("facebook", call("GET", MEDIA, "comments", fields="message")),
        ("facebook", call("GET", MEDIA, "insights", metric="plays")),
        ("facebook", call("GET", CONTAINER, fields="state")),
        ("facebook", call("GET", COMMENT, fields="message")),
        ("facebook", Call("POST", ("ig-api-upload", "v25.0", CONTAINER), {}, {}, {"file-name": "x"})),
    ],
)
def test_what_meta_does_not_know_is_found(login: str, asked: Call) -> None:
    """A missing version, unknown edges, parameters, fields and values, or those of the other login."""
    assert faults(asked, login).wrong


def test_a_stranger_among_the_traffic_fails_its_test() -> None:
    """Whatever the stand-in itself makes of it."""
    server = InstagramStandIn(SteppedClock(), 7)
    watching = recorded(server)
    watching.__enter__()
    assert server.answer(call("GET", "me", fields="user_id", access_token="profile-token-1-0007")).status == 200
    with pytest.raises(GraphError):
        server.answer(call("GET", "me", fields="shoe_size", access_token="profile-token-1-0007"))
    with pytest.raises(AssertionError, match="does not know"):
        watching.__exit__(None, None, None)
