"""Building requests to the Graph API: https://developers.facebook.com/docs/graph-api/overview"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from evenly_graph.tokens import proof

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

GRAPH = "https://graph.facebook.com"
GRAPH_VIDEO = "https://graph-video.facebook.com"

_PUBLISHES = "evenly.publishes"  #: the mark, among a request's extensions, of a call whose effect the public sees

Files: TypeAlias = "Mapping[str, tuple[str, bytes, str]]"  #: field name → (file name, bytes, MIME type)


@dataclass(frozen=True, slots=True)
class Graph:
    """How one token speaks to one host in one version.

    The token travels in the header, never in an address. Where the app's secret is known, every call carries its proof:
    https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """

    version: str
    token: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    host: str = GRAPH

    def at(self, host: str) -> Graph:
        return replace(self, host=host)

    def get(self, path: str, **params: object) -> httpx.Request:
        import httpx

        return httpx.Request("GET", self._url(path), params=form(self._proven(params)) or None, headers=self._headers())

    def post(self, path: str, fields: Mapping[str, object], *, files: Files | None = None, publishes: bool = False) -> httpx.Request:
        """A POST with form fields, and multipart where there are files. `publishes` marks the one visible call."""
        import httpx

        mark = {_PUBLISHES: True} if publishes else {}
        data = form(self._proven(fields))
        return httpx.Request("POST", self._url(path), data=data, files=files, headers=self._headers(), extensions=mark)

    def delete(self, path: str) -> httpx.Request:
        import httpx

        return httpx.Request("DELETE", self._url(path), params=form(self._proven({})) or None, headers=self._headers())

    def _url(self, path: str) -> str:
        return f"{self.host}/{self.version}/{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _proven(self, params: Mapping[str, object]) -> dict[str, object]:
        shown = {} if self.secret is None else {"appsecret_proof": proof(self.secret, self.token)}
        return {**params, **shown}


def publishes(request: httpx.Request) -> bool:
    """Whether this is a call whose effect the public sees."""
    return bool(request.extensions.get(_PUBLISHES))


def form(params: Mapping[str, object]) -> dict[str, str]:
    """`params` as form fields. None is left out; lists of objects become `name[0]`, `name[1]`, … each as JSON text.

    https://developers.facebook.com/docs/graph-api/reference/page/photos shows this shape for `attached_media`.
    """
    fields: dict[str, str] = {}
    for name, value in params.items():
        if isinstance(value, (list, tuple)) and value and isinstance(value[0], dict):
            fields |= {f"{name}[{index}]": _text(each) for index, each in enumerate(value)}
        elif value is not None:
            fields[name] = _text(value)
    return fields


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, (list, tuple)):
        return ",".join(str(each) for each in value)
    return str(value)
