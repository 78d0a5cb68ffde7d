"""What Meta's error codes mean for us: https://developers.facebook.com/docs/graph-api/guides/error-handling

Decided by code and subcode, never by words and hardly ever by HTTP status; `data/errors.json` is the table.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from evenly.plugin import Duplicate, Message, NetworkError, PostRejected, PrepareAgain, SignInNeeded, TryLater
from evenly_graph.answers import part_of, unclear
from evenly_graph.calls import publishes
from evenly_graph.usage import usage, wait

if TYPE_CHECKING:
    import httpx

_SERVER_FAULT = 500
_BAD_REQUEST = range(400, 500)
_APP_LIMITS = frozenset({4, 341})
_STAGE_ANEW = frozenset({"yes_staging", "resume_at_offset", "new_container"})
_HELD = timedelta(hours=6)  # a block for policy: Meta names no time
_TOO_FAST = timedelta(hours=1)


class PermissionMissing(SignInNeeded):
    """The token is good, but may not do this."""


class NotThere(TryLater):
    """The object is gone, hidden from this token, or so new that it cannot be read yet. Meta does not tell which."""


class BadParameter(PostRejected):
    """A parameter, a field or a metric that the network does not take (code 100)."""


class WrongOffset(TryLater):
    """A chunk of an upload began at the wrong place; the network names the right one."""

    def __init__(self, start: str | None, end: str | None, message: Message) -> None:
        self.start, self.end = start, end
        super().__init__(timedelta(0), message=message)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the body of an error answer says."""

    code: int | str | None  #: rupload hosts name a type instead of a number
    subcode: int | None = None
    said: str = ""
    transient: bool = False
    trace: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row of the table."""

    kind: str  #: auth, permission, rate_limit, transient, invalid_content, duplicate, media_not_ready, unknown
    retry: str


def fault(response: httpx.Response) -> Fault | None:
    """Read an error's body; None where it is not one of Meta's."""
    try:
        body = response.json()
    except ValueError:
        return None
    told, upload = part_of(body, "error"), part_of(body, "debug_info")
    if isinstance(upload, dict) and not isinstance(told, dict):
        kind, said = _number_or_name(upload.get("type")), str(upload.get("message") or "")
        return Fault(code=kind, said=said, transient=upload.get("retriable") is True)
    if not isinstance(told, dict):
        return None
    data = told.get("error_data")
    return Fault(
        code=_number_or_name(told.get("code")),
        subcode=told["error_subcode"] if isinstance(told.get("error_subcode"), int) else None,
        said=str(told.get("error_user_msg") or told.get("message") or ""),
        transient=told.get("is_transient") is True,
        trace=told.get("fbtrace_id"),
        data=data if isinstance(data, dict) else {},
    )


def _number_or_name(value: object) -> int | str | None:
    return value if isinstance(value, (int, str)) else None


def meaning(found: Fault, network: str) -> Meaning | None:
    """What the table says: code with subcode, else the subcode alone, else the code alone."""
    table = _table(network)
    return table.get((found.code, found.subcode)) or table.get((None, found.subcode)) or table.get((found.code, None))


def refusal(response: httpx.Response, *, network: str, title: str) -> NetworkError | None:
    """What an error answer of `network` means; None where only its HTTP status tells.

    A fault of the server proves nothing, whatever code it names, and neither does a passing one: the visible call then is unknown.
    """
    found = fault(response)
    if response.status_code >= _SERVER_FAULT:
        said = found.said if found else ""
        return unclear(response.request, Message("{network} has a fault of its own: {said}", network=title, said=said or "-"))
    if found is None:
        return None
    known = meaning(found, network)
    if known is None and not found.transient:
        return _unlisted(response, found, title)
    kind = known.kind if known else "transient"
    if found.transient and kind in {"invalid_content", "media_not_ready", "unknown"}:
        kind = "transient"
    return _error(response, found, kind, known.retry if known else "reconcile_first", title)


def _unlisted(response: httpx.Response, found: Fault, title: str) -> NetworkError | None:
    if response.status_code not in _BAD_REQUEST or response.status_code in {401, 403, 429}:
        return None
    return PostRejected(_said(found, title))


def _error(response: httpx.Response, found: Fault, kind: str, retry: str, title: str) -> NetworkError:
    said = _said(found, title)
    match kind:
        case "auth":
            return SignInNeeded(said)
        case "permission":
            return PermissionMissing(said)
        case "rate_limit" if not (retry == "reconcile_first" and publishes(response.request)):
            return _slow_down(response, found, retry, said)
        case "duplicate":
            return Duplicate(message=said)
        case "invalid_content":
            return BadParameter(said) if found.code == 100 else PostRejected(said)  # noqa: PLR2004 - Meta's number
        case _:
            return _unsettled(response, found, kind, retry, said)


def _unsettled(response: httpx.Response, found: Fault, kind: str, retry: str, said: Message) -> NetworkError:
    """Passing faults, media that are not ready, objects that are not there."""
    if retry in _STAGE_ANEW and publishes(response.request):
        return PrepareAgain(said)
    if retry == "resume_at_offset":
        return WrongOffset(_offset(found, "start_offset"), _offset(found, "end_offset"), said)
    if retry == "new_container":
        return PrepareAgain(said)
    if kind == "unknown" and not publishes(response.request):
        return NotThere(message=said)
    if retry == "poll":
        return TryLater(message=said)
    return unclear(response.request, said)


def _slow_down(response: httpx.Response, found: Fault, retry: str, said: Message) -> TryLater:
    """How long to wait: what the headers estimate, else a careful choice. A `Retry-After` is read by whoever sent the request."""
    code = found.code if isinstance(found.code, int) else None
    if retry == "after_wait_and_human":
        pause: timedelta | None = _HELD
    elif "retry-after" in response.headers:
        pause = None
    else:
        pause = wait(usage(response.headers), code) or _TOO_FAST
    return TryLater(pause, scope="app" if code in _APP_LIMITS else "account", message=said)


def _offset(found: Fault, name: str) -> str | None:
    value = found.data.get(name)
    return None if value is None else str(value)


def _said(found: Fault, title: str) -> Message:
    number = str(found.code) if found.subcode is None else f"{found.code}/{found.subcode}"
    if found.trace is None:
        return Message("{network} says: {said} (code {number})", network=title, said=found.said, number=number)
    return Message(
        "{network} says: {said} (code {number}, trace {trace})", network=title, said=found.said, number=number, trace=found.trace
    )


@functools.cache
def _table(network: str) -> dict[tuple[int | str | None, int | None], Meaning]:
    """The rows for every Graph host, and over them those of one network."""
    rows = json.loads(files("evenly_graph").joinpath("data", "errors.json").read_text(encoding="utf-8"))["errors"]
    table: dict[tuple[int | str | None, int | None], Meaning] = {}
    for source in ("graph", "rupload", network):
        for row in rows:
            if row["network"] == source:
                table |= {(code, row["subcode"]): Meaning(row["class"], row["retry"]) for code in _codes(row["code"])}
    return table


def _codes(written: int | str | None) -> list[int | str | None]:
    """`200-299` and `80003,80004` name several codes."""
    if not isinstance(written, str):
        return [written]
    if "," in written:
        return [int(each) for each in written.split(",")]
    first, dash, last = written.partition("-")
    return list(range(int(first), int(last) + 1)) if dash and first.isdigit() else [written]
