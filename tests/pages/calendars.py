"""A busy calendar: two accounts, a month, pictures, figures, what needs somebody, and how the mix stands."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from evenly.pages import Calendar
from tests.pages.conftest import NOW, SCORES, calendar, delivery
from tests.pages.reports import NETWORKS, TOPICS, rich

_MONDAY = datetime(2026, 11, 9, 9, tzinfo=ZoneInfo("Europe/Paris"))
_TEXTS = (
    "What silver does when nobody wears it, and how to bring it back in five minutes.",
    "A question for you: would you have this ring repaired, or made anew?",
    "Behind the scenes",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft https://www.example.org/" + "long/" * 12,
)


def busy() -> Calendar:
    """The third week is half over."""
    page, fedi = list(_deliveries("page", "facebook", 0)), list(_deliveries("fedi", "mastodon", 500))
    held = delivery(999, None, state="held", reason="No time fits between its bounds and the windows of the account.")
    evenness = {name: {"value": 1.0 + (name == "times") * 0.4, "best": 1.0} for name in SCORES}
    colours = [_thumbnail(colour) for colour in ("teal", "goldenrod", "indianred")]
    out = [each for each in (*page, *fedi) if each["state"] == "published"]
    return calendar(
        brand="Atelier Lumière",
        language="fr",
        accounts=[
            {"account": "page", "network": "facebook", "deliveries": [*page, held], "evenness": evenness},
            {"account": "fedi", "network": "mastodon", "deliveries": fedi, "evenness": evenness},
        ],
        titles=NETWORKS,
        topics=TOPICS,
        rules=rich().rules,
        figures={each["id"]: {"likes": 12, "comments": 3, "views": 1234} for each in out},
        pictures={each["id"]: colours[int(each["id"]) % 3] for each in (*page, *fedi) if int(each["id"]) % 2},
    )


def _deliveries(account: str, network: str, first: int) -> Iterator[dict[str, Any]]:
    for number in range(14):
        at = _MONDAY + timedelta(days=number * 2.3, minutes=first % 7 * 37)
        is_out = at < NOW
        yield delivery(
            first + number,
            at.isoformat(),
            account=account,
            network=network,
            state="published" if is_out else "failed" if number == 13 else "planned",
            published_at=at.isoformat() if is_out else None,
            url=f"https://social.example/{number}" if is_out else None,
            text=_TEXTS[number % len(_TEXTS)],
            media=[{"path": "ring.jpg", "alt": "A silver band on a dark cloth"}],
            reason="The network said no: the picture is too large." if number == 13 else None,
        )


def _thumbnail(colour: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (112, 112), colour).save(out, "JPEG")
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"
