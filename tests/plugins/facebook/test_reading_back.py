"""Settling lost answers, and seeing what others published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from evenly.plugin import Absent, CannotTell, Found, Part, Prepared, Published, RemotePost, SignInNeeded, TryLater
from evenly_facebook import recent
from tests.plugins.facebook.conftest import Desk, error_answer

LAG = timedelta(minutes=5)


def lose(desk: Desk, part: Part, thread: list[Published] | None = None) -> tuple[Prepared, str]:
    """Publish, and forget the answer but for the id that the test compares with."""
    prepared = desk.prepare(part, thread or [])
    return prepared, desk.publish(part, thread or [], prepared=prepared).remote_id


def found(outcome: Found | Absent | CannotTell) -> Published:
    assert isinstance(outcome, Found)
    return outcome.published


@pytest.mark.parametrize("kind", ["text", "link", "photo", "photos", "video", "reel", "photo story", "video story"])
def test_what_is_out_is_found(desk: Desk, kind: str) -> None:
    """Under the id that the lost answer told, with what comments and figures need."""
    part = {
        "text": Part(text="Words"),
        "link": Part(text="Words", link="https://shop.example/rings"),
        "photo": Part(text="Words", media=(desk.photo(),)),
        "photos": Part(media=(desk.photo("a.jpg"), desk.photo("b.jpg"))),
        "video": Part(text="Words", media=(desk.video(),)),
        "reel": Part(text="Words", format="reel", media=(desk.upright(),)),
        "photo story": Part(format="story", media=(desk.photo(),)),
        "video story": Part(format="story", media=(desk.upright(),)),
    }[kind]
    first = desk.clock.now()
    prepared, remote_id = lose(desk, part)
    published = found(desk.find(part, prepared, first=first))
    assert published.remote_id == remote_id
    assert published.data["kind"] in {"feed", "video", "reel", "story"}
    assert published.url


@pytest.mark.parametrize("kind", ["text", "photo", "video", "reel", "story"])
def test_what_is_not_out_is_absent(desk: Desk, kind: str) -> None:
    """Prepared, and nothing more."""
    part = {
        "text": Part(text="Words"),
        "photo": Part(text="Words", media=(desk.photo(),)),
        "video": Part(text="Words", media=(desk.video(),)),
        "reel": Part(text="Words", format="reel", media=(desk.upright(),)),
        "story": Part(format="story", media=(desk.photo(),)),
    }[kind]
    prepared, first = desk.prepare(part), desk.clock.now()
    desk.clock.advance(LAG)
    assert desk.find(part, prepared, first=first) == Absent()


def test_a_comment_is_found_on_its_post(desk: Desk) -> None:
    """By its words and the Page that wrote it."""
    post = desk.publish(Part(text="The post"))
    comment = Part(kind="comment", position=1, text="First")
    prepared = desk.prepare(comment, [post])
    assert desk.find(comment, prepared, [post]) == Absent()
    published = desk.publish(comment, [post], prepared=prepared)
    assert found(desk.find(comment, prepared, [post])).remote_id == published.remote_id


def test_a_visitors_equal_comment_is_not_ours(desk: Desk) -> None:
    """The author decides."""
    post = desk.publish(Part(text="The post"))
    desk.server.world.comment(post.remote_id, "777", "First")
    comment = Part(kind="comment", position=1, text="First")
    assert desk.find(comment, desk.prepare(comment, [post]), [post]) == Absent()


def test_a_reel_that_is_worked_on_may_be_on_its_way_out(open_desk: Callable[..., Desk]) -> None:
    """Neither found nor absent, until it is worked off."""
    desk = open_desk(processing=timedelta(hours=2))
    part = Part(format="reel", media=(desk.upright(),))
    first = desk.clock.now()
    prepared, remote_id = lose(desk, part)
    assert desk.find(part, prepared, first=first) == CannotTell(timedelta(minutes=1))
    desk.clock.advance(timedelta(hours=2))
    assert found(desk.find(part, prepared, first=first)).remote_id == remote_id


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"published": True}, Found),
        ({"published": True, "status": {"video_status": "ready", "publishing_phase": {"status": "complete"}}}, Found),
        ({"published": False, "status": {"publishing_phase": {"publish_status": "published"}}}, Found),
        ({"published": True, "status": {"video_status": "uploading"}}, CannotTell),
        ({"published": True, "status": {"publishing_phase": {"status": "not_started"}}}, CannotTell),
        ({"status": {"publishing_phase": {"status": "not_started", "publish_status": "published"}}}, CannotTell),
        (
            {"status": {"video_status": "processing", "processing_phase": {"status": "not_started", "error": {"message": "Too low"}}}},
            Absent,
        ),
        ({"status": {"video_status": "ready", "processing_phase": {"status": "error"}}}, Absent),
        ({"status": {"publishing_phase": {"publish_status": "draft"}}}, CannotTell),
        ({"status": {"video_status": "processing", "processing_phase": {"status": "in_progress"}}}, CannotTell),
        ({"status": {"publishing_phase": {"status": "in_progress"}}}, CannotTell),
        ({"status": {"video_status": "error"}}, Absent),
        ({"status": {"video_status": "upload_complete"}}, Absent),
        ({"status": {"processing_phase": {"status": "completed"}}}, Absent),
    ],
)
def test_what_a_videos_status_means(desk: Desk, told: dict[str, object], outcome: type[object]) -> None:
    """`published` alone is what was asked for; the phases say how far it came."""
    desk.instead = lambda _: httpx.Response(200, json={"id": "9", **told})
    first = desk.clock.now() - LAG
    part = Part(format="reel", media=(desk.upright(),))
    assert isinstance(desk.find(part, Prepared(data={"video": "900"}), first=first), outcome)


def test_a_video_is_not_called_absent_too_soon(desk: Desk) -> None:
    """The work on it may begin a moment after the finishing call."""
    part = Part(media=(desk.video(),))
    prepared, first = desk.prepare(part), desk.clock.now()
    assert desk.find(part, prepared, first=first) == CannotTell(first + LAG)


def test_a_draft_is_a_persons_affair(desk: Desk) -> None:
    """The call got through, but not as it was meant: sending it again would not mend it."""
    told = {"id": "9", "status": {"publishing_phase": {"status": "complete", "publish_status": "draft"}}}
    desk.instead = lambda _: httpx.Response(200, json=told)
    outcome = desk.find(Part(format="reel", media=(desk.upright(),)), Prepared(data={"video": "900"}))
    assert outcome == CannotTell()


@pytest.mark.parametrize(
    "answer",
    [error_answer(code=100, error_subcode=33), httpx.Response(200, json={}), httpx.Response(200, json={"data": [{"message": "x"}]})],
)
def test_a_list_that_cannot_be_read_proves_nothing(desk: Desk, answer: httpx.Response) -> None:
    """Neither a missing object nor a list that is none is an absent post."""
    desk.instead = lambda _: answer
    assert desk.find(Part(text="Words"), Prepared()) == CannotTell(timedelta(minutes=1))


def test_a_fault_of_the_server_is_not_absence(desk: Desk) -> None:
    """The error is told as what it is."""
    desk.instead = lambda _: error_answer(500, code=1)
    with pytest.raises(TryLater):
        desk.find(Part(text="Words"), Prepared())


def test_a_dead_token_is_not_absence(desk: Desk) -> None:
    """The account waits for a person."""
    desk.instead = lambda _: error_answer(code=190)
    with pytest.raises(SignInNeeded):
        desk.find(Part(text="Words"), Prepared())


def test_two_that_cannot_be_told_apart_are_a_persons_affair(desk: Desk) -> None:
    """Neither is guessed."""
    first = desk.clock.now()
    desk.publish(Part(text="Same"))
    desk.publish(Part(text="Between"))
    desk.publish(Part(text="Same"))
    assert desk.find(Part(text="Same"), Prepared(), first=first) == CannotTell()


def test_a_post_by_another_app_is_not_ours(desk: Desk) -> None:
    """Where Meta has confirmed which app our token belongs to."""
    desk.with_app()
    desk.look()
    first = desk.clock.now()
    desk.publish(Part(text="Same"))
    assert isinstance(desk.find(Part(text="Same"), Prepared(), first=first), Found)
    desk.server.consent.tokens["page-token-1-0007"].app = "999"
    desk.clock.advance(timedelta(days=1))
    later = desk.clock.now()
    desk.publish(Part(text="Same"))
    assert desk.find(Part(text="Same"), Prepared(), first=later) == Absent()


def test_a_list_that_lags_is_complete_after_the_declared_time(open_desk: Callable[..., Desk]) -> None:
    """`read_back` says how long; the account's setting changes it."""
    desk = open_desk(unlisted=timedelta(minutes=4))
    first = desk.clock.now()
    prepared, remote_id = lose(desk, Part(text="Words"))
    desk.clock.advance(LAG)
    assert found(desk.find(Part(text="Words"), prepared, first=first)).remote_id == remote_id


def test_recent_lists_posts_reels_and_what_others_published(desk: Desk) -> None:
    """Newest first, each once; stories and comments are no posts."""
    since = desk.clock.now()
    made = []
    for part in (
        Part(text="A text", link="https://shop.example/rings"),
        Part(text="A photo", media=(desk.photo(),)),
        Part(text="A video", media=(desk.video(),)),
        Part(text="A reel", format="reel", media=(desk.upright(),)),
    ):
        desk.clock.advance(timedelta(minutes=1))
        made.append(desk.publish(part).remote_id)
    desk.publish(Part(format="story", media=(desk.photo(),)))
    desk.publish(Part(kind="comment", position=1, text="First"), [Published(remote_id=made[0])])
    with desk.http() as http:
        listed = recent(desk.account, since, http)
    assert [each.remote_id for each in listed] == made[::-1]
    assert [each.text for each in listed] == ["A reel", "A video", "A photo", "A text"]
    assert listed[-1].link == "https://shop.example/rings"
    assert all(isinstance(each, RemotePost) and each.url for each in listed)


def test_recent_leaves_out_what_is_older(desk: Desk) -> None:
    """Than what was asked for."""
    desk.publish(Part(text="Old"))
    desk.clock.advance(timedelta(days=2))
    new = desk.publish(Part(text="New"))
    with desk.http() as http:
        assert [each.remote_id for each in recent(desk.account, desk.clock.now() - timedelta(days=1), http)] == [new.remote_id]


def test_what_is_older_is_left_out_also_where_the_list_does_not(desk: Desk) -> None:
    """`since` works, but is not promised for lists of posts."""
    item = {"id": "100000000000001_4", "message": "Old", "created_time": "2020-01-01T00:00:00+0000"}
    desk.instead = lambda _: httpx.Response(200, json={"data": [item]})
    with desk.http() as http:
        assert recent(desk.account, desk.clock.now() - timedelta(days=1), http) == []


def test_a_post_that_tells_no_photos_yet_is_not_absence(desk: Desk) -> None:
    """It has our words, and may be ours."""
    item = {"id": "100000000000001_4", "message": "Words", "created_time": desk.clock.now().isoformat()}
    desk.instead = lambda _: httpx.Response(200, json={"data": [item]})
    part = Part(text="Words", media=(desk.photo(),))
    assert desk.find(part, Prepared(data={"photos": ["31"]})) == CannotTell(timedelta(minutes=1))


@pytest.mark.parametrize(
    ("part", "data"),
    [(Part(format="story"), {"photos": ["31"]}), (Part(kind="comment", text="First", position=1), {"parent": "100000000000001_4"})],
)
def test_a_broken_list_of_stories_or_comments_is_not_absence(desk: Desk, part: Part, data: dict[str, object]) -> None:
    """As of posts."""
    desk.instead = lambda _: httpx.Response(200, json={"oops": 1})
    assert desk.find(part, Prepared(data=data)) == CannotTell(timedelta(minutes=1))


def test_comments_are_read_back_to_the_first_attempt_and_no_further(desk: Desk) -> None:
    """They come newest first; a post may have thousands."""
    post = desk.publish(Part(text="The post"))
    for number in range(60):
        desk.server.world.comment(post.remote_id, "777", f"Visitor {number}")
        desk.clock.advance(timedelta(minutes=1))
    comment = Part(kind="comment", position=1, text="First")
    prepared = desk.prepare(comment, [post])
    desk.seen.clear()
    assert desk.find(comment, prepared, [post]) == Absent()
    assert len(desk.seen) == 1
