"""Is a request one that Meta's own specification knows? Judged by `data/endpoints.json`.

`recorded` takes the requests as a stand-in hears them, so that every test of this folder brings its traffic.
"""

from __future__ import annotations

import functools
import json
import re
from email import message_from_bytes
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

_DATA = Path(__file__).parent / "data" / "endpoints.json"
_UPLOAD_HEADERS = {"authorization", "offset", "file_size", "file_url"}
_OF_HTTP = {"host", "user-agent", "content-length", "content-type", "accept", "accept-encoding", "connection"}
_FIELDS_OF_LISTS = {"published_posts": "PagePost", "video_reels": "Video", "stories": "Stories", "comments": "Comment", "accounts": "Page"}
_DOCUMENTED_VALUES = {"page_story", "pages_fb_story"}  # the stories' own metrics, which the SDK's list of values leaves out
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
    wrong += [f"{name}={value}" for name, value in sent.items() if not _in_enum(value, params.get(name, ""), enums)]
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
    match kind:
        case "bool":
            return value in {"true", "false"}
        case "unsigned int":
            return value.isdigit()
        case "list<int>":
            return re.fullmatch(r"\d+(,\d+)*", value) is not None
        case "file":
            return value.endswith(" bytes>")
        case "Object":  # an id stands for the object that it names
            return value.isdigit() or _is_object(value)
    return True


def _is_object(value: str) -> bool:
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False


def _in_enum(value: str, kind: str, enums: dict[str, list[str]]) -> bool:
    known = enums.get(kind.removeprefix("list<").removesuffix(">"))
    if known is None:
        return True
    values = re.findall(r"\w+", value) if kind.startswith("list<") else [value]
    allowed = {each.upper() for each in known}
    return all(each.upper() in allowed or each.lower().startswith(tuple(_DOCUMENTED_VALUES)) for each in values)


def _host_faults(host: str, path: list[str]) -> list[str]:
    wanted = "graph-video.facebook.com" if path[-1] == "videos" else "graph.facebook.com"
    return [] if host == wanted else [f"{path} at {host}"]


def recorded(environ: dict[str, Any]) -> httpx.Request | None:
    """The request behind a call of the plugin; None for calls of others, like browsers. A host that was moved is put back."""
    if not str(environ.get("HTTP_USER_AGENT", "")).startswith("evenly/"):
        return None
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    method, path = str(environ["REQUEST_METHOD"]), str(environ["PATH_INFO"])
    host = "rupload" if path.startswith("/video-upload/") else "graph-video" if (method, path[-7:]) == ("POST", "/videos") else "graph"
    headers = {"Content-Type": str(environ.get("CONTENT_TYPE") or "")} if body else {}
    url = f"https://{host}.facebook.com{path}?{environ.get('QUERY_STRING', '')}"
    return httpx.Request(method, url, content=body, headers=headers)
