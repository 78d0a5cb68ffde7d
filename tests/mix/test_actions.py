"""What a post does: questions by their marks, the rest by cue words, and nothing by what stands in links and hashtags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.mix import Brand, Content, Topic, avoided, recognise
from evenly.mix.questions import question
from evenly.plugin import Classification

QUESTIONS = [
    "Which one would you wear?",
    "Est-ce de l'or\u202f?",
    "Est-ce de l’or\u00a0? 💍",
    "Vraiment ?! #bijou",
    "¿Qué opinas de este anillo, amiga",
    "Τι λέτε για το δαχτυλίδι;",
    "Τι λέτε για το δαχτυλίδι\u037e",
    "ما رأيكم في هذا الخاتم؟",
    "\u200fما رأيكم في هذا الخاتم؟\u200f",
    "מה דעתכם על הטבעת?",
    "Ինչո՞ւ է արծաթը սևանում",
    "ይህ ወርቅ ነው፧",
    "これは金ですか。",
    "这是金的吗",
    "這是金的嗎？",
    "ꕉꕜꕮ꘏",
    "Это золото?",
    "(Was that gold?)",
    "“Is it gold?” She smiled.",
    "See https://a.example/x. Would you?",
]
STATEMENTS = [
    "We are asked often.",
    "Gold (?) it is.",
    "https://a.example/?q=gold",
    "https://a.example/gold?",
    "« Est-ce de l'or ? » demande-t-elle souvent.",
    "“Is it gold?” she asked.",
    "This; that.",
    "Use `a ? b : c` here.",
    "金の中。",
    "Alors on range;",
    "???",
    "",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_seen_in_every_script(text: str) -> None:
    """Marks of eleven scripts, no-break spaces, closing quotes, emoji, hashtags and signs of direction."""
    assert question(text) is not None
    assert "question" in recognise(Content(text=text), Brand()).actions


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_mark_alone_makes_no_question(text: str) -> None:
    """Not in a link, in code, in brackets by itself, in a quotation that the sentence goes on after; no Greek mark in other scripts."""
    assert question(text) is None


@pytest.mark.parametrize(
    ("language", "text", "action"),
    [
        ("en", "Tell us in the comments.", "invitation"),
        ("fr", "Dites-nous tout.", "invitation"),
        ("fr", "Dites‑nous tout.", "invitation"),
        ("fr", "Qu’en pensez-vous, vous", "invitation"),
        ("fr", "Et vous ?", "invitation"),
        ("fr", "À vous !", "invitation"),
        ("de", "Was meint ihr", "invitation"),
        ("ar", "وأخبرونا في التعليقات", "invitation"),
        ("ar", "أَخبِرونا", "invitation"),
        ("he", "ספרו לנו בתגובות", "invitation"),
        ("ja", "コメントで教えてください", "invitation"),
        ("en", "TAG A FRIEND!", "bait"),
        ("en", "Comment “YES”", "bait"),
        ("en", "❤️ React with a heart", "bait"),
        ("fr", "Commentez « OUI »", "bait"),
        ("fr", "Behind the scenes ? Non : en coulisses.", "behind-the-scenes"),
        ("en", "Before / after", "behind-the-scenes"),
        ("en", "20% off everything", "promotion"),
        ("fr", "Code promo : OR", "promotion"),
        ("de", "Nur heute: Gutschein!", "promotion"),
        ("es", "Rebajas hoy", "promotion"),
    ],
)
def test_cues_tell_the_action(language: str, text: str, action: str) -> None:
    """Whatever the case, the kind of apostrophe, hyphen and quotes, a joined "and" or vowel signs in Arabic."""
    assert action in recognise(Content(text=text, language=language), Brand()).actions


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Metals react with sulphur; silver will react with eggs."),
        ("en", "It looks like iffy work."),
        ("en", "The wholesale trade; discountenanced."),
        ("fr", "Ce bijou plaira à vous et aux vôtres."),
        ("fr", "L'or vous offre un bel éclat."),
        ("en", "https://a.example/tell-us?tag=a-friend"),
        ("en", "See order-now.example/buy-now and www.sale.example"),
        ("en", "#TellUs #ordernow #bait #inthecomments #giftcard #discount"),
        ("en", "@buynow @discount"),
        ("en", "discount@giftcard.example"),
        ("en", "`promo code`"),
    ],
)
def test_what_only_looks_like_a_cue_counts_for_nothing(language: str, text: str) -> None:
    """Inside words, links, hashtags, handles, addresses and code."""
    found = recognise(Content(text=text, language=language), Brand())

    assert found.actions <= {"link", "mention"}


def test_bait_is_no_invitation() -> None:
    """ "Comment YES" is bait, "tell us in the comments" is not; a post may do both."""
    assert {"bait"} == recognise(Content(text="Comment YES!"), Brand()).actions
    assert {"invitation"} == recognise(Content(text="Tell us in the comments."), Brand()).actions
    assert {"bait", "invitation"} == recognise(Content(text="Tag a friend! Tell us why."), Brand()).actions


def test_the_language_is_the_texts_own() -> None:
    """A French sentence of a brand that mostly writes English is read as French; in doubt it is the brand's language."""
    english = Brand(language="en-GB")

    assert {"invitation"} == recognise(Content(text="Dites-nous ce que vous en pensez, et pourquoi."), english).actions
    assert {"invitation"} == recognise(Content(text="أخبرونا"), english).actions
    assert {"promotion"} == recognise(Content(text="Shop now"), english).actions


def test_a_language_without_a_sheet_has_the_facts_and_the_marks() -> None:
    """Nothing is guessed for it."""
    found = recognise(Content(text="Vad tycker ni om ringen? @guild", language="sv", media=("picture",)), Brand(language="sv"))

    assert {"question", "mention", "photo"} == found.actions


def test_facts_are_seen_as_they_are() -> None:
    """Pictures, videos, links and other people's handles; the brand's own handle and a document are none."""
    brand = Brand(handles=frozenset({"@atelier"}), domains=frozenset({"a.example"}))
    content = Content(text="With {@lapidaire}", media=("animation", "video"), link="https://a.example")

    assert {"photo", "video", "mention", "link"} == recognise(content, brand).actions
    assert frozenset() == recognise(Content(text="We are @atelier, write to me@b.example", media=("document",)), brand).actions
    assert {"mention"} == recognise(Content(text="@[Le Louvre](urn:li:organization:1)"), brand).actions
    assert {"mention"} == recognise(Content(text="With @guild@social.example."), brand).actions
    assert (
        frozenset()
        == recognise(Content(text="We are @atelier@social.example."), Brand(handles=frozenset({"@atelier@social.example"}))).actions
    )


def test_labelled_actions_replace_what_was_read_and_keep_the_facts() -> None:
    """A person's word on the words; a picture stays a picture."""
    content = Content(text="Tell us why?", media=("picture",))

    assert {"promotion", "photo"} == recognise(content, Brand(), label=Classification(actions=frozenset({"promotion"}))).actions
    assert {"bait", "photo"} == recognise(content, Brand(), opinion=Classification(actions=frozenset({"bait"}))).actions


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200), st.sampled_from(["en", "fr", "de", "ja", "ar", "xx"]))
def test_any_text_is_read(text: str, language: str) -> None:
    """Never an exception, always a reason for each action, and equal texts read equally whatever their normal form."""
    import unicodedata

    found = recognise(Content(text=text, language=language), Brand())

    assert found.reasons.keys() == {"origin", "topic", *found.actions}
    assert found.actions == recognise(Content(text=unicodedata.normalize("NFC", text), language=language), Brand()).actions


@pytest.mark.parametrize(
    "hostile", ["(" * 20_000, "{@" * 20_000, "a." * 20_000, "@[" * 20_000, "?" * 20_000, "#" * 20_000, "https://" * 5_000]
)
def test_hostile_texts_take_no_time(hostile: str) -> None:
    """Reading takes time that grows with the length of a text, not with its square."""
    from time import process_time

    begun = process_time()
    recognise(Content(text=hostile), Brand(topics=(Topic("care", ("clean",)),)))
    avoided(hostile, ["cheap"], "en")

    assert process_time() - begun < 3
