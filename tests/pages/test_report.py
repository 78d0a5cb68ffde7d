"""The report's page: nine blocks in plain words, every chart with its numbers, and harmless whatever stands in it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from evenly.pages import report_page
from evenly.plugin import Message
from evenly.reporting.values import Report
from tests.pages import reports
from tests.pages.reading import Page, read

_BLOCKS = ["In short", "Plan and deed", "Areas", "Actions", "Ideas", "Rules", "Best times", "Advice", "Appendix"]


def page_of(report: Report, **more: Any) -> Page:
    return read(report_page(report, networks=reports.NETWORKS, topics=reports.TOPICS, **more))


@pytest.mark.parametrize("report", [reports.rich(), reports.early(), reports.empty()], ids=["rich", "early", "empty"])
def test_it_has_nine_blocks_in_their_order(report: Report) -> None:
    """Whatever is known: a reader finds the same places every month, and the contents lead to them."""
    page = page_of(report)

    assert [text for tag, text in page.headings if tag == "h2"] == _BLOCKS
    assert {link[1:] for link in page.links} <= set(page.ids)


@pytest.mark.parametrize("report", [reports.rich(), reports.early(), reports.empty()], ids=["rich", "early", "empty"])
def test_its_structure_can_be_heard(report: Report) -> None:
    """A language, one h1, headings without jumps, headers with scopes, captions, no id twice."""
    page = page_of(report)

    levels = [int(tag[1]) for tag, _ in page.headings]
    assert page.attributes("html")[0]["lang"] == "en"
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert all(each.get("scope") for each in page.attributes("th"))
    assert len(page.attributes("caption")) == len(page.attributes("table"))
    assert len(page.ids) == len(set(page.ids))


def test_the_short_version_comes_first() -> None:
    """In the words of the report."""
    page = page_of(reports.rich())

    first = page.text.index("Questions brought 1.8 times the comments (between 1.1 and 3.0, 14 posts). Keep one in five.")
    assert first < page.text.index("Posts out")


def test_every_chart_is_an_image_with_a_title_and_a_description() -> None:
    """For who does not see it."""
    page = page_of(reports.rich())
    charts = [each for each in page.attributes("svg") if each.get("role") == "img"]

    assert [each["class"] for each in charts] == [
        *[f"chart chart-week-{name}" for name in ("even-0", "even-1", "even-2", "on-time", "mix")],
        "chart chart-efforts",
        *[f"chart chart-course-network-{name}" for name in _order(page)],
        "chart chart-effects",
        "chart chart-rules",
    ]
    for each in charts:
        assert set(str(each["aria-labelledby"]).split()) <= set(page.ids)


def _order(page: Page) -> list[str]:
    rows = [row.key for row in reports.rich().rows if row.by == "network"]
    assert len(rows) == 3
    return rows


def test_charts_have_their_numbers_in_tables() -> None:
    """The ratio of every group, the rate of every week, both shares of every network, the share of every target."""
    report = reports.rich()
    text = page_of(report).text

    for row in report.rows:
        if row.by in {"action", "topic", "format", "origin"} and row.effect is not None and row.effect.ratio is not None:
            assert _ratio(row.effect.ratio) in text
        if row.by == "network":
            assert all(f"{rate:.1f}%" in text for _, rate in row.trend)
    for finding in report.rules:
        assert f"{finding.tally.share:.0%}" in text


def _ratio(ratio: float) -> str:
    return f"×{ratio:.1f}" if round(ratio, 2) >= 1 else f"×{ratio:.2f}"


def test_every_week_has_its_line_and_what_is_drawn_its_numbers() -> None:
    """What went out, on time or not, how uneven the days of each account were, and how many targets were met; too early is said."""
    page = page_of(reports.rich())
    told = page.text[page.text.index("Week by week") : page.text.index("What each network brought")]

    for week in reports.rich().weeks:
        assert f"{week.monday.day} {week.monday:%b}" in told or f"{week.monday:%b} {week.monday.day}" in told
        assert f"{week.published} {week.due} were due" in told
        assert all(f"{score.value:.1f}".removesuffix(".0") in told for score in week.evenness.values())
    assert "8 of 9" in told
    assert "5 days of it" in told
    assert "too early" in page_of(reports.early()).text.partition("Areas")[2]


def test_one_week_is_no_course() -> None:
    """A single one stands in the numbers of the period already."""
    page = page_of(replace(reports.rich(), weeks=reports.rich().weeks[:1]))

    assert "Week by week" not in page.text
    assert not any("chart-week" in (each["class"] or "") for each in page.attributes("svg"))


def test_an_experiment_says_how_many_posts_it_takes_yet() -> None:
    """On each side; one that is judged says when."""
    text = page_of(reports.rich()).text

    assert "Still missing: 3 posts of this kind and 1 other post." in text
    assert text.count("Still missing") == 1
    assert "judged on" in text


def test_posts_to_be_boosted_stand_with_the_ideas() -> None:
    """Those alone that have earned it, with what they brought, between what, and why they are named; of all campaigns there are none."""
    text = page_of(reports.of_a_campaign()).text
    told = text[text.index("Posts that more people ought to see") : text.index("Shares of posts, and what is wanted")]

    assert "delivery 12" in told
    assert "12,345" in told
    assert "6.1% 5.5% to 6.8%" in told
    assert "delivery 31" in told
    assert "delivery 44" not in told
    assert "above the usual post of their account" in told
    assert "ought to see" not in page_of(reports.rich()).text


def test_the_map_has_twelve_cells_with_their_posts() -> None:
    """Also those that are closed."""
    report = reports.rich()
    page = page_of(report)

    cells = [each["class"] for each in page.attributes("td") if each.get("class") in {"s0", "s1", "s2", "s3", "s4", "closed"}]
    assert len(cells) == 12
    assert cells.count("closed") == 3
    assert all(f"{each.usual.posts} posts" in page.text for each in report.times if each.usual.posts > 1)


def test_advice_can_be_taken_by_a_command() -> None:
    """What waits says how; what was taken says what became of it."""
    page = page_of(reports.rich())

    assert "evenly advice take 1" in page.text
    assert "evenly advice decline 2" in page.text
    assert "evenly advice take 3" not in page.text
    assert "Since it was taken, posts brought 0.95 times as many engagements" in page.text


def test_the_appendix_says_what_is_missing_and_how_it_was_counted() -> None:
    """Absent figures, the share of estimated minutes, the zone, the age at which posts are compared."""
    text = page_of(reports.rich()).text

    assert "fedi: views, people reached, clicks" in text
    assert "with their figures when they were seven days old" in text
    assert "Europe/Paris" in text
    assert re.search(r"of which \d+% is estimated", text)


def test_too_early_is_said() -> None:
    """With ten posts there is no verdict on anything."""
    text = page_of(reports.early()).text

    assert "too early" in text
    assert "works" not in text.partition("What the words mean")[0]
    assert "Nothing makes a difference that is more than chance" in text
    assert "No time of the week stands out yet." in text


def test_a_beginning_is_a_page_too() -> None:
    """It says that nothing is there, and draws nothing."""
    page = page_of(reports.empty())

    assert "Nothing went out in this time" in page.text
    assert page.attributes("svg") == []


@pytest.mark.parametrize("text", reports.HOSTILE, ids=["script", "image", "template", "style", "long", "right-to-left"])
def test_hostile_words_stay_words(text: str) -> None:
    """Wherever they come from, and in charts as well."""
    plain, page = page_of(reports.hostile("x")), page_of(reports.hostile(text))

    assert {tag for tag, _ in page.tags} == {tag for tag, _ in plain.tags}
    assert page.loaded == []
    assert " ".join(text.split()) in page.text


def test_it_loads_nothing_and_forbids_it() -> None:
    """No script, no address of anybody, and a policy that allows inline style and embedded pictures alone."""
    html = report_page(reports.rich())

    policy = next(each["content"] for each in read(html).attributes("meta") if each.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert "<script" not in html
    assert not re.search(r"https?:|//[a-z]", html)


def test_it_speaks_french() -> None:
    """Dates, decimals and signs as French writes them."""
    page = read(report_page(reports.rich(), language="fr", networks=reports.NETWORKS))

    assert page.attributes("html")[0]["lang"] == "fr"
    assert "lundi 5 octobre 2026" in page.text
    assert re.search(r"×\d,\d", page.text)
    assert re.search(r"\d[\u00a0\u202f]%", report_page(reports.rich(), language="fr"))


def test_it_is_light() -> None:
    """It can be mailed: below 300 kB, whatever the brand has done in eight weeks."""
    assert len(report_page(reports.rich()).encode()) < 120_000


def test_more_effort_than_there_was_is_told() -> None:
    """The bar is full, the number is not cut."""
    report = replace(reports.rich(), capacity=reports.rich().minutes / 1.5)

    page = page_of(report)

    assert "150%" in page.text
    assert "bar full" in {each.get("class") for each in page.attributes("span")}


def test_sentences_are_translated_where_they_are_shown() -> None:
    """And nothing in them becomes markup."""
    report = replace(reports.rich(), short=(Message("{said}", said="<b>bold</b>"),))

    assert "<b>bold</b>" in page_of(report).text
