"""Documents as `evenly plan --json` prints them, and a French catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evenly import messages
from evenly.pages import Calendar

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
SCORES = ("days", "times", "weekday_daypart", "gap_least", "gap_largest", "mix", "stagger")


def delivery(number: int, due: str | None, **more: Any) -> dict[str, Any]:
    """A planned delivery of the account `page`."""
    return {
        "id": str(number),
        "post": f"p{number}",
        "account": "page",
        "network": "facebook",
        "state": "planned",
        "due": due,
        "pinned": False,
        "text": f"Post number {number}",
        "link": None,
        "media": [],
        "origin": "owned",
        "topic": None,
        "on_topic": None,
        "actions": [],
        "campaign": None,
        "effort_minutes": None,
        "url": None,
        "remote_id": None,
        "published_at": None,
        "reason": None,
        **more,
    }


def calendar(*deliveries: dict[str, Any], evenness: dict[str, Any] | None = None, **more: Any) -> Calendar:
    """The calendar of a brand with the account `page`."""
    account = {"account": "page", "network": "facebook", "deliveries": list(deliveries), "evenness": evenness or {}}
    values: dict[str, Any] = {"brand": "Atelier", "zone": "Europe/Paris", "now": NOW, "accounts": [account], "language": "en", **more}
    return Calendar(**values)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a test says otherwise."""
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A reader of French, with a catalogue of some sentences."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalogue = Catalog(locale="fr")
    catalogue.add("Week by week", "Semaine par semaine")
    catalogue.add("Week of {monday}", "Semaine du {monday}")
    catalogue.add(("{n} like", "{n} likes"), ("{n} j’aime", "{n} j’aime"))
    place = tmp_path / "locales" / "fr" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "evenly.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path / "locales")
    monkeypatch.setenv("LANGUAGE", "fr")
    messages._catalogue.cache_clear()
    yield
    messages._catalogue.cache_clear()
