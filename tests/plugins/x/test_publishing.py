"""The one visible call says what was meant, once; what comes back is understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_x as x
from evenly.plugin import Duplicate, NetworkError, OutcomeUnknown, Part, PostRejected, PrepareAgain, Prepared, SignInNeeded, TryLater
from evenly.plugin.http import Visible
from tests.plugins.x.conftest import Desk, problem


def body(desk: Desk) -> dict[str, Any]:
    """What the last create said."""
    last = [each for each in desk.seen if (each.method, each.url.path) == ("POST", "/2/tweets")][-1]
    read: dict[str, Any] = json.loads(last.content)
    return read


def test_a_text_is_one_call(desk: Desk) -> None:
    """To the host of today, with a bearer token and nothing but the text."""
    published = desk.publish(Part(text="Release 1.2 is out"))

    (request,) = desk.seen
    assert str(request.url) == "https://api.x.com/2/tweets"
    assert request.headers["authorization"].startswith("Bearer ")
    assert body(desk) == {"text": "Release 1.2 is out"}
    assert published.url == f"https://x.com/atelier_lumiere/status/{published.remote_id}"
    assert published.at == desk.clock.now()


def test_a_link_stands_in_the_text_once(desk: Desk) -> None:
    """On a line of its own, unless the text has it already."""
    desk.publish(Part(text="Three rings", link="https://example.org/rings"))
    assert body(desk)["text"] == "Three rings\nhttps://example.org/rings"
    desk.publish(Part(text="See https://example.org/rings!", link="https://example.org/rings"))
    assert body(desk)["text"] == "See https://example.org/rings!"
    desk.publish(Part(link="https://example.org/watches"))
    assert body(desk)["text"] == "https://example.org/watches"


def test_media_go_by_the_ids_of_their_uploads(desk: Desk) -> None:
    """In their order."""
    part = Part(text="With pictures", media=(desk.picture("a.png"), desk.picture("b.png")))
    prepared = desk.prepare(part)
    desk.publish(part, prepared=prepared)

    assert body(desk) == {"text": "With pictures", "media": {"media_ids": [each["id"] for each in prepared.data["media"]]}}


def test_media_need_no_text(desk: Desk) -> None:
    """Nothing is said of a text then."""
    desk.publish(Part(media=(desk.picture(),)))
    assert "text" not in body(desk)


def test_a_thread_is_a_chain_and_a_first_comment_answers_the_post(desk: Desk) -> None:
    """Each part by the id of the one it answers."""
    first = desk.publish(Part(text="One"))
    second = desk.publish(Part(text="Two", kind="reply", position=1), [first])
    third = desk.publish(Part(text="Three", kind="reply", position=2), [first, second])
    assert body(desk)["reply"] == {"in_reply_to_tweet_id": second.remote_id}
    desk.publish(Part(text="By the way", kind="comment", position=3), [first, second, third])
    assert body(desk)["reply"] == {"in_reply_to_tweet_id": first.remote_id}


def test_a_poll_is_published_with_its_post(desk: Desk) -> None:
    """The choices and the minutes; further parts have none."""
    options = {"poll": {"choices": ["gold", "silver"], "minutes": 60}}
    first = desk.publish(Part(text="Which?", format="poll", options=options))
    assert body(desk)["poll"] == {"options": ["gold", "silver"], "duration_minutes": 60}
    desk.publish(Part(text="And why?", format="poll", options=options, kind="reply", position=1), [first])
    assert "poll" not in body(desk)


def test_options_are_said_in_xs_own_words(desk: Desk) -> None:
    """Those of the first part only with the first part; labels with each."""
    options = {
        "reply_settings": "following",
        "made_with_ai": True,
        "paid_partnership": False,
        "community": "12",
        "share_with_followers": True,
        "place": "df51dec6f4ee2b2c",
        "tags": ["34"],
    }
    first = desk.publish(Part(text="All of it", media=(desk.picture(),), options=options))
    sent = body(desk)
    assert sent["media"]["tagged_user_ids"] == ["34"]
    del sent["media"]
    assert sent == {
        "text": "All of it",
        "reply_settings": "following",
        "made_with_ai": True,
        "paid_partnership": False,
        "community_id": "12",
        "share_with_followers": True,
        "geo": {"place_id": "df51dec6f4ee2b2c"},
    }
    desk.publish(Part(text="More of it", options=options, kind="reply", position=1), [first])
    assert set(body(desk)) == {"text", "reply", "made_with_ai", "paid_partnership"}


def test_labels_of_law_become_xs_own(desk: Desk) -> None:
    """Media made with AI, and advertising; a post's own options come first."""
    desk.publish(Part(text="Drawn", media=(desk.picture(),), ai="generated", ad=True))
    assert (body(desk)["made_with_ai"], body(desk)["paid_partnership"]) == (True, True)
    desk.publish(Part(text="Written", ai="generated"))
    desk.publish(Part(text="Polished", media=(desk.picture(),), ai="assisted"))
    assert [set(json.loads(each.content)) - {"text", "media"} for each in desk.seen if each.url.path == "/2/tweets"][1:] == [set(), set()]
    desk.publish(
        Part(text="None", media=(desk.picture(),), ai="generated", ad=True, options={"made_with_ai": False, "paid_partnership": False})
    )
    assert (body(desk)["made_with_ai"], body(desk)["paid_partnership"]) == (False, False)


def test_quoting_is_asked_for_and_its_refusal_told(desk: Desk) -> None:
    """X allows it to few apps; its own words say so."""
    with pytest.raises(PostRejected, match="Quoting this post is not allowed"):
        desk.publish(Part(text="So true", options={"quote": "1900000000000000002"}))
    assert body(desk)["quote_tweet_id"] == "1900000000000000002"


def test_an_equal_text_is_a_duplicate(desk: Desk) -> None:
    """X refuses it, and does not say which post has it."""
    desk.publish(Part(text="Every day"))
    with pytest.raises(Duplicate) as refused:
        desk.publish(Part(text="Every day"))
    assert refused.value.remote_id is None
    assert len(desk.server.public()) == 1


@pytest.mark.parametrize(
    ("answer", "error", "visible"),
    [
        (httpx.Response(201, json={"data": {"text": "x"}}), OutcomeUnknown, Visible.ANSWERED),
        (httpx.Response(201, json={"data": {"id": ""}}), OutcomeUnknown, Visible.ANSWERED),
        (httpx.Response(201, json={"data": {"id": 12}}), OutcomeUnknown, Visible.ANSWERED),
        (httpx.Response(200, json=[]), OutcomeUnknown, Visible.ANSWERED),
        (httpx.Response(201, text="<html>"), OutcomeUnknown, Visible.ANSWERED),
        (httpx.Response(500, json={"title": "x"}), OutcomeUnknown, Visible.SENT),
        (httpx.Response(503, text=""), OutcomeUnknown, Visible.SENT),
        (httpx.Response(409, json={"title": "x"}), OutcomeUnknown, Visible.SENT),
        (problem(402, "credits", "https://api.twitter.com/2/problems/credits"), TryLater, Visible.ANSWERED),
        (problem(400, "Your Tweet text is too long."), PostRejected, Visible.REFUSED),
        (problem(400, "Your media IDs are invalid."), PrepareAgain, Visible.REFUSED),
        (problem(401, "Unauthorized"), SignInNeeded, Visible.REFUSED),
        (problem(403, "You have tweeted a duplicate content!"), Duplicate, Visible.REFUSED),
        (problem(429, "Too Many Requests"), TryLater, Visible.REFUSED),
    ],
)
def test_the_visible_call_tells_what_is_known(desk: Desk, answer: httpx.Response, error: type[NetworkError], visible: Visible) -> None:
    """A definite refusal, or nothing at all."""
    desk.instead = lambda _request: answer
    with desk.http() as http, pytest.raises(error):
        x.publish(desk.account, Part(text="Who knows"), Prepared(), [], http)
    assert http.visible is visible


def test_an_id_is_enough(desk: Desk) -> None:
    """Errors beside it, and an empty history, do not matter."""
    told = {"data": {"id": "1900000000000000002", "text": "t", "edit_history_tweet_ids": [""]}, "errors": [{"title": "x"}]}
    desk.instead = lambda _request: httpx.Response(201, json=told)
    assert desk.publish(Part(text="Known")).remote_id == "1900000000000000002"


def test_without_credits_everything_waits(open_desk: Callable[..., Desk]) -> None:
    """Nothing is public, and the app waits until somebody has paid."""
    desk = open_desk()
    desk.server.state.paid = False
    with pytest.raises(TryLater, match="credits") as refused:
        desk.publish(Part(text="Unpaid"))
    assert (refused.value.scope, refused.value.wait) == ("app", timedelta(hours=1))
    assert desk.server.public() == []


def test_a_fresh_parent_that_is_not_visible_yet_is_waited_for(open_desk: Callable[..., Desk]) -> None:
    """For a minute; a parent that is older is gone."""
    desk = open_desk(unseen=timedelta(seconds=4))
    first = desk.publish(Part(text="One"))
    answer = Part(text="Two", kind="reply", position=1)
    with pytest.raises(TryLater) as refused:
        desk.publish(answer, [first])
    assert (refused.value.scope, refused.value.wait) == ("part", timedelta(seconds=5))
    desk.clock.advance(timedelta(seconds=5))
    assert desk.publish(answer, [replace(first, at=None)]).data["parent"] == first.remote_id

    desk.clock.advance(timedelta(minutes=2))
    with desk.http() as http:
        x.delete(desk.account, first, http)
    with pytest.raises(PostRejected, match="deleted or not visible"):
        desk.publish(Part(text="Three", kind="reply", position=2), [first])


def test_deleting_what_is_gone_is_fine(desk: Desk) -> None:
    """404 is as good as a yes."""
    published = desk.publish(Part(text="Soon gone"))
    for _ in range(2):
        with desk.http() as http:
            x.delete(desk.account, published, http)
    assert desk.server.public() == []
    assert [each.url.path for each in desk.seen[-2:]] == [f"/2/tweets/{published.remote_id}"] * 2


def test_what_is_left_of_posting_is_told_by_posting_alone(desk: Desk) -> None:
    """X counts each endpoint apart: reading, uploading and deleting say nothing of it."""
    picture = Part(text="One", media=(desk.picture(),))
    published = desk.publish(picture)
    assert [(each.limit, each.remaining) for each in desk.told] == [(100, 99)]

    desk.look()
    desk.find(picture)
    desk.figures(published)
    with desk.http() as http:
        x.delete(desk.account, published, http)
    assert len(desk.told) == 1

    desk.publish(Part(text="Two"))
    assert [each.remaining for each in desk.told] == [99, 98]
