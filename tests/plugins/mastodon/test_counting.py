"""The length of a post is what its server counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly_mastodon.counting import graphemes, length
from evenly_mastodon.servers import Rules

_MASTODON, _OTHER = Rules(), Rules(mastodon=False, link=25)
_LONG = "https://atelier.example/" + "a" * 300


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("   \n ", 0),
        ("Hello", 5),
        ("a b", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("👩‍👩‍👧‍👦", 1),
        ("🇫🇷🇩🇪", 2),
        ("日本語", 3),
        (_LONG, 23),
        ("http://a.fr", 23),
        ("HTTPS://A.FR/X", 23),
        (f"Read {_LONG} now", 5 + 23 + 4),
        (f"{_LONG} {_LONG}", 47),
        (f"({_LONG})", 25),
        (f"{_LONG}.", 24),
        (f"{_LONG}, and", 23 + 5),
        (f"{_LONG}?!", 25),
        ("https://fr.example/wiki/Or_(métal)", 23),
        ("https://a.example/x?y=1&z=2#top", 23),
        ("https://a.example?", 24),
        ("https://a.example:8080/x", 23),
        ("https://münchen.example/straße", 23),
        ("atelier.example/page", 20),
        ("ftp://a.example/x", 17),
        ("xhttps://a.example", 18),
        ("https://localhost/x", 19),
        ("https://", 8),
        ("#bijoux", 7),
        ("@lapidaire", 10),
        ("@lapidaire@social.example", 10),
        ("bonjour @lapidaire@social.example !", 8 + 10 + 2),
        ("me@social.example", 17),
        ("https://social.example/@a@b.example/1", 23),
        ("@a@b.example@c", 14),
    ],
)
def test_mastodon_counts_graphemes_links_as_23_and_handles_without_their_host(text: str, expected: int) -> None:
    """Each text has the length that Mastodon's own rules give it."""
    assert length(text, rules=_MASTODON) == expected


def test_the_warning_counts_too_and_its_links_in_full() -> None:
    """Warning and text share the limit."""
    assert length(_LONG, warning=_LONG, rules=_MASTODON) == 23 + len(_LONG)


def test_a_server_may_reserve_another_length_for_links() -> None:
    """The number comes from the server's configuration."""
    assert length(_LONG, rules=Rules(link=30)) == 30


@pytest.mark.parametrize("text", [_LONG, "@lapidaire@social.example", "4,974 letters and a link: " + _LONG])
def test_other_servers_count_everything_in_full(text: str) -> None:
    """GoToSocial announces 25 for a link and was seen to count it in full."""
    assert length(text, rules=_OTHER) == len(text)


@given(st.text())
def test_no_text_is_too_odd_to_be_counted(text: str) -> None:
    """Any text has a length, and one without links and handles has its number of graphemes."""
    counted = length(text, rules=_MASTODON)
    assert counted >= 0
    if text.strip() and "://" not in text and "@" not in text:
        assert counted == graphemes(text)


@given(st.text(alphabet="abc ()?.!/é", max_size=60))
def test_a_link_never_makes_the_count_larger_than_the_text_and_23(tail: str) -> None:
    """However a link goes on, what is not counted short is counted in full."""
    text = "https://a.example/" + tail
    assert 23 <= length(text, rules=_MASTODON) <= max(graphemes(text), 23) + 23


@given(st.lists(st.sampled_from(["a", "(", ")", "/", "?", "=", ".", "https://a.example/"]), max_size=400))
def test_counting_stays_quick(pieces: list[str]) -> None:
    """No text makes the search for links go astray: hypothesis' own deadline holds."""
    length("https://a.example/" + "".join(pieces), rules=_MASTODON)


def test_counting_a_hostile_text_stays_quick() -> None:
    """Thousands of brackets are counted at once."""
    hostile = "https://a.example/" + "(a" * 5_000 + ")" * 100
    assert length(hostile, rules=_MASTODON) > 23
