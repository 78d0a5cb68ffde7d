"""Taking back what was published."""

from __future__ import annotations

import httpx
import pytest

import evenly_linkedin as linkedin
from evenly.plugin import Part, Published, SignInNeeded
from tests.plugins.linkedin.conftest import Desk


def delete(desk: Desk, published: Published) -> None:
    with desk.http() as http:
        linkedin.delete(desk.account, published, http)


@pytest.mark.parametrize("name", ["page", "member"])
def test_what_was_published_can_be_taken_back_twice(name: str, request: pytest.FixtureRequest) -> None:
    """Posts, and comments in their author's name; what is gone counts as done."""
    desk: Desk = request.getfixturevalue(name)
    post = desk.publish(Part(text="The post"))
    comment = desk.publish(Part(kind="comment", position=1, text="First"), [post])
    for each in (comment, comment, post, post):
        delete(desk, each)
    assert desk.server.public() == []


def test_what_may_not_be_deleted_is_not_gone(page: Desk) -> None:
    """The person has to sign in with the right permission."""
    page.instead = lambda _request: httpx.Response(403, json={"status": 403})
    with pytest.raises(SignInNeeded):
        delete(page, Published(remote_id="urn:li:share:1"))
