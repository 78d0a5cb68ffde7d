"""Files go up in pieces, one step at a time, and nothing of it can be seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from evenly.plugin import Part, PostRejected, PrepareAgain, Prepared, SignInNeeded
from evenly_x import rules
from tests.plugins.x.conftest import Desk, problem
from tests.plugins.x.description import multipart

_MIB = 2**20


def test_a_part_without_media_needs_no_preparing(desk: Desk) -> None:
    """No call is made for it."""
    assert desk.prepare(Part(text="Words")) == Prepared()
    assert desk.seen == []


def test_a_picture_is_announced_sent_made_whole_and_described(desk: Desk) -> None:
    """Each in a step of its own; it is not asked after, for X does not know the answer."""
    part = Part(media=(desk.picture(),))
    prepared = desk.prepare(part)

    (upload,) = prepared.data["media"]
    media_id = upload["id"]
    assert desk.paths() == [
        "POST /2/media/upload/initialize",
        f"POST /2/media/upload/{media_id}/append",
        f"POST /2/media/upload/{media_id}/finalize",
        "POST /2/media/metadata",
    ]
    assert json.loads(desk.seen[0].content) == {"media_type": "image/png", "media_category": "tweet_image", "total_bytes": 208}
    assert json.loads(desk.seen[3].content) == {"id": media_id, "metadata": {"alt_text": {"text": "A ring on slate"}}}
    assert upload["media_key"] == f"3_{media_id}"
    assert desk.server.public() == []


def test_a_picture_without_words_is_not_described(desk: Desk) -> None:
    """A description is paid for."""
    desk.prepare(Part(media=(desk.picture(alt=""),)))
    assert "POST /2/media/metadata" not in desk.paths()


def test_a_large_file_goes_up_in_pieces_of_a_mebibyte(desk: Desk) -> None:
    """Numbered from 0; a few in each step."""
    part = Part(media=(desk.video(b"\x00\x00\x00\x18ftypmp42" + bytes(9 * _MIB)),))
    begun = desk.step(part)
    some = desk.step(part, begun)
    assert some.data["media"][0]["sent"] == 8
    assert not some.ready
    rest = desk.step(part, some)
    assert rest.data["media"][0]["sent"] == 10
    sent = [dict(multipart(each)) for each in desk.seen if each.url.path.endswith("/append")]
    assert [each["segment_index"] for each in sent] == list(range(10))
    assert sent[0]["media"] == f"<{_MIB} bytes>"


def test_a_step_that_was_lost_is_done_again(desk: Desk) -> None:
    """The same pieces again replace the first."""
    part = Part(media=(desk.picture(),))
    begun = desk.step(part)
    desk.step(part, begun)
    whole = desk.step(part, desk.step(part, begun))
    assert whole.data["media"][0]["stage"] == "describing"


def test_pieces_may_be_of_another_size(open_desk: Callable[..., Desk]) -> None:
    """As the setting says; larger where there would be more than a thousand."""
    desk = open_desk(settings={"upload_chunk": 2**17})
    desk.prepare(Part(media=(desk.video(bytes(2**18)),)))
    assert len([each for each in desk.paths() if each.endswith("/append")]) == 2

    from dataclasses import replace

    large = replace(desk.video(), bytes=3_000 * _MIB)
    assert desk.step(Part(media=(large,))).data["media"][0]["chunk"] == -(-3_000 * _MIB // 1_000)


def test_pieces_that_are_too_large_are_made_smaller(open_desk: Callable[..., Desk]) -> None:
    """X names no size that always works: after a 413 the upload begins anew with half."""
    desk = open_desk(largest_piece=300_000)
    prepared = desk.prepare(Part(media=(desk.video(bytes(700_000)),)))
    assert prepared.data["media"][0]["chunk"] == 2**18
    assert desk.paths().count("POST /2/media/upload/initialize") == 3


def test_smaller_pieces_have_an_end(open_desk: Callable[..., Desk]) -> None:
    """Where none is small enough, a person is told."""
    desk = open_desk(largest_piece=10)
    with pytest.raises(PostRejected, match=r"polish\.mp4"):
        desk.prepare(Part(media=(desk.video(),)))


def test_a_video_is_looked_at_as_often_as_x_says(open_desk: Callable[..., Desk]) -> None:
    """Until it is worked off."""
    desk = open_desk(processing=timedelta(seconds=12))
    part = Part(media=(desk.video(),))
    started = desk.clock.now()
    prepared = desk.prepare(part)

    assert desk.clock.now() - started == timedelta(seconds=12)
    assert desk.paths().count("GET /2/media/upload") == 3
    assert prepared.data["media"][0]["stage"] == "ready"
    desk.publish(part, prepared=prepared)


def test_a_video_is_described_too_if_x_takes_it(desk: Desk) -> None:
    """Whether it does is not confirmed: a refusal costs nothing."""
    refused = problem(400, "media type not supported", "https://api.x.com/2/problems/invalid-request")
    desk.instead = lambda request: refused if request.url.path == "/2/media/metadata" else None
    part = Part(media=(desk._file("a.mp4", bytes(100), kind="video", mime="video/mp4", alt="Polishing"),))
    assert desk.prepare(part).ready
    assert "POST /2/media/metadata" in desk.paths()


@pytest.mark.parametrize("status", [400, 403])
def test_a_picture_is_not_published_without_its_words_unless_allowed(open_desk: Callable[..., Desk], status: int) -> None:
    """A setting decides."""
    for settings in ({}, {"without_alt": True}):
        desk = open_desk(settings=settings)
        desk.instead = lambda request: problem(status, "no") if request.url.path == "/2/media/metadata" else None
        part = Part(media=(desk.picture(),))
        if settings:
            assert desk.prepare(part).ready
        else:
            with pytest.raises((PostRejected, SignInNeeded)):
                desk.prepare(part)


def test_an_animation_has_a_category_of_its_own(desk: Desk) -> None:
    """So that it moves."""
    desk.prepare(Part(media=(desk.animation(),)))
    assert json.loads(desk.seen[0].content)["media_category"] == "tweet_gif"


def test_uploads_expire_before_x_forgets_them(desk: Desk) -> None:
    """An hour is left for the visible call."""
    started = desk.clock.now()
    prepared = desk.prepare(Part(media=(desk.picture("a.png"), desk.picture("b.png"))))
    assert prepared.expires_at == started + timedelta(hours=23)


def test_an_upload_that_lives_shorter_expires_sooner(desk: Desk) -> None:
    """X says for how long it keeps each."""
    told = {"data": {"id": "12", "media_key": "3_12", "expires_after_secs": 600}}
    desk.instead = lambda request: httpx.Response(200, json=told) if request.url.path.endswith("/initialize") else None
    assert desk.step(Part(media=(desk.picture(),))).expires_at == desk.clock.now() + timedelta(seconds=300)


def test_processing_without_an_end_has_one(open_desk: Callable[..., Desk]) -> None:
    """After a quarter of an hour it is begun anew."""
    desk = open_desk(processing=timedelta(days=1))
    with pytest.raises(PrepareAgain, match="15 minutes"):
        desk.prepare(Part(media=(desk.video(),)))


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (
            {"state": "failed", "error": {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}},
            "Unsupported video format",
        ),
        ({"state": "failed", "error": {"name": "InvalidMedia"}}, "InvalidMedia"),
        ({"state": "failed"}, "InvalidMedia"),
    ],
)
def test_a_file_that_x_cannot_work_with_is_a_persons_affair(desk: Desk, info: dict[str, Any], words: str) -> None:
    """In X's own words."""
    told = {"data": {"id": "12", "processing_info": info}}
    desk.instead = lambda request: httpx.Response(200, json=told) if request.url.path.endswith("/finalize") else None
    with pytest.raises(PostRejected, match=words):
        desk.prepare(Part(media=(desk.video(),)))


def test_a_lost_answer_to_the_last_step_is_asked_after(open_desk: Callable[..., Desk]) -> None:
    """Where X does not take `finalize` twice, its status tells that the first got through."""
    desk = open_desk(processing=timedelta(seconds=3))
    part = Part(media=(desk.video(),))
    sent = desk.step(part, desk.step(part))
    desk.step(part, sent)
    desk.instead = lambda request: problem(400, "already finalized") if request.url.path.endswith("/finalize") else None
    assert desk.step(part, sent).data["media"][0]["stage"] == "waiting"


def test_a_file_that_does_not_add_up_is_refused(desk: Desk) -> None:
    """X says why, and which file it is stands before it."""
    desk.instead = lambda request: httpx.Response(200, json={"data": {}}) if request.url.path.endswith("/append") else None
    with pytest.raises(PostRejected, match=r"ring\.png.*Segments do not add up"):
        desk.prepare(Part(media=(desk.picture(),)))


def test_a_file_that_is_gone_is_named(desk: Desk) -> None:
    """Not by a traceback."""
    media = desk.picture()
    media.path.unlink()
    with pytest.raises(PostRejected, match=r"ring\.png is gone"):
        desk.prepare(Part(media=(media,)))


def test_a_file_that_shrank_is_named(desk: Desk) -> None:
    """It is not sent in part."""
    media = desk.video(bytes(2 * _MIB))
    part = Part(media=(media,))
    begun = desk.step(part)
    media.path.write_bytes(b"")
    with pytest.raises(PostRejected, match="shorter"):
        desk.step(part, begun)


def test_a_sign_in_that_may_not_upload_is_asked_for_anew(desk: Desk) -> None:
    """Tokens of before the permission existed lack it."""
    for grant in desk.server.state.grants.values():
        grant.scopes -= {"media.write"}
    with pytest.raises(SignInNeeded):
        desk.prepare(Part(media=(desk.picture(),)))


def test_what_is_kept_between_the_steps_is_plain(desk: Desk) -> None:
    """It can be stored and read again."""
    prepared = desk.step(Part(media=(desk.picture(),)))
    (upload,) = json.loads(json.dumps(dict(prepared.data)))["media"]
    assert datetime.fromisoformat(upload["at"]) == desk.clock.now()


def test_an_animation_may_be_larger_than_a_picture() -> None:
    """15 MB, and 5 MB: https://docs.x.com/x-api/media/quickstart/best-practices"""
    limits = rules.LIMITS

    assert limits.animation is not None
    assert (limits.animation.bytes, limits.picture.bytes) == (15_000_000, 5_000_000)
