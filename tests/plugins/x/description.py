"""Is a request one that X's own description of its API knows?

The two descriptions (versions 2.166 with the older words for reading, 2.167 with the newer) are X's and not part of this project. They are
looked for in the folder that EVENLY_X_OPENAPI names, else in `../shared/networks/data` beside the project: `x-openapi-2.166-trimmed.json`
and `x-openapi-2.167-trimmed.json`, cut from `openapi.json` of https://github.com/xdevplatform/docs. Without them nothing is judged.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

VERSIONS = {"tweet": "2.166", "post": "2.167"}
_HOST = "api.x.com"
#: Signing in is in no description; these are the only calls of it.
_SIGNING_IN = {"/2/oauth2/token", "/oauth/request_token", "/oauth/access_token"}


def folder() -> Path:
    named = os.environ.get("EVENLY_X_OPENAPI")
    return Path(named) if named else Path(__file__).parents[3].parent / "shared" / "networks" / "data"


def missing() -> str | None:
    """Why nothing can be judged; None where it can."""
    absent = [path.name for path in map(_file, VERSIONS) if not path.is_file()]
    return f"X's description of its API is not in {folder()}: {', '.join(absent)} (set EVENLY_X_OPENAPI)" if absent else None


def faults(request: httpx.Request) -> list[str]:
    """What the descriptions have against a request; nothing, if all is well."""
    if (request.url.scheme, request.url.host) != ("https", _HOST):
        return [f"{request.url.host} is not {_HOST}"]
    if request.url.path in _SIGNING_IN:
        return [] if request.method == "POST" else [f"{request.method} {request.url.path}"]
    words = [each for each in VERSIONS if f"{each}.fields" in request.url.params]
    return [f"{VERSIONS[each]}: {fault}" for each in words or VERSIONS for fault in _faults(request, each)]


def _faults(request: httpx.Request, words: str) -> Iterator[str]:
    path = _path(words, request)
    if path is None:
        yield f"no such call: {request.method} {request.url.path}"
        return
    match = re.fullmatch(_pattern(path), request.url.path)
    in_path = match.groupdict() if match else {}
    operation = _description(words)["paths"][path][request.method.lower()]
    yield from _wrong_parameters(words, operation, dict(request.url.params), in_path)
    yield from _wrong_body(words, path, request)


def _path(words: str, request: httpx.Request) -> str | None:
    """The call that is meant; one without a name in its path before one with."""
    paths = _description(words)["paths"]
    found = [path for path in paths if re.fullmatch(_pattern(path), request.url.path) and request.method.lower() in paths[path]]
    return min(found, key=lambda path: path.count("{"), default=None)


def _wrong_parameters(words: str, operation: Any, query: dict[str, str], in_path: dict[str, str]) -> Iterator[str]:
    known = {each["name"]: each for each in map(functools.partial(_resolved, words), operation.get("parameters", []))}
    yield from (f"the parameter {name} is not known" for name in query if name not in known)
    for name, parameter in known.items():
        value = in_path.get(name) if parameter["in"] == "path" else query.get(name)
        if value is None:
            if parameter.get("required"):
                yield f"the parameter {name} is missing"
            continue
        schema = _resolved(words, parameter["schema"])
        read: Any = value.split(",") if schema.get("type") == "array" else int(value) if schema.get("type") == "integer" else value
        yield from (f"{name}: {fault}" for fault in _against(words, parameter["schema"], read))


def _wrong_body(words: str, path: str, request: httpx.Request) -> Iterator[str]:
    declared = _description(words)["paths"][path][request.method.lower()].get("requestBody")
    kind = request.headers.get("content-type", "").partition(";")[0]
    if declared is None:
        if request.content:
            yield "a body where none belongs"
        return
    if kind not in declared["content"]:
        yield f"a body of the type {kind or 'nothing'}"
        return
    body = json.loads(request.content) if kind == "application/json" else dict(multipart(request))
    yield from _against(words, declared["content"][kind]["schema"], body)


def multipart(request: httpx.Request) -> Iterator[tuple[str, Any]]:
    """The fields of a form; numbers as such, a file by its size."""
    head = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    for part in message_from_bytes(head + request.content).walk():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            text = f"<{len(content)} bytes>" if part.get_filename() else content.decode()
            yield str(name), int(text) if text.isdigit() else text


def form(request: httpx.Request) -> dict[str, str]:
    """The fields of an urlencoded form."""
    return dict(parse_qsl(request.content.decode(), keep_blank_values=True))


def _against(words: str, schema: Any, value: Any) -> list[str]:
    """What a schema of the description has against a value."""
    errors = _validator(words, json.dumps(schema)).iter_errors(value)
    return [f"{'.'.join(map(str, error.path))} {error.message}"[:300] for error in errors]


@functools.cache
def _validator(words: str, schema: str) -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    registry: Registry[Any] = Registry().with_resource("urn:x", DRAFT202012.create_resource(_description(words)))
    return Draft202012Validator(json.loads(schema.replace('"#/', '"urn:x#/')), registry=registry)


def _resolved(words: str, item: Any) -> Any:
    while "$ref" in item:
        place = item["$ref"].removeprefix("#/").split("/")
        item = functools.reduce(lambda read, name: read[name], place, _description(words))
    return item


def _pattern(path: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))


def _file(words: str) -> Path:
    return folder() / f"x-openapi-{VERSIONS[words]}-trimmed.json"


@functools.cache
def _description(words: str) -> Any:
    return json.loads(_file(words).read_text(encoding="utf-8"))


def faults_of_answer(request: httpx.Request, response: httpx.Response, words: str) -> list[str]:
    """What the description in these words has against the answer to a request that succeeded."""
    if request.url.path in _SIGNING_IN or not request.url.path.startswith("/2/"):
        return []
    if request.url.path.startswith("/2/media/"):
        words = "post"  # the older description asks for a `meta` in these answers that it does not describe
    path = _path(words, request)
    declared = _description(words)["paths"][path][request.method.lower()]["responses"] if path else {}
    status = str(response.status_code) if str(response.status_code) in declared else "200"
    schema = declared.get(status, {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return [f"{request.method} {request.url.path}: no such answer as {response.status_code}"]
    return [f"{request.method} {request.url.path} answered {fault}" for fault in _against(words, schema, response.json())]
