"""What Meta's error codes mean for us: https://developers.facebook.com/docs/graph-api/guides/error-handling

Decided by code and subcode, never by words and hardly ever by HTTP status; `data/errors.json` is the table.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from evenly.plugin import Duplicate, Message, NetworkError, PostRejected, PrepareAgain, Problem, SignInNeeded, TryLater
from evenly_graph.answers import part_of, unclear
from evenly_graph.calls import publishes
from evenly_graph.cures import cure
from evenly_graph.usage import usage, wait

if TYPE_CHECKING:
    import httpx

_SERVER_FAULT = 500
_BAD_REQUEST = range(400, 500)
_APP_LIMITS = frozenset({4, 341})
_STAGE_ANEW = frozenset({"yes_staging", "resume_at_offset", "new_container"})
_HELD = timedelta(hours=6)  # a block for policy, or for what looks like spam: Meta names no time
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
    whole: str = ""  #: everything that was said, for codes that nobody knows
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
    spoken = [told.get("error_user_title"), told.get("error_user_msg"), told.get("message")]
    return Fault(
        code=_number_or_name(told.get("code")),
        subcode=told["error_subcode"] if isinstance(told.get("error_subcode"), int) else None,
        said=str(told.get("error_user_msg") or told.get("message") or ""),
        whole=" | ".join(dict.fromkeys(str(each) for each in spoken if each)),
        transient=told.get("is_transient") is True,
        trace=told.get("fbtrace_id"),
        data=data if isinstance(data, dict) else {},
    )


def _number_or_name(value: object) -> int | str | None:
    return value if isinstance(value, (int, str)) else None


def meaning(found: Fault, network: str, edge: str | None = None) -> Meaning | None:
    """What the table says: of this very edge, then code with subcode, else the subcode alone, else the code alone."""
    table = _table(network)
    exact = table.get((found.code, found.subcode, edge)) or table.get((found.code, found.subcode, None))
    return exact or table.get((None, found.subcode, None)) or table.get((found.code, None, None))


def refusal(response: httpx.Response, *, network: str, title: str, two_phase: bool = False) -> NetworkError | None:
    """What an error answer of `network` means; None where only its HTTP status tells.

    A fault of the server proves nothing, whatever code it names, and neither does a passing one: the visible call then is unknown.
    `two_phase`: what was staged can be asked whether it is out, so that of the visible call everything is unknown but a plain refusal.
    """
    found = fault(response)
    if response.status_code >= _SERVER_FAULT:
        said = found.said if found else ""
        return unclear(response.request, Message("{network} has a fault of its own: {said}", network=title, said=said or "-"))
    if found is None:
        return None
    known = meaning(found, network, response.request.url.path.rpartition("/")[2])
    if known is None and not found.transient:
        return _unlisted(response, found, title, two_phase=two_phase)
    kind = known.kind if known else "transient"
    if found.transient and kind in {"invalid_content", "media_not_ready", "unknown"}:
        kind = "transient"
    retry = known.retry if known else "reconcile_first"
    if two_phase and publishes(response.request) and retry in _STAGE_ANEW:
        retry = "reconcile_first"
    return _error(response, found, kind, retry, title)


def failed(said: str, *, network: str, title: str) -> NetworkError:
    """Why staged media failed, from the words that stand in place of an error answer: they hold one of the table's subcodes.

    What no person can mend, or nobody knows, is staged anew.
    """
    number = re.search(r"\b[0-9]{6,7}\b", said)
    found = Fault(code=None, subcode=int(number[0]) if number else None, said=said, whole=said)
    known = next((row for (_, subcode, _), row in _table(network).items() if number and subcode == found.subcode), None)
    if known is not None and known.kind == "invalid_content":
        return PostRejected(_problem(found, title))
    return PrepareAgain(_said(found, title))


def _unlisted(response: httpx.Response, found: Fault, title: str, *, two_phase: bool) -> NetworkError | None:
    """Shown whole. New codes that hide a live post have come up before: where it can be asked for, it is."""
    if response.status_code not in _BAD_REQUEST or response.status_code in {401, 403, 429}:
        return None
    said = _said(replace(found, said=found.whole), title)
    return unclear(response.request, said) if two_phase and publishes(response.request) else PostRejected(said)


def _error(response: httpx.Response, found: Fault, kind: str, retry: str, title: str) -> NetworkError:
    said = _said(found, title, kind)
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
            refused = BadParameter if found.code == 100 else PostRejected  # noqa: PLR2004 - Meta's number
            return refused(_problem(found, title))
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
    if not publishes(response.request) and (kind == "unknown" or (kind, retry) == ("media_not_ready", "reconcile_first")):
        return NotThere(message=said)
    if retry == "poll":
        return TryLater(message=said)
    return unclear(response.request, said)


def _slow_down(response: httpx.Response, found: Fault, retry: str, said: Message) -> TryLater:
    """How long to wait: what the headers estimate, else a careful choice. A `Retry-After` is read by whoever sent the request."""
    code = found.code if isinstance(found.code, int) else None
    if retry in {"after_wait_and_human", "reconcile_first"}:
        pause: timedelta | None = _HELD
    elif "retry-after" in response.headers:
        pause = None
    else:
        pause = wait(usage(response.headers), code) or _TOO_FAST
    return TryLater(pause, scope="app" if code in _APP_LIMITS and found.subcode is None else "account", message=said)


def _offset(found: Fault, name: str) -> str | None:
    value = found.data.get(name)
    return None if value is None else str(value)


def _problem(found: Fault, title: str) -> Problem:
    known = cure(found.code, found.subcode)
    return Problem(_said(found, title), known.field if known else None)


def _said(found: Fault, title: str, kind: str = "") -> Message:
    """Meta's own words, its numbers for support, and what to do about it."""
    told, known = _told(found, title), cure(found.code, found.subcode, kind)
    return told if known is None else Message("{said} {cure}", said=told, cure=known.sentence)


def _told(found: Fault, title: str) -> Message:
    if found.code is None:
        return Message("{network} says: {said}", network=title, said=found.said)
    number = str(found.code) if found.subcode is None else f"{found.code}/{found.subcode}"
    if found.trace is None:
        return Message("{network} says: {said} (code {number})", network=title, said=found.said, number=number)
    return Message(
        "{network} says: {said} (code {number}, trace {trace})", network=title, said=found.said, number=number, trace=found.trace
    )


@functools.cache
def _table(network: str) -> dict[tuple[int | str | None, int | None, str | None], Meaning]:
    """The rows for every Graph host, and over them those of one network; (code, subcode, the one edge a row holds for)."""
    rows = json.loads(files("evenly_graph").joinpath("data", "errors.json").read_text(encoding="utf-8"))["errors"]
    table: dict[tuple[int | str | None, int | None, str | None], Meaning] = {}
    for source in ("graph", "rupload", network):
        for row in rows:
            if row["network"] == source:
                table |= {(code, row["subcode"], row.get("edge")): Meaning(row["class"], row["retry"]) for code in _codes(row["code"])}
    return table


def _codes(written: int | str | None) -> list[int | str | None]:
    """`200-299` and `80003,80004` name several codes."""
    if not isinstance(written, str):
        return [written]
    if "," in written:
        return [int(each) for each in written.split(",")]
    first, dash, last = written.partition("-")
    return list(range(int(first), int(last) + 1)) if dash and first.isdigit() else [written]
