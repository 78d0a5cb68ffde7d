"""Charts carry what they were given and nothing of the library's: no script, no style, no name, no address."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET

from hypothesis import example, given
from hypothesis import strategies as st

from evenly.insight import Interval
from evenly.pages import charts
from evenly.pages.svg import Chart
from evenly.pages.words import Numbers

NUMBERS = Numbers("en")
CHART = Chart(name="x", title="A title & more", description="A <description>")
MONDAY = date(2026, 10, 5)

names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40)
positive = st.floats(0.01, 100)


def parsed(svg: str) -> ET.Element:
    """The SVG, checked for what no page may carry."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert {node.tag for node in root.iter()} <= {"svg", "g", "path", "rect", "circle", "text", "title", "desc"}
    assert [node.get("id") for node in root.iter() if node.get("id")] == ["chart-x-title", "chart-x-text"]
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "chart-x-title chart-x-text")
    assert [node.text for node in root.iter() if node.tag in {"title", "desc"}] == ["A title & more", "A <description>"]
    assert "http" not in svg
    return root


def words(root: ET.Element) -> list[str]:
    return [node.text for node in root.iter("text") if node.text]


@given(st.lists(st.tuples(names, positive, positive, positive, st.booleans()), min_size=1, max_size=6))
def test_estimates_show_a_dot_and_an_interval_for_each(found: list[tuple[str, float, float, float, bool]]) -> None:
    """Whatever the names and numbers."""
    known = []
    for name, *numbers, is_sure in found:
        low, ratio, high = sorted(numbers)
        known.append(charts.Estimate(name, ratio, Interval(low, high), is_sure))

    root = parsed(charts.estimates(CHART, known, NUMBERS))

    assert len(list(root.iter("circle"))) == len(found)
    assert "1" in words(root)


def test_an_interval_is_one_line() -> None:
    """Without caps, from its low end to its high end, through the dot."""
    root = parsed(charts.estimates(CHART, [charts.Estimate("a", 1.0, Interval(0.5, 2.0), True)], NUMBERS))

    (path,) = [node[0] for node in root.iter("g") if node.get("class") == "ci"]
    (dot,) = root.iter("circle")
    high, low = (float(end.split()[0]) for end in str(path.get("d"))[1:].split("L"))
    assert low < float(str(dot.get("cx"))) < high


def test_half_and_double_are_equally_far() -> None:
    """The scale of ratios is logarithmic."""
    found = [charts.Estimate(name, ratio, Interval(ratio * 0.9, ratio * 1.1), True) for name, ratio in (("a", 0.5), ("b", 1.0), ("c", 2.0))]

    half, one, two = (float(str(dot.get("cx"))) for dot in parsed(charts.estimates(CHART, found, NUMBERS)).iter("circle"))

    assert abs((one - half) - (two - one)) < 1


def test_shares_lie_on_their_band() -> None:
    """A target without bounds has none."""
    found = [charts.Share("a", 0.3, Interval(0.2, 0.4), 0.2, None), charts.Share("b", 0.1, Interval(0.0, 0.2), None, None)]

    root = parsed(charts.shares(CHART, found, NUMBERS))

    assert len([node for node in root.iter("g") if node.get("class") == "ci"]) == 3
    assert {"a", "b", "0%", "50%", "100%"} <= set(words(root))


def test_pairs_have_two_bars_each() -> None:
    """The first name stands on top."""
    root = parsed(charts.pairs(CHART, [("first", 0.7, 0.4), ("second", 0.3, 0.6)], NUMBERS))

    assert len([node for node in root.iter("rect") if "rect" in str(node.get("class"))]) == 4
    places = {node.text: float(str(node.get("y"))) for node in root.iter("text") if node.text in {"first", "second"}}
    assert places["first"] < places["second"]


def test_a_week_without_a_rate_interrupts_the_course() -> None:
    """It is not drawn as if it were known."""
    weeks = [(MONDAY + timedelta(weeks=number), 2.0 + number) for number in (0, 1, 3, 4)]

    root = parsed(charts.course(CHART, weeks, NUMBERS, "Oct 5", "Nov 2"))

    assert len(list(root.iter("circle"))) == 4
    assert len([node for node in root.iter("path") if "reactive" in str(node.get("class"))]) == 2
    assert {"Oct 5", "Nov 2"} <= set(words(root))


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=12))
@example([0.0, 5e-324])
def test_courses_begin_at_nought(rates: list[float]) -> None:
    """So that a small change does not look like a large one."""
    weeks = [(MONDAY + timedelta(weeks=number), rate) for number, rate in enumerate(rates)]

    assert "0%" in words(parsed(charts.course(CHART, weeks, NUMBERS, "a", "b")))
