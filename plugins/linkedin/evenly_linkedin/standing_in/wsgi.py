"""Requests and answers of the stand-in: as much of HTTP and of Rest.li as its clients use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

REASONS = {426: "Upgrade Required", 999: "Request denied"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a route sees it. `query` holds its values as they were sent: in Rest.li brackets are syntax."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  #: lower-case names
    body: bytes

    def one(self, name: str) -> str:
        """A plain value; empty where it is missing."""
        return unquote(self.query.get(name, ""))

    def listed(self, name: str) -> list[str]:
        """The values of `List(…)`. One whose brackets were encoded is no list. Raises `Refusal`."""
        sent = self.query[name]
        if not (sent.startswith("List(") and sent.endswith(")")):
            raise Refusal(400, "INVALID_VALUE_FOR_FIELD", f"Parameter '{name}' is invalid")
        return [unquote(each) for each in sent[5:-1].split(",") if each]

    def number(self, name: str, default: int) -> int:
        sent = self.one(name) or str(default)
        if not sent.isdigit():
            raise Refusal(400, "INVALID_VALUE_FOR_FIELD", f"Parameter '{name}' is invalid")
        return int(sent)

    @property
    def token(self) -> str:
        kind, _, held = self.headers.get("authorization", "").partition(" ")
        return held if kind == "Bearer" else ""

    def json(self) -> dict[str, Any]:
        """The body's object. Raises `Refusal`."""
        try:
            read = json.loads(self.body)
        except ValueError:
            read = None
        if not isinstance(read, dict) or not self.headers.get("content-type", "").startswith("application/json"):
            raise Refusal(400, "INVALID_REQUEST_BODY", "The body is no JSON object")
        return read

    def form(self) -> dict[str, str]:
        if not self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(slots=True)
class Answer:
    """JSON, a page where `html` is set, or nothing."""

    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    html: str | None = None

    @property
    def body(self) -> bytes:
        if self.html is not None:
            return self.html.encode()
        return b"" if self.json is None else json.dumps(self.json).encode()

    @property
    def content_type(self) -> str:
        return "application/json" if self.html is None else "text/html; charset=utf-8"


class Refusal(Exception):
    """An error answer in the API's own shape."""

    def __init__(self, status: int, code: str, said: str, **more: Any) -> None:
        super().__init__(said)
        self.answer = Answer({"status": status, "code": code, "message": said, **more}, status)


class Denied(Exception):
    """An error answer of the OAuth endpoints: RFC 6749, section 5.2."""

    def __init__(self, status: int, error: str, said: str) -> None:
        super().__init__(said)
        self.answer = Answer({"error": error, "error_description": said}, status)


def request(environ: WSGIEnvironment) -> Request:
    headers = {name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = str(environ.get("CONTENT_TYPE") or "")
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    sent = [each.partition("=") for each in str(environ.get("QUERY_STRING") or "").split("&") if each]
    query = {unquote(name): value for name, _, value in sent}
    path = str(environ.get("PATH_INFO") or "/").encode("latin-1").decode("utf-8", "replace")
    return Request(str(environ["REQUEST_METHOD"]), path, query, headers, body)
