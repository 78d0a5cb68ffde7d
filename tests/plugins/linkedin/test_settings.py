"""What `evenly.toml` and a post may say to LinkedIn, and what is refused before anything is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

import evenly_linkedin as linkedin
from evenly.plugin import Part
from evenly_linkedin.author import duration
from evenly_linkedin.versions import VERSION
from tests.plugins.linkedin.conftest import Desk

POLL = {"question": "Gold?", "options": ["Yes", "No"]}


def settings(**given: Any) -> Any:
    model = linkedin.network().settings
    assert model is not None
    return model(**given)


def options(**given: Any) -> Any:
    model = linkedin.network().options
    assert model is not None
    return model(**given)


def length(text: str, **fields: Any) -> int:
    from evenly.plugin import Account

    return linkedin.network().length(Account(id="feed", network="linkedin"), Part(text=text, **fields))


def test_everything_may_be_left_away() -> None:
    """Signing in finds the author out; the version has a default."""
    assert settings().version == VERSION
    assert options().model_dump(exclude_none=True) == {}


@pytest.mark.parametrize(
    "given",
    [
        {"author": "urn:li:person:AbC_1-x"},
        {"author": "urn:li:organization:12"},
        {"version": "202610"},
        {"read_back": "90s"},
        {"more_scopes": ["r_member_postAnalytics"]},
        {"scopes": ["w_member_social"]},
        {"largest_picture": 8_000_000, "longest_alt": 4_086},
    ],
)
def test_what_may_be_said(given: dict[str, Any]) -> None:
    """In plain words."""
    settings(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"author": "urn:li:share:1"},
        {"author": "12"},
        {"version": "202613"},
        {"version": "v25"},
        {"read_back": "soon"},
        {"read_back": "25h"},
        {"remembered": "25h"},
        {"scopes": []},
        {"largest_picture": 0},
        {"autor": "urn:li:person:A"},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any]) -> None:
    """A wrong author, version or duration, and a key that nobody knows."""
    with pytest.raises(ValidationError):
        settings(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"visibility": "PUBLIC"},
        {"visibility": "connections"},
        {"poll": POLL},
        {"poll": {**POLL, "duration": "14d"}},
        {"title": "x" * 400, "description": "y"},
        {"resharing": False},
    ],
)
def test_options_that_can_be(given: dict[str, Any]) -> None:
    """As documented."""
    options(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"visibility": "friends"},
        {"poll": {"question": "?", "options": ["one"]}},
        {"poll": {"question": "?", "options": ["a", "b", "c", "d", "e"]}},
        {"poll": {"question": "x" * 141, "options": ["a", "b"]}},
        {"poll": {"question": "?", "options": ["a", "x" * 31]}},
        {"poll": {**POLL, "duration": "2d"}},
        {"title": "x" * 401},
        {"targeting": {}},
    ],
)
def test_options_that_cannot_be_are_refused(given: dict[str, Any]) -> None:
    """Limits of polls and titles are LinkedIn's."""
    with pytest.raises(ValidationError):
        options(**given)


def test_every_setting_and_option_is_explained() -> None:
    """People read it in the reference and in refusals."""
    network = linkedin.network()
    for model in (network.settings, network.options):
        assert model is not None
        assert all(each.description for each in model.model_fields.values())


@pytest.mark.parametrize(("text", "span"), [("90s", timedelta(seconds=90)), (" 5 m ", timedelta(minutes=5)), ("1h", timedelta(hours=1))])
def test_durations_are_a_number_and_a_unit(text: str, span: timedelta) -> None:
    """As everywhere in evenly.toml."""
    assert duration(text) == span


@pytest.mark.parametrize(
    ("text", "fields", "count"),
    [
        ("(stable) #or", {}, 12),
        ("💍", {}, 2),
        ("By @[Maison Doré](urn:li:organization:1)", {}, 14),
        ("Rings", {"link": "https://a.example"}, 5),
        ("Rings", {"link": "https://a.example", "kind": "comment"}, 24),
    ],
    ids=["escapes", "emoji", "mention", "card", "link-in-text"],
)
def test_what_readers_see_is_counted(text: str, fields: dict[str, Any], count: int) -> None:
    """In UTF-16 units; escapes, names behind mentions and links with a card of their own do not count."""
    assert length(text, **fields) == count


def test_plain_posts_are_taken(page: Desk) -> None:
    """Of every kind."""
    film = replace(page.video(), bytes=80_000)
    for part in (
        Part(text="x"),
        Part(text="x", link="https://a.example", options={"title": "t", "description": "d"}),
        Part(text="x", link="https://a.example", format="article", media=(page.picture(),)),
        Part(media=(page.picture(), page.picture("b.jpg"))),
        Part(media=(film,), options={"title": "t"}),
        Part(media=(page.document(),), format="document", options={"title": "t"}),
        Part(text="x", format="poll", options={"poll": POLL}),
        Part(kind="comment", text="x" * 1_250),
    ):
        assert page.check(part) == []


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        (lambda _: Part(text="x", format="poll"), ["options.poll"]),
        (lambda _: Part(text="x", options={"poll": POLL}), ["options.poll"]),
        (lambda desk: Part(format="poll", options={"poll": POLL}, media=(desk.picture(),)), ["media"]),
        (lambda desk: Part(media=(desk.document(),), format="document"), ["options.title"]),
        (lambda desk: Part(media=(desk.picture(),), format="document"), ["media"]),
        (lambda desk: Part(media=(desk.document(), desk.picture()), options={"title": "t"}), ["media"]),
        (lambda _: Part(text="x", format="article"), ["link"]),
        (lambda desk: Part(link="https://a.example", format="article", media=(desk.picture(), desk.picture())), ["media"]),
        (lambda desk: Part(media=(desk.video(),)), ["media[0]"]),
        (lambda _: Part(text="x", options={"title": "t"}), ["options.title"]),
        (lambda _: Part(text="x", options={"description": "t"}), ["options.description"]),
        (lambda _: Part(text="x", options={"visibility": "connections"}), ["options.visibility"]),
        (lambda _: Part(kind="comment", text="x" * 1_251), ["first_comment"]),
        (lambda desk: Part(kind="comment", text="x", media=(desk.picture(),)), ["first_comment"]),
    ],
)
def test_what_linkedin_would_refuse_is_refused_at_once(page: Desk, part: Any, fields: list[str]) -> None:
    """Naming the field."""
    assert [each.field for each in page.check(part(page))] == fields


def test_a_member_may_publish_for_connections_only(member: Desk) -> None:
    """A page may not."""
    assert member.check(Part(text="x", options={"visibility": "connections"})) == []
