"""On topic, off topic or unknown: by the stems of the topics' words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evenly.mix import Brand, Content, Recognised, Topic, recognise, troubles
from evenly.mix.topics import placed
from evenly.mix.words import STEMMERS, head, stem
from evenly.plugin import Classification

CARE = Topic("care", ("nettoyer", "polir", "boucle d'oreille", "or"), ("médaille d'or", "marathon"))
CRAFT = Topic("craft", ("forger", "sertissage", "or"))


@pytest.mark.parametrize(
    ("text", "topic", "on"),
    [
        ("On nettoie, on polit.", "care", True),
        ("NETTOYÉES", "care", True),
        ("Deux boucles d’oreilles", "care", True),
        ("Une boucle, une oreille", None, None),
        ("Du sertissage, forgé à la main, en or", "craft", True),
        ("En or", "care", True),
        ("Une médaille d'or", None, False),
        ("Un marathon", None, False),
        ("Un marathon pour polir", "care", True),
        ("La médaille d'or, et un peu d'or", "care", True),
        ("Rien", None, None),
        ("", None, None),
        ("#Sertissage", "craft", True),
        ("#LOrAPolir", "care", True),
        ("https://a.example/polir et @polir", None, None),
        (unicodedata.normalize("NFD", "Médaille d'or"), None, False),
    ],
)
def test_three_outcomes(text: str, topic: str | None, on: bool | None) -> None:
    """One word is on, in any form; a negative one alone is off; none is unknown. A word inside a negative phrase tells nothing."""
    found = placed(text, (CARE, CRAFT), "fr")

    assert (topic, on) == (found.topic, found.on)
    assert str(found.reason)


def test_small_words_of_the_texts_language_are_no_hits() -> None:
    """ "or" is gold in French, and nothing in English."""
    assert placed("En or", (CARE,), "fr").on is True
    assert placed("Gold or silver", (CARE,), "en").on is None


def test_compounds_are_their_parts_where_a_language_writes_them_together() -> None:
    """Silberring is silver and a ring; bringen and gering are no rings."""
    jewels = (Topic("jewels", ("Ring", "Silber")),)

    assert placed("Ein Silberring", jewels, "de").on is True
    assert placed("Silberschmiede", jewels, "de").on is True
    assert placed("bringen, gering, Hering", jewels, "de").on is None
    assert placed("A stringring", jewels, "en").on is None


def test_a_language_without_stems_goes_by_first_letters() -> None:
    """The first five; and the sentence for `doctor` says so."""
    topics = (Topic("gold", ("золотий",)),)

    assert placed("золота каблучка", topics, "uk").on is True
    assert placed("каблучка", topics, "uk").on is None
    assert [str(each) for each in troubles(topics, "uk")] == [
        "The forms of words are not known for the language uk: those with the same first 5 letters are one word."
    ]
    assert troubles(topics, "ru") == []


def test_scripts_without_spaces_are_searched_as_they_are() -> None:
    """Chinese, Japanese and Thai have no words to split."""
    assert placed("这枚金戒指很漂亮", (Topic("rings", ("戒指",)),), "zh").on is True
    assert placed("แหวนทองสวยมาก", (Topic("rings", ("แหวน",)),), "th").on is True


def test_a_topic_without_words_is_told_and_only_labels_reach_it() -> None:
    """It never matches, and is named."""
    topics = (Topic("empty"),)
    label = Classification(topic="empty")

    assert placed("empty", topics, "en").on is None
    assert [str(each) for each in troubles(topics, "en")] == ["The topic empty has no words: only a label can put a post into it."]
    assert _topic(recognise(Content(text="x"), Brand(topics=topics), label=label)) == ("empty", True)


def test_no_topics_at_all_is_unknown_with_the_cure() -> None:
    """The reason says where topics are written."""
    found = recognise(Content(text="x"), Brand())

    assert found.on_topic is None
    assert "[topics.NAME]" in str(found.reasons["topic"])


def test_label_then_plugin_then_words() -> None:
    """Each wins over the next; a topic named means on topic, and "off" names none."""
    brand, content = Brand(language="fr", topics=(CARE, CRAFT)), Content(text="polir")
    plugin = Classification(topic="craft")

    assert _topic(recognise(content, brand)) == ("care", True)
    assert _topic(recognise(content, brand, opinion=plugin)) == ("craft", True)
    assert _topic(recognise(content, brand, label=Classification(topic="care"), opinion=plugin)) == ("care", True)
    assert _topic(recognise(content, brand, label=Classification(on_topic=False), opinion=plugin)) == (None, False)
    assert _topic(recognise(content, brand, opinion=Classification(origin="owned"))) == ("care", True)


def test_the_text_of_a_picture_counts() -> None:
    """What it shows belongs to what the post is about."""
    assert recognise(Content(text="Voilà", alts=("Une bague à polir",)), Brand(language="fr", topics=(CARE,))).topic == "care"


@given(
    st.sampled_from(sorted(STEMMERS)), st.text(alphabet="abcdefghijklmnopqrstuvwxyzàâäáãåæçéèêëíìîïñóòôöõøœßúùûüÿ", min_size=1, max_size=12)
)
def test_words_begin_as_their_stems_do(language: str, word: str) -> None:
    """What the search leaves out without finding a stem could not have matched."""
    found = stem(word, language)
    assume(len(found) > 1)

    assert head(word, language) == head(found, language)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "dying"), ("en", "skies"), ("de", "Aerger"), ("de", "Ärger"), ("es", "Árboles"), ("fr", "Yeux")]
)
def test_words_begin_as_their_stems_do_where_these_change(language: str, word: str) -> None:
    """Umlauts, accents and the exceptions of the English stemmer."""
    assert head(word, language) == head(stem(word, language), language)


@given(st.lists(st.sampled_from(["polir", "médaille d'or", "forger", "rien", "marathon", "or"]), max_size=6))
def test_more_words_of_a_topic_never_take_a_post_off_topic(parts: list[str]) -> None:
    """Adding a positive word makes it on."""
    assert placed(" . ".join([*parts, "polie"]), (CARE, CRAFT), "fr").on is True


def _topic(found: Recognised) -> tuple[str | None, bool | None]:
    return found.topic, found.on_topic
