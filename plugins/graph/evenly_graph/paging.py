"""Reading a list to its end: https://developers.facebook.com/docs/graph-api/results"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evenly_graph.answers import answer, part_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from evenly.plugin import Http

_MOST_PAGES = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """What a list held, and whether that was all of it."""

    items: tuple[dict[str, Any], ...]
    complete: bool


def read(http: Http, request: httpx.Request, *, enough: Callable[[dict[str, Any]], bool] | None = None, most: int = _MOST_PAGES) -> Reading:
    """Read `request`'s list page by page, `most` of them at most. An item that is `enough` ends it: what follows is not wanted.

    Of `paging.next` only the cursor is used: a foreign address in an answer never gets our token.
    """
    items: list[dict[str, Any]] = []
    address, headers, after = request.url, dict(request.headers), None
    for _ in range(most):
        body = answer(http.send_repeatable(_page(address, headers, after)))
        data = body.get("data")
        if not isinstance(data, list):
            return Reading(tuple(items), complete=False)
        data = [each for each in data if isinstance(each, dict)]
        items += data
        following = part_of(body, "paging", "next")
        if not following or (enough and any(map(enough, data))):
            return Reading(tuple(items), complete=True)
        cursor = part_of(body, "paging", "cursors", "after") or _cursor(following)
        if not cursor or cursor == after:
            return Reading(tuple(items), complete=False)
        after = str(cursor)
    return Reading(tuple(items), complete=False)


def _page(address: httpx.URL, headers: dict[str, str], after: str | None) -> httpx.Request:
    import httpx

    return httpx.Request("GET", address if after is None else address.copy_set_param("after", after), headers=headers)


def _cursor(following: str) -> str | None:
    import httpx

    try:
        cursor = httpx.URL(following).params.get("after")
    except (httpx.InvalidURL, TypeError):
        return None
    return str(cursor) if cursor else None
