"""What Instagram would refuse is named before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import evenly_instagram as instagram
from evenly.plugin import Account, Media, Part, Post
from evenly_instagram.wording import kind, message

PICTURE = Media(path=Path("ring.jpg"), kind="picture", mime="image/jpeg", bytes=9, width=1080, height=1350, alt="A ring")
VIDEO = Media(path=Path("polish.mp4"), kind="video", mime="video/mp4", bytes=9, width=1080, height=1920, seconds=12.0)
COMMENT = Part(kind="comment", position=1, text="First")


def problems(
    *media: Media, more: tuple[Part, ...] = (), options: dict[str, Any] | None = None, **fields: Any
) -> list[tuple[str | None, str]]:
    part = Part(media=media, options=options or {}, **fields)
    post = Post(parts=(part, *more), format=part.format, options=part.options)
    return [(each.field, str(each.message)) for each in instagram.check(post)]


@pytest.mark.parametrize(
    ("media", "fields"),
    [
        ((PICTURE,), {"text": "Harvest #farm @ada"}),
        ((VIDEO,), {"text": "x"}),
        ((VIDEO,), {"format": "reel", "options": {"thumb_offset": 12_000, "share_to_feed": True}}),
        ((PICTURE, VIDEO) * 5, {"text": "x", "options": {"collaborators": ["ada"], "location_id": "3"}}),
        ((replace(PICTURE, height=1920),), {"format": "story", "options": {"user_tags": [{"username": "ada"}]}}),
        ((VIDEO,), {"format": "story", "options": {"is_ai_generated": True}}),
        ((PICTURE, VIDEO), {"options": {"user_tags": [{"username": "ada", "x": 0, "y": 1}, {"username": "bo", "item": 2}]}}),
        ((PICTURE,), {"more": (COMMENT,)}),
        ((replace(PICTURE, width=None, height=None),), {}),
    ],
)
def test_what_instagram_takes_passes(media: tuple[Media, ...], fields: dict[str, Any]) -> None:
    """Nothing is held against it."""
    assert problems(*media, **fields) == []


@pytest.mark.parametrize(
    ("media", "fields", "field", "said"),
    [
        ((PICTURE, VIDEO) * 6, {}, "media", "at most 10"),
        ((PICTURE, replace(PICTURE, height=1400)), {}, "media[1]", "Picture 2 (ring.jpg) is 1080x1400"),
        ((replace(PICTURE, height=500),), {}, "media[0]", "1.91:1"),
        ((PICTURE,), {"text": "#a " * 31}, "text", "30 hashtags; this text has 31"),
        ((PICTURE,), {"text": "@a " * 21}, "text", "20 mentions; this text has 21"),
        ((PICTURE,), {"format": "reel"}, "media", "exactly one video"),
        ((), {"format": "reel"}, "media", "exactly one video"),
        ((PICTURE, PICTURE), {"format": "story"}, "media", "exactly one picture or one video"),
        ((PICTURE,), {"format": "story", "text": "x"}, "text", "neither text nor link"),
        ((PICTURE,), {"format": "story", "link": "https://x.example"}, "link", "neither text nor link"),
        ((PICTURE,), {"format": "story", "more": (COMMENT,)}, "first_comment", "no first comment"),
        ((replace(VIDEO, seconds=61.0),), {"format": "story"}, "media[0]", "3 to 60 seconds; this one has 61"),
        ((replace(VIDEO, bytes=100_000_001),), {"format": "story"}, "media[0]", "100000000 bytes"),
        ((replace(VIDEO, width=90),), {"format": "story"}, "media[0]", "1:10"),
        ((PICTURE,), {"more": (replace(COMMENT, media=(PICTURE,)),)}, "first_comment", "no media"),
        ((PICTURE,), {"options": {"thumb_offset": 1}}, "options.thumb_offset", "does not go"),
        ((VIDEO,), {"options": {"thumb_offset": 12_001}}, "options.thumb_offset", "ends after 12 s"),
        ((PICTURE,), {"options": {"share_to_feed": True}}, "options.share_to_feed", "does not go"),
        ((PICTURE,), {"format": "story", "options": {"collaborators": ["ada"]}}, "options.collaborators", "does not go"),
        ((PICTURE,), {"options": {"user_tags": [{"username": "ada"}]}}, "options.user_tags", "needs x and y"),
        ((VIDEO,), {"options": {"user_tags": [{"username": "ada", "x": 0.5}]}}, "options.user_tags", "no x and y"),
        ((PICTURE,), {"options": {"user_tags": [{"username": "ada", "x": 1, "y": 1, "item": 2}]}}, "options.user_tags", "item 2"),
    ],
)
def test_what_instagram_would_refuse_is_named(media: tuple[Media, ...], fields: dict[str, Any], field: str, said: str) -> None:
    """With the number, and where to change it."""
    found = problems(*media, **fields)
    assert [where for where, _ in found] == [field]
    assert said in found[0][1]


def test_addresses_and_colours_are_no_hashtags_or_mentions() -> None:
    """Only what Instagram would turn into one counts."""
    assert problems(PICTURE, text="me@x.example &#39; a#b " * 31) == []


def test_the_link_stands_in_the_text_and_counts() -> None:
    """There is no other place for it."""
    part = Part(text="Rings", link="https://x.example")
    assert message(part) == "Rings\n\nhttps://x.example"
    assert message(replace(part, text="")) == "https://x.example"
    assert message(replace(part, text="At https://x.example")) == "At https://x.example"
    assert instagram.network().length(Account(id="a", network="instagram"), part) == len("Rings\n\nhttps://x.example")


@pytest.mark.parametrize(
    ("part", "becomes"),
    [
        (Part(media=(PICTURE,)), "picture"),
        (Part(media=(VIDEO,)), "reel"),
        (Part(media=(PICTURE, VIDEO)), "carousel"),
        (Part(media=(VIDEO,), format="story"), "story"),
        (COMMENT, "comment"),
    ],
)
def test_what_a_part_becomes(part: Part, becomes: str) -> None:
    """By its media and format."""
    assert kind(part) == becomes
