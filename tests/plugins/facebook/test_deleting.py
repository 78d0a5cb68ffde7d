"""Taking things back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evenly.plugin import Part, Published, SignInNeeded
from evenly_facebook import delete
from tests.plugins.facebook.conftest import Desk, error_answer


@pytest.mark.parametrize("kind", ["text", "photo", "video", "reel", "story", "comment"])
def test_what_was_published_can_be_taken_back_twice(desk: Desk, kind: str) -> None:
    """The second time it is gone already, which counts as done."""
    thread: list[Published] = [desk.publish(Part(text="The post"))] if kind == "comment" else []
    part = {
        "text": Part(text="Words"),
        "photo": Part(text="Words", media=(desk.photo(),)),
        "video": Part(text="Words", media=(desk.video(),)),
        "reel": Part(text="Words", format="reel", media=(desk.upright(),)),
        "story": Part(format="story", media=(desk.photo(),)),
        "comment": Part(kind="comment", position=1, text="First"),
    }[kind]
    published = desk.publish(part, thread)
    for _ in range(2):
        with desk.http() as http:
            delete(desk.account, published, http)
    assert published.remote_id not in {each.remote_id for each in desk.server.public()}


def test_what_can_still_be_read_is_not_gone(desk: Desk) -> None:
    """Meta answers alike for what is gone and for what may not be touched."""
    published = desk.publish(Part(text="Words"))
    desk.instead = lambda request: error_answer(code=100, error_subcode=33) if request.method == "DELETE" else None
    with desk.http() as http, pytest.raises(SignInNeeded, match="does not allow"):
        delete(desk.account, published, http)


def test_without_leave_nothing_is_deleted(open_desk: Callable[..., Desk]) -> None:
    """A missing permission is a matter of signing in."""
    desk = open_desk()
    published = desk.publish(Part(text="Words"))
    desk.server.consent.tokens["page-token-1-0007"].scopes = frozenset({"pages_read_engagement"})
    with desk.http() as http, pytest.raises(SignInNeeded):
        delete(desk.account, published, http)
    assert len(desk.server.public()) == 1
