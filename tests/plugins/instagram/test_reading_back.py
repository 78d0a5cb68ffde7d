"""Settling a lost answer: the container tells whether, the list under which id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

import evenly_instagram as instagram
from evenly.plugin import Absent, CannotTell, Found, OutcomeUnknown, Part, Prepared
from evenly_instagram.listing import same_caption
from tests.plugins.instagram.conftest import Desk, error_answer

SOON = timedelta(seconds=90)


def lost(desk: Desk, part: Part) -> tuple[Prepared, datetime]:
    """Published, and nobody has heard the answer."""
    prepared = desk.prepare(part)
    first = desk.clock.now()
    desk.publish(part, prepared=prepared)
    desk.clock.advance(SOON)
    return prepared, first


def never_sent(desk: Desk, part: Part) -> tuple[Prepared, datetime]:
    prepared = desk.prepare(part)
    first = desk.clock.now()
    desk.clock.advance(SOON)
    return prepared, first


def parts(desk: Desk) -> list[Part]:
    return [
        Part(text="A picture", media=(desk.picture(1),)),
        Part(text="A reel", format="reel", media=(desk.video(),)),
        Part(text="A carousel", media=(desk.picture(1), desk.video(), desk.picture(2))),
        Part(format="story", media=(desk.picture(3),)),
    ]


@pytest.mark.parametrize("which", range(4), ids=["picture", "reel", "carousel", "story"])
def test_what_is_out_is_found(desk: Desk, which: int) -> None:
    """Under its own id, with what figures will need; others of the account stand around it."""
    for each in parts(desk):
        desk.publish(each)
    part = parts(desk)[which]
    before = {each.remote_id for each in desk.server.public()}
    prepared, first = lost(desk, part)
    (ours,) = {each.remote_id for each in desk.server.public()} - before
    found = desk.find(part, prepared, first=first)
    assert isinstance(found, Found)
    assert found.published.remote_id == ours
    assert found.published.url
    assert found.published.data == {"kind": ("feed", "reel", "feed", "story")[which]}


def test_an_answer_that_spoke_of_spam_hid_a_live_post(open_desk: Callable[..., Desk]) -> None:
    """4/2207051 after a real publish: the container knows better."""
    desk = open_desk(spam=True)
    part = Part(text="Live all the same", media=(desk.picture(),))
    prepared, first = desk.prepare(part), desk.clock.now()
    with pytest.raises(OutcomeUnknown):
        desk.publish(part, prepared=prepared)
    desk.clock.advance(SOON)
    found = desk.find(part, prepared, first=first)
    assert isinstance(found, Found)
    assert found.published.remote_id == desk.server.public()[0].remote_id


def test_the_newest_of_the_list_is_not_simply_ours(own: Desk) -> None:
    """Somebody may have published by hand since: the words decide, never the place."""
    part = Part(text="Ours", media=(own.picture(1),))
    prepared, first = lost(own, part)
    own.publish(Part(text="By hand", media=(own.picture(2),)))
    found = own.find(part, prepared, first=first)
    assert isinstance(found, Found)
    (ours,) = [each.remote_id for each in own.server.public() if each.text == "Ours"]
    assert found.published.remote_id == ours


def test_two_that_look_alike_cannot_be_told_apart(own: Desk) -> None:
    """Published, id unknown: looked at again later, and never guessed."""
    part = Part(text="Twice", media=(own.picture(1),))
    prepared, first = lost(own, part)
    own.publish(part)
    verdict = own.find(part, prepared, first=first)
    assert isinstance(verdict, CannotTell)
    assert verdict.look_again is not None


def test_what_was_there_before_is_not_ours(own: Desk) -> None:
    """Not even with the same words a minute earlier."""
    part = Part(text="Every day", media=(own.picture(1),))
    own.publish(part)
    own.clock.advance(timedelta(seconds=30))
    prepared, first = never_sent(own, part)
    assert own.find(part, prepared, first=first) == Absent()


def test_published_but_not_listed_yet_is_looked_for_again(open_desk: Callable[..., Desk]) -> None:
    """The container says that it is out: it is never called absent."""
    desk = open_desk(unlisted=timedelta(minutes=30))
    part = Part(text="Slow list", media=(desk.picture(),))
    prepared, first = lost(desk, part)
    for _ in range(5):
        verdict = desk.find(part, prepared, first=first)
        assert isinstance(verdict, CannotTell)
        assert isinstance(verdict.look_again, timedelta)
        desk.clock.advance(verdict.look_again)
    desk.clock.advance(timedelta(minutes=30))
    assert isinstance(desk.find(part, prepared, first=first), Found)


def test_what_never_went_out_is_absent_after_a_while(own: Desk) -> None:
    """The publish may still be at work for a moment after its answer was lost; then the same container goes out."""
    part = Part(text="Not yet", media=(own.picture(),))
    prepared = own.prepare(part)
    first = own.clock.now()
    verdict = own.find(part, prepared, first=first)
    assert isinstance(verdict, CannotTell)
    own.clock.advance(SOON)
    assert own.find(part, prepared, first=first) == Absent()
    assert own.publish(part, prepared=prepared).remote_id


STATUSES: list[tuple[dict[str, Any], Any]] = [
    ({"status_code": "FINISHED"}, Absent()),
    ({"status_code": "EXPIRED"}, Absent()),
    ({"status_code": "ERROR", "status": "Error"}, Absent()),
    ({"status_code": "IN_PROGRESS"}, CannotTell),
    ({"status_code": "PUBLISHED"}, CannotTell),
    ({"status_code": "WHATEVER"}, CannotTell),
    ({}, CannotTell),
]


@pytest.mark.parametrize(("told", "means"), STATUSES, ids=lambda each: str(each.get("status_code")) if isinstance(each, dict) else "")
def test_what_a_containers_status_means(own: Desk, told: dict[str, Any], means: Any) -> None:
    """With nothing of ours in the list."""
    part = Part(text="Not in the list", media=(own.picture(),))
    prepared, first = never_sent(own, part)
    container = prepared.data["containers"][-1]["id"]
    own.instead = lambda asked: httpx.Response(200, json={"id": container, **told}) if asked.url.path.endswith(container) else None
    verdict = own.find(part, prepared, first=first)
    assert verdict == means if isinstance(means, Absent) else isinstance(verdict, means)


@pytest.mark.parametrize(
    "error", [{"code": 100, "error_subcode": 33}, {"code": 24, "error_subcode": 2207006}, {"code": 24, "error_subcode": 2207008}]
)
def test_a_container_that_is_not_found_is_never_absent(own: Desk, error: dict[str, int]) -> None:
    """Missing, not for this token, or too fresh: nobody tells which. What the list shows counts all the same."""
    part = Part(text="Somewhere", media=(own.picture(),))
    prepared, first = never_sent(own, part)
    container = prepared.data["containers"][-1]["id"]
    own.instead = lambda asked: error_answer(**error) if asked.url.path.endswith(container) else None
    assert isinstance(own.find(part, prepared, first=first), CannotTell)
    own.instead = lambda _: None
    own.publish(part, prepared=prepared)
    own.instead = lambda asked: error_answer(**error) if asked.url.path.endswith(container) else None
    assert isinstance(own.find(part, prepared, first=first), Found)


def test_a_list_that_cannot_be_read_proves_nothing(own: Desk) -> None:
    """Nor does one that holds what cannot be told."""
    part = Part(text="Unread", media=(own.picture(),))
    prepared, first = never_sent(own, part)
    for body in ({}, {"data": [{"id": "17920000000000099"}]}, {"data": [{"timestamp": "2026-03-02T09:00:00+0000"}]}):
        own.instead = lambda asked, body=body: httpx.Response(200, json=body) if asked.url.path.endswith("/media") else None  # type: ignore[misc]
        assert isinstance(own.find(part, prepared, first=first), CannotTell)


def test_a_comment_is_known_by_its_words_and_its_author(desk: Desk) -> None:
    """A visitor's equal comment is not ours."""
    desk.look()
    post = desk.publish(Part(text="The post", media=(desk.picture(),)))
    comment = Part(kind="comment", position=1, text="First")
    prepared, first = desk.step(comment, None, [post]), desk.clock.now()
    desk.server.world.comment(desk.server.world.media[post.remote_id], "3", "a.visitor", "First")
    desk.clock.advance(timedelta(minutes=10))
    assert desk.find(comment, prepared, first=first) == Absent()
    published = desk.publish(comment, prepared=prepared)
    found = desk.find(comment, prepared, first=first)
    assert isinstance(found, Found)
    assert (found.published.remote_id, found.published.data) == (published.remote_id, published.data)


def test_a_comment_is_absent_only_when_the_list_had_its_time(own: Desk) -> None:
    """`read_back` says how long."""
    own.with_settings(read_back="10m")
    post = own.publish(Part(text="The post", media=(own.picture(),)))
    comment = Part(kind="comment", position=1, text="First")
    prepared, first = own.step(comment, None, [post]), own.clock.now()
    own.clock.advance(timedelta(minutes=9))
    verdict = own.find(comment, prepared, first=first)
    assert verdict == CannotTell(first + timedelta(minutes=10))
    own.clock.advance(timedelta(minutes=1))
    assert own.find(comment, prepared, first=first) == Absent()


def test_a_comment_whose_post_is_gone_cannot_be_told(linked: Desk) -> None:
    """What cannot be read says nothing."""
    post = linked.publish(Part(text="The post", media=(linked.picture(),)))
    comment = Part(kind="comment", position=1, text="First")
    prepared = linked.step(comment, None, [post])
    with linked.http() as http:
        instagram.delete(linked.account, post, http)
    assert isinstance(linked.find(comment, prepared), CannotTell)


def test_recent_lists_posts_and_reels_and_leaves_stories_out(desk: Desk) -> None:
    """Whoever published them; a story has no words and is gone after a day."""
    since = desk.clock.now()
    for part in parts(desk):
        desk.clock.advance(timedelta(minutes=5))
        desk.publish(part)
    with desk.http() as http:
        listed = instagram.recent(desk.account, since, http)
    assert [(each.text, each.media_count) for each in listed] == [("A carousel", 3), ("A reel", 1), ("A picture", 1)]
    assert all(each.url and each.at.tzinfo is UTC for each in listed)


@pytest.mark.parametrize(
    ("shown", "same"),
    [("With ada  and #care", True), ("With @ada and\n#care", True), ("With @ada", False), ("", False)],
)
def test_captions_are_compared_without_at_signs_and_space(shown: str, same: bool) -> None:
    """Instagram leaves the @ away for some users."""
    assert same_caption(shown, "With @ada and #care") is same
