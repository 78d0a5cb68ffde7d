"""The calendar page: complete, readable by anybody, and harmless whatever stands in the posts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.pages import calendar_page
from tests.pages.conftest import SCORES, calendar, delivery
from tests.pages.reading import Page, Post, read

PIXEL = "data:image/jpeg;base64,AAAA"


def page_of(*deliveries: dict[str, Any], **more: Any) -> Page:
    return read(calendar_page(calendar(*deliveries, **more)))


def scores(**other: float) -> dict[str, dict[str, float | None]]:
    """Scores that are all at their best, but for those that are given."""
    return {name: {"value": other.get(name, 1.0), "best": 1.0} for name in SCORES}


def test_a_planned_post_stands_at_its_time_in_the_brands_zone() -> None:
    """Whatever the offset that the document uses."""
    page = page_of(delivery(1, "2026-12-03T08:15:00+00:00"))

    assert page.posts == [Post(time="2026-12-03T09:15+01:00", account="page", words="Post number 1", state="planned")]


def test_a_published_post_stands_at_the_time_it_went_out() -> None:
    """With its address and its figures."""
    out = delivery(
        7, "2026-12-01T09:00:00+01:00", state="published", published_at="2026-12-01T09:20:00+01:00", url="https://social.example/@a/7"
    )

    page = page_of(out, figures={"7": {"likes": 1, "comments": 0, "views": 12345}})

    assert page.posts[0].time == "2026-12-01T09:20+01:00"
    assert page.posts[0].state == "out"
    assert page.posts[0].url == "https://social.example/@a/7"
    assert page.posts[0].figures == ["12,345 views", "1 like", "0 comments"]


def test_unknown_figures_stay_away() -> None:
    """They are never shown as 0."""
    out = delivery(7, "2026-12-01T09:00:00+01:00", state="published", published_at="2026-12-01T09:00:00+01:00")

    assert page_of(out).posts[0].figures == []


def test_weeks_are_whole_and_every_day_has_a_place() -> None:
    """From Monday to Sunday, also where nothing happens; the glance leads to each day that has posts."""
    page = page_of(delivery(1, "2026-11-27T09:00:00+01:00"), delivery(2, "2026-12-09T09:00:00+01:00"))

    days = [each for each in page.ids if each.startswith("day-")]
    assert days[0] == "day-2026-11-23"
    assert days[-1] == "day-2026-12-13"
    assert len(days) == 21
    assert {link for link in page.links if link.startswith("#day")} == {"#day-2026-11-27", "#day-2026-12-09"}


def test_every_anchor_exists_once() -> None:
    """A reader with a keyboard gets where a link promises."""
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00"), delivery(2, "2026-12-03T15:00:00+01:00"))

    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_what_needs_somebody_says_why() -> None:
    """In the words of its reason."""
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00", state="failed", reason="The network said no."))

    assert (page.posts[0].state, page.posts[0].reason) == ("refused by the network", "The network said no.")


def test_what_has_no_time_stands_apart() -> None:
    """At the end, with the reason."""
    page = page_of(delivery(1, None, state="held", reason="No time fits."))

    assert ("h2", "Without a time") in page.headings
    assert "Post number 1" in page.text
    assert "No time fits." in page.text


def test_an_empty_calendar_is_a_page_too() -> None:
    """It says that nothing is there."""
    page = page_of()

    assert "Nothing is planned, and nothing went out." in page.text
    assert page.posts == []


def test_its_structure_can_be_heard() -> None:
    """A language, one h1, headings without jumps, headers with scopes, alternative texts, times for machines."""
    picture = [{"path": "ring.jpg", "alt": "A silver band"}]
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00", media=picture), pictures={"1": PIXEL}, evenness=scores())

    assert page.attributes("html")[0]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in page.headings]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert all(each.get("scope") for each in page.attributes("th"))
    assert page.posts[0].alt == "A silver band"
    assert all(text for _, text in page.headings)
    assert page.attributes("meta")[1]["content"] == "width=device-width, initial-scale=1"


def test_posts_in_another_language_are_marked() -> None:
    """So that a screen reader pronounces them right."""
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00"), language="fr")

    assert [each["lang"] for each in page.attributes("p") if "lang" in each] == ["fr"]


def test_it_loads_nothing_and_forbids_it() -> None:
    """Not even if something slipped through: the policy allows inline style and embedded pictures alone."""
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00"), pictures={"1": PIXEL})

    assert page.loaded == []
    policy = next(each["content"] for each in page.attributes("meta") if each.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//social.example", "https://[broken"])
def test_only_web_addresses_become_links(url: str) -> None:
    """An address comes from a network, which may say anything."""
    out = delivery(1, "2026-12-01T09:00:00+01:00", state="published", published_at="2026-12-01T09:00:00+01:00", url=url)

    assert page_of(out).posts[0].url is None


def test_addresses_that_lead_nowhere_are_no_links() -> None:
    """As in the demo."""
    out = delivery(
        1, "2026-12-01T09:00:00+01:00", state="published", published_at="2026-12-01T09:00:00+01:00", url="https://social.example/1"
    )

    assert page_of(out, links=False).posts[0].url is None


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]) | st.sampled_from("<>&\"'{}% "), max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    """Names, texts, alternative texts, reasons and notes are shown as they are, and add no tag."""
    hostile = delivery(
        1, "2026-12-03T09:00:00+01:00", text=f"x{text}", reason=f"x{text}", state="failed", media=[{"path": "a", "alt": text}]
    )
    plain = delivery(1, "2026-12-03T09:00:00+01:00", text="x", reason="x", state="failed", media=[{"path": "a", "alt": ""}])

    page = page_of(hostile, brand=f"x{text}", note=f"x{text}", pictures={"1": PIXEL})

    assert [tag for tag, _ in page.tags] == [tag for tag, _ in page_of(plain, note="x", pictures={"1": PIXEL}).tags]
    assert page.posts[0].words == " ".join(f"x{text}".split())
    assert page.posts[0].reason == page.posts[0].words
    assert (page.posts[0].alt or "") == text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=https://evil.example/x.png>', "{{ 7*7 }}", "</style><b>"])
def test_hostile_words_stay_words(hostile: str) -> None:
    """Wherever they come from."""
    page = page_of(
        delivery(1, "2026-12-03T09:00:00+01:00", text=hostile, account=hostile, network=hostile),
        brand=hostile,
        note=hostile,
        titles={"facebook": hostile},
    )

    assert page.posts[0].words == hostile
    assert page.loaded == []
    assert "script" not in {tag for tag, _ in page.tags}


def test_long_texts_are_cut_between_words() -> None:
    """The page shows how a post begins."""
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00", text="silver " * 100))

    assert len(page.posts[0].words) < 170
    assert page.posts[0].words.endswith("silver …")


def test_evenness_is_told_in_words() -> None:
    """What is at its best, what is near, what is not, and why gaps give way."""
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00"), evenness=scores(times=1.5, gap_largest=3.0))

    assert "As even as it can be: days, weekdays and times, shortest gap, mix, distance to other accounts." in page.text
    assert "Close to it: times of day." in page.text
    assert "Further off: longest gap." in page.text
    assert "Perfectly equal gaps would need the same time every day." in page.text


def test_a_perfect_plan_needs_few_words() -> None:
    """And no excuse."""
    page = page_of(delivery(1, "2026-12-03T09:00:00+01:00"), evenness=scores())

    assert "As even as it can be." in page.text
    assert "Perfectly equal gaps" not in page.text


def test_scores_that_measure_nothing_stay_away() -> None:
    """An account with one post has no gaps."""
    nothing = {name: {"value": None, "best": None} for name in SCORES}

    assert "There is nothing to measure yet." in page_of(delivery(1, "2026-12-03T09:00:00+01:00"), evenness=nothing).text


@pytest.mark.usefixtures("in_french")
def test_the_page_speaks_the_readers_language() -> None:
    """Sentences, dates and numbers; and it says which language that is."""
    out = delivery(1, "2026-12-01T09:00:00+01:00", state="published", published_at="2026-12-01T09:00:00+01:00")

    page = page_of(out, figures={"1": {"likes": 12345}}, evenness=scores(times=1.5))

    assert page.attributes("html")[0]["lang"] == "fr"
    assert ("h2", "Semaine par semaine") in page.headings
    assert "Semaine du lundi 30 novembre 2026" in page.text
    assert "".join(page.posts[0].figures[0].split()) == "12345j’aime"
    assert "1,5" in page.text
