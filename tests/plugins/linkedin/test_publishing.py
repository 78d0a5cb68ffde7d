"""From a part to what the world sees, and the requests that lead there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from evenly.plugin import OutcomeUnknown, Part, PostRejected, PrepareAgain, Prepared, SignInNeeded, TryLater
from evenly_linkedin.standing_in.consent import MEMBER
from tests.plugins.linkedin.conftest import MP4, Desk, refused

PAGE = "urn:li:organization:100001"
LINK = "https://shop.example/rings?a_b=(1)"


def posted(desk: Desk) -> dict[str, Any]:
    """The body of the newest create call."""
    bodies = [json.loads(each.content) for each in desk.seen if (each.method, each.url.path) == ("POST", "/rest/posts")]
    told: dict[str, Any] = bodies[-1]
    return told


def trail(desk: Desk) -> list[str]:
    """What was asked for since the look, in order."""
    return [f"{each.method} {each.url.path.split('/')[2]}" for each in desk.seen]


def test_a_text_is_one_call(page: Desk) -> None:
    """Its id stands in a header only; the body is the documented one."""
    page.seen.clear()
    published = page.publish(Part(text="Version 1.2 (stable) #or"))
    assert trail(page) == ["POST posts"]
    assert posted(page) == {
        "author": PAGE,
        "commentary": "Version 1.2 \\(stable\\) {hashtag|\\#|or}",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    assert published.remote_id.startswith("urn:li:share:")
    assert published.url == f"https://www.linkedin.com/feed/update/{published.remote_id}/"
    assert [each.text for each in page.server.public()] == ["Version 1.2 (stable) #or"]


def test_a_member_publishes_in_their_own_name(member: Desk) -> None:
    """For connections only, and not to be shared, where the options say so."""
    member.publish(Part(text="Among us", options={"visibility": "connections", "resharing": False}))
    sent = posted(member)
    assert (sent["author"], sent["visibility"], sent["isReshareDisabledByAuthor"]) == (MEMBER, "CONNECTIONS", True)


def test_a_link_gets_a_card(page: Desk) -> None:
    """LinkedIn reads no titles from pages: without one of ours the card names the site. Nothing in a card is escaped."""
    page.publish(Part(text="Three rings", link=LINK))
    assert posted(page)["content"] == {"article": {"source": LINK, "title": "shop.example"}}
    page.publish(Part(text="Rings", link=LINK, options={"title": "Rings (3)", "description": "By *hand*"}))
    assert posted(page)["content"] == {"article": {"source": LINK, "title": "Rings (3)", "description": "By *hand*"}}


def test_a_picture_of_an_article_is_its_cards(page: Desk) -> None:
    """With its alternative text."""
    part = Part(text="Three rings", link=LINK, format="article", media=(page.picture(alt="Three (3) rings"),))
    prepared = page.prepare(part)
    page.publish(part, prepared=prepared)
    (thumbnail,) = prepared.data["assets"]
    told = {"source": LINK, "title": "shop.example", "thumbnail": thumbnail, "thumbnailAltText": "Three (3) rings"}
    assert posted(page)["content"] == {"article": told}


def test_a_link_beside_a_picture_stands_in_the_text(page: Desk) -> None:
    """There it is escaped like the rest."""
    page.publish(Part(text="Three rings", link=LINK, media=(page.picture(),)))
    assert posted(page)["commentary"] == "Three rings\n\nhttps://shop.example/rings?a\\_b=\\(1\\)"


def test_one_picture_and_several(page: Desk) -> None:
    """Each is uploaded for the author first, one a step; several make another kind of post."""
    part = Part(text="One", media=(page.picture(alt="A ring"),))
    page.publish(part, prepared=(one := page.prepare(part)))
    assert posted(page)["content"] == {"media": {"id": one.data["assets"][0], "altText": "A ring"}}
    part = Part(text="Two", media=(page.picture("a.jpg", "A"), page.picture("b.jpg", "")))
    first = page.step(part)
    assert (len(first.data["assets"]), first.ready, page.server.public()[1:]) == (1, False, [])
    published = page.publish(part, prepared=(two := page.prepare(part)))
    a, b = two.data["assets"]
    assert posted(page)["content"] == {"multiImage": {"images": [{"id": a, "altText": "A"}, {"id": b}]}}
    assert published.remote_id.startswith("urn:li:ugcPost:")


def test_a_picture_is_waited_for(page: Desk) -> None:
    """Where LinkedIn tells how far it is, `prepare` is ready when the picture is."""
    part = Part(text="One", media=(page.picture(),))
    page.seen.clear()
    page.prepare(part)
    assert trail(page) == ["POST images", "PUT " + page.seen[1].url.path.split("/")[2], "GET images", "GET images"]


def test_a_members_picture_cannot_be_asked_for(member: Desk) -> None:
    """Then some seconds must do."""
    begun = member.clock.now()
    part = Part(text="One", media=(member.picture(),))
    member.publish(part)
    assert [each.url.path.startswith("/rest/images/") for each in member.seen].count(True) == 1
    assert member.clock.now() - begun >= timedelta(seconds=5)


def test_a_video_goes_up_in_parts(open_desk: Callable[..., Desk]) -> None:
    """Every part to its own address, by the bounds that LinkedIn names; then the etags in order, and a look until it is ready."""
    desk = open_desk(part_size=400, processing=timedelta(minutes=1))
    desk.look()
    part = Part(text="Polishing", media=(desk.video(),), options={"title": "Polishing a ring"})
    begun = desk.clock.now()
    prepared = desk.prepare(part)
    parts = [each for each in desk.seen if each.method == "PUT"]
    assert [len(each.content) for each in parts] == [400, 400, len(MP4) - 800]
    assert b"".join(each.content for each in parts) == MP4
    assert desk.clock.now() - begun >= timedelta(minutes=1)
    published = desk.publish(part, prepared=prepared)
    assert posted(desk)["content"] == {"media": {"id": prepared.data["assets"][0], "title": "Polishing a ring"}}
    assert published.data["kind"] == "video"


def test_instructions_with_a_gap_are_not_followed(page: Desk) -> None:
    """A video with a hole would be taken, and be broken."""
    piece = {"uploadUrl": "https://www.linkedin.com/dms-uploads/a/0", "firstByte": 0, "lastByte": 9}
    told = {"video": "urn:li:video:A", "uploadToken": "", "uploadInstructions": [piece]}
    page.instead = lambda _request: httpx.Response(200, json={"value": told})
    with pytest.raises(PrepareAgain):
        page.step(Part(text="x", media=(page.video(),)))


def test_a_document_has_a_title(page: Desk) -> None:
    """A PDF is the carousel that people swipe through."""
    part = Part(text="Our guide", media=(page.document(),), format="document", options={"title": "Care (2026)"})
    prepared = page.prepare(part)
    page.publish(part, prepared=prepared)
    assert posted(page)["content"] == {"media": {"id": prepared.data["assets"][0], "title": "Care (2026)"}}


def test_a_poll_is_asked(page: Desk) -> None:
    """Question and answers are plain text."""
    poll = {"question": "Gold or silver?", "options": ["Gold (18k)", "Silver"], "duration": "7d"}
    page.publish(Part(text="Tell us", format="poll", options={"poll": poll}))
    assert posted(page)["content"]["poll"] == {
        "question": "Gold or silver?",
        "options": [{"text": "Gold (18k)"}, {"text": "Silver"}],
        "settings": {"duration": "SEVEN_DAYS", "voteSelectionType": "SINGLE_VOTE", "isVoterVisibleToAuthor": True},
    }


@pytest.mark.parametrize("name", ["page", "member"])
def test_a_first_comment_waits_for_its_post(name: str, request: pytest.FixtureRequest) -> None:
    """It is plain text, with the author as its actor."""
    desk: Desk = request.getfixturevalue(name)
    comment = Part(kind="comment", position=1, text="The shop: (here) #or")
    waiting = desk.step(comment)
    assert (waiting.ready, waiting.look_again) == (False, None)
    post = desk.publish(Part(text="The post"))
    published = desk.publish(comment, [post])
    author = desk.account.settings["author"]
    assert json.loads(desk.seen[-1].content) == {"actor": author, "object": post.remote_id, "message": {"text": "The shop: (here) #or"}}
    assert published.remote_id.startswith(f"urn:li:comment:({post.remote_id},")
    assert desk.server.public()[-1].remote_id == published.remote_id


def test_a_mention_in_a_comment_stands_beside_the_text(page: Desk) -> None:
    """By its place, counted as UTF-16 does."""
    post = page.publish(Part(text="The post"))
    text = "💍 by @[Maison Doré](urn:li:organization:100002) and @[Camille](urn:li:person:FAKEsub001)"
    page.publish(Part(kind="comment", position=1, text=text), [post])
    message = json.loads(page.seen[-1].content)["message"]
    assert message["text"] == "💍 by Maison Doré and Camille"
    assert [(each["start"], each["length"]) for each in message["attributes"]] == [(6, 11), (22, 7)]
    assert [next(iter(each["value"].values())) for each in message["attributes"]] == [
        {"company": "urn:li:organization:100002"},
        {"member": "urn:li:person:FAKEsub001"},
    ]


def test_a_comment_on_a_post_of_this_moment_comes_later(open_desk: Callable[..., Desk]) -> None:
    """In the first seconds LinkedIn does not know the post; after minutes it is gone."""
    desk = open_desk(fresh=timedelta(seconds=30))
    desk.look()
    post = desk.publish(Part(text="The post"))
    comment, first = Part(kind="comment", position=1, text="First"), desk.clock.now()
    with pytest.raises(TryLater):
        desk.publish(comment, [post], first=first)
    desk.clock.advance(timedelta(minutes=6))
    desk.server.world.posts[post.remote_id].deleted = True
    with pytest.raises(PostRejected):
        desk.publish(comment, [post], first=first)


def test_a_success_without_a_name_is_no_success(page: Desk) -> None:
    """It is out, and only reading back can tell under which name."""
    page.instead = lambda request: httpx.Response(201) if request.url.path == "/rest/posts" else None
    with pytest.raises(OutcomeUnknown):
        page.publish(Part(text="Nameless"))
    page.instead = lambda _request: httpx.Response(201, headers={"x-restli-id": "urn:li:person:AbC"})
    with pytest.raises(OutcomeUnknown):
        page.publish(Part(text="Named after a person"))


@pytest.mark.parametrize("header", ["x-restli-id", "x-linkedin-id"])
def test_the_name_may_come_encoded_or_in_the_other_header(page: Desk, header: str) -> None:
    """Both were seen."""
    page.instead = lambda _request: httpx.Response(201, headers={header: "urn%3Ali%3AugcPost%3A7500000000000000001"})
    assert page.publish(Part(text="x"), prepared=Prepared()).remote_id == "urn:li:ugcPost:7500000000000000001"


# ── uploads that go wrong ──


@pytest.mark.parametrize("status", [401, 403])
def test_an_upload_address_that_has_ended_says_nothing_about_the_account(page: Desk, status: int) -> None:
    """It is asked for anew; nobody has to sign in."""
    page.instead = lambda request: httpx.Response(status) if request.method == "PUT" else None
    with pytest.raises(PrepareAgain):
        page.step(Part(text="x", media=(page.picture(),)))


@pytest.mark.parametrize(
    "url", ["http://www.linkedin.com/dms-uploads/a", "https://linkedin.com.evil.example/a", "https://licdn.example/a", ""]
)
def test_files_go_to_linkedin_only(page: Desk, url: str) -> None:
    """Whatever address the answer names."""
    told = {"value": {"image": "urn:li:image:A", "uploadUrl": url}}
    page.instead = lambda _request: httpx.Response(200, json=told)
    with pytest.raises(PrepareAgain):
        page.step(Part(text="x", media=(page.picture(),)))


def test_a_file_that_changed_is_not_sent(page: Desk) -> None:
    """The person is told, and nothing was asked for."""
    media = page.picture()
    media.path.write_bytes(b"other")
    page.seen.clear()
    with pytest.raises(PostRejected, match=r"ring\.jpg"):
        page.step(Part(text="x", media=(media,)))
    assert page.seen == []


def test_a_file_that_linkedin_cannot_use_is_a_persons_affair(page: Desk) -> None:
    """It says which one."""
    with pytest.raises(PostRejected, match="file 1"):
        page.prepare(Part(text="x", media=(page.document(b"no document"),), options={"title": "t"}))


def test_media_that_are_not_ready_are_tried_again_soon(open_desk: Callable[..., Desk]) -> None:
    """A member's video is published after a fixed wait; if that was too short LinkedIn says so."""
    desk = open_desk(member_first=True, processing=timedelta(minutes=2))
    desk.look()
    part = Part(text="Polishing", media=(desk.video(),))
    prepared = desk.prepare(part)
    with pytest.raises(TryLater) as busy:
        desk.publish(part, prepared=prepared)
    assert busy.value.wait == timedelta(seconds=15)
    desk.clock.advance(timedelta(minutes=2))
    assert desk.publish(part, prepared=prepared).data["kind"] == "video"


def test_processing_without_an_end_has_one(page: Desk) -> None:
    """After half an hour the visible call is made, and says what is wrong."""
    part = Part(text="Polishing", media=(page.video(),))
    page.instead = lambda request: (
        httpx.Response(200, json={"status": "PROCESSING"}) if request.url.path.startswith("/rest/videos/") else None
    )
    begun = page.clock.now()
    assert page.prepare(part).ready
    assert timedelta(minutes=30) <= page.clock.now() - begun < timedelta(minutes=32)


# ── versions and quotas ──


def test_a_version_whose_year_is_over_is_asked_for_first(page: Desk) -> None:
    """A visible call that is refused for its version cannot be told from a lost one, so it is not made."""
    page.with_settings(version="202503")
    page.clock.moment = datetime(2026, 3, 15, 12, tzinfo=UTC)
    assert page.prepare(Part(text="The last day")).ready
    page.clock.advance(timedelta(days=1))
    with pytest.raises(SignInNeeded, match=r"202503.*`version`"):
        page.prepare(Part(text="Too late"))


def test_a_version_within_its_year_is_not_asked_for(page: Desk) -> None:
    """It would cost a call for each post."""
    page.seen.clear()
    page.prepare(Part(text="In time"))
    assert page.seen == []


def test_a_used_up_day_ends_at_midnight(open_desk: Callable[..., Desk]) -> None:
    """At first some minutes are waited for, as bursts are refused too; then until the count begins anew."""
    desk = open_desk(budget=2)
    first = desk.clock.now()
    for text in ("One", "Two"):
        desk.publish(Part(text=text))
    with pytest.raises(TryLater) as soon:
        desk.publish(Part(text="Three"), first=first)
    assert (soon.value.wait, soon.value.scope) == (timedelta(minutes=10), "account")
    desk.clock.advance(timedelta(minutes=10))
    with pytest.raises(TryLater) as midnight:
        desk.publish(Part(text="Three"), first=first)
    assert midnight.value.wait is not None
    desk.clock.advance(midnight.value.wait)
    assert timedelta(0) <= desk.clock.now() - datetime(2026, 3, 3, tzinfo=UTC) < timedelta(minutes=15)
    desk.publish(Part(text="Three"), first=first)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(400, "FIELD_LENGTH_TOO_LONG"), PostRejected),
        (refused(400, "INVALID_IMAGE_ID"), PrepareAgain),
        (refused(401, "REVOKED_ACCESS_TOKEN"), SignInNeeded),
        (refused(403, "ACCESS_DENIED"), SignInNeeded),
        (refused(409, "CONFLICT"), OutcomeUnknown),
        (refused(422, "UNPROCESSABLE_ENTITY"), PostRejected),
        (refused(426, "NONEXISTENT_VERSION"), OutcomeUnknown),
        (refused(500, "INTERNAL_SERVER_ERROR"), OutcomeUnknown),
        (httpx.Response(999, text="<html>"), OutcomeUnknown),
    ],
    ids=lambda value: str(value.status_code) if isinstance(value, httpx.Response) else value.__name__,
)
def test_the_visible_call_tells_what_is_known(page: Desk, answer: httpx.Response, error: type[Exception]) -> None:
    """A definite refusal is one; everything else may hide a post."""
    page.instead = lambda _request: answer
    with pytest.raises(error):
        page.publish(Part(text="x"), prepared=Prepared())
