"""What `evenly.toml` and a post may say to Facebook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

import evenly_facebook as facebook
from evenly_facebook.page import VERSION, duration


def settings(**given: Any) -> Any:
    model = facebook.network().settings
    assert model is not None
    return model(**given)


def options(**given: Any) -> Any:
    model = facebook.network().options
    assert model is not None
    return model(**given)


def test_everything_may_be_left_away() -> None:
    """Signing in finds the Page out; the version has a default."""
    assert settings().version == VERSION
    assert options().model_dump(exclude_none=True) == {}


@pytest.mark.parametrize(
    "given",
    [
        {"page_id": "1"},
        {"version": "v26.0"},
        {"version": "v21.0"},
        {"read_back": "90s"},
        {"most_photos": 20},
        {"more_scopes": ["publish_video"]},
        {"config_id": "333333333333333"},
    ],
)
def test_what_may_be_said(given: dict[str, Any]) -> None:
    """In plain words."""
    settings(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"page_id": "my.page"},
        {"page_id": 12},
        {"version": "25"},
        {"version": "v20.0"},
        {"read_back": "soon"},
        {"read_back": "7h"},
        {"longest_text": 0},
        {"pageid": "1"},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any]) -> None:
    """A wrong id, version or duration, and a key that nobody knows."""
    with pytest.raises(ValidationError):
        settings(**given)


CARD = {"link": "https://a.example", "picture": "https://a.example/p.jpg"}


@pytest.mark.parametrize(
    "given",
    [
        {"place": "Lyon"},
        {"place": True},
        {"tags": "me"},
        {"tags": ["1", "me"]},
        {"title": "x" * 256},
        {"targeting": {}},
        {"targeting": {"age_min": 14}},
        {"targeting": {"geo_locations": {"countries": ["France"]}}},
        {"targeting": {"geo_locations": {}}},
        {"targeting": {"genders": [1]}},
        {"feed_targeting": {"age_max": 66}},
        {"feed_targeting": {"interested_in": [1]}},
        {"carousel": [CARD]},
        {"carousel": [CARD] * 11},
        {"carousel": [CARD, {"link": "https://a.example"}]},
        {"carousel": [CARD, {**CARD, "link": "a.example"}]},
        {"preview": {}},
        {"button": "learn more"},
        {"cover": "cover.jpg"},
        {"cover": "/cover.gif"},
        {"category": "RINGS"},
        {"collaborators": "1,2,3,4,5,6,7,8,9,10,11"},
        {"backdated_time": "2020-01-01"},
    ],
)
def test_options_that_cannot_be_are_refused(given: dict[str, Any]) -> None:
    """Places and people go by their ids, cards by whole addresses, audiences in Meta's words."""
    with pytest.raises(ValidationError):
        options(**given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"place": 300}, {"place": "300"}),
        ({"tags": 400}, {"tags": "400"}),
        ({"tags": [400, "500"]}, {"tags": "400,500"}),
        ({"collaborators": "1, 2"}, {"collaborators": "1, 2"}),
        ({"carousel": [CARD, CARD]}, {"carousel": [CARD, CARD]}),
        ({"cover": "/home/me/Cover.PNG"}, {"cover": "/home/me/Cover.PNG"}),
        ({"feed_targeting": {"age_min": 20, "age_max": 40}}, {"feed_targeting": {"age_min": 20, "age_max": 40}}),
    ],
)
def test_options_are_taken_as_people_write_them(given: dict[str, Any], kept: dict[str, Any]) -> None:
    """`--set` reads digits as a number, and JSON as what it is."""
    assert options(**given).model_dump(mode="json", exclude_unset=True) == kept


def test_every_setting_and_option_is_explained() -> None:
    """People read it in the reference and in refusals."""
    network = facebook.network()
    for model in (network.settings, network.options):
        assert model is not None
        assert all(each.description for each in model.model_fields.values())


@pytest.mark.parametrize(("text", "span"), [("90s", timedelta(seconds=90)), (" 5 m ", timedelta(minutes=5)), ("1h", timedelta(hours=1))])
def test_durations_are_a_number_and_a_unit(text: str, span: timedelta) -> None:
    """As everywhere in evenly.toml."""
    assert duration(text) == span
