"""Answers of the network become values, and odd ones never become a crash."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from evenly.plugin import OutcomeUnknown, Part, TryLater
from evenly_mastodon import answers, servers
from evenly_mastodon.composing import Status
from tests.plugins.mastodon import recorded

_STATUS = Status(text="x", warning="", visibility="public", sensitive=False, language="en", parent="7")
_PART = Part(kind="reply", position=1, text="x")


def _answer(body: Any, status: int = 200) -> httpx.Response:
    request = httpx.Request("POST", "https://toots.example/api/v1/statuses")
    return (
        httpx.Response(status, json=body, request=request)
        if not isinstance(body, str)
        else httpx.Response(status, text=body, request=request)
    )


def test_a_new_post_is_known_by_its_id_address_and_time() -> None:
    """As a real server answered; replies will want to know kind and parent."""
    published = answers.published(recorded.answer("status w/ idem"), _PART, _STATUS)

    assert published.remote_id == "01M82CQCEMKP0HJF0H8KX8BM1Y"
    assert published.url == "http://localhost:8088/@bella/statuses/01M82CQCEMKP0HJF0H8KX8BM1Y"
    assert published.at == datetime(2026, 11, 22, 19, 46, 27, 925_000, UTC)
    assert published.data == {"kind": "reply", "parent": "7"}


@pytest.mark.parametrize("body", ["", "<html>", '{"id": "1', "null", "[]", "{}", '{"id": ""}', '{"id": 5, "created_at": "x"}', "\ufffd"])
def test_a_success_without_an_id_is_an_unknown_outcome(body: str) -> None:
    """It may be public: nothing is taken for granted."""
    with pytest.raises(OutcomeUnknown):
        answers.published(_answer(body), _PART, _STATUS)


def test_a_post_that_is_only_scheduled_is_not_published() -> None:
    """That answer has an id and another shape."""
    with pytest.raises(OutcomeUnknown):
        answers.published(recorded.answer("scheduled"), _PART, _STATUS)


def test_one_look_tells_who_it_is_and_what_its_server_takes() -> None:
    """From the recorded answers of a real server."""
    state = answers.account_state(recorded.body("instance v2"), recorded.answer("verify_credentials"))

    assert (state.remote_id, state.name, state.url) == (
        "021GS21VE6377TTMF9FSTRZSKK",
        "@bella@localhost:8088",
        "http://localhost:8088/@bella",
    )
    assert state.limits == servers.read_limits(recorded.body("instance v2"))
    assert set(state.repeat_safe or {}) == {"read-back"}


def test_a_recorded_post_is_read_as_people_see_it() -> None:
    """Text, media, alternative texts and parent."""
    photo = answers.remote_post(recorded.body("status with media form"), app=None)
    reply = answers.remote_post(recorded.body("reply"), app=None)
    first = answers.remote_post(recorded.body("status w/ idem"), app="rig")

    assert photo is not None
    assert (photo.text, photo.media, photo.alts) == ("pic", ("01M82CQCGYC2A9T52MKF0MZBNT",), ("blue",))
    assert reply is not None
    assert (reply.parent, reply.ours) == ("01M82CQCEMKP0HJF0H8KX8BM1Y", None)
    assert first is not None
    assert first.ours
    assert first.link is not None
    assert first.link.startswith("https://example.com/aaaa")
    assert first.text.startswith(f"Hello {first.link} #tag @bob")


@pytest.mark.parametrize(
    "broken", [{}, {"id": "1"}, {"id": "1", "created_at": "yesterday"}, {"id": 1, "created_at": "2026-01-01T00:00:00Z"}]
)
def test_a_post_without_id_or_time_is_left_out(broken: dict[str, Any]) -> None:
    """Nothing is made up for it."""
    assert answers.remote_post(broken, app=None) is None


def test_figures_come_under_their_common_names() -> None:
    """Quotes count as shares where they are told; the thread's own replies are no comments; the rest is absent."""
    status = {"favourites_count": 5, "replies_count": 3, "reblogs_count": 2, "quotes_count": 1}

    assert answers.metrics(status, own_replies=1).known() == {"likes": 5, "comments": 2, "shares": 3}
    assert answers.metrics({"favourites_count": 5}, own_replies=0).known() == {"likes": 5}
    assert answers.metrics({"replies_count": 0}, own_replies=2).known() == {"comments": 0}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-22T10:00:03.512Z", datetime(2026, 11, 22, 10, 0, 3, 512_000, UTC)),
        ("2026-11-22T10:00:03", datetime(2026, 11, 22, 10, 0, 3, tzinfo=UTC)),
        ("2026-11-22T11:00:03+01:00", datetime(2026, 11, 22, 10, 0, 3, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        (None, None),
        (17, None),
    ],
)
def test_times_are_aware_and_in_utc(value: object, expected: datetime | None) -> None:
    """What cannot be read as a time is none."""
    assert expected == answers.moment(value)


@pytest.mark.parametrize("body", ["<html>Just a moment…</html>", "", "[1]", '"x"'])
def test_a_page_instead_of_json_is_a_fault_of_the_moment(body: str) -> None:
    """A proxy may stand in front of any server."""
    with pytest.raises(TryLater):
        answers.mapping(_answer(body))
    with pytest.raises(TryLater):
        answers.mappings(_answer(body or "{}"))


def test_only_the_api_itself_can_say_that_something_is_gone() -> None:
    """A 404 with a page comes from a wrong host or a proxy."""
    assert answers.is_gone(recorded.answer("get missing"))
    assert not answers.is_gone(_answer("<html>404</html>", 404))
    assert not answers.is_gone(_answer({"id": "1"}))
