"""A real browser for the pages: it tells what it asked for, what it complained about, how wide a page is, and what axe-core finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.consenting import programs

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_HEIGHT = 900
_LONG = 60  #: seconds
_RUN = """
const done = arguments[arguments.length - 1];
const told = node => node.target.join(" ") + " " + node.failureSummary;
axe.run(document, {resultTypes: ["violations"], rules: {"color-contrast": {enabled: arguments[0]}}})
    .then(found => done(found.violations.map(each => each.id + ": " + each.nodes.slice(0, 3).map(told).join("; "))));
"""


@dataclass(frozen=True)
class Browser:
    """Chromium without a window."""

    chrome: Chrome

    def open(self, page: Path) -> None:
        """Anew, with the memory of what went before wiped."""
        self._requests()
        self.chrome.get(page.as_uri())

    def look(self, *, width: int, theme: str) -> None:
        """As a screen of so many pixels in a light or dark theme."""
        size = {"width": width, "height": _HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})

    def unfold(self) -> None:
        """Open what a reader may open."""
        self.chrome.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.chrome.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def background(self) -> str:
        return str(self.chrome.execute_script("return getComputedStyle(document.body).backgroundColor"))

    def violations(self, axe: str, *, contrast: bool) -> list[str]:
        """What axe-core finds against the rules of accessibility; looking at the `contrast` of every word takes most of its time."""
        self.chrome.execute_script(f"if (!window.axe) {{ {axe} }}")
        return [str(each) for each in self.chrome.execute_async_script(_RUN, contrast)]

    def asked_for(self) -> list[str]:
        """The addresses that were asked for since a page was opened, but for the page and what stands inside it."""
        return [url for url in self._requests() if not url.startswith(("file:", "data:"))]

    def complaints(self) -> list[str]:
        """What stands in the console."""
        return [str(each["message"]) for each in self._log("browser")]

    def _requests(self) -> list[str]:
        entries = [json.loads(each["message"])["message"] for each in self._log("performance")]
        sent: list[dict[str, Any]] = [each["params"]["request"] for each in entries if each["method"] == "Network.requestWillBeSent"]
        return [str(request["url"]) for request in sent]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.chrome.get_log(kind)  # type: ignore[no-untyped-call] # Selenium's own lack
        return found


@contextmanager
def browser() -> Iterator[Browser]:
    """Skips where this machine has none."""
    found = programs()
    if found is None:
        pytest.skip("this machine has no Chromium with its driver (Debian: apt-get install chromium chromium-driver)")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location, driver = found
    # Its own sandbox works neither for root nor in most containers; nothing but our own pages is visited.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    chrome.set_page_load_timeout(_LONG)
    chrome.set_script_timeout(_LONG)
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()


@cache
def axe() -> str | None:
    """The source of axe-core, as the package axe-playwright-python has it; the package itself is not imported."""
    spec = find_spec("axe_playwright_python")
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    return (Path(places[0]) / "axe.min.js").read_text(encoding="utf-8") if places else None
