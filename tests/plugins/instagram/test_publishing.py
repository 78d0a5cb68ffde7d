"""From a part to what the world sees, and the requests that lead there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

import evenly_instagram as instagram
from evenly.plugin import OutcomeUnknown, Part, PostRejected, PrepareAgain, Prepared, SignInNeeded, TryLater
from tests.plugins.instagram.conftest import Desk, error_answer, sent

PROFILE = "17841400000000001"


def test_a_picture_is_staged_polled_and_published(desk: Desk) -> None:
    """Instagram fetches it from its address; nothing is visible before the last call; the bytes that are hosted are what is public."""
    picture = desk.picture(alt="A red barn")
    part = Part(text="Harvest #farm", media=(picture,), options={"location_id": "300", "is_ai_generated": True})
    prepared = desk.prepare(part)
    assert desk.server.public() == []
    published = desk.publish(part, prepared=prepared)
    container = prepared.data["containers"][0]["id"]
    staged = {
        "image_url": picture.url,
        "alt_text": "A red barn",
        "caption": "Harvest #farm",
        "location_id": "300",
        "is_ai_generated": "true",
    }
    assert sent(desk) == [(f"{PROFILE}/media", staged), (f"{PROFILE}/media_publish", {"creation_id": container})]
    (remote,) = desk.server.public()
    assert remote.remote_id == published.remote_id
    assert remote.media == (hashlib.sha256(picture.path.read_bytes()).hexdigest(),)
    assert (published.url, published.at) == (remote.url, remote.at)


def test_a_single_video_is_a_reel_in_the_grid(own: Desk) -> None:
    """Instagram knows no other single video; a post, unlike a reel, is meant for the grid."""
    video = own.video()
    own.publish(Part(text="Polish", media=(video,)))
    assert sent(own)[0] == (
        f"{PROFILE}/media",
        {"video_url": video.url, "media_type": "REELS", "share_to_feed": "true", "caption": "Polish"},
    )


def test_what_is_said_of_a_reel(own: Desk) -> None:
    """Its cover, who publishes it too, who is in it, whether the grid shows it."""
    options = {"share_to_feed": False, "thumb_offset": 1500, "collaborators": ["ada", "bo"], "user_tags": [{"username": "cy", "item": 1}]}
    own.publish(Part(text="Polish", format="reel", media=(own.video(),), options=options))
    said = sent(own)[0][1]
    assert (said["share_to_feed"], said["thumb_offset"]) == ("false", "1500")
    assert (said["collaborators"], said["user_tags"]) == ('["ada","bo"]', '[{"username":"cy"}]')


def test_a_reel_leaves_the_grid_to_instagram(own: Desk) -> None:
    """Unless it is said."""
    own.publish(Part(format="reel", media=(own.video(),)))
    assert "share_to_feed" not in sent(own)[0][1]


def test_a_carousel_is_its_children_and_then_what_is_around_them(own: Desk) -> None:
    """One container a step; every child is polled before the next one's turn is over, and the parent too; it counts as one publish."""
    part = Part(
        text="Two barns",
        media=(own.picture(1, "One"), own.video(), own.picture(3, "Three")),
        options={"user_tags": [{"username": "ada", "x": 0.5, "y": 0.25, "item": 3}], "collaborators": ["bo"]},
    )
    steps = [own.step(part)]
    while not steps[-1].ready:
        assert isinstance(steps[-1].look_again, timedelta)
        own.clock.advance(steps[-1].look_again)
        steps.append(own.step(part, steps[-1]))
    containers = [len(each.data["containers"]) for each in steps]
    assert max(b - a for a, b in pairwise(containers)) == 1
    one, two, three, around = (each["id"] for each in steps[-1].data["containers"])
    published = own.publish(part, prepared=steps[-1])
    assert [fields for _, fields in sent(own)] == [
        {"image_url": part.media[0].url, "alt_text": "One", "is_carousel_item": "true"},
        {"video_url": part.media[1].url, "media_type": "VIDEO", "is_carousel_item": "true"},
        {
            "image_url": part.media[2].url,
            "user_tags": '[{"username":"ada","x":0.5,"y":0.25}]',
            "alt_text": "Three",
            "is_carousel_item": "true",
        },
        {"media_type": "CAROUSEL", "children": f"{one},{two},{three}", "caption": "Two barns", "collaborators": '["bo"]'},
        {"creation_id": around},
    ]
    (remote,) = own.server.public()
    assert (remote.remote_id, len(remote.media), remote.alts) == (published.remote_id, 3, ("One", "", "Three"))


@pytest.mark.parametrize("kind", ["picture", "video"])
def test_a_story_is_one_picture_or_video_without_words(own: Desk, kind: str) -> None:
    """No caption, no alternative text."""
    media = own.picture() if kind == "picture" else own.video()
    published = own.publish(Part(format="story", media=(media,)))
    name = "image_url" if kind == "picture" else "video_url"
    assert sent(own)[0] == (f"{PROFILE}/media", {name: media.url, "media_type": "STORIES"})
    assert published.data == {"kind": "story"}


def test_through_facebook_videos_go_as_bytes(linked: Desk) -> None:
    """To the address that Instagram names, with the token in the form that host wants; no public address is needed."""
    part = Part(text="Polish", media=(replace(linked.video(), url=None),))
    linked.publish(part)
    (upload,) = [each for each in linked.seen if each.url.host == "rupload.facebook.com"]
    assert upload.content == part.media[0].path.read_bytes()
    assert (upload.headers["offset"], upload.headers["file_size"]) == ("0", str(part.media[0].bytes))
    assert upload.headers["authorization"] == "OAuth page-token-1-0007"
    (remote,) = linked.server.public()
    assert remote.media == (hashlib.sha256(upload.content).hexdigest(),)


def test_how_videos_go_can_be_set(linked: Desk) -> None:
    """Whether Instagram's own login takes bytes is not confirmed; and with Facebook's an address works too."""
    linked.with_settings(upload_videos=False)
    linked.publish(Part(media=(linked.video(),)))
    assert sent(linked)[0][1]["video_url"].endswith("video.mp4")


def test_the_token_goes_to_no_foreign_upload_address(linked: Desk) -> None:
    """An answer that names another host is not followed."""
    linked.instead = lambda asked: (
        httpx.Response(200, json={"id": "1796", "uri": "https://rupload.facebook.com.evil.example/x"}) if asked.method == "POST" else None
    )
    with pytest.raises(PrepareAgain):
        linked.step(Part(media=(linked.video(),)))


def test_a_file_that_has_changed_is_not_sent(linked: Desk) -> None:
    """By its name, before anything goes out."""
    part = Part(media=(linked.video(),))
    started = linked.step(part)
    part.media[0].path.write_bytes(b"short")
    with pytest.raises(PostRejected, match="gone or has changed"):
        linked.step(part, started)


@pytest.mark.parametrize(("url", "said"), [(None, "public_url"), ("https://cdn.example/à.jpg", "ASCII")])
def test_media_without_a_usable_address_are_told(own: Desk, url: str | None, said: str) -> None:
    """With what to set."""
    with pytest.raises(PostRejected, match=said):
        own.step(Part(media=(replace(own.picture(), url=url),)))


def test_pictures_are_polled_too(open_desk: Callable[..., Desk]) -> None:
    """`prepare` never waits: it says when to look again, soon at first and then more rarely."""
    desk = open_desk(processing=timedelta(minutes=2))
    part = Part(media=(desk.picture(),))
    looks = [desk.step(part)]
    while not looks[-1].ready:
        assert isinstance(looks[-1].look_again, timedelta)
        desk.clock.advance(looks[-1].look_again)
        looks.append(desk.step(part, looks[-1]))
    waits = [each.look_again.total_seconds() for each in looks[1:] if isinstance(each.look_again, timedelta)]
    assert waits == [3, 5, 10, 30, 30, 30, 60, 0]


@pytest.mark.parametrize(("kind", "longest"), [("picture", timedelta(minutes=5)), ("video", timedelta(hours=1))])
def test_processing_has_an_end(open_desk: Callable[..., Desk], kind: str, longest: timedelta) -> None:
    """Then it is staged anew, and the message names the file."""
    desk = open_desk(processing=timedelta(hours=20))
    begun = desk.clock.now()
    with pytest.raises(PrepareAgain, match=f"{kind.capitalize()} 1"):
        desk.prepare(Part(media=(desk.picture() if kind == "picture" else desk.video(),)))
    assert longest < desk.clock.now() - begun < longest + timedelta(minutes=3)


def test_containers_expire_a_day_after_the_first(own: Desk) -> None:
    """As Instagram's do."""
    part = Part(media=(own.picture(1), own.picture(2)))
    begun = own.clock.now()
    assert own.prepare(part).expires_at == begun + timedelta(hours=24)


def test_an_expired_container_is_staged_anew(own: Desk) -> None:
    """Found out before the visible call."""
    part = Part(media=(own.picture(),))
    prepared = own.prepare(part)
    own.clock.advance(timedelta(hours=25))
    with pytest.raises(PrepareAgain):
        own.publish(part, prepared=prepared)
    with pytest.raises(PrepareAgain):
        own.step(part, replace(prepared, ready=False, data={**prepared.data, "finished": 0}))


def test_a_container_that_is_not_found_is_asked_for_again(own: Desk) -> None:
    """Twice, within two minutes; then a new one is made."""
    part = Part(media=(own.picture(),))
    so_far = own.step(part)
    own.instead = lambda _: error_answer(code=24, error_subcode=2207008)
    waits = []
    for _ in range(2):
        so_far = own.step(part, so_far)
        waits.append(so_far.look_again)
    assert waits == [timedelta(seconds=30), timedelta(minutes=1)]
    with pytest.raises(PrepareAgain):
        own.step(part, so_far)


def test_what_a_pages_token_cannot_read_the_users_can(open_desk: Callable[..., Desk]) -> None:
    """For days in 2026 Page tokens did not find fresh things."""
    desk = open_desk("facebook", blind=True)
    published = desk.publish(Part(text="Seen", media=(desk.picture(),)))
    assert published.url
    read_with = {each.headers["authorization"] for each in desk.seen if each.method == "GET"}
    assert read_with == {"Bearer page-token-1-0007", "Bearer user-token-0007"}
    assert {each.headers["authorization"] for each in desk.seen if each.method == "POST"} == {"Bearer page-token-1-0007"}


def test_a_permalink_that_cannot_be_read_does_not_unsay_the_post(own: Desk) -> None:
    """Success is the id."""
    part = Part(text="Out", media=(own.picture(),))
    prepared = own.prepare(part)
    own.instead = lambda asked: error_answer(500, code=2) if asked.url.path.startswith("/v25.0/1792") else None
    published = own.publish(part, prepared=prepared)
    assert published.remote_id == own.server.public()[0].remote_id
    assert published.url is None


def test_a_container_that_is_out_is_never_published_again(open_desk: Callable[..., Desk]) -> None:
    """What Instagram would do then is not known; this one would publish it twice."""
    desk = open_desk(again="new")
    part = Part(text="Once", media=(desk.picture(),))
    prepared = desk.prepare(part)
    desk.publish(part, prepared=prepared)
    with pytest.raises(OutcomeUnknown):
        desk.publish(part, prepared=prepared)
    assert len(desk.server.public()) == 1
    assert len([path for path, _ in sent(desk) if path.endswith("media_publish")]) == 1


def test_the_days_posts_are_counted_before_a_container_is_made(open_desk: Callable[..., Desk]) -> None:
    """By Instagram's own number."""
    desk = open_desk(total=1)
    desk.publish(Part(text="One", media=(desk.picture(),)))
    before = len(sent(desk))
    with pytest.raises(TryLater) as later:
        desk.step(Part(text="Two", media=(desk.picture(),)))
    assert (later.value.scope, len(sent(desk))) == ("account", before)
    desk.clock.advance(timedelta(hours=25))
    assert desk.publish(Part(text="Two", media=(desk.picture(),)))


def test_an_unreadable_count_stops_nobody(own: Desk) -> None:
    """The network counts for itself."""
    own.instead = lambda asked: httpx.Response(200, json={"data": []}) if asked.url.path.endswith("_limit") else None
    assert own.step(Part(media=(own.picture(),))).data["containers"]


def test_a_first_comment_waits_for_its_post(desk: Desk) -> None:
    """Before its parent is out it cannot be prepared; and it asks for no fields."""
    comment = Part(kind="comment", position=1, text="More in our shop", link="https://shop.example")
    waiting = desk.step(comment)
    assert (waiting.ready, waiting.look_again) == (False, None)
    post = desk.publish(Part(text="The post", media=(desk.picture(),)))
    published = desk.publish(comment, [post])
    assert sent(desk)[-1] == (f"{post.remote_id}/comments", {"message": "More in our shop\n\nhttps://shop.example"})
    assert desk.server.public()[-1].parent == post.remote_id
    assert published.data == {"kind": "comment", "parent": post.remote_id}


# ── what goes wrong ──


def staging_error(desk: Desk, nth: int, answer: httpx.Response) -> Callable[[httpx.Request], httpx.Response | None]:
    """Answer the nth making of a container with an error."""

    def instead(asked: httpx.Request) -> httpx.Response | None:
        made = [each for each in desk.seen if each.method == "POST" and each.url.path.endswith("/media")]
        return answer if asked.method == "POST" and len(made) == nth else None

    return instead


@pytest.mark.parametrize(
    ("error", "means", "cure"),
    [
        ({"code": 36000, "error_subcode": 2207004}, PostRejected, "smaller than 8 MB"),
        ({"code": 36001, "error_subcode": 2207005}, PostRejected, "JPEG"),
        ({"code": 36003, "error_subcode": 2207009}, PostRejected, "Crop"),
        ({"code": 352, "error_subcode": 2207026}, PostRejected, "H.264"),
        ({"code": 9004, "error_subcode": 2207052}, TryLater, "opens for everybody"),
        ({"code": -2, "error_subcode": 2207003}, TryLater, "too slowly"),
        ({"code": -1, "error_subcode": 2207053}, PrepareAgain, ""),
        ({"code": 424242, "error_subcode": 4242424}, PostRejected, "424242/4242424"),
    ],
)
def test_an_error_names_the_picture_and_the_cure(own: Desk, error: dict[str, Any], means: type[Exception], cure: str) -> None:
    """Among several it must be clear which one is meant."""
    part = Part(media=(own.picture(1), own.picture(2)))
    own.instead = staging_error(own, 2, error_answer(**error))
    with pytest.raises(means) as refused:
        own.prepare(part)
    assert str(refused.value).startswith("Picture 2 (picture-2.jpeg): Instagram says: Refused")
    assert cure in str(refused.value)
    if isinstance(refused.value, PostRejected):
        assert refused.value.problem is not None
        assert refused.value.problem.field == "media[1]"


def test_an_error_about_the_words_names_no_picture(own: Desk) -> None:
    """Though it comes with the container of one."""
    own.instead = staging_error(own, 1, error_answer(code=36004, error_subcode=2207010))
    with pytest.raises(PostRejected, match=r"^Instagram says.*Shorten the text") as refused:
        own.prepare(Part(text="x", media=(own.picture(),)))
    assert refused.value.problem is not None
    assert refused.value.problem.field == "text"


@pytest.mark.parametrize("error", [{"code": 190}, {"code": 10}, {"code": 25, "error_subcode": 2207050}, {"code": 200}])
def test_an_error_about_the_sign_in_names_no_picture(own: Desk, error: dict[str, int]) -> None:
    """The account waits, not the post."""
    own.instead = staging_error(own, 1, error_answer(**error))
    with pytest.raises(SignInNeeded, match=r"^Instagram says"):
        own.prepare(Part(media=(own.picture(),)))


@pytest.mark.parametrize(
    ("status", "means", "said"),
    [
        ("Error: Media upload has failed with error code 2207026", PostRejected, "Convert the video"),
        ("Error: Media upload has failed with error code 2207053", PrepareAgain, "2207053"),
        ("Error: something that nobody has seen before", PrepareAgain, "something that nobody has seen before"),
    ],
)
def test_a_container_in_error_tells_why(own: Desk, status: str, means: type[Exception], said: str) -> None:
    """In Instagram's words, with the file and the cure; unknown ones whole."""
    part = Part(media=(own.picture(1), own.video()))
    so_far = own.step(part, own.step(part))
    told = {"id": "1796", "status_code": "ERROR", "status": status}
    own.instead = lambda asked: httpx.Response(200, json=told) if asked.method == "GET" else None
    with pytest.raises(means, match=said) as refused:
        own.step(part, replace(so_far, data={**so_far.data, "finished": 1}))
    assert str(refused.value).startswith("Video 2 (video.mp4)")


def test_a_file_that_is_no_film_is_found_out(desk: Desk) -> None:
    """After it was fetched."""
    video = desk.video()
    video.path.write_bytes(b"no film" * 10)
    with pytest.raises(PostRejected, match=r"Video 1 \(video.mp4\)"):
        desk.prepare(Part(media=(replace(video, bytes=70),)))


def test_an_address_that_nobody_answers_is_tried_again(own: Desk) -> None:
    """Media hosts have their bad minutes."""
    with pytest.raises(TryLater) as later:
        own.step(Part(media=(replace(own.picture(), url=f"{own.hosted_at}/nowhere.jpg"),)))
    assert later.value.scope == "part"


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (error_answer(code=190, error_subcode=463), SignInNeeded),
        (error_answer(code=10), SignInNeeded),
        (error_answer(code=9, error_subcode=2207042), TryLater),
        (error_answer(code=80002), TryLater),
        (error_answer(code=9007, error_subcode=2207027), TryLater),
        (error_answer(code=4, error_subcode=2207051), OutcomeUnknown),
        (error_answer(code=-1, error_subcode=2207053), OutcomeUnknown),
        (error_answer(code=-1), OutcomeUnknown),
        (error_answer(code=-2, error_subcode=2207020), OutcomeUnknown),
        (error_answer(code=1), OutcomeUnknown),
        (error_answer(code=2, is_transient=True), OutcomeUnknown),
        (error_answer(code=24, error_subcode=2207006), OutcomeUnknown),
        (error_answer(code=24, error_subcode=2207008), OutcomeUnknown),
        (error_answer(code=100, error_subcode=33), OutcomeUnknown),
        (error_answer(code=100), PostRejected),
        (error_answer(code=424242, error_subcode=4242424), OutcomeUnknown),
        (error_answer(500, code=190), OutcomeUnknown),
        (error_answer(503, code=9, error_subcode=2207042), OutcomeUnknown),
        (httpx.Response(200, json={"success": True}), OutcomeUnknown),
        (httpx.Response(200, text="<html>"), OutcomeUnknown),
    ],
)
def test_the_visible_call_tells_what_is_known(own: Desk, answer: httpx.Response, means: type[Exception]) -> None:
    """Only a definite refusal means that nothing is public; everything doubtful is settled by the container."""
    part = Part(text="Who knows", media=(own.picture(),))
    prepared = own.prepare(part)
    own.instead = lambda asked: answer if asked.url.path.endswith("media_publish") else None
    with pytest.raises(means):
        own.publish(part, prepared=prepared)


def test_too_early_is_no_loss(open_desk: Callable[..., Desk]) -> None:
    """9007: the same container, a little later."""
    desk = open_desk(processing=timedelta(minutes=1))
    part = Part(text="Early", media=(desk.picture(),))
    started = desk.step(part)
    with pytest.raises(TryLater):
        desk.publish(part, prepared=started)
    desk.clock.advance(timedelta(minutes=2))
    assert desk.publish(part, prepared=started).remote_id


# ── taking back ──


def test_what_was_published_can_be_taken_back_twice(linked: Desk) -> None:
    """With Facebook's login; what is gone counts as done."""
    published = linked.publish(Part(text="Oops", media=(linked.picture(),)))
    for _ in range(2):
        with linked.http() as http:
            instagram.delete(linked.account, published, http)
    assert linked.server.public() == []


def test_what_a_pages_token_does_not_find_is_not_gone(open_desk: Callable[..., Desk]) -> None:
    """The user's finds it, and deletes it."""
    desk = open_desk("facebook", blind=True)
    published = desk.publish(Part(text="Oops", media=(desk.picture(),)))
    with desk.http() as http:
        instagram.delete(desk.account, published, http)
    assert desk.server.public() == []


def test_instagrams_login_deletes_comments_only(own: Desk) -> None:
    """The rest is deleted in the app, and it says so without asking the network."""
    post = own.publish(Part(text="The post", media=(own.picture(),)))
    comment = own.publish(Part(kind="comment", position=1, text="First"), [post])
    with own.http() as http:
        instagram.delete(own.account, comment, http)
        with pytest.raises(PostRejected, match="Instagram app"):
            instagram.delete(own.account, post, http)
    assert [each.remote_id for each in own.server.public()] == [post.remote_id]


def test_a_token_or_a_profile_must_be_known(own: Desk, linked: Desk) -> None:
    """Or the account waits."""
    part, stranger = Part(media=(own.picture(),)), replace(linked.account, settings={"login": "facebook"})
    with own.http() as http:
        for account in (replace(own.account, credentials=None), stranger):
            with pytest.raises(SignInNeeded, match="evenly connect"):
                instagram.prepare(account, part, None, [], http)


def test_prepared_data_hold_what_settles_a_lost_answer(own: Desk) -> None:
    """The container, and the newest ids before it was published."""
    first = own.publish(Part(text="Before", media=(own.picture(1),)))
    prepared = own.prepare(Part(text="After", media=(own.picture(2),)))
    assert isinstance(prepared, Prepared)
    assert prepared.data["newest"] == [first.remote_id]
