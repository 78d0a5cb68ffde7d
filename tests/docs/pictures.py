"""The pictures of the README: what `evenly demo` draws, as a browser shows it. `python -m tests.docs.pictures` makes them anew."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.docs.examples import ROOT
from tests.pages.browsing import Browser, browser

FOLDER = ROOT / "docs" / "pictures"
PAGES = {"calendar": (1280, 880), "report": (1000, 640)}
"""The width of the screen for each page, and how much of it is shown, in pixels."""
_COLOURS = 128


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as chrome:
        quiet = {**os.environ, "TMPDIR": folder, "LANGUAGE": "en"}
        subprocess.run([sys.executable, "-m", "evenly", "demo"], env=quiet, check=True, capture_output=True, timeout=300)
        for name, (width, height) in PAGES.items():
            (page,) = Path(folder).glob(f"evenly-demo-*/{name}.html")
            _drawn(chrome, page, width, height).save(FOLDER / f"{name}.png", optimize=True)
    return 0


def _drawn(chrome: Browser, page: Path, width: int, height: int) -> Image.Image:
    chrome.open(page)
    chrome.look(width=width, theme="light")
    chrome.chrome.execute_script("document.documentElement.style.scrollbarWidth = 'none'")
    shot = chrome.chrome.execute_cdp_cmd("Page.captureScreenshot", {"clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}})
    return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB").quantize(_COLOURS)


if __name__ == "__main__":
    sys.exit(main())
