"""Reading the Page's lists, and telling which remote post is ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import Part, RemotePost
from evenly_facebook import listing
from evenly_facebook.page import Page
from evenly_graph.calls import Graph

PAGE = Page("100000000000001", Graph("v25.0", "FAKE"), app_id="111111111111111")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

#: As Facebook answers: a post with two photos, from https://developers.facebook.com/docs/graph-api/reference/page/feed
ALBUM = {
    "id": "100000000000001_400000000000021",
    "message": "Harvest day",
    "created_time": "2026-11-20T09:15:03+0000",
    "permalink_url": "https://www.facebook.com/100000000000001/posts/400000000000021",
    "application": {"id": "111111111111111"},
    "attachments": {
        "data": [
            {
                "type": "album",
                "target": {"id": "500000000000001"},
                "subattachments": {
                    "data": [
                        {"type": "photo", "target": {"id": "300000000000011"}},
                        {"type": "photo", "target": {"id": "300000000000012"}},
                    ]
                },
            }
        ]
    },
}


def post(**fields: Any) -> dict[str, Any]:
    return {"id": "100000000000001_4", "created_time": "2026-11-20T09:15:03+0000", **fields}


def attached(**fields: Any) -> dict[str, Any]:
    return post(attachments={"data": [fields]})


def test_an_album_tells_its_photos() -> None:
    """The id of the album is none of ours; those of its photos are."""
    remote = listing.remote_post(PAGE, ALBUM)
    assert remote == RemotePost(
        remote_id="100000000000001_400000000000021",
        text="Harvest day",
        at=datetime(2026, 11, 20, 9, 15, 3, tzinfo=UTC),
        url="https://www.facebook.com/100000000000001/posts/400000000000021",
        media=("300000000000011", "300000000000012"),
        ours=True,
    )


@pytest.mark.parametrize(
    ("item", "media"),
    [
        (attached(type="photo", target={"id": "31"}), ("31",)),
        (attached(type="share", target={"id": "31"}), ()),
        (attached(type="video_inline", target={"id": "91"}), ("91",)),
        (attached(type="video_share_youtube", target={"url": "https://video.example"}), ()),
        (attached(type="album"), ()),
        (post(), ()),
    ],
)
def test_which_media_a_post_has(item: dict[str, Any], media: tuple[str, ...]) -> None:
    """Shared links and videos of other places are no media of ours."""
    remote = listing.remote_post(PAGE, item)
    assert remote is not None
    assert remote.media == media


def test_the_post_of_a_video_goes_by_the_videos_id() -> None:
    """As what we publish does: else it would count twice."""
    remote = listing.remote_post(PAGE, attached(type="video_inline", target={"id": "91"}))
    assert remote is not None
    assert remote.remote_id == "91"


@pytest.mark.parametrize("item", [post(is_published=False), {"id": "1"}, post(created_time="yesterday")])
def test_what_is_not_public_or_has_no_time_is_left_out(item: dict[str, Any]) -> None:
    """It proves nothing."""
    assert listing.remote_post(PAGE, item) is None


@pytest.mark.parametrize(
    ("app", "known", "ours"), [("111111111111111", "111111111111111", True), ("9", "1", False), (None, "1", None), ("1", None, None)]
)
def test_whose_app_it_was(app: str | None, known: str | None, ours: bool | None) -> None:
    """Said only where both sides are known."""
    remote = listing.remote_post(replace(PAGE, app_id=known), post(application={"id": app}))
    assert remote is not None
    assert remote.ours is ours


def test_a_link_behind_facebooks_redirect_is_told_plainly() -> None:
    """`l.php` carries the address that was posted."""
    wrapped = "https://l.facebook.com/l.php?u=https%3A%2F%2Fshop.example%2Frings%3Fa%3D1&h=AT0"
    remote = listing.remote_post(PAGE, attached(type="share", url=wrapped))
    assert remote is not None
    assert remote.link == "https://shop.example/rings?a=1"


def remote(text: str = "Words", **fields: Any) -> RemotePost:
    return RemotePost(**{"remote_id": "r", "text": text, "at": NOON, **fields})


@pytest.mark.parametrize(
    ("candidate", "is_it"),
    [
        (remote(), True),
        (remote("  Words\n"), True),
        (remote("Other words"), False),
        (remote("Words https://fb.me/x"), True),
        (remote(at=NOON - timedelta(minutes=1)), True),
        (remote(at=NOON - timedelta(minutes=3)), False),
        (remote(ours=False), False),
        (remote(ours=True), True),
        (remote(media=("31",)), False),
    ],
)
def test_a_text_is_known_by_its_words_time_and_app(candidate: RemotePost, is_it: bool) -> None:
    """The clocks may differ by two minutes; a photo post with the same words is another one."""
    assert bool(listing.candidates([candidate], Part(text="Words"), first_attempt=NOON)) is is_it


def test_of_two_with_equal_words_the_link_decides() -> None:
    """Where it is told; Facebook may also rewrite it, then the words must do."""
    part = Part(text="Words", link="https://a.example/x?b=1")
    one, two = remote(remote_id="1", link="https://a.example/x/?b=1&fbclid=Z"), remote(remote_id="2", link="https://c.example")
    assert [each.remote_id for each in listing.candidates([one, two], part, first_attempt=NOON)] == ["1"]
    assert [each.remote_id for each in listing.candidates([two], part, first_attempt=NOON)] == ["2"]


def test_photos_are_known_by_one_of_their_ids_alone() -> None:
    """Whatever has become of the words."""
    part = Part(text="Words")
    candidates = [remote("Edited", media=("31", "99")), remote(media=("77",))]
    assert listing.candidates(candidates, part, first_attempt=NOON, photos=["31", "32"]) == candidates[:1]


def test_a_post_that_tells_no_photos_yet_leaves_it_open() -> None:
    """It may be ours."""
    assert listing.undecided([remote()], Part(text="Words"), first_attempt=NOON)
    assert not listing.undecided([remote(media=("77",)), remote("Other")], Part(text="Words"), first_attempt=NOON)


def test_a_mention_is_shown_as_a_name() -> None:
    """`@[page-id]` stands for the Page's name."""
    assert listing.same_words("With Maison Doré in Lyon", "With @[123456] in Lyon")
    assert listing.same_words("With Maison Doré", "With @[123456:Maison]")
    assert not listing.same_words("Without anybody in Paris", "With @[123456] in Lyon")


@given(st.text(max_size=200))
def test_words_are_the_same_as_themselves(text: str) -> None:
    """Whatever signs stand in them, and however the white space is folded."""
    assert listing.same_words(text, text)
    assert listing.same_words(f" {text}\n", text)


@given(st.text(alphabet="ab c.*", min_size=1, max_size=12), st.text(alphabet="ab c.*", min_size=1, max_size=12))
def test_different_words_are_different(one: str, other: str) -> None:
    """Signs of patterns are signs."""
    assert listing.same_words(one, other) is (" ".join(one.split()) == " ".join(other.split()))
