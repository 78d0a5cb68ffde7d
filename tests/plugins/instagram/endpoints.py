"""Is a call one that Meta's own specification knows? Judged by `data/endpoints.json`, for the host that the call's login goes to."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenly_graph.stand_in import Call

_DATA = Path(__file__).parent / "data" / "endpoints.json"
_UPLOAD_HEADERS = {"authorization", "offset", "file-size", "file_size", "file-url"}
_OF_HTTP = {"host", "user-agent", "accept", "accept-encoding", "connection"}

#: What the first digits of the stand-in's ids mean.
_KINDS = {"17841": "ig-user-id", "1796": "ig-container-id", "1792": "ig-media-id", "1786": "ig-comment-id", "1000": "page-id"}
_OBJECTS: Mapping[str, Collection[str]] = {
    "facebook": ("IGUser", "IGMedia", "IGContainer", "IGComment", "Page", "User"),
    "instagram": ("InstagramLoginUser", "InstagramLoginMedia", "IGContainer", "IGComment"),
}
_WITHOUT_VERSION = {("access_token",), ("refresh_access_token",), ("oauth", "access_token")}
_RETURNED = {"media": "media", "stories": "media", "comments": "comment", "accounts": "page", "content_publishing_limit": "limit"}
_FIELDS_OF = {
    ("facebook", "ig-user-id"): "IGUser",
    ("instagram", "ig-user-id"): "InstagramLoginUser",
    ("facebook", "media"): "IGMedia",
    ("instagram", "media"): "InstagramLoginMedia",
    ("facebook", "ig-media-id"): "IGMedia",
    ("instagram", "ig-media-id"): "InstagramLoginMedia",
}
_FIELDS = {
    "ig-container-id": "IGContainer",
    "ig-comment-id": "IGComment",
    "comment": "IGComment",
    "page": "Page",
    "page-id": "Page",
    "limit": "ContentPublishingLimitResponse",
}
#: https://developers.facebook.com/docs/instagram-platform/api-reference/instagram-user/insights: its names are not in the SDK
_METRICS_OF_PROFILES = {"saves", "profile_links_taps", "accounts_engaged", "follower_count", "follows_and_unfollows"}


@dataclass(frozen=True, slots=True)
class Verdict:
    endpoint: str
    wrong: tuple[str, ...]


@functools.cache
def specification() -> Any:
    return json.loads(_DATA.read_text(encoding="utf-8"))


def faults(call: Call, login: str | None) -> Verdict:
    """What the specification has against a call. `login` None: whose token it is nobody knows, so either host may be meant."""
    if login is not None:
        return _judged(call, login)
    verdicts = [_judged(call, each) for each in ("facebook", "instagram")]
    return min(verdicts, key=lambda each: len(each.wrong))


def _judged(call: Call, login: str) -> Verdict:
    if call.path[:1] == ("ig-api-upload",):
        unknown = [name for name in call.headers if name not in _UPLOAD_HEADERS | _OF_HTTP and not name.startswith("x-")]
        return Verdict("POST rupload", tuple(f"header {each}" for each in unknown))
    if call.path == ("oauth", "authorize") or call.path[1:] == ("dialog", "oauth"):
        return Verdict("a page for people", ())
    if not re.fullmatch(r"v\d+\.\d+", call.path[0]) and call.path not in _WITHOUT_VERSION:
        return Verdict(f"{call.method} /{'/'.join(call.path)}", ("no version",))
    template, known = _endpoint(call, login)
    if known is None:
        return Verdict(template, ("no such endpoint",))
    return Verdict(f"{template} ({login})", tuple(_wrong(call, template, known, login)))


def _endpoint(call: Call, login: str) -> tuple[str, Mapping[str, Any] | None]:
    documented = specification()["documented_but_not_in_sdk"]
    if call.path == ("oauth", "access_token"):
        return "POST /oauth/access_token", {"params": documented["POST /oauth/access_token (api.instagram.com)"]}
    path = call.path if call.path[0] in {"access_token", "refresh_access_token"} else call.path[1:]
    if path == ("oauth", "access_token"):
        return "POST /oauth/access_token (Facebook)", {"params": documented["GET /oauth/access_token (graph.facebook.com)"]}
    if path == ("debug_token",):
        return "GET /debug_token", {"params": documented["GET /debug_token"]}
    name = f"{call.method} {_template(path, login)}"
    if login == "instagram" and name == "POST /{ig-user-id}/media_publish":
        return name, {"params": documented["POST /{ig-user-id}/media_publish (graph.instagram.com)"]}
    for each in _all(login):
        if f"{each['method']} {each['path']}" == name:
            return name, each
    return name, None


def _all(login: str) -> Iterator[Mapping[str, Any]]:
    names = [*_OBJECTS[login], "InstagramLoginAccessToken", "InstagramLoginRefreshAccessToken"]
    for name in names:
        yield from specification()["objects"][name]["endpoints"]


def _template(path: tuple[str, ...], login: str) -> str:
    if path[0] in {"access_token", "refresh_access_token"}:
        return f"/{path[0]}"
    kind = _kind(path, login)
    return "/".join(["", f"{{{kind}}}", *path[1:]])


def _kind(path: tuple[str, ...], login: str) -> str:
    if path[0] == "me":
        user = path[1:] in {("accounts",), ("permissions",)}
        return "ig-user-id" if login == "instagram" else "user-id" if user else "page-id"
    return next((kind for first, kind in _KINDS.items() if path[0].startswith(first)), path[0])


def _wrong(call: Call, template: str, known: Mapping[str, Any], login: str) -> Iterator[str]:
    generic = set(specification()["generic_params"]) if call.method == "GET" else {"access_token", "appsecret_proof"}
    enums = {name: _enum(values) for name, values in known.get("enums", {}).items()}
    for name, value in call.params.items():
        kind = known["params"].get(name)
        if kind is None and name not in generic:
            yield f"{name} is not allowed"
        elif kind is not None and not _fits(value, kind):
            yield f"{name}={value} is no {kind}"
        allowed = enums.get(re.sub(r"^list<(.*)>$", r"\1", kind or ""))
        if name == "metric" and template == "GET /{ig-user-id}/insights":
            allowed = allowed and {*allowed, *_METRICS_OF_PROFILES}
        if allowed is not None and not {each.lower() for each in value.split(",")} <= {each.lower() for each in allowed}:
            yield f"{name}={value}"
    yield from _unknown_fields(template, call.params.get("fields", ""), login)


def _enum(values: Any) -> Collection[str]:
    return list(specification()["enums"].get(values.removeprefix("ref:"), ())) if isinstance(values, str) else list(values)


def _fits(value: str, kind: str) -> bool:
    match kind:
        case "bool":
            return value in {"true", "false"}
        case "unsigned int" | "int":
            return value.isdigit()
        case "list<map>" | "map":
            return value.startswith(("[", "{"))
    return bool(value)


def _unknown_fields(template: str, fields: str, login: str) -> Iterator[str]:
    last = template.rpartition("/")[2].strip("{}")
    kind = _RETURNED.get(last, last)
    name = _FIELDS_OF.get((login, kind)) or _FIELDS.get(kind)
    if not fields or name is None:
        return
    known = specification()["objects"][name]
    edges = {each["path"].rpartition("/")[2] for each in known.get("endpoints", ())}
    while (flat := re.sub(r"\{[^{}]*\}", "", fields)) != fields:
        fields = flat
    yield from (f"{name} has no field {each}" for each in flat.split(",") if each not in {*known["fields"], *edges})
