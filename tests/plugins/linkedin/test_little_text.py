"""`commentary` is little text: what is not escaped cuts a post off in silence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly_linkedin import little_text
from evenly_linkedin.little_text import Element, Hashtag, Mention, Words
from evenly_linkedin.standing_in import markup
from tests.plugins.linkedin.endpoints import contract

CASES = contract()["little_text_cases"]
PLAIN = [case for case in CASES if "plain" in case]
ELEMENTS = [case for case in CASES if "elements" in case]


def element(told: dict[str, Any]) -> Element:
    if "hashtag" in told:
        return Hashtag(told["hashtag"])
    return Mention(told["mention"], told["urn"]) if "mention" in told else Words(told["text"])


def written(text: str) -> str:
    return little_text.commentary(little_text.elements(text))


def seen(text: str) -> str:
    return little_text.shown(little_text.elements(text))


def test_the_reserved_characters_are_the_documented_ones() -> None:
    """Fifteen of them."""
    assert set(contract()["little_text_reserved"]) == little_text.RESERVED


@pytest.mark.parametrize("case", PLAIN, ids=[case["plain"][:20] for case in PLAIN])
def test_plain_text_is_escaped(case: dict[str, Any]) -> None:
    """Each reserved character once, and nothing else."""
    assert written(case["plain"]) == case["commentary"]


@pytest.mark.parametrize("case", ELEMENTS, ids=[case["note"] for case in ELEMENTS])
def test_elements_are_marked_up(case: dict[str, Any]) -> None:
    """Hashtags as the template, mentions with their names escaped."""
    assert little_text.commentary(map(element, case["elements"])) == case["commentary"]


@pytest.mark.parametrize("case", CASES, ids=[case["commentary"][:20] for case in CASES])
def test_what_was_marked_up_is_read_whole(case: dict[str, Any]) -> None:
    """LinkedIn's grammar reads all of it; so do we when it comes back."""
    plain = case["plain"] if "plain" in case else little_text.shown(map(element, case["elements"]))
    assert markup.shown(case["commentary"]) == plain
    assert little_text.read(case["commentary"]) == plain


@given(st.text(alphabet=st.sampled_from("\\|{}@[]()<>#*_~ aé日1:\n") | st.characters()))
def test_no_text_is_ever_cut(text: str) -> None:
    """Whatever people write, readers see it all; and it is recognised when it is read back."""
    assert markup.shown(written(text)) == seen(text)
    assert little_text.read(written(text)) == seen(text)


@pytest.mark.parametrize(
    ("text", "commentary"),
    [
        ("#gold", "{hashtag|\\#|gold}"),
        ("(#gold)", "\\(\\#gold\\)"),
        ("New: #or2026.", "New: {hashtag|\\#|or2026}."),
        ("#Élégance #日本", "{hashtag|\\#|Élégance} {hashtag|\\#|日本}"),
        ("#हिन्दी", "{hashtag|\\#|हिन्दी}"),
        ("#2026", "\\#2026"),
        ("#two_words", "\\#two\\_words"),
        ("# alone", "\\# alone"),
    ],
)
def test_a_hashtag_is_a_word_with_a_letter_after_a_space(text: str, commentary: str) -> None:
    """How LinkedIn cuts words with an underscore is not known: those stay plain."""
    assert written(text) == commentary


def test_a_mention_is_written_with_its_urn() -> None:
    """Readers see the name; a name without a urn, or an urn of another kind, is plain text."""
    text = "With @[Maison Doré](urn:li:organization:100002), @[C. L.](urn:li:person:AbC_1-x) and @[Nobody](urn:li:share:1)"
    assert written(text).startswith("With @[Maison Doré](urn:li:organization:100002), @[C. L.](urn:li:person:AbC_1-x) and \\@\\[Nobody")
    assert seen(text) == "With Maison Doré, C. L. and @[Nobody](urn:li:share:1)"


def test_what_linkedin_gives_back_is_read_however_it_escapes() -> None:
    """Backslashes may differ, and templates come with or without one."""
    assert little_text.read("a\\_b {hashtag|#|gold} @[Maison \\(EU\\)](urn:li:organization:1) c_d #or") == "a_b #gold Maison (EU) c_d #or"


def test_linkedin_cuts_what_is_not_escaped() -> None:
    """The stand-in does it too: 201, and half a post."""
    assert markup.shown("Version 1.2 (stable) is out") == "Version 1.2 "
