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

_LARGEST_BODY = 64 * 2**20
_PROBLEMS = "https://api.x.com/2/problems/"


@dataclass
class Request:
    """A request as a route sees it."""

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @cached_property
    def json(self) -> dict[str, Any]:
        """The object in the body. Raises `Problem` (400)."""
        try:
            read = json.loads(self.body or b"{}")
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise invalid("The request body is not valid JSON.")
        return read

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """The fields of a multipart form."""
        return dict(self._parts())

    def _parts(self) -> Iterator[tuple[str, bytes]]:
        boundary = _parameters(self.headers.get("content-type", "")).get("boundary", "")
        for piece in self.body.split(b"--" + boundary.encode()) if boundary else ():
            head, blank, content = piece.partition(b"\r\n\r\n")
            name = _parameters(_disposition(head)).get("name")
            if blank and name:
                yield name, content.removesuffix(b"\r\n")


@dataclass
class Answer:
    """What a route gives back: JSON, or text as it stands."""

    json: Any = None
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    content_type: str = "application/json; charset=utf-8"

    @property
    def body(self) -> bytes:
        return json.dumps(self.json).encode() if self.text is None else self.text.encode()


class Problem(Exception):
    """An error answer: https://docs.x.com/x-api/fundamentals/response-codes-and-errors"""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(str(answer.json))


def problem(status: HTTPStatus, detail: str, *, kind: str = "about:blank", title: str | None = None, **more: Any) -> Problem:
    """In the shape of RFC 7807; `kind` is the last step of its type's address."""
    body = {
        "title": title or status.phrase,
        "detail": detail,
        "type": kind if kind == "about:blank" else f"{_PROBLEMS}{kind}",
        "status": int(status),
        **more,
    }
    return Problem(Answer(body, status, content_type="application/problem+json"))


def invalid(message: str, **parameters: list[str]) -> Problem:
    return problem(
        HTTPStatus.BAD_REQUEST,
        "One or more parameters to your request was invalid.",
        kind="invalid-request",
        title="Invalid Request",
        errors=[{"message": message, "parameters": parameters}],
    )


def forbidden(detail: str, kind: str = "about:blank", **more: Any) -> Problem:
    return problem(HTTPStatus.FORBIDDEN, detail, kind=kind, **more)


def page(text: str) -> Answer:
    return Answer(text=f'<!doctype html><html lang="en"><title>X</title>{text}</html>', content_type="text/html; charset=utf-8")


def redirect(address: str) -> Answer:
    return Answer(text="", status=HTTPStatus.FOUND, headers={"Location": address})


def request(environ: WSGIEnvironment) -> Request:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), _LARGEST_BODY)
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    query = environ.get("QUERY_STRING", "")
    return Request(environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"), query, headers, environ["wsgi.input"].read(length))


def _parameters(header: str) -> dict[str, str]:
    message = Message()
    message["content-type"] = header
    return {name: value for name, value in message.get_params([]) if isinstance(value, str)}


def _disposition(head: bytes) -> str:
    lines = [line for line in head.decode("utf-8", "replace").splitlines() if line.lower().startswith("content-disposition:")]
    return lines[0].partition(":")[2].strip() if lines else ""
