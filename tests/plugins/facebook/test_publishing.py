"""From a part to what the world sees, and the requests that lead there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from evenly.plugin import Duplicate, OutcomeUnknown, Part, PostRejected, PrepareAgain, Prepared, SignInNeeded, TryLater
from tests.plugins.facebook.conftest import Desk, error_answer
from tests.plugins.facebook.endpoints import parameters

PAGE = "100000000000001"


def sent(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    """The POSTs so far: path without version, and parameters."""
    return [(request.url.path.split("/", 2)[2], parameters(request)) for request in desk.seen if request.method == "POST"]


def test_a_text_is_one_call(desk: Desk) -> None:
    """Nothing is staged for a text; the id is the Page's and the story's."""
    published = desk.publish(Part(text="Harvest day"))
    assert sent(desk) == [(f"{PAGE}/feed", {"message": "Harvest day"})]
    assert published.remote_id.startswith(f"{PAGE}_")
    assert published.url == f"https://www.facebook.com/{published.remote_id}"


def test_a_link_goes_into_its_own_field(desk: Desk) -> None:
    """There it gets a preview."""
    desk.publish(Part(text="Three rings", link="https://shop.example/rings"))
    assert sent(desk) == [(f"{PAGE}/feed", {"message": "Three rings", "link": "https://shop.example/rings"})]


def test_a_link_alone_is_a_post(desk: Desk) -> None:
    """The message is left out, not sent empty."""
    desk.publish(Part(link="https://shop.example/rings"))
    assert sent(desk) == [(f"{PAGE}/feed", {"link": "https://shop.example/rings"})]


def test_photos_are_staged_unpublished_one_a_step_and_then_attached(desk: Desk) -> None:
    """Their ids stand before anything is visible."""
    part = Part(text="Harvest day", media=(desk.photo("a.jpg", "A red barn"), desk.photo("b.jpg", "")))
    first = desk.step(part)
    assert (len(first.data["photos"]), first.ready, desk.server.public()) == (1, False, [])
    second = desk.step(part, first)
    assert (len(second.data["photos"]), second.ready) == (2, True)
    desk.publish(part, prepared=second)
    one, two = second.data["photos"]
    size = f"<{part.media[0].bytes} bytes>"
    assert sent(desk) == [
        (f"{PAGE}/photos", {"published": "false", "alt_text_custom": "A red barn", "source": size}),
        (f"{PAGE}/photos", {"published": "false", "source": size}),
        (
            f"{PAGE}/feed",
            {
                "message": "Harvest day",
                "attached_media[0]": f'{{"media_fbid":"{one}"}}',
                "attached_media[1]": f'{{"media_fbid":"{two}"}}',
            },
        ),
    ]


def test_photos_expire_before_the_network_forgets_them(desk: Desk) -> None:
    """Unused photos vanish after about a day; from the first upload on they count as gone an hour earlier."""
    part = Part(media=(desk.photo("a.jpg"), desk.photo("b.jpg")))
    first = desk.step(part)
    begun = desk.clock.now()
    desk.clock.advance(timedelta(hours=2))
    assert desk.step(part, first).expires_at == begun + timedelta(hours=23)


def test_a_link_beside_photos_stands_in_the_text(desk: Desk) -> None:
    """Beside media there is no field for it."""
    desk.publish(Part(text="Three rings", link="https://shop.example/rings", media=(desk.photo(),)))
    assert sent(desk)[-1][1]["message"] == "Three rings\n\nhttps://shop.example/rings"
    assert "link" not in sent(desk)[-1][1]


def test_place_and_tags_go_with_the_post(desk: Desk) -> None:
    """Tags are ids with commas between."""
    desk.publish(Part(text="Here", options={"place": "300", "tags": "400, 500"}))
    assert sent(desk)[0][1] == {"message": "Here", "place": "300", "tags": "400,500"}


def test_a_feed_video_goes_up_in_the_chunks_that_the_network_names(desk: Desk) -> None:
    """One chunk a step; nothing is visible before the finishing call, whose id was known from the start."""
    part = Part(text="How we polish", media=(desk.video(bytes(2**20 + 5)),), options={"title": "Polishing"})
    started = desk.step(part)
    assert not started.ready
    prepared = desk.prepare(part)
    assert desk.server.public() == []
    published = desk.publish(part, prepared=prepared)
    assert published.remote_id == prepared.data["video"]
    assert published.url == f"https://www.facebook.com/{PAGE}/videos/{published.remote_id}/"
    transfers = [fields for _, fields in sent(desk) if fields.get("upload_phase") == "transfer"]
    assert [(each["start_offset"], each["video_file_chunk"]) for each in transfers] == [("0", "<1048576 bytes>"), ("1048576", "<5 bytes>")]
    finish = sent(desk)[-1][1]
    assert finish.pop("upload_session_id") == prepared.data["session"]
    assert finish == {"upload_phase": "finish", "published": "true", "description": "How we polish", "title": "Polishing"}


def test_a_chunk_that_the_network_has_already_is_not_an_end(desk: Desk) -> None:
    """The answer to a chunk was lost: the network names the offset to go on from."""
    part = Part(media=(desk.video(bytes(2**20 + 5)),))
    started = desk.step(part)
    desk.step(part, started)
    again = desk.step(part, started)
    assert (again.data["start"], again.data["end"]) == ("1048576", "1048581")


def test_a_reel_is_started_sent_looked_at_and_finished(desk: Desk) -> None:
    """The bytes go to the address that the network names, with the token in the form that host wants."""
    part = Part(text="Harvest", format="reel", media=(desk.upright(),), options={"place": "300", "ai_generated": True})
    prepared = desk.prepare(part)
    (upload,) = [request for request in desk.seen if request.url.host == "rupload.facebook.com"]
    assert upload.content == part.media[0].path.read_bytes()
    assert (upload.headers["offset"], upload.headers["file_size"]) == ("0", str(part.media[0].bytes))
    assert upload.headers["authorization"] == "OAuth page-token-1-0007"
    published = desk.publish(part, prepared=prepared)
    assert published.remote_id == prepared.data["video"]
    assert published.url == f"https://www.facebook.com/reel/{published.remote_id}/"
    assert sent(desk)[-1] == (
        f"{PAGE}/video_reels",
        {
            "upload_phase": "finish",
            "video_id": published.remote_id,
            "video_state": "PUBLISHED",
            "description": "Harvest",
            "place": "300",
            "is_ai_generated": "true",
        },
    )


def test_an_upright_short_video_goes_out_as_a_reel(desk: Desk) -> None:
    """As a feed video it could end as a draft."""
    desk.publish(Part(text="Harvest", media=(desk.upright(),)))
    assert {path for path, _ in sent(desk) if not path.startswith("v")} == {f"{PAGE}/video_reels"}


def test_an_upload_that_broke_off_goes_on_where_it_stopped(desk: Desk) -> None:
    """The network tells how much it has."""
    part = Part(format="reel", media=(desk.upright(),))
    started = desk.step(part)
    video = desk.server.world.videos[started.data["video"]]
    video.size, video.received = part.media[0].bytes, 100
    desk.step(part, started)
    (upload,) = [request for request in desk.seen if request.url.host == "rupload.facebook.com"]
    assert upload.headers["offset"] == "100"
    assert upload.content == part.media[0].path.read_bytes()[100:]


def test_while_a_reel_is_worked_on_nobody_waits(open_desk: Callable[..., Desk]) -> None:
    """`prepare` says when to look again, and is ready when the work is done."""
    desk = open_desk(processing=timedelta(minutes=2))
    part = Part(format="reel", media=(desk.upright(),))
    looks = [desk.step(part)]
    while not looks[-1].ready:
        assert isinstance(looks[-1].look_again, timedelta)
        desk.clock.advance(looks[-1].look_again)
        looks.append(desk.step(part, looks[-1]))
    waits = [each.look_again for each in looks]
    assert waits[:2] == [timedelta(0), timedelta(0)]
    assert timedelta(minutes=2) <= sum((each for each in waits if isinstance(each, timedelta)), timedelta(0)) < timedelta(minutes=3)


def test_processing_without_an_end_has_one(open_desk: Callable[..., Desk]) -> None:
    """Some reels are processed for ever; the finishing call is tried then."""
    desk = open_desk(processing=timedelta(days=9))
    begun = desk.clock.now()
    assert desk.prepare(Part(format="reel", media=(desk.upright(),))).ready
    assert timedelta(minutes=30) <= desk.clock.now() - begun < timedelta(hours=1)


def test_an_upload_that_never_arrives_is_begun_anew(desk: Desk) -> None:
    """All bytes were taken, and half an hour later the network still waits for them."""
    part = Part(format="reel", media=(desk.upright(),))
    so_far = desk.step(part, desk.step(part))
    waiting = {"status": {"video_status": "uploading", "uploading_phase": {"status": "in_progress"}}}
    desk.instead = lambda _: httpx.Response(200, json=waiting)
    assert not desk.step(part, so_far).ready
    desk.clock.advance(timedelta(minutes=31))
    with pytest.raises(PrepareAgain):
        desk.step(part, so_far)


def test_a_fresh_video_that_does_not_exist_yet_is_no_error(open_desk: Callable[..., Desk]) -> None:
    """The network needs a moment before it knows what it has just made."""
    desk = open_desk(fresh=timedelta(seconds=50))
    assert desk.publish(Part(format="reel", media=(desk.upright(),))).remote_id


def test_a_reel_that_the_network_cannot_use_is_refused(desk: Desk) -> None:
    """In the network's words."""
    part = Part(format="reel", media=(desk.upright(),))
    so_far = desk.step(part, desk.step(part))
    errors = [{"code": 1363128, "message": "The video is too long"}]
    told = {"status": {"video_status": "error", "processing_phase": {"status": "error", "errors": errors}}}
    desk.instead = lambda _: httpx.Response(200, json=told)
    with pytest.raises(PostRejected, match="The video is too long"):
        desk.step(part, so_far)


def test_a_fault_of_the_processing_is_told_while_it_seems_to_go_on(desk: Desk) -> None:
    """Facebook's own example says `processing` and names the fault beside it."""
    part = Part(format="reel", media=(desk.upright(),))
    so_far = desk.step(part, desk.step(part))
    fault = {"status": "not_started", "error": {"message": "Resolution too low."}}
    told = {"status": {"video_status": "processing", "uploading_phase": {"status": "complete"}, "processing_phase": fault}}
    desk.instead = lambda _: httpx.Response(200, json=told)
    with pytest.raises(PostRejected, match="Resolution too low"):
        desk.step(part, so_far)


def test_the_token_goes_to_no_foreign_upload_address(desk: Desk) -> None:
    """An answer that names another host is not followed."""
    desk.instead = lambda _: httpx.Response(200, json={"video_id": "9", "upload_url": "https://rupload.facebook.com.evil.example/x"})
    with pytest.raises(PrepareAgain):
        desk.step(Part(format="reel", media=(desk.upright(),)))


@pytest.mark.parametrize("kind", ["photo", "video"])
def test_a_story_is_one_photo_or_video(desk: Desk, kind: str) -> None:
    """Its id is that of the story, its address the story's."""
    part = Part(format="story", media=(desk.photo() if kind == "photo" else desk.upright(),))
    published = desk.publish(part)
    assert [each.remote_id for each in desk.server.public()] == [published.remote_id]
    assert published.url == f"https://www.facebook.com/stories/{published.remote_id}"


def test_a_first_comment_waits_for_its_post(desk: Desk) -> None:
    """Before its parent is out it cannot be prepared."""
    comment = Part(kind="comment", position=1, text="More in our shop", link="https://shop.example")
    waiting = desk.step(comment)
    assert (waiting.ready, waiting.look_again) == (False, None)
    post = desk.publish(Part(text="The post"))
    published = desk.publish(comment, [post])
    assert sent(desk)[-1] == (f"{post.remote_id}/comments", {"message": "More in our shop\n\nhttps://shop.example"})
    assert desk.server.public()[-1].parent == post.remote_id
    assert published.data["parent"] == post.remote_id


def test_a_first_comment_on_a_reel_waits_until_it_is_live(open_desk: Callable[..., Desk]) -> None:
    """A reel is published minutes after the finishing call."""
    desk = open_desk(processing=timedelta(hours=2))
    reel = desk.publish(Part(format="reel", media=(desk.upright(),)))
    comment = Part(kind="comment", position=1, text="First")
    waiting = desk.step(comment, None, [reel])
    assert (waiting.ready, waiting.look_again) == (False, timedelta(minutes=1))
    desk.publish(comment, [reel])
    assert desk.server.public()[-1].parent == reel.remote_id


def test_a_comment_does_not_wait_for_ever(open_desk: Callable[..., Desk]) -> None:
    """A video that never becomes public costs the comment, not the post."""
    desk = open_desk(processing=timedelta(days=9))
    reel = desk.publish(Part(format="reel", media=(desk.upright(),)))
    comment = Part(kind="comment", position=1, text="First")
    waiting = desk.step(comment, None, [reel])
    desk.clock.advance(timedelta(hours=13))
    with pytest.raises(PostRejected, match="nobody can comment"):
        desk.step(comment, waiting, [reel])


def test_a_file_that_is_gone_is_told(desk: Desk) -> None:
    """By its name, before anything is sent."""
    for media in (desk.photo(), desk.upright()):
        part = Part(format="reel" if media.kind == "video" else "post", media=(media,))
        so_far = desk.step(part) if media.kind == "video" else None
        media.path.unlink()
        with pytest.raises(PostRejected, match=media.path.name):
            desk.step(part, so_far)


def test_a_file_that_has_changed_is_not_sent(desk: Desk) -> None:
    """Half a film, or chunks of nothing for ever, would be worse."""
    part = Part(media=(desk.video(),))
    started = desk.step(part)
    part.media[0].path.write_bytes(b"short")
    with pytest.raises(PostRejected, match="gone or has changed"):
        desk.step(part, started)


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (error_answer(code=190, error_subcode=463), SignInNeeded),
        (error_answer(code=200), SignInNeeded),
        (error_answer(code=32), TryLater),
        (error_answer(code=368), TryLater),
        (error_answer(code=506), Duplicate),
        (error_answer(code=100, error_subcode=1366051), Duplicate),
        (error_answer(code=100), PostRejected),
        (error_answer(code=1609005), PostRejected),
        (error_answer(code=6000), PrepareAgain),
        (error_answer(code=2, is_transient=True), OutcomeUnknown),
        (error_answer(code=1), OutcomeUnknown),
        (error_answer(code=100, error_subcode=33), OutcomeUnknown),
        (error_answer(500, code=190), OutcomeUnknown),
        (error_answer(503, code=506), OutcomeUnknown),
        (httpx.Response(200, json={"success": True}), OutcomeUnknown),
        (httpx.Response(200, text="<html>"), OutcomeUnknown),
        (httpx.Response(200, json={"error": {"code": 100}}), OutcomeUnknown),
    ],
)
def test_the_visible_call_tells_what_is_known(desk: Desk, answer: httpx.Response, means: type[Exception]) -> None:
    """Only a definite refusal means that nothing is public; everything that proves nothing is unknown."""
    desk.instead = lambda _: answer
    with pytest.raises(means):
        desk.publish(Part(text="Who knows"), prepared=Prepared())


def test_a_video_that_is_not_confirmed_is_unknown(desk: Desk) -> None:
    """`success` must be true."""
    part = Part(media=(desk.video(),))
    prepared = desk.prepare(part)
    desk.instead = lambda _: httpx.Response(200, json={"success": False})
    with pytest.raises(OutcomeUnknown):
        desk.publish(part, prepared=prepared)


def test_an_equal_text_in_a_row_is_a_duplicate(desk: Desk) -> None:
    """The network refuses it, and names no post."""
    desk.publish(Part(text="Same"))
    with pytest.raises(Duplicate) as refused:
        desk.publish(Part(text="Same"))
    assert refused.value.remote_id is None
