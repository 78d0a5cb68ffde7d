"""Which options a post may have, by what it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import evenly_facebook as facebook
from evenly.plugin import Media, Part, Post
from evenly_facebook import choices

FILM = Media(path=Path("film.mp4"), kind="video", mime="video/mp4", bytes=10, width=1080, height=1920, seconds=20.0)
LONG = Media(path=Path("film.mp4"), kind="video", mime="video/mp4", bytes=10, width=1080, height=1920, seconds=99.0)
PHOTO = Media(path=Path("ring.jpg"), kind="picture", mime="image/jpeg", bytes=10)

TEXT = Part(text="Words")
LINK = Part(text="Words", link="https://shop.example")
PHOTOS = Part(text="Words", link="https://shop.example", media=(PHOTO,))
VIDEO = Part(text="Words", media=(LONG,))
REEL = Part(text="Words", format="reel", media=(FILM,))
PHOTO_STORY = Part(format="story", media=(PHOTO,))
VIDEO_STORY = Part(format="story", media=(FILM,))


def refused(part: Part, **options: Any) -> list[str | None]:
    return [problem.field for problem in facebook.check(Post(parts=(part,), options=options))]


@pytest.mark.parametrize(
    ("option", "value", "taken"),
    [
        ("place", "2", [TEXT, LINK, PHOTOS, REEL]),
        ("targeting", {"age_min": 18}, [TEXT, LINK, PHOTOS, VIDEO, REEL]),
        ("feed_targeting", {"age_min": 18}, [TEXT, LINK, PHOTOS, VIDEO, REEL]),
        ("carousel", [{"link": "https://a.example", "picture": "https://a.example/p.jpg"}] * 2, [LINK]),
        ("preview", {"title": "Rings"}, [LINK]),
        ("button", "LEARN_MORE", [LINK]),
        ("title", "Rings", [VIDEO, REEL]),
        ("cover", "/cover.jpg", [VIDEO, REEL]),
        ("category", "FAMILY", [VIDEO]),
        ("collaborators", "2", [REEL]),
        ("ai_generated", True, [VIDEO, REEL, VIDEO_STORY]),
    ],
)
def test_an_option_goes_with_some_kinds_of_post(option: str, value: Any, taken: list[Part]) -> None:
    """Elsewhere it is refused by its name: nothing is dropped in silence."""
    for part in (TEXT, LINK, PHOTOS, VIDEO, REEL, PHOTO_STORY, VIDEO_STORY):
        assert refused(part, **{option: value}) == ([] if part in taken else [f"options.{option}"]), part


def test_tags_need_a_place() -> None:
    """Facebook takes them only together, and with no video."""
    assert refused(PHOTOS, tags="1", place="2") == []
    assert refused(PHOTOS, tags="1") == ["options.tags"]
    assert refused(REEL, tags="1", place="2") == ["options.tags"]


def test_an_end_card_needs_a_carousel() -> None:
    """It is the last of its cards."""
    cards = [{"link": "https://a.example", "picture": "https://a.example/p.jpg"}] * 2
    assert refused(LINK, end_card=False, carousel=cards) == []
    assert refused(LINK, end_card=False) == ["options.end_card"]
    assert refused(TEXT, end_card=False) == ["options.end_card"]


def test_what_was_left_open_is_no_option() -> None:
    """None says nothing; False does."""
    assert refused(TEXT, title=None, ai_generated=None) == []
    assert refused(TEXT, ai_generated=False) == ["options.ai_generated"]


def test_every_option_has_its_kinds() -> None:
    """A new one is not forgotten here."""
    model = facebook.network().options
    assert model is not None
    assert choices.TAKEN.keys() == model.model_fields.keys()
