"""Requests and answers of the stand-in: as much of HTTP as its clients use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_LARGEST_BODY = 120 * 2**20


@dataclass
class File:
    """A file in a multipart body."""

    name: str
    content: bytes


@dataclass
class Request:
    """A request as a route sees it."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The body's fields, of a form, a multipart form or JSON; names lose their `[]`. Raises `Refusal` (400)."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip()
        if kind == "application/json":
            return self._json()
        if kind == "multipart/form-data":
            return {name: value for name, value in self._parts() if isinstance(value, str)}
        return _form(self.body.decode("utf-8", "replace"))

    @cached_property
    def files(self) -> dict[str, File]:
        return {name: value for name, value in self._parts() if isinstance(value, File)}

    def one(self, name: str) -> str:
        """A parameter of the address; empty where it is missing."""
        return self.query.get(name, [""])[0]

    def _json(self) -> dict[str, Any]:
        try:
            read = json.loads(self.body or b"{}")
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise Refusal(HTTPStatus.BAD_REQUEST, "Error occurred while parsing request parameters")
        return read

    def _parts(self) -> Iterator[tuple[str, str | File]]:
        boundary = _parameters(self.headers.get("content-type", "")).get("boundary", "")
        for piece in self.body.split(b"--" + boundary.encode()) if boundary else ():
            head, blank, content = piece.partition(b"\r\n\r\n")
            said = _parameters(_disposition(head))
            if blank and "name" in said:
                content = content.removesuffix(b"\r\n")
                yield said["name"], File(said["filename"], content) if "filename" in said else content.decode("utf-8", "replace")


@dataclass
class Answer:
    """What a route gives back: JSON, or a page where `html` is set."""

    json: Any = None
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)
    html: str | None = None

    @property
    def body(self) -> bytes:
        return json.dumps(self.json).encode() if self.html is None else self.html.encode()

    @property
    def content_type(self) -> str:
        return "application/json; charset=utf-8" if self.html is None else "text/html; charset=utf-8"


class Refusal(Exception):
    """An error answer in the API's own shape."""

    def __init__(self, status: HTTPStatus, error: str, **more: str) -> None:
        self.answer = Answer({"error": error, **more}, status)
        super().__init__(error)


def request(environ: WSGIEnvironment) -> Request:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), _LARGEST_BODY)
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True):
        query.setdefault(name.removesuffix("[]"), []).append(value)
    return Request(environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"), query, headers, environ["wsgi.input"].read(length))


def _form(body: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        if name.endswith("[]"):
            fields.setdefault(name[:-2], []).append(value)
        else:
            fields[name] = value
    return fields


def _parameters(header: str) -> dict[str, str]:
    message = Message()
    message["content-type"] = header
    return {name: value for name, value in message.get_params([]) if isinstance(value, str)}


def _disposition(head: bytes) -> str:
    lines = [line for line in head.decode("utf-8", "replace").splitlines() if line.lower().startswith("content-disposition:")]
    return lines[0].partition(":")[2].strip() if lines else ""
