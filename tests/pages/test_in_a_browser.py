"""Both pages in a real browser: on every screen, in both languages and themes, quiet, readable and for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import pytest

from evenly.messages import speaking
from evenly.pages import calendar_page, report_page
from evenly.reporting.values import Report
from tests.pages import reports
from tests.pages.browsing import Browser, axe, browser
from tests.pages.calendars import busy

_WIDTHS, _THEMES = (360, 768, 1280), ("light", "dark")


def _report(made: Callable[[], Report]) -> Callable[[], str]:
    return lambda: report_page(made(), networks=reports.NETWORKS, topics=reports.TOPICS)


_PAGES: Mapping[str, Callable[[], str]] = {
    "report": _report(reports.of_a_campaign),
    "early": _report(reports.early),
    "empty": _report(reports.empty),
    "long": _report(lambda: reports.hostile(reports.LONG)),
    "right-to-left": _report(lambda: reports.hostile(reports.RIGHT_TO_LEFT)),
    "calendar": lambda: calendar_page(busy()),
}
_OPENED = [*product(("report", "calendar"), ("en", "fr")), *product(("early", "empty", "long", "right-to-left"), ("en",))]


@dataclass(frozen=True)
class Open:
    """A page in the browser, with everything on it unfolded."""

    name: str
    language: str
    browser: Browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(scope="module", params=_OPENED, ids="-".join)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Open:
    name, language = request.param
    path = tmp_path_factory.mktemp("page") / "page.html"
    with speaking(language):
        path.write_text(_PAGES[name](), encoding="utf-8")
    chromium.open(path)
    chromium.unfold()
    return Open(name, language, chromium)


def test_it_asks_nobody_for_anything_and_complains_of_nothing(page: Open) -> None:
    """No request, no error in the console, at no width and in no theme."""
    for width, theme in product(_WIDTHS, _THEMES):
        page.browser.look(width=width, theme=theme)

    assert page.browser.asked_for() == []
    assert page.browser.complaints() == []


@pytest.mark.parametrize("width", _WIDTHS)
def test_nobody_scrolls_sideways(page: Open, width: int) -> None:
    """On a telephone, a tablet and a desk."""
    page.browser.look(width=width, theme="light")

    assert page.browser.overflow() == 0


def test_the_theme_is_the_readers(page: Open) -> None:
    """Dark paper in the dark."""
    backgrounds = set()
    for theme in _THEMES:
        page.browser.look(width=1280, theme=theme)
        backgrounds.add(page.browser.background())

    assert len(backgrounds) == len(_THEMES)


def test_everybody_can_read_it(page: Open) -> None:
    """Contrast, labelled charts, tables, headings, landmarks: axe-core finds nothing. Colours are the same in every language."""
    if (source := axe()) is None:
        pytest.skip("axe-core is not here (pip install --no-deps axe-playwright-python)")
    screens = list(product(_WIDTHS, _THEMES)) if page.name in {"report", "calendar"} else [(360, "light")]

    found = {}
    for width, theme in screens:
        page.browser.look(width=width, theme=theme)
        found[width, theme] = page.browser.violations(source, contrast=page.language == "en")

    assert not any(found.values()), found
