"""Settings and options are checked, and forgiving where a person cannot know better."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from evenly_mastodon.settings import Options, Settings, base_url, options, settings


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("mastodon.social", "https://mastodon.social"),
        ("https://mastodon.social", "https://mastodon.social"),
        ("https://Mastodon.Social/@atelier", "https://mastodon.social"),
        ("@atelier@mastodon.social", "https://mastodon.social"),
        ("atelier@mastodon.social", "https://mastodon.social"),
        ("http://mastodon.social", "https://mastodon.social"),
        (" mastodon.social:8443 ", "https://mastodon.social:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000/x", "http://127.0.0.1:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("münchen.social", "https://münchen.social"),
    ],
)
def test_a_server_is_recognised_however_it_is_written(written: str, expected: str) -> None:
    """Scheme, handle and path fall away, and tokens travel without TLS on this very machine only."""
    assert expected == base_url(written)


@pytest.mark.parametrize(
    "written", ["", "   ", "ftp://mastodon.social", "two words", "https://", "@atelier", "a..b", "https://h.example:99999", "https://[::1"]
)
def test_what_names_no_server_is_refused(written: str) -> None:
    """The refusal says what was found and what a server looks like."""
    with pytest.raises(ValueError, match="names no server: write its address, such as"):
        base_url(written)


def test_an_account_publishes_publicly_unless_it_says_otherwise() -> None:
    """The defaults: public posts, further parts of a thread unlisted, nothing hidden."""
    assert Settings() == Settings(instance=None, visibility="public", sensitive=False, thread_visibility="unlisted")


@pytest.mark.parametrize("wrong", [{"visibility": "friends"}, {"instnace": "x"}, {"instance": 3}, {"sensitive": "perhaps"}])
def test_an_impossible_setting_is_refused(wrong: dict[str, object]) -> None:
    """An unknown key, a wrong type or an impossible value never passes in silence."""
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_settings_of_the_core_are_left_alone() -> None:
    """Cadence and windows stand in the same table and are not this network's affair."""
    assert settings({"cadence": "1/day", "instance": "mastodon.social"}).instance == "https://mastodon.social"


@pytest.mark.parametrize(("written", "expected"), [("1d", 86_400), ("90m", 5_400), ("7 days", 604_800), (300, 300), ("2 weeks", 1_209_600)])
def test_a_poll_is_open_for_a_duration(written: object, expected: int) -> None:
    """Durations are written as everywhere else."""
    poll = options({"poll": {"options": ["gold", "silver"], "expires_in": written}}).poll

    assert poll is not None
    assert expected == poll.expires_in


@pytest.mark.parametrize(
    "wrong",
    [
        {"poll": {"options": ["one"]}},
        {"poll": {"options": ["a", " "]}},
        {"poll": {"options": ["a", "b"], "expires_in": "soon"}},
        {"poll": {"options": ["a", "b"], "expires_in": 0}},
        {"language": "french"},
        {"visibility": "everyone"},
        {"content_warnings": "typo"},
    ],
)
def test_an_impossible_option_is_refused(wrong: dict[str, object]) -> None:
    """What no server would take is refused when the post is added."""
    with pytest.raises(ValidationError):
        Options.model_validate(wrong)


def test_every_setting_and_option_is_explained() -> None:
    """Each field has a description for the reference pages."""
    assert all(field.description for model in (Settings, Options) for field in model.model_fields.values())


def test_options_survive_being_stored() -> None:
    """What was checked is read back from JSON as it was."""
    checked = options({"poll": {"options": ["a", "b"], "expires_in": "1d"}, "content_warning": "Metal", "language": "fr"})

    assert checked == options(checked.model_dump(mode="json"))
