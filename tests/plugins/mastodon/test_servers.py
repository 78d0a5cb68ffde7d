"""Each server has its own limits; only Mastodon itself is trusted with keys and short links."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evenly.plugin import Account, AccountState
from evenly_mastodon import servers
from tests.plugins.mastodon import recorded

_MASTODON = {
    "version": "4.5.1",
    "api_versions": {"mastodon": 7},
    "configuration": {
        "statuses": {"max_characters": 1_000, "max_media_attachments": 8, "characters_reserved_per_url": 25},
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "video/mp4", "audio/ogg"],
            "description_limit": 900,
            "image_size_limit": 5,
            "video_matrix_limit": 70,
            "video_frame_rate_limit": 30,
        },
        "polls": {"max_options": 6, "max_characters_per_option": 70, "min_expiration": 60, "max_expiration": 90},
    },
}


def test_the_servers_own_numbers_are_taken() -> None:
    """Text, pictures, sizes, alternative text and polls are as the server says."""
    limits, rules = servers.read_limits(_MASTODON), servers.read_rules(_MASTODON)

    assert (limits.text, limits.pictures, limits.alt, limits.picture.bytes) == (1_000, 8, 900, 5)
    assert (sorted(limits.picture.types), sorted(limits.video.types)) == (["image/jpeg"], ["video/mp4"])
    assert (limits.video.pixels, limits.video.fps) == (70, (0, 30))
    assert servers.PollRules(6, 70, 60, 90) == rules.polls
    assert (rules.mastodon, rules.link) == (True, 25)


@pytest.mark.parametrize("nothing", [{}, {"configuration": None}, {"configuration": {"statuses": [], "polls": 3}}, {"version": None}])
def test_what_a_server_does_not_tell_is_as_on_mastodon(nothing: dict[str, object]) -> None:
    """Any field may be missing or odd."""
    assert servers.read_limits(nothing) == servers.DEFAULT
    assert servers.PollRules() == servers.read_rules(nothing).polls


def test_forks_tell_their_length_in_an_older_way() -> None:
    """`max_toot_chars` stands in `/api/v1/instance` of some forks."""
    assert servers.read_limits({"max_toot_chars": 11_000}).text == 11_000


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"version": "4.5.1", "api_versions": {"mastodon": 7}}, True),
        ({"version": "4.5.1+glitch", "api_versions": {"mastodon": 7}}, True),
        ({"version": "2.7.2 (compatible; Pleroma 2.9)", "api_versions": {"mastodon": 1}}, False),
        ({"version": "0.20.1"}, False),
        ({"version": "4.2.0"}, False),
        ({}, False),
    ],
)
def test_only_mastodon_is_trusted_with_keys_and_short_links(told: dict[str, object], expected: bool) -> None:
    """Others ignore keys without a word; where the server is not sure to be Mastodon, nothing is taken for granted."""
    rules = servers.read_rules(told)

    assert expected == rules.mastodon
    assert expected == ("key" in servers.repeat_safe(mastodon=rules.mastodon))


@pytest.mark.parametrize("version", ["instance v1", "instance v2"])
def test_a_recorded_server_is_read_as_it_is(version: str) -> None:
    """GoToSocial: 5,000 characters, six files of 40 MiB, and not Mastodon."""
    limits, rules = servers.read_limits(recorded.body(version)), servers.read_rules(recorded.body(version))

    assert (limits.text, limits.pictures, limits.picture.bytes) == (5_000, 6, 40 * 2**20)
    assert (rules.mastodon, rules.link) == (False, 25)


def test_rules_survive_being_stored() -> None:
    """What the look found out comes back from the account's state."""
    rules = servers.read_rules(_MASTODON)
    account = Account(id="a", network="mastodon", state=AccountState(remote_id="1", name="x", facts=rules.facts()))

    assert rules == servers.rules(account)
    assert servers.Rules() == servers.rules(Account(id="a", network="mastodon"))


def test_a_key_is_kept_for_an_hour() -> None:
    """The window that the core works with is the server's own."""
    assert servers.repeat_safe(mastodon=True)["key"] == timedelta(seconds=3_600)
