"""Near-duplicates, words to avoid, messages to carry, and the key under which a result is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.mix import Brand, Content, Texts, Topic, avoided, digest, last_carried, unheard
from evenly.mix.likeness import likeness

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG = " ".join(f"word{n}" for n in range(40))
sentences = st.lists(st.sampled_from(["gold", "ring", "silver", "clean", "bench", "saw", "wax"]), max_size=30).map(" ".join)


@given(sentences, sentences)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    """From 0 to 1, and 1 for a text and itself."""
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == (1 if one else 0)


def test_links_hashtags_case_and_marks_do_not_make_a_text_another() -> None:
    """What counts are the words."""
    assert likeness("Gold, melted at 1064 degrees: red crucible!", "gold melted at 1064 DEGREES red crucible #gold https://a.example") == 1


def test_one_word_of_forty_is_near_and_one_of_ten_is_not() -> None:
    """A changed word takes five runs with it."""
    assert likeness(LONG, LONG.replace("word39", "other")) > 0.8
    assert likeness(" ".join(LONG.split()[:10]), " ".join(LONG.split()[:10]).replace("word5", "other")) < 0.8


def test_a_twin_is_the_most_alike_above_the_bound() -> None:
    """Of equals the one given first; none where nothing is near."""
    texts = Texts([("far", LONG.replace("word20", "x")), ("first", LONG), ("second", LONG)])

    assert texts.twin(LONG) == "first"
    assert texts.twin("Something else that was never written before today") is None
    assert texts.twin("") is None
    assert texts.twin("gold") is None


@given(st.lists(sentences, max_size=8), sentences)
def test_a_twin_is_found_as_by_comparing_all(known: list[str], written: str) -> None:
    """The index changes nothing."""
    best = max(enumerate(known), key=lambda pair: (likeness(written, pair[1]), -pair[0]), default=None)
    expected = best[0] if best is not None and likeness(written, best[1]) > 0.8 else None

    assert expected == Texts(enumerate(known)).twin(written)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("A cheap, LUXURIOUS luxury.", "en", [("cheap", "cheap", 2), ("luxury", "LUXURIOUS", 9), ("luxury", "luxury", 19)]),
        ("Luxuries!", "en", [("luxury", "Luxuries", 0)]),
        ("pas chère", "fr", [("pas cher", "pas chère", 0)]),
        ("cheapest-cheap", "en", [("cheap", "cheap", 9)]),
        ("https://cheap.example/cheap", "en", []),
        ("", "en", []),
    ],
)
def test_words_to_avoid_are_found_where_they_stand(text: str, language: str, found: list[tuple[str, str, int]]) -> None:
    """In any form, as whole words, never inside links; places count the text's own characters."""
    told = avoided(text, ["cheap", "luxury", "pas cher", ""], language)

    assert found == [(each.word, each.found, each.start) for each in told]
    assert all(text[each.start : each.end] == each.found for each in told)


def test_a_message_is_carried_by_its_words_in_any_form() -> None:
    """All of them but the small ones, in any order."""
    posts = [(NOW - timedelta(days=3), "In Lyon, the hands that made it"), (NOW - timedelta(days=1), "Made in Lyon")]

    assert {"made by hand in Lyon": NOW - timedelta(days=3)} == last_carried(["made by hand in Lyon"], posts, "en")


def test_messages_unheard_for_thirty_days() -> None:
    """One carried thirty days ago is still heard; what is planned has not been heard yet."""
    messages = ["repair before replacing", "made by hand", "fair gold"]
    posts = [
        (NOW - timedelta(days=30), "We repair before we replace."),
        (NOW - timedelta(days=31), "Made by hand."),
        (NOW + timedelta(days=1), "Fair gold"),
    ]

    assert unheard(messages, posts, "en", now=NOW) == ("made by hand", "fair gold")


def test_the_key_changes_with_whatever_is_looked_at() -> None:
    """And with nothing else."""
    brand = Brand(domains=frozenset({"a.example", "b.example"}), topics=(Topic("care", ("clean",)),))
    content = Content(text="Clean gold")
    keys = {
        digest(content, brand),
        digest(content, replace(brand, domains=frozenset({"b.example", "a.example"}))),
        digest(content, brand, plugins=""),
    }
    others = [
        digest(replace(content, text="Clean gold."), brand),
        digest(replace(content, media=("picture",)), brand),
        digest(content, replace(brand, topics=(Topic("care", ("clean", "polish")),))),
        digest(content, replace(brand, answers={"bit.ly/x": "owned"})),
        digest(content, replace(brand, handles=frozenset({"@a"}))),
        digest(content, brand, plugins="meaning 0.2"),
    ]

    assert len(keys) == 1
    assert len({*keys, *others}) == 1 + len(others)
    assert digest(Content(text="\ud800"), brand)
