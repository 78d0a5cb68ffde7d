"""Meta's usage headers: https://developers.facebook.com/docs/graph-api/overview/rate-limiting"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Quota

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

THROTTLED = frozenset({4, 17, 32, 341, 613, 80001, 80002})
_COUNTERS = ("call_count", "total_time", "total_cputime")
_HOLDS = timedelta(hours=1)
_FULL, _NEARLY, _HIGH = 100, 95, 85  # per cent of a limit


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of the limits is used, in per cent, and how long the network wants to be left alone."""

    account: int = 0  #: the fullest counter of the Page, user or business
    app: int = 0  #: the fullest counter of the app
    regain: timedelta = timedelta(0)  #: until calls are taken again, as the network estimates; 0: not told

    @property
    def fullest(self) -> int:
        return max(self.account, self.app)


def usage(headers: Mapping[str, str]) -> Usage:
    """Read the headers of one answer. What cannot be read counts as unused."""
    business = [entry for entries in _object(headers.get("x-business-use-case-usage")).values() for entry in _entries(entries)]
    page, app = _object(headers.get("x-page-usage")), _object(headers.get("x-app-usage"))
    minutes = max((_number(entry.get("estimated_time_to_regain_access")) for entry in business), default=0)
    return Usage(account=_fullest([*business, page]), app=_fullest([app]), regain=timedelta(minutes=minutes))


def wait(used: Usage, code: int | None = None) -> timedelta:
    """How long to leave the network alone. Meta gives no numbers besides its estimate; those for codes are a careful choice."""
    if used.regain:
        return used.regain
    if code in THROTTLED:
        return timedelta(hours=1) if used.fullest >= _FULL else timedelta(minutes=10)
    if used.fullest >= _NEARLY:
        return timedelta(minutes=10)
    return timedelta(minutes=2) if used.fullest >= _HIGH else timedelta(0)


def quota(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """What is left, in per cent of the fullest counter. Close to the end it says 0 and when to go on.

    The counters roll on and have no moment of reset: what was told holds for an hour.
    """
    if not any(name in headers for name in ("x-business-use-case-usage", "x-app-usage", "x-page-usage")):
        return None
    used = usage(headers)
    pause = wait(used)
    return Quota(
        limit=_FULL,
        remaining=0 if pause else _FULL - min(used.fullest, _FULL),
        resets_at=now + (pause or _HOLDS),
        scope="app" if used.app > used.account and not used.regain else "account",
    )


def _object(text: str | None) -> dict[str, Any]:
    try:
        read = json.loads(text) if text else {}
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _entries(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _fullest(entries: list[dict[str, Any]]) -> int:
    return max((_number(entry.get(name)) for entry in entries for name in _COUNTERS), default=0)


def _number(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 else 0
