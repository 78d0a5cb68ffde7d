"""Addresses are found in texts as people read them, and tagged once."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly import links

TAGS = {"utm_source": "mastodon", "utm_medium": "social", "utm_term": ""}


def found(text: str) -> list[str]:
    """The addresses in a text."""
    seen: list[str] = []

    def see(address: str) -> str:
        seen.append(address)
        return address

    assert links.rewritten(text, see) == text
    return seen


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x_(y))", ["https://a.example/x_(y)"]),
        ("https://a.example/?q=1, HTTP://B.example!", ["https://a.example/?q=1", "HTTP://B.example"]),
        ("見て https://a.example/x。次", ["https://a.example/x"]),
        ("«https://a.example/é»", ["https://a.example/é"]),
        ("<https://a.example>", ["https://a.example"]),
        ("a.example, mailto:x@a.example, @https://no", []),
        ("", []),
    ],
)
def test_addresses_are_found_without_what_surrounds_them(text: str, addresses: list[str]) -> None:
    """Sentences end behind them, brackets stand around them; a name without `https://` is none."""
    assert found(text) == addresses


@given(st.text())
def test_any_text_keeps_what_is_no_address(text: str) -> None:
    """Rewriting each to itself changes nothing."""
    found(text)


@pytest.mark.parametrize(
    ("link", "tagged"),
    [
        ("https://a.example", "https://a.example?utm_source=mastodon&utm_medium=social"),
        ("https://a.example/x?q=%20#top", "https://a.example/x?q=%20&utm_source=mastodon&utm_medium=social#top"),
        ("https://a.example/?", "https://a.example/?utm_source=mastodon&utm_medium=social"),
        ("https://a.example/?utm_campaign=own", "https://a.example/?utm_campaign=own"),
        ("https://a.example/?q=1&UTM_ID=", "https://a.example/?q=1&UTM_ID="),
        ("https://a.example/#utm_source=x", "https://a.example/#utm_source=x"),
    ],
)
def test_tags_are_added_and_never_mixed_with_others(link: str, tagged: str) -> None:
    """The query and the fragment stay; a tag without a value is left away."""
    assert links.tagged(link, TAGS) == tagged


@given(path=st.text("abcé/%20._-", max_size=20), query=st.text("abc=&%", max_size=20), fragment=st.text("abc", max_size=5))
def test_a_tagged_link_is_not_tagged_again(path: str, query: str, fragment: str) -> None:
    """And it leads where it led before, with everything that was asked there."""
    link = f"https://a.example/{path}?{query}#{fragment}"

    once = links.tagged(link, TAGS)

    assert links.tagged(once, TAGS) == once
    before, after = urlsplit(link), urlsplit(once)
    assert (before[:3], before.fragment) == (after[:3], after.fragment)
    assert parse_qsl(after.query)[: len(parse_qsl(before.query))] == parse_qsl(before.query)


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Mariage_2027", "mariage-2027"), ("Été à l'œuvre", "ete-a-l-oeuvre"), ("Straße", "strasse"), ("  --  ", ""), ("p7", "p7")],
)
def test_slugs_are_lower_case_ascii(text: str, slug: str) -> None:
    """Analytics tell capitals and accents apart."""
    assert links.slug(text) == slug


@given(st.text())
def test_a_slug_is_its_own_slug(text: str) -> None:
    """Nothing but letters, digits and single hyphens between them."""
    once = links.slug(text)

    assert links.slug(once) == once
    assert once.isascii()
    assert "--" not in once
