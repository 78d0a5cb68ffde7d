"""The stand-in counts calls as X does: https://docs.x.com/x-api/fundamentals/rate-limits"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from evenly_x.standing_in.state import State
from evenly_x.standing_in.wsgi import Problem, problem

_WINDOW = timedelta(minutes=15)
MOST = {"create": 100, "delete": 50, "posts": 5_000, "timeline": 900, "me": 75, "media": 1_875}


def count(state: State, who: str, endpoint: str) -> dict[str, str]:
    """Count a call and give the headers that tell what is left. Raises `Problem` (429), and then counts nothing."""
    now, most = state.clock.now(), MOST[endpoint]
    calls = state.calls.setdefault((who, endpoint), [])
    calls[:] = [at for at in calls if at > now - _WINDOW]
    if len(calls) >= most:
        raise _too_many(_headers(most, calls, now))
    calls.append(now)
    return _headers(most, calls, now)


def _too_many(headers: dict[str, str]) -> Problem:
    refused = problem(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests")
    refused.answer.headers.update(headers)
    return refused


def _headers(most: int, calls: list[datetime], now: datetime) -> dict[str, str]:
    reset = (calls[0] if calls else now) + _WINDOW
    return {
        "x-rate-limit-limit": str(most),
        "x-rate-limit-remaining": str(most - len(calls)),
        "x-rate-limit-reset": str(int(reset.timestamp())),
    }
