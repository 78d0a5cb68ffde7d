"""The stand-in counts calls as Mastodon does: https://docs.joinmastodon.org/api/rate-limits/"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from evenly_mastodon.standing_in.state import State
from evenly_mastodon.standing_in.wsgi import Refusal, Request


@dataclass(frozen=True)
class Limit:
    """So many calls in so long."""

    name: str
    most: int
    span: timedelta

    def counts(self, request: Request) -> bool:
        """Whether this call counts against it."""
        uploads = request.path in {"/api/v1/media", "/api/v2/media"}
        return {
            "calls": True,
            "uploads": request.method == "POST" and uploads,
            "statuses": request.method == "POST" and request.path == "/api/v1/statuses",
            "deletes": request.method == "DELETE",
        }[self.name]


LIMITS = (
    Limit("calls", 300, timedelta(minutes=5)),
    Limit("uploads", 30, timedelta(minutes=30)),
    Limit("statuses", 300, timedelta(hours=3)),
    Limit("deletes", 30, timedelta(minutes=30)),
)


def count(state: State, who: str, request: Request) -> dict[str, str]:
    """Count a call and give the headers of the narrowest limit that applied. Raises `Refusal` (429), and then counts nothing."""
    now = state.clock.now()
    applied = [limit for limit in LIMITS if limit.counts(request) and (limit.name == "calls" or state.kind == "mastodon")]
    used = {limit: _recent(state, who, limit, now) for limit in applied}
    for limit, calls in used.items():
        if len(calls) >= limit.most:
            refusal = Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests" if state.kind == "mastodon" else "rate limit reached")
            refusal.answer.headers.update(_headers(limit, calls, now))
            raise refusal
    for calls in used.values():
        calls.append(now)
    narrowest = min(applied, key=lambda limit: limit.most - len(used[limit]))
    return _headers(narrowest, used[narrowest], now)


def _recent(state: State, who: str, limit: Limit, now: datetime) -> list[datetime]:
    calls = state.calls.setdefault((who, limit.name), [])
    calls[:] = [at for at in calls if at > now - limit.span]
    return calls


def _headers(limit: Limit, calls: list[datetime], now: datetime) -> dict[str, str]:
    reset = (calls[0] if calls else now) + limit.span
    return {
        "X-RateLimit-Limit": str(limit.most),
        "X-RateLimit-Remaining": str(max(limit.most - len(calls), 0)),
        "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
