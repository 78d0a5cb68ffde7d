"""Is a request one that LinkedIn's documentation knows? Judged by `data/contract.json`, and by `BESIDE` for what that leaves out."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import jsonschema

_DATA = Path(__file__).parent / "data" / "contract.json"
_DOCS = "https://learn.microsoft.com/en-us/linkedin/"
_URN = r"urn%3Ali%3A[A-Za-z]+%3A[A-Za-z0-9_-]+"

#: Endpoints that the contract does not have: method, path, names that a query must and may have, and the page that shows them.
BESIDE: tuple[tuple[str, str, set[str], set[str], str], ...] = (
    ("GET", f"/rest/socialActions/{_URN}/comments", set(), {"start", "count"}, "marketing/community-management/shares/comments-api"),
    ("DELETE", rf"/rest/socialActions/{_URN}/comments/\d+", {"actor"}, set(), "marketing/community-management/shares/comments-api"),
    ("GET", r"/rest/organizations/\d+", set(), set(), "marketing/community-management/organizations/organization-lookup-api"),
    ("GET", f"/rest/networkSizes/{_URN}", {"edgeType"}, set(), "marketing/community-management/organizations/organization-lookup-api"),
    ("GET", "/rest/memberFollowersCount", {"q"}, {"dateRange"}, "marketing/community-management/members/follower-statistics"),
    (
        "GET",
        "/rest/memberCreatorVideoAnalytics",
        {"q", "entity", "queryType", "aggregation"},
        set(),
        "marketing/community-management/members/video-statistics",
    ),
    ("GET", "/rest/videoAnalytics", {"q", "entity", "type"}, set(), "marketing/community-management/shares/video-analytics-api"),
    ("POST", "/oauth/v2/introspectToken", set(), set(), "shared/authentication/token-introspection"),
)
_TEMPLATES = {
    "{urn_enc}": _URN,
    "{images|documents|videos}": "(?:images|documents|videos)",
    "<uploadUrl>": r"/dms-uploads/[^?]+",
}
_SHAPES = {"urn": r"urn:li:[A-Za-z]+:[A-Za-z0-9_-]+"}
_ALSO_ASKED = {"org_acls": {"state", "role", "start", "count"}, "member_post_stats": {"entity", "dateRange"}}


@dataclass(frozen=True)
class Sent:
    """A request, wherever it was caught."""

    method: str
    target: str  #: path and query as they were on the wire
    headers: Mapping[str, str]  #: lower-case names
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, _, value in (each.partition("=") for each in self.target.partition("?")[2].split("&") if each)}

    @property
    def is_json(self) -> bool:
        return self.headers.get("content-type", "").startswith("application/json")


def sent(request: httpx.Request) -> Sent:
    return Sent(
        request.method, request.url.raw_path.decode(), {name.lower(): value for name, value in request.headers.items()}, request.read()
    )


@functools.cache
def contract() -> Any:
    return json.loads(_DATA.read_text(encoding="utf-8"))


def faults(request: Sent) -> list[str]:
    """What the contract has against a request; nothing, if all is well."""
    wrong = _header_faults(request)
    for method, path, must, may, _page in BESIDE:
        if request.method == method and re.fullmatch(path, request.path):
            return wrong + _query_faults(request, must, must | may)
    endpoint = next((each for each in contract()["endpoints"] if _is(each, request)), None)
    if endpoint is None:
        return [*wrong, f"no such endpoint: {request.method} {request.target}"]
    return wrong + _against(endpoint, request)


def _is(endpoint: Mapping[str, Any], request: Sent) -> bool:
    path, _, query = str(endpoint.get("path") or httpx.URL(endpoint["url"]).path).partition("?")
    pattern = re.escape(path)
    for name, meant in _TEMPLATES.items():
        pattern = pattern.replace(re.escape(name), meant)
    finds = "q" in endpoint.get("query_required", {})
    same = request.method == endpoint["method"] and re.fullmatch(pattern, request.path) is not None
    return same and ("q" in request.query) is finds and (not query or query == request.target.partition("?")[2])


def _header_faults(request: Sent) -> list[str]:
    wrong = []
    if request.path.startswith("/rest/"):
        version = contract()["about"]["version_header"]
        if not re.match(version["pattern"], request.headers.get(version["name"].lower(), "")):
            wrong.append("no version")
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            wrong.append("no protocol version")
    if not request.path.startswith("/oauth/") and not request.headers.get("authorization", "").startswith("Bearer "):
        wrong.append("no token")
    return wrong


def _against(endpoint: Mapping[str, Any], request: Sent) -> list[str]:
    name = endpoint["name"]
    wrong = [f"{name}: no {each}" for each in _missing_headers(endpoint, request)]
    if name == "create_post" and request.is_json:
        checker = jsonschema.Draft202012Validator(contract()["create_post_schema"])
        wrong += [f"{name}: {each.json_path}: {each.message}" for each in checker.iter_errors(json.loads(request.body))]
    elif "body_shape" in endpoint and request.is_json:
        wrong += _shape_faults(name, endpoint["body_shape"], json.loads(request.body), whole=name != "init_video")
    elif name == "token":
        given = dict(parse_qsl(request.body.decode()))
        wrong += [f"{name}: no {each}" for each in endpoint["grants"].get(given.get("grant_type"), ["grant_type"]) if not given.get(each)]
    if "?" in endpoint.get("path", ""):
        return wrong
    one_of = {each.partition("=")[0] for each in endpoint.get("one_of", ())}
    if one_of and len(one_of & request.query.keys()) != 1:
        wrong.append(f"{name}: not one of {sorted(one_of)}")
    must = set(endpoint.get("query_required", {}))
    may = must | one_of | set(endpoint.get("query", {})) | _ALSO_ASKED.get(name, set())
    return wrong + ([] if name == "put_bytes" else _query_faults(request, must, may))


def _missing_headers(endpoint: Mapping[str, Any], request: Sent) -> list[str]:
    wanted = {name.lower(): value for name, value in endpoint.get("headers", {}).items()}
    fixed = {name: value for name, value in wanted.items() if "<" not in value}
    return [name for name in wanted if name not in request.headers] + [
        f"{name}: {value}" for name, value in fixed.items() if request.headers.get(name) != value
    ]


def _query_faults(request: Sent, must: set[str], may: set[str]) -> list[str]:
    query = request.query
    wrong = [f"{request.path}: no {each}" for each in sorted(must - query.keys())]
    wrong += [f"{request.path}: {each} is not known" for each in sorted(query.keys() - may)]
    return wrong + [f"{name}={value} is no Rest.li" for name, value in query.items() if "%28" in value or "+" in value]


def _shape_faults(name: str, shape: Any, given: Any, *, whole: bool) -> list[str]:
    """Whether `given` has the members of `shape`, and (`whole`) no others; the shape's words name kinds."""
    if isinstance(shape, dict):
        if not isinstance(given, dict):
            return [f"{name}: {given!r} is no object"]
        wrong = [f"{name}: no {each}" for each in shape if each not in given]
        wrong += [f"{name}: {each} is not known" for each in given if whole and each not in shape and each != "attributes"]
        return wrong + [fault for each in shape if each in given for fault in _shape_faults(name, shape[each], given[each], whole=whole)]
    if isinstance(shape, list):
        right = isinstance(given, list) and all(isinstance(each, str) and '"' not in each for each in given)
        return [] if right else [f"{name}: {given!r}"]
    kinds = {"int": int, "bool": bool}
    if shape in kinds:
        return [] if type(given) is kinds[shape] else [f"{name}: {given!r} is no {shape}"]
    return (
        [] if isinstance(given, str) and re.fullmatch(_SHAPES.get(shape, ".*"), given, re.DOTALL) else [f"{name}: {given!r} is no {shape}"]
    )
