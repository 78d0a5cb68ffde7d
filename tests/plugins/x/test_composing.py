"""What X would refuse is said before it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import evenly_x as x
from evenly.plugin import Account, Media, Part, Post
from evenly_x.settings import Options, Settings

_ACCOUNT = Account(id="post", network="x")


def medium(kind: Any = "picture") -> Media:
    return Media(path=Path("a"), kind=kind, mime="image/png", bytes=1)


def problems(*parts: Part, format: str = "post", options: dict[str, Any] | None = None) -> list[str]:  # noqa: A002 - the field's name
    chosen = Options.model_validate(options or {}).model_dump(mode="json", exclude_unset=True)
    return [str(each) for each in x.check(Post(parts=parts, format=format, options=chosen))]


@pytest.mark.parametrize(
    ("parts", "format_", "options"),
    [
        ((Part(text="Words"),), "post", {}),
        ((Part(text="One"), Part(text="Two", kind="reply", position=1)), "post", {"made_with_ai": True}),
        ((Part(media=(medium(), medium())),), "post", {"tags": ["12"]}),
        ((Part(media=(medium("animation"),)),), "post", {}),
        ((Part(text="$EVEN is up"),), "post", {}),
        ((Part(text="It costs $5, or $10"),), "post", {}),
        ((Part(text="Which?"),), "poll", {"poll": {"choices": ["a", "b"]}}),
        ((Part(text="So true"),), "post", {"quote": "12"}),
        ((Part(text="To us"),), "post", {"community": "12", "share_with_followers": True}),
    ],
)
def test_nothing_is_held_against_what_x_takes(parts: tuple[Part, ...], format_: str, options: dict[str, Any]) -> None:
    """Threads, animations alone, one cashtag, polls, quotes."""
    assert problems(*parts, format=format_, options=options) == []


@pytest.mark.parametrize(
    ("parts", "format_", "options", "words"),
    [
        ((Part(text="One"), Part(text=" ", kind="reply", position=1)), "post", {}, "without text"),
        ((Part(text="a\ufeffb"),), "post", {}, "never takes"),
        ((Part(text="$EVEN and $ODD"),), "post", {}, "one cashtag in a post; this has 2: \\$EVEN, \\$ODD"),
        ((Part(media=(medium("animation"), medium())),), "post", {}, "alone"),
        ((Part(text="Which?"),), "poll", {}, "needs the option poll"),
        ((Part(text="Which?"),), "post", {"poll": {"choices": ["a", "b"]}}, "format poll"),
        ((Part(link=""),), "poll", {"poll": {"choices": ["a", "b"]}}, "the question"),
        ((Part(text="Which?", media=(medium(),)),), "poll", {"poll": {"choices": ["a", "b"]}}, "only one of these in a post: media, poll"),
        ((Part(text="x", media=(medium(),)),), "post", {"quote": "12"}, "media, quote"),
        ((Part(text="x"),), "post", {"tags": ["12"]}, "tagged in pictures"),
        ((Part(text="x"),), "post", {"share_with_followers": True}, "community"),
    ],
)
def test_what_x_would_refuse_is_named(parts: tuple[Part, ...], format_: str, options: dict[str, Any], words: str) -> None:
    """In a sentence that says what is allowed."""
    import re

    found = problems(*parts, format=format_, options=options)
    assert any(re.search(words, each) for each in found), found


def test_length_is_xs_own_with_the_link() -> None:
    """A link counts 23, on a line of its own."""
    length = x.network().length
    assert length(_ACCOUNT, Part(text="Words", link="https://example.com/" + "a" * 300)) == 5 + 1 + 23
    assert length(_ACCOUNT, Part(text="日本")) == 4


@pytest.mark.parametrize(
    "options",
    [
        {"poll": {"choices": ["a"]}},
        {"poll": {"choices": ["a", "b", "c", "d", "e"]}},
        {"poll": {"choices": ["a", "b" * 26]}},
        {"poll": {"choices": ["a", ""]}},
        {"poll": {"choices": ["a", "b"], "minutes": 4}},
        {"poll": {"choices": ["a", "b"], "minutes": 10_081}},
        {"reply_settings": "everyone"},
        {"quote": "https://x.com/a/status/12"},
        {"tags": ["12"] * 11},
        {"tags": ["lapidaire"]},
        {"visibility": "public"},
    ],
)
def test_options_that_x_does_not_know_are_refused(options: dict[str, Any]) -> None:
    """Numbers and names by X's own description."""
    with pytest.raises(ValidationError):
        Options.model_validate(options)


@pytest.mark.parametrize(
    "settings",
    [
        {"auth": "basic"},
        {"premium": "perhaps"},
        {"read_back": "soon"},
        {"read_back": "7h"},
        {"upload_chunk": 10},
        {"upload_chunk": 2**24},
        {"tier": "basic"},
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any]) -> None:
    """At the door, by name."""
    with pytest.raises(ValidationError):
        Settings.model_validate(settings)


def test_every_setting_and_option_is_explained() -> None:
    """Each has a description."""
    fields = [*Settings.model_fields.values(), *Options.model_fields.values()]
    assert [each for each in fields if not each.description] == []
