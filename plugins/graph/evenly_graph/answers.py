"""Reading the Graph API's answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message, NetworkError, OutcomeUnknown, TryLater
from evenly_graph.calls import publishes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    import httpx


def unclear(request: httpx.Request, message: Message, *, wait: timedelta | None = None) -> NetworkError:
    """What an answer that proves nothing means: the visible call may have worked, any other is simply made again."""
    return OutcomeUnknown(message) if publishes(request) else TryLater(wait, message=message)


def answer(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of a success. One that cannot be read, or that names an error after all, proves nothing."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and "error" not in body:
        return body
    raise unclear(response.request, Message("{host} gave an answer that cannot be read.", host=response.request.url.host))


def identifier(response: httpx.Response, *names: str) -> str:
    """The first of these fields that holds an id. Ids are strings: they exceed what a float holds exactly."""
    body = answer(response)
    for name in names:
        if isinstance(body.get(name), (str, int)) and not isinstance(body[name], bool) and str(body[name]):
            return str(body[name])
    raise unclear(response.request, Message("{host} named no id.", host=response.request.url.host))


def success(response: httpx.Response) -> dict[str, Any]:
    """The object of an answer that must say `{"success": true}`."""
    body = answer(response)
    if body.get("success") is True:
        return body
    raise unclear(response.request, Message("{host} did not confirm it.", host=response.request.url.host))


def moment(text: object) -> datetime | None:
    """A time as the Graph API writes it (`2026-11-20T09:15:00+0000`, or seconds since 1970), in UTC. None where there is none."""
    try:
        if isinstance(text, (int, float)) or (isinstance(text, str) and text.isdigit()):
            return datetime.fromtimestamp(float(text), UTC) if float(text) > 0 else None
        return datetime.fromisoformat(str(text)).astimezone(UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def part_of(body: Mapping[str, Any], *path: str | int) -> Any:
    """What stands at `path` in an answer; None where any piece of the way is missing."""
    here: Any = body
    for step in path:
        if isinstance(step, str) and isinstance(here, dict):
            here = here.get(step)
        elif isinstance(step, int) and isinstance(here, list) and -len(here) <= step < len(here):
            here = here[step]
        else:
            return None
    return here


def count(value: object) -> int | None:
    """A figure: a whole number, or the sum of an object's (reactions by kind). None where it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return int(value)
    if isinstance(value, dict):
        return sum(int(each) for each in value.values() if isinstance(each, (int, float)) and not isinstance(each, bool))
    return None
