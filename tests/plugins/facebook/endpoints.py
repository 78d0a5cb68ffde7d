"""Is a request one that Meta's own specification knows? Judged by `data/endpoints.json`."""

from __future__ import annotations

import functools
import json
import re
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

_DATA = Path(__file__).parent / "data" / "endpoints.json"
_UPLOAD_HEADERS = {"authorization", "offset", "file_size", "file_url"}
_OF_HTTP = {"host", "user-agent", "content-length", "content-type", "accept", "accept-encoding", "connection"}
_FIELDS_OF_LISTS = {"published_posts": "PagePost", "video_reels": "Video", "stories": "Stories", "comments": "Comment", "accounts": "Page"}
_DOCUMENTED_FIELDS = {"accounts": {"tasks"}}  # https://developers.facebook.com/docs/pages-api/overview


@functools.cache
def specification() -> Any:
    return json.loads(_DATA.read_text(encoding="utf-8"))


def faults(request: httpx.Request) -> list[str]:
    """What the specification has against a request; nothing, if all is well."""
    host, path = request.url.host, request.url.path.strip("/").split("/")
    if host == "rupload.facebook.com":
        unknown = {name for name in request.headers if name not in _UPLOAD_HEADERS | _OF_HTTP}
        return [f"header {name}" for name in sorted(unknown)] + ([] if path[0] == "video-upload" else ["path"])
    if not re.fullmatch(r"v\d+\.\d", path[0]):
        return ["no version"]
    sent = {re.sub(r"\[\d+\]$", "", name): value for name, value in parameters(request).items()}
    endpoint = _endpoint(request.method, path[1:])
    if endpoint is None:
        return [f"no such endpoint: {request.method} {path[1:]}"]
    params, enums, allowed = endpoint
    wrong = [f"{name} is not allowed" for name in sent if name not in allowed]
    wrong += [f"{name}={value} is no {params[name]}" for name, value in sent.items() if name in params and not _fits(value, params[name])]
    wrong += [f"{name}={value}" for name, value in sent.items() if not _in_enum(value, enums.get(params.get(name, "")))]
    return wrong + _unknown_fields(path[1:], sent.get("fields", "")) + _host_faults(host, path)


def parameters(request: httpx.Request) -> dict[str, str]:
    """Everything a request says, wherever it says it; a file by its size."""
    sent = dict(request.url.params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        sent |= dict(parse_qsl(request.content.decode(), keep_blank_values=True))
    if kind.startswith("multipart/form-data"):
        message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.content)
        for part in message.walk():
            name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
            if name and isinstance(content, bytes):
                sent[str(name)] = f"<{len(content)} bytes>" if part.get_filename() else content.decode()
    return sent


def _endpoint(method: str, path: list[str]) -> tuple[dict[str, str], dict[str, Any], set[str]] | None:
    documented = specification()["documented_but_not_in_sdk"]
    generic = set(specification()["generic_params"])
    if path in (["oauth", "access_token"], ["debug_token"]):
        extra = documented["GET /debug_token" if path == ["debug_token"] else "GET /oauth/access_token (graph.facebook.com)"]
        return extra, {}, set(extra) | generic
    edge = f"/{path[1]}" if len(path) > 1 else ""
    template = f"/{{{_identifier(path)}}}{edge}" if method != "DELETE" else "/{page-post-id}"  # any thing goes the same way
    for known in specification()["objects"].values():
        for each in known["endpoints"]:
            if (each["method"], each["path"]) == (method, template):
                extra = documented.get(f"{method} {template}", {})
                allowed = set(each["params"]) | set(extra) | (generic if method == "GET" else {"access_token", "appsecret_proof", "fields"})
                return each["params"], each.get("enums", {}), allowed
    return None


def _identifier(path: list[str]) -> str:
    """Which kind of id this is, by how the stand-in makes them. `me` is the Page whose token it is, or a user."""
    thing = path[0]
    if path == ["me"]:
        return "page-id"
    if "_" in thing:
        return "page-post-id" if thing.startswith("1000") else "comment-id"
    kinds = {"m": "user-id", "1": "page-id", "3": "photo-id", "9": "video-id", "7": "stories-id"}
    return kinds[thing[0]]


def _unknown_fields(path: list[str], fields: str) -> list[str]:
    kinds = {"user-id": "User", "page-id": "Page", "page-post-id": "PagePost", "photo-id": "Photo", "video-id": "Video"}
    if path[-1] in _FIELDS_OF_LISTS:
        name = _FIELDS_OF_LISTS[path[-1]]
    else:
        name = {**kinds, "comment-id": "Comment", "stories-id": "Stories"}.get(_identifier(path) if fields else "", "")
    if not fields or not name:
        return []
    known = specification()["objects"][name]
    allowed = {*known["fields"], *known["edges"], *_DOCUMENTED_FIELDS.get(path[-1], set())}
    while (flat := re.sub(r"\{[^{}]*\}", "", fields)) != fields:
        fields = flat
    return [f"{name} has no field {each}" for each in (one.split(".")[0] for one in flat.split(",")) if each not in allowed]


def _fits(value: str, kind: str) -> bool:
    if kind == "bool":
        return value in {"true", "false"}
    return value.isdigit() if kind == "unsigned int" else True


def _in_enum(value: str, known: list[str] | None) -> bool:
    return known is None or value.upper() in {each.upper() for each in known}


def _host_faults(host: str, path: list[str]) -> list[str]:
    wanted = "graph-video.facebook.com" if path[-1] == "videos" else "graph.facebook.com"
    return [] if host == wanted else [f"{path} at {host}"]
