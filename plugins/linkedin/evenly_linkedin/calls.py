"""Pure: calls of the versioned API, and the Rest.li syntax of their addresses.

https://linkedin.io/rest.li/spec/protocol
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import httpx

    from evenly.plugin import Media

API = "https://api.linkedin.com"
_PIECE = 2**18


@dataclass(frozen=True, slots=True)
class Calls:
    """Builds requests in one account's name. A query's values are Rest.li already: see `value` and `listed`."""

    version: str
    token: str = field(repr=False)

    def get(self, path: str, query: Mapping[str, str] | None = None, *, finds: bool = False) -> httpx.Request:
        """`finds`: a finder, a query with `q=`."""
        return self._request("GET", path, query, {"X-RestLi-Method": "FINDER"} if finds else {})

    def post(self, path: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None) -> httpx.Request:
        return self._request("POST", path, query, {}, json=body)

    def delete(self, path: str, query: Mapping[str, str] | None = None) -> httpx.Request:
        return self._request("DELETE", path, query, {})

    def who(self) -> httpx.Request:
        """Whose token this is; the one call without a version."""
        import httpx

        return httpx.Request("GET", f"{API}/v2/userinfo", headers=self._bearer())

    def put(self, url: str, media: Media, first: int = 0, last: int | None = None) -> httpx.Request:
        """The file's bytes from `first` to `last`, both included, read while they are sent. The token goes to LinkedIn itself only."""
        import httpx

        length = (media.bytes - 1 if last is None else last) + 1 - first
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
        ours = httpx.URL(url).host == "www.linkedin.com"
        return httpx.Request("PUT", url, content=_pieces(media, first, length), headers=headers | (self._bearer() if ours else {}))

    def _request(
        self, method: str, path: str, query: Mapping[str, str] | None, headers: Mapping[str, str], **content: Any
    ) -> httpx.Request:
        import httpx

        # Written out by hand: httpx would encode the brackets, which are syntax here.
        asked = "&".join(f"{name}={value}" for name, value in (query or {}).items())
        url = f"{API}/rest/{path}?{asked}" if asked else f"{API}/rest/{path}"
        said = {"LinkedIn-Version": self.version, "X-Restli-Protocol-Version": "2.0.0", **headers}
        return httpx.Request(method, url, headers=self._bearer() | said, **content)

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def value(text: object) -> str:
    """A value, with everything encoded that could be taken for syntax."""
    return quote(str(text), safe="")


def listed(values: Iterable[object]) -> str:
    return f"List({','.join(map(value, values))})"


def _pieces(media: Media, first: int, length: int) -> Iterator[bytes]:
    with media.path.open("rb") as file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece
