"""What the networks' own descriptions of their APIs have against the traffic of a whole campaign: real calls, and not samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import httpx

from evenly.plugin.testing.serving import Seen
from evenly_graph.stand_in import read_call
from tests.plugins.facebook import endpoints as facebook
from tests.plugins.instagram import endpoints as instagram
from tests.plugins.linkedin import endpoints as linkedin
from tests.plugins.x import description as x


def faults(network: str, log: Sequence[Seen]) -> list[str]:
    """Everything that a network's description does not know. Mastodon has none that machines can read."""
    judge = _JUDGES.get(network)
    return [] if judge is None else [f"{seen.method} {seen.path}: {fault}" for seen in list(log) for fault in judge(seen)]


def _against_x(seen: Seen) -> list[str]:
    if x.missing() is not None:
        return []
    return x.faults(httpx.Request(seen.method, f"https://api.x.com{_target(seen)}", headers=dict(seen.headers), content=seen.body))


def _against_facebook(seen: Seen) -> list[str]:
    request = facebook.recorded(_environ(seen))
    return [] if request is None else facebook.faults(request)


def _against_instagram(seen: Seen) -> list[str]:
    return list(instagram.faults(read_call(_environ(seen)), None).wrong)


def _against_linkedin(seen: Seen) -> list[str]:
    return linkedin.faults(linkedin.Sent(seen.method, _target(seen), seen.headers, seen.body))


_JUDGES: Mapping[str, Callable[[Seen], list[str]]] = {
    "facebook": _against_facebook,
    "instagram": _against_instagram,
    "linkedin": _against_linkedin,
    "x": _against_x,
}


def _target(seen: Seen) -> str:
    return f"{seen.path}?{seen.query}" if seen.query else seen.path


def _environ(seen: Seen) -> dict[str, object]:
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in seen.headers.items()}
    return {
        **headers,
        "REQUEST_METHOD": seen.method,
        "PATH_INFO": seen.path,
        "QUERY_STRING": seen.query,
        "CONTENT_TYPE": seen.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(seen.body)),
        "wsgi.input": BytesIO(seen.body),
    }
