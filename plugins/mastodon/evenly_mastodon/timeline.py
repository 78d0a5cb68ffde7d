"""Reading what an account has published, page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evenly_mastodon import answers, api

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import httpx

    from evenly.plugin import Account, Http

_MOST_PAGES = 30  #: 1,200 statuses: a server takes 300 in three hours


@dataclass(frozen=True, slots=True)
class Reading:
    """An account's statuses, newest first, and whether none can be missing."""

    statuses: tuple[dict[str, Any], ...]
    complete: bool


def own_statuses(account: Account, account_id: str, since: datetime, http: Http) -> Reading:
    """Everything the account has published since then by its own server's clock, boosts left out."""
    read, before = Reading((), complete=False), None
    for _page in range(_MOST_PAGES):
        response = http.send_repeatable(api.own_statuses(account, account_id, before=before))
        page = answers.mappings(response)
        read = replace(read, statuses=read.statuses + tuple(each for each in page if _is_new(each, since)))
        if _is_last(page, response, since):
            return replace(read, complete=True)
        before = str(page[-1].get("id"))
    return read


def account_id(account: Account, http: Http) -> str:
    """Whose token this is, asked of the server."""
    return answers.field(http.send_repeatable(api.who(account)), "id")


def _is_new(status: dict[str, Any], since: datetime) -> bool:
    at = answers.moment(status.get("created_at"))
    return at is not None and at >= since


def _is_last(page: Sequence[dict[str, Any]], response: httpx.Response, since: datetime) -> bool:
    """Whether nothing new can follow. A page may be short because something in it is hidden, so its length proves nothing."""
    if not page or not _is_new(page[-1], since):
        return True
    return "link" in response.headers and "next" not in response.links
