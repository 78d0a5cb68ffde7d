"""The plumbing of a stand-in that speaks the Graph API's dialect: calls, errors, pages of lists, figures that grow. No framework."""

from __future__ import annotations

import hashlib
import json
import math
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from wsgiref.types import StartResponse, WSGIEnvironment

    from evenly.plugin import Clock

_HALF_GROWN = timedelta(hours=12)


class GraphError(Exception):
    """An error as the Graph API words it."""

    def __init__(
        self, code: int, subcode: int | None = None, said: str = "", *, status: int = 400, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(said)
        kind = {190: "OAuthException", 100: "GraphMethodException"}.get(code, "OAuthException")
        body: dict[str, Any] = {"message": said or f"(#{code}) refused", "type": kind, "code": code, "fbtrace_id": "ATRACE"}
        extra = {"error_subcode": subcode, "error_data": dict(data) if data else None}
        self.status = status
        self.body = {"error": body | {name: value for name, value in extra.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class Call:
    """One request, taken apart."""

    method: str
    path: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  #: lower-case names
    body: bytes = b""

    @property
    def token(self) -> str:
        held = self.headers.get("authorization", "").split(" ", 1)
        return held[1] if len(held) == 2 and held[0] in {"Bearer", "OAuth"} else self.params.get("access_token", "")

    def objects(self, name: str) -> list[dict[str, Any]]:
        """A list of objects, sent as `name[0]`, `name[1]`, … or as one JSON text."""
        whole = self.params.get(name)
        indexed = [self.params[f"{name}[{index}]"] for index in range(100) if f"{name}[{index}]" in self.params]
        try:
            return list(json.loads(whole)) if whole else [json.loads(each) for each in indexed]
        except ValueError:
            raise GraphError(100, said=f"(#100) Param {name} must be an array") from None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: JSON, unless it is a page for people or a redirect."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class GraphApp:
    """A WSGI application that gives every call to `answer`, one at a time, and its errors the Graph API's shape."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.Lock()  #: held by the call whose turn it is

    def answer(self, call: Call) -> Reply:
        """Overridden by the stand-in of one network."""
        raise GraphError(2500, said=f"Unknown path components: /{'/'.join(call.path)}")

    def received(self, call: Call) -> Call:
        """What is done with a call before its turn, while others may have theirs: fetching a file from elsewhere."""
        return call

    def usage(self, call: Call) -> dict[str, str]:  # noqa: ARG002 - what a network counts depends on the call
        """Usage headers for the answer to `call`."""
        return {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = self.received(read_call(environ))
        with self.lock:
            try:
                reply = self.answer(call)
            except GraphError as error:
                reply = Reply(error.body, error.status)
            usage = self.usage(call)
        body = reply.body.encode() if isinstance(reply.body, str) else json.dumps(reply.body).encode()
        kind = "text/html; charset=utf-8" if isinstance(reply.body, str) else "application/json; charset=UTF-8"
        date = format_datetime(self.clock.now().replace(microsecond=0), usegmt=True)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Date": date, **usage, **reply.headers}
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", list(headers.items()))
        return [body]


def read_call(environ: WSGIEnvironment) -> Call:
    headers = {name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")}
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    params = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    sent, files = _fields(str(environ.get("CONTENT_TYPE") or ""), body)
    path = tuple(each for each in str(environ.get("PATH_INFO", "")).split("/") if each)
    return Call(str(environ["REQUEST_METHOD"]), path, params | sent, files, headers, body)


def _fields(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
    if content_type.startswith("application/json"):
        told = json.loads(body or b"{}")
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}, {}
    if content_type.startswith("multipart/form-data"):
        return _multipart(content_type, body)
    return {}, {}


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if name is None or not isinstance(content, bytes):
            continue
        if part.get_filename() is None:
            fields[str(name)] = content.decode()
        else:
            files[str(name)] = content
    return fields, files


def listed(items: Sequence[Any], call: Call, *, most: int = 100) -> dict[str, Any]:
    """One page of a list, with cursors; `next` only where there is more."""
    limit = int(call.params.get("limit") or 25)
    if not 0 <= limit <= most:
        raise GraphError(100, said=f"(#100) limit must be at most {most}")
    start = _place(call.params["after"]) if call.params.get("after") else 0
    shown = list(items[start : start + limit])
    if not shown:
        return {"data": []}
    paging: dict[str, Any] = {"cursors": {"before": _cursor(start), "after": _cursor(start + len(shown))}}
    if start + len(shown) < len(items):
        asked = {**call.params, "after": _cursor(start + len(shown))}
        paging["next"] = f"https://graph.facebook.com/{'/'.join(call.path)}?{urlencode(asked)}"
    return {"data": shown, "paging": paging}


def _cursor(place: int) -> str:
    return urlsafe_b64encode(f"at {place}".encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(urlsafe_b64decode(cursor).decode().removeprefix("at "))
    except ValueError:
        raise GraphError(100, said="(#100) Invalid cursors values") from None


def asked_fields(call: Call, known: Iterable[str], default: Sequence[str]) -> list[str]:
    """The top-level names of `fields`. One that the object does not have makes the whole call fail."""
    text, names, depth, name = call.params.get("fields", ""), [], 0, ""
    for sign in f"{text},":
        depth += (sign in "{(") - (sign in "})")
        if sign == "," and depth == 0:
            names.append(name.split("{", maxsplit=1)[0].split(".", maxsplit=1)[0].split("(", maxsplit=1)[0].strip())
            name = ""
        else:
            name += sign
    asked = [each for each in names if each] or list(default)
    for each in asked:
        if each not in known:
            raise GraphError(100, said=f"(#100) Tried accessing nonexisting field ({each})")
    return asked


def grown(age: timedelta, most: int, *names: object) -> int:
    """A figure that depends on `names` alone and grows with `age` towards its own share of `most`, fast at first."""
    share = int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:4]) / 2**32
    return int(most * (0.2 + 0.8 * share) * (1 - math.exp(-max(age, timedelta(0)) / _HALF_GROWN)))
