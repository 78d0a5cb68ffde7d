"""What a post means is in its words, not in its addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import Media, Part, Post
from evenly_meaning import encoder, texts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Read https://a.example/silver?utm_source=x now", "Read now"),
        ("www.gold.example", ""),
        ("By @anna@mastodon.example and @bob.", "By and ."),
        ("Write to care@atelier.example today", "Write to today"),
        ("#Silver and #gold, No. # 1", "Silver and gold, No. # 1"),
        ("One\n\n  two", "One two"),
        ("𝗡𝗲𝘄 ＃ｇｏｌｄ", "New gold"),
    ],
)
def test_addresses_are_left_out_and_hashtags_are_words(written: str, meant: str) -> None:
    """On one line, as the encoder takes it."""
    assert texts.meant(Post(parts=(Part(text=written),))) == meant


def test_every_part_and_every_picture_speaks() -> None:
    """A thread is one text."""
    picture = Media(path=Path("a.png"), kind="picture", mime="image/png", bytes=1, alt="a ring")

    assert texts.meant(Post(parts=(Part(text="One", media=(picture,)), Part(kind="reply", text="two")))) == "One a ring two"


def test_the_posts_language_comes_before_the_brands() -> None:
    """The first part that names one decides."""
    assert texts.language(Post(parts=(Part(), Part(language="fr"))), "en") == "fr"
    assert texts.language(Post(parts=(Part(),)), "en") == "en"


@given(st.text())
def test_any_text_can_be_looked_at(written: str) -> None:
    """Whatever was typed, it comes out on one line, and whether it can be read is known."""
    meant = texts.meant(Post(parts=(Part(text=written),)))

    assert "\n" not in meant
    assert encoder.reads(meant) in (True, False)


@pytest.mark.parametrize("text", ["Silver", "Серебро", "银", "ぎん", "은", "เงิน", "فضة", "Ελλάδα in English letters"])
def test_its_scripts_are_known(text: str) -> None:
    """Most letters decide."""
    assert encoder.reads(text)


@pytest.mark.parametrize("text", ["Ασήμι", "כסף", "चाँदी", "", "123 %"])
def test_other_scripts_and_texts_without_letters_are_not_read(text: str) -> None:
    """There it would guess."""
    assert not encoder.reads(text)
