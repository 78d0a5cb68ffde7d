"""Answers of a real server that speaks Mastodon's API (GoToSocial, on loopback): see `data/`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx

_FILE = Path(__file__).parent / "data" / "mastodon-recorded-gotosocial.json"


@cache
def exchanges() -> dict[str, dict[str, Any]]:
    every: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["gotosocial"]
    return {each["label"]: each for each in every}


def answer(label: str) -> httpx.Response:
    """The recorded answer, as an httpx response to the recorded request."""
    asked, said = exchanges()[label]["request"], exchanges()[label]["response"]
    request = httpx.Request(asked["method"], f"https://toots.example{asked['path']}")
    return httpx.Response(said["status"], headers=said["headers"], text=said["body"], request=request)


def body(label: str) -> Any:
    return answer(label).json()
