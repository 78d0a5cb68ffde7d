"""Ten rules tell whose a post is; the first that applies decides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.mix import Brand, Content, Texts, channel, home, recognise, untold
from evenly.mix.addresses import key, registrable, untracked
from evenly.mix.origin import origin
from evenly.plugin import Classification

BRAND = Brand(
    names=("Atelier Lumière",),
    language="fr",
    domains=frozenset({"atelier-lumiere.example", "bijoux-lumière.fr", "lumiere.wordpress.com"}),
    handles=frozenset({"@atelier", "@atelier@social.example"}),
    channels=frozenset({"facebook.com/atelier", "linkedin.com/atelier-lumiere", "social.example/@atelier"}),
    others=frozenset({"facebook.com/louvre"}),
    answers={"bit.ly/ours": "owned", "bit.ly/theirs": "third-party", "instagram.com/guild": "third-party"},
)
FEEDS = Texts[str](
    [
        (
            "item 1",
            "How goldsmiths of the nineteenth century mixed their alloys, and why the recipes were kept secret for so long in every town",
        )
    ]
)

COPIED = "how goldsmiths of the nineteenth century mixed their alloys and why the recipes were kept secret for so long in every town"

CASES: list[tuple[int, str, dict[str, Any]]] = [
    (2, "third-party", {"shared_from": "@louvre"}),
    (2, "owned", {"shared_from": "@atelier"}),
    (2, "owned", {"shared_from": "@Atelier@social.example"}),
    (2, "third-party", {"shared_from": "@atelier@elsewhere.example"}),
    (2, "third-party", {"shared_from": "@louvre", "link": "https://atelier-lumiere.example"}),
    (3, "owned", {"feed": "owned", "link": "https://bit.ly/x"}),
    (3, "third-party", {"feed": "third-party", "link": "https://atelier-lumiere.example/a"}),
    (4, "owned", {"link": "https://atelier-lumiere.example/poincons"}),
    (4, "owned", {"link": "http://WWW.Shop.Atelier-Lumiere.example:443/x?utm_source=y#z"}),
    (4, "owned", {"text": "À voir sur https://bijoux-lumière.fr/or !"}),
    (4, "owned", {"text": "À voir sur https://xn--bijoux-lumire-6gb.fr/or !"}),
    (4, "owned", {"text": "Rendez-vous sur atelier-lumiere.example."}),
    (4, "owned", {"link": "https://lumiere.wordpress.com/2026/11"}),
    (4, "owned", {"link": "https://www.facebook.com/Atelier/posts/1?fbclid=x"}),
    (4, "owned", {"link": "https://linkedin.com/company/atelier-lumiere/"}),
    (4, "owned", {"link": "https://bit.ly/ours"}),
    (4, "owned", {"text": "https://bit.ly/x https://atelier-lumiere.example"}),
    (4, "owned", {"link": "https://m.facebook.com/atelier"}),
    (4, "owned", {"link": "https://social.example/@Atelier/115560001?utm_source=x"}),
    (4, "owned", {"text": "Voir social.example/@atelier."}),
    (4, "owned", {"link": "https://social.example/users/atelier/statuses/115560001"}),
    (4, "owned", {"link": "https://elsewhere.example/@atelier@social.example/115560001"}),
    (5, "third-party", {"link": "https://lemonde.fr/or"}),
    (5, "third-party", {"text": "https://atelier-lumiere.example@lemonde.fr/"}),
    (5, "third-party", {"text": "https://lemonde.fr#atelier-lumiere.example"}),
    (5, "third-party", {"text": "https://atelier-lumiere.example.lemonde.fr"}),
    (5, "third-party", {"link": "https://other.wordpress.com/2026/11"}),
    (5, "third-party", {"text": "Lu sur www.lemonde.fr/or, et bien dit."}),
    (5, "third-party", {"text": "Lu sur lemonde.fr"}),
    (5, "third-party", {"text": "https://bit.ly/x et https://lemonde.fr"}),
    (5, "third-party", {"link": "https://facebook.com/louvre/posts/2"}),
    (5, "third-party", {"link": "https://social.example/@atelier2/115560001"}),
    (5, "third-party", {"link": "https://social.example/about"}),
    (5, "third-party", {"link": "https://elsewhere.example/@atelier/115560001"}),
    (5, "third-party", {"link": "https://social.example/@atelier@elsewhere.example/1"}),
    (5, "third-party", {"link": "https://bit.ly/theirs"}),
    (5, "third-party", {"link": "https://instagram.com/guild/"}),
    (5, "third-party", {"link": "https://not-atelier-lumiere.example.com"}),
    (6, "mixed", {"text": "https://atelier-lumiere.example https://lemonde.fr"}),
    (6, "mixed", {"text": "Chez nous : https://facebook.com/atelier", "link": "https://lemonde.fr"}),
    (7, "unknown", {"link": "https://bit.ly/x"}),
    (7, "unknown", {"link": "https://youtube.com/watch?v=1"}),
    (7, "unknown", {"link": "https://www.instagram.com/p/abc/"}),
    (7, "unknown", {"link": "https://facebook.com/unheard-of"}),
    (7, "unknown", {"link": "https://fr.linkedin.com/in/unheard-of"}),
    (8, "third-party", {"foreign_media": True}),
    (8, "third-party", {"credit": "Marie Dupont"}),
    (8, "third-party", {"text": "Photo : Marie Dupont"}),
    (8, "third-party", {"text": "Un beau geste, via @louvre"}),
    (8, "third-party", {"text": "Selon Le Monde, l'or monte."}),
    (8, "third-party", {"text": "© Marie Dupont 2026"}),
    (9, "third-party", {"text": COPIED}),
    (10, "owned", {"text": "Photo : notre établi ce matin"}),
    (10, "owned", {"text": "Selon vous, quelle bague ?"}),
    (10, "owned", {"text": "D'après nous, c'est de l'or."}),
    (10, "owned", {"text": "Vu chez @atelier"}),
    (10, "owned", {"text": "© Atelier Lumière 2026"}),
    (10, "owned", {"credit": "Atelier Lumière"}),
    (10, "owned", {"text": "Merci @louvre ! #or marie@lemonde.fr"}),
    (10, "owned", {"text": "L'or à 1.5 %, l'argent.Et le platine."}),
    (10, "owned", {"text": "C'est le mélange secret de l'atelier."}),
    (10, "owned", {}),
]


@pytest.mark.parametrize(("rule", "expected", "content"), CASES, ids=lambda value: str(value)[:60])
def test_the_first_rule_that_applies_decides(rule: int, expected: str, content: dict[str, Any]) -> None:
    """The verdict and the number of the rule, case by case."""
    judged = origin(Content(**content), BRAND, "fr", feeds=FEEDS)

    assert (rule, expected) == (judged.rule, judged.value)
    assert str(judged.reason)


@pytest.mark.parametrize("label", ["owned", "third-party", "mixed", "unknown"])
@given(content=st.sampled_from([case[2] for case in CASES]))
def test_a_label_always_wins(label: Any, content: dict[str, Any]) -> None:
    """Whatever the post links to and whatever a plugin says."""
    opinion = Classification(origin="owned" if label != "owned" else "mixed")

    assert label == recognise(Content(**content), BRAND, label=Classification(origin=label), opinion=opinion).origin


@given(st.sampled_from([case[2] for case in CASES]), st.sampled_from(["utm_source=a", "fbclid=1", "gclid=2&UTM_x=3", "mc_eid=4"]))
def test_what_tracks_changes_nothing(content: dict[str, Any], tracking: str) -> None:
    """The verdict and what would be asked are the same with tracking parameters and a fragment on the link."""
    if "link" not in content:
        return
    tracked = content["link"].split("#")[0] + ("&" if "?" in content["link"] else "?") + tracking + "#top"
    before, after = origin(Content(**content), BRAND, "fr"), origin(Content(**content | {"link": tracked}), BRAND, "fr")

    assert (before.value, before.rule, before.ask) == (after.value, after.rule, after.ask)


def test_what_does_not_tell_is_asked_for_once() -> None:
    """A person's answer, remembered under the key that was asked for, decides every later link to the same place."""
    asked = recognise(Content(link="https://www.facebook.com/guild/posts/1"), BRAND)
    answered = Brand(answers=dict.fromkeys(asked.ask, "third-party"))

    assert asked.ask == ("facebook.com/guild",)
    assert recognise(Content(link="https://facebook.com/guild/videos/7?fbclid=x"), answered).origin == "third-party"
    assert recognise(Content(link="https://facebook.com/guild/videos/7"), answered).ask == ()


def test_what_a_label_tells_is_what_else_would_be_asked() -> None:
    """Also where it was answered before; nothing where the post is told by another link, or has none."""
    brand = Brand(domains=frozenset({"atelier.example"}), answers={"bit.ly/x": "owned"})

    assert untold(Content(link="https://bit.ly/x?utm_source=y"), brand) == ("bit.ly/x",)
    assert untold(Content(text="https://bit.ly/x and https://bit.ly/y"), brand) == ("bit.ly/x", "bit.ly/y")
    assert untold(Content(text="https://bit.ly/x and https://atelier.example"), brand) == ()
    assert untold(Content(text="Photo: Ada Lovelace"), brand) == ()


def test_a_third_party_post_without_a_credit_is_warned_of() -> None:
    """A link, a handle, a credit in the text or in the field is one."""
    copied = recognise(Content(text=COPIED), BRAND, feeds=FEEDS)
    labelled = Classification(origin="third-party")

    assert copied.warnings
    assert recognise(Content(text="Superbe !"), BRAND, label=labelled).warnings
    assert not recognise(Content(text="Superbe, @louvre !"), BRAND, label=labelled).warnings
    assert not recognise(Content(text="Superbe !", credit="Le Louvre"), BRAND, label=labelled).warnings
    assert not recognise(Content(text="Source : INRAE"), BRAND).warnings
    assert not recognise(Content(link="https://lemonde.fr"), BRAND).warnings


def test_registrable_domains() -> None:
    """By the public suffix list, hosts given away by the name, numbers and names without a dot as they are."""
    assert registrable("shop.atelier.co.uk") == "atelier.co.uk"
    assert registrable("www.atelier.github.io") == "atelier.github.io"
    assert registrable("atelier.substack.com") == "atelier.substack.com"
    assert registrable("127.0.0.1") == "127.0.0.1"
    assert registrable("LOCALHOST.") == "localhost"


def test_channels_are_the_pages_on_shared_hosts() -> None:
    """Sections before the name are left out; pages that are nobody's have no channel."""
    assert channel("https://www.linkedin.com/company/atelier/about") == "linkedin.com/atelier"
    assert channel("https://tiktok.com/@Atelier/video/1") == "tiktok.com/atelier"
    assert channel("https://youtube.com/watch?v=1") is None
    assert channel("https://atelier.example/a") is None


def test_homes_are_the_pages_in_the_fediverse() -> None:
    """By the handle in the path, whatever follows it."""
    assert home("https://Social.example/@Atelier") == "social.example/@atelier"
    assert home("social.example/web/@atelier/1") == "social.example/@atelier"
    assert home("https://social.example/tags/@atelier") is None
    assert home("https://social.example/@") is None
    assert home("https://social.example/") is None


@given(st.text(max_size=60))
def test_no_address_is_too_broken(link: str) -> None:
    """Whatever stands in the field for the link: a verdict, and no exception."""
    found = recognise(Content(link=link, text=f"{link} https://{link} www.{link}"), BRAND)

    assert found.origin in {"owned", "third-party", "mixed", "unknown"}
    assert isinstance(key(link), str)
    assert untracked(untracked(link)) == untracked(link)
