"""Is the part public? Answered by reading back, and never with more certainty than there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_mastodon
from evenly.plugin import Absent, CannotTell, Found, Part, TryLater
from evenly_mastodon import reading_back
from evenly_mastodon.composing import Status
from tests.plugins.mastodon.conftest import Desk

_PART = Part(text="Polishing day", link="https://atelier.example/blog")


def test_a_post_whose_answer_was_lost_is_found_by_its_text(desk: Desk) -> None:
    """As it was sent, from the source, not from the HTML."""
    published = desk.publish(_PART)

    assert desk.find(_PART) == Found(published)


def test_a_post_with_media_is_found_by_its_uploads(desk: Desk) -> None:
    """The surest sign: no source is asked for."""
    part = Part(text="Ring", media=(desk.picture(),))
    prepared = desk.prepare(part)
    published = desk.publish(part, prepared=prepared)
    desk.seen.clear()

    assert desk.find(part, prepared=prepared) == Found(published)
    assert not any("source" in request.url.path for request in desk.seen)


def test_an_equal_post_with_other_uploads_is_another_post(desk: Desk) -> None:
    """Equal text proves nothing where uploads can tell."""
    part = Part(text="Ring", media=(desk.picture(),))
    desk.publish(part)

    assert desk.find(part, prepared=desk.prepare(part)) == Absent()


@pytest.mark.parametrize(
    "other",
    [
        Part(text="Polishing day"),
        Part(text="Polishing day", link=_PART.link, options={"content_warning": "Metal"}),
        Part(text="Polishing day", link=_PART.link, options={"visibility": "unlisted"}),
    ],
)
def test_a_post_that_differs_is_not_taken_for_ours(desk: Desk, other: Part) -> None:
    """Text, warning and visibility must all be as sent."""
    desk.publish(other)

    assert desk.find(_PART) == Absent()


def test_an_equal_reply_is_not_the_post_and_a_known_part_is_not_another(desk: Desk) -> None:
    """The parent tells parts of a thread apart, however equal they are."""
    root = desk.publish(Part(text="Again"), key="1")
    reply = Part(kind="reply", position=1, text="Again", options={"visibility": "public"})

    assert desk.find(reply, [root]) == Absent()
    second = desk.publish(reply, [root], key="2")
    assert desk.find(reply, [root]) == Found(second)
    assert isinstance(desk.find(Part(text="Again")), Found)


def test_what_is_older_than_the_attempt_is_not_ours(desk: Desk) -> None:
    """Last week's equal post proves nothing; clocks may differ by two minutes."""
    desk.publish(_PART)
    desk.clock.advance(timedelta(minutes=3))
    assert desk.find(_PART) == Absent()

    desk.publish(_PART, key="2")
    assert isinstance(desk.find(_PART, first=desk.clock.now() + timedelta(seconds=110)), Found)


def test_a_server_whose_clock_is_behind_is_allowed_for(desk: Desk) -> None:
    """Its own `Date` tells how far."""
    published = desk.publish(_PART)
    first_attempt = desk.clock.now() + timedelta(hours=1)  # by our clock, which is an hour ahead

    class Ahead:
        def now(self) -> Any:
            return desk.clock.now() + timedelta(hours=1)

        def monotonic(self) -> float:
            return desk.clock.monotonic()

    with desk.http() as http:
        http.clock = Ahead()
        assert evenly_mastodon.find(desk.account, _PART, desk.prepare(_PART), (), first_attempt, http) == Found(published)


def test_two_equal_posts_are_a_persons_turn(gotosocial: Desk) -> None:
    """Nobody can say which one is the part."""
    gotosocial.publish(_PART)
    gotosocial.publish(_PART)

    assert gotosocial.find(_PART) == CannotTell()


def test_of_two_equal_posts_the_one_made_by_our_app_is_ours(desk: Desk) -> None:
    """Where the server tells which app made a post, and we know our name there."""
    published = desk.publish(_PART, key="1")
    desk.server.state.notes[desk.publish(_PART, key="2").remote_id].app = "Another"
    assert desk.account.credentials is not None
    object.__setattr__(desk.account.credentials, "extra", {"own_app": "yes"})

    assert desk.find(_PART) == Found(published)


def test_a_post_on_an_earlier_page_is_found(desk: Desk) -> None:
    """The reading goes on until the time of the attempt."""
    first = desk.clock.now()
    published = desk.publish(_PART, key="ours")
    for number in range(95):
        desk.clock.advance(timedelta(seconds=1))
        desk.publish(Part(text=f"Later {number}"), key=f"{number}")

    desk.seen.clear()
    assert desk.find(_PART, first=first) == Found(published)
    assert sum("/accounts/" in request.url.path and "statuses" in request.url.path for request in desk.seen) == 3


def test_a_list_without_paging_headers_is_read_to_its_end(desk: Desk) -> None:
    """Some servers send no `Link`: an empty page is the end."""
    desk.publish(_PART)

    def bare(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/statuses") or request.method == "POST":
            return None
        if "max_id" in request.url.params:
            return httpx.Response(200, json=[])
        whole = httpx.WSGITransport(app=desk.server.app).handle_request(request)
        return httpx.Response(200, content=whole.read())

    desk.answer_instead = bare
    assert isinstance(desk.find(_PART), Found)
    assert desk.find(Part(text="Absent")) == Absent()


def test_a_reading_that_does_not_end_proves_nothing(desk: Desk) -> None:
    """A list that goes on for ever is given up, and nobody says that the part is absent."""
    moment = (desk.clock.now() + timedelta(seconds=1)).isoformat()
    page = [{"id": "5", "created_at": moment, "visibility": "public", "media_attachments": [], "in_reply_to_id": "x"}]
    desk.answer_instead = lambda request: httpx.Response(200, json=page) if request.url.path.endswith("/statuses") else None

    assert desk.find(_PART) == CannotTell()


def test_where_no_source_is_told_nobody_can_tell(desk: Desk) -> None:
    """The HTML is never compared."""
    desk.publish(_PART)
    desk.answer_instead = lambda request: httpx.Response(404, json={"error": "?"}) if request.url.path.endswith("/source") else None

    assert desk.find(_PART) == CannotTell()


def test_an_edited_post_might_be_ours() -> None:
    """Somebody may have mended its text before we could read it."""
    sent = Status(text="Polishing day", warning="", visibility="public", sensitive=False, language="en")
    edited = {"id": "1", "edited_at": "2026-11-22T10:00:00Z"}

    judged = reading_back.judged([(edited, {"text": "Polishing days", "spoiler_text": ""})], sent)

    assert reading_back.outcome(judged, Part(text="Polishing day"), sent, complete=True, app=None) == CannotTell()


@pytest.mark.parametrize("kind", ["desk", "gotosocial"])
def test_a_direct_message_is_only_absent_where_lists_are_known_to_hold_them(kind: str, request: pytest.FixtureRequest) -> None:
    """Mastodon lists one's own; of others nobody knows."""
    desk: Desk = request.getfixturevalue(kind)
    part = Part(text="@eve hello", options={"visibility": "direct"})

    assert desk.find(part) == (Absent() if kind == "desk" else CannotTell())


def test_a_server_that_cannot_be_read_is_asked_again_later(desk: Desk) -> None:
    """A fault of the moment is no answer."""
    desk.answer_instead = lambda _request: httpx.Response(502, text="<html>Bad gateway</html>")

    with pytest.raises(TryLater):
        desk.find(_PART)
