"""What `evenly.toml` and a post may say to Instagram."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

import evenly_instagram as instagram
from evenly_instagram.profile import VERSION, duration


def settings(**given: Any) -> Any:
    model = instagram.network().settings
    assert model is not None
    return model(**given)


def options(**given: Any) -> Any:
    model = instagram.network().options
    assert model is not None
    return model.model_validate(given).model_dump(mode="json", exclude_unset=True)


def test_everything_may_be_left_away() -> None:
    """Instagram's own login is the easier one; signing in finds the profile out."""
    assert (settings().login, settings().version) == ("instagram", VERSION)
    assert options() == {}


@pytest.mark.parametrize(
    "given",
    [
        {"user_id": "1"},
        {"version": "v26.0"},
        {"read_back": "90s"},
        {"login": "facebook"},
        {"upload_videos": True},
        {"more_scopes": ["ads_read"]},
    ],
)
def test_what_may_be_said(given: dict[str, Any]) -> None:
    """In plain words."""
    settings(**given)


@pytest.mark.parametrize(
    "given",
    [{"user_id": "me"}, {"user_id": 12}, {"version": "26"}, {"read_back": "soon"}, {"read_back": "7h"}, {"login": "x"}, {"userid": "1"}],
)
def test_what_cannot_be_is_refused(given: dict[str, Any]) -> None:
    """A wrong id, version, login or duration, and a key that nobody knows."""
    with pytest.raises(ValidationError):
        settings(**given)


def test_options_may_come_as_text() -> None:
    """As `--set` gives them."""
    assert options(user_tags='[{"username": "ada", "x": 0.5, "y": 1}]') == {"user_tags": [{"username": "ada", "x": 0.5, "y": 1.0}]}
    assert options(collaborators="@ada, bo") == {"collaborators": ["ada", "bo"]}


@pytest.mark.parametrize(
    "given",
    [
        {"user_tags": "me"},
        {"user_tags": [{"username": "ada", "x": 1.1, "y": 0}]},
        {"user_tags": [{"name": "ada"}]},
        {"location_id": "Lyon"},
        {"collaborators": "a,b,c,d"},
        {"collaborators": "a b"},
        {"thumb_offset": -1},
        {"product_tags": []},
    ],
)
def test_options_that_cannot_be_are_refused(given: dict[str, Any]) -> None:
    """Names, shares from 0 to 1, at most three collaborators."""
    with pytest.raises(ValidationError):
        options(**given)


def test_every_setting_and_option_is_explained() -> None:
    """People read it in the reference and in refusals."""
    network = instagram.network()
    for model in (network.settings, network.options):
        assert model is not None
        assert all(each.description for each in model.model_fields.values())


@pytest.mark.parametrize(("text", "span"), [("90s", timedelta(seconds=90)), (" 5 m ", timedelta(minutes=5)), ("1h", timedelta(hours=1))])
def test_durations_are_a_number_and_a_unit(text: str, span: timedelta) -> None:
    """As everywhere in evenly.toml."""
    assert duration(text) == span
