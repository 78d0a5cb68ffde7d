"""What a part becomes on Facebook, and what Facebook would refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import evenly_facebook as facebook
from evenly.plugin import Account, Media, Part, Post
from evenly_facebook import wording

ACCOUNT = Account(id="page", network="facebook")


def video(**fields: Any) -> Media:
    shape = {"width": 1080, "height": 1920, "seconds": 20.0} | fields
    return Media(path=Path("film.mp4"), kind="video", mime="video/mp4", bytes=10, **shape)


def photo() -> Media:
    return Media(path=Path("ring.jpg"), kind="picture", mime="image/jpeg", bytes=10)


def fields_of(post: Post) -> list[str | None]:
    return [problem.field for problem in facebook.check(post)]


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (Part(text="Words"), "feed"),
        (Part(media=(photo(), photo())), "feed"),
        (Part(media=(video(width=1920, height=1080),)), "video"),
        (Part(media=(video(),)), "reel"),
        (Part(media=(video(seconds=91.0),)), "video"),
        (Part(media=(video(seconds=2.0),)), "video"),
        (Part(media=(video(width=1000, height=1000),)), "video"),
        (Part(media=(video(width=500, height=1920),)), "video"),
        (Part(media=(video(width=480, height=854),)), "video"),
        (Part(media=(video(seconds=None),)), "video"),
        (Part(media=(video(width=None),)), "video"),
        (Part(format="reel", media=(video(width=1920, height=1080),)), "reel"),
        (Part(format="story", media=(video(),)), "video story"),
        (Part(format="story", media=(photo(),)), "photo story"),
        (Part(kind="comment", text="First"), "comment"),
    ],
)
def test_what_a_part_becomes(part: Part, kind: str) -> None:
    """An upright video of a reel's length is a reel; what is not known of a video changes nothing."""
    assert wording.kind(part) == kind


@pytest.mark.parametrize(
    ("part", "length"),
    [
        (Part(text="Words"), 5),
        (Part(text="Words", link="https://a.example"), 5),
        (Part(text="Words", link="https://a.example", media=(photo(),)), 5 + 2 + 17),
        (Part(text="See https://a.example", link="https://a.example", media=(photo(),)), 21),
        (Part(link="https://a.example", media=(photo(),)), 17),
        (Part(kind="comment", text="Words", link="https://a.example"), 24),
    ],
)
def test_what_counts_is_what_is_sent(part: Part, length: int) -> None:
    """A link counts where it stands in the text, once."""
    assert facebook.network().length(ACCOUNT, part) == length == len(wording.message(part))


@pytest.mark.parametrize(
    ("post", "fields"),
    [
        (Post(parts=(Part(text="Words"),)), []),
        (Post(parts=(Part(),)), ["text"]),
        (Post(parts=(Part(text="Words"), Part(kind="comment", text="First", position=1))), []),
        (Post(parts=(Part(text="Words"), Part(kind="comment", media=(photo(),), position=1))), ["first_comment"]),
        (Post(parts=(Part(format="reel", media=(video(),)),)), []),
        (Post(parts=(Part(format="reel", media=(photo(),)),)), ["media"]),
        (Post(parts=(Part(format="reel", media=(video(seconds=100.0),)),)), ["media[0]"]),
        (Post(parts=(Part(format="reel", media=(video(width=600),)),)), ["media[0]"]),
        (Post(parts=(Part(format="reel", media=(video(width=480, height=854),)),)), ["media[0]"]),
        (Post(parts=(Part(format="story", media=(photo(),)),)), []),
        (Post(parts=(Part(format="story", media=(photo(), photo())),)), ["media"]),
        (Post(parts=(Part(format="story", text="Words", media=(photo(),)),)), ["text"]),
        (Post(parts=(Part(format="story", link="https://a.example", media=(photo(),)),)), ["link"]),
        (Post(parts=(Part(format="story", media=(video(seconds=61.0),)),)), ["media[0]"]),
        (Post(parts=(Part(format="story", media=(video(seconds=2.0),)),)), ["media[0]"]),
        (Post(parts=(Part(format="story", media=(video(width=640, height=360),)),)), ["media[0]"]),
        (Post(parts=(Part(format="story", media=(video(width=None),)),)), []),
        (Post(parts=(Part(format="story", media=(photo(),)), Part(kind="comment", text="First", position=1))), ["first_comment"]),
    ],
)
def test_what_facebook_would_refuse_is_named(post: Post, fields: list[str]) -> None:
    """With the field that is at fault."""
    assert fields_of(post) == fields


def test_a_refusal_names_the_limit_and_what_was_found() -> None:
    """So that a person knows what to change."""
    (problem,) = facebook.check(Post(parts=(Part(format="reel", media=(video(seconds=100.0),)),)))
    assert str(problem) == "A reel is 3 to 90 seconds long; this video has 100."
