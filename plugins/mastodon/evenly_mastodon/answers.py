"""Mastodon's answers become values: https://docs.joinmastodon.org/entities/"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from evenly.plugin import AccountState, Message, Metrics, OutcomeUnknown, Published, RemotePost, TryLater
from evenly_mastodon import plain, servers

if TYPE_CHECKING:
    import httpx

    from evenly.plugin import Part
    from evenly_mastodon.composing import Status


def mapping(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises `TryLater` where there is none: a proxy in front may answer anything."""
    read = _json(response)
    if not isinstance(read, dict):
        raise _unreadable(response)
    return read


def mappings(response: httpx.Response) -> list[dict[str, Any]]:
    """The JSON objects of an answer that is a list. Raises `TryLater`."""
    read = _json(response)
    if not isinstance(read, list) or not all(isinstance(each, dict) for each in read):
        raise _unreadable(response)
    return read


def field(response: httpx.Response, name: str) -> str:
    """A text that must be in the answer, and not be empty. Raises `TryLater`."""
    value = mapping(response).get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(response)
    return value


def published(response: httpx.Response, part: Part, status: Status) -> Published:
    """The status that was made. Raises `OutcomeUnknown` where the answer names none, or one that is only scheduled."""
    read = _json(response)
    if not isinstance(read, dict) or not _is_id(read.get("id")) or "created_at" not in read:
        raise OutcomeUnknown(Message("{host} answered without naming the new post.", host=response.request.url.host))
    return as_published(read, part, status)


def as_published(read: Mapping[str, Any], part: Part, status: Status) -> Published:
    """`part` as the status `read`, with what its replies and figures will need."""
    return Published(
        remote_id=str(read["id"]),
        url=read.get("url") or read.get("uri"),
        at=moment(read.get("created_at")),
        data={"kind": part.kind, "parent": status.parent},
    )


def account_state(instance: Mapping[str, Any], who: httpx.Response) -> AccountState:
    """What one look told: the server's kind and limits, and whose account it is."""
    person, rules = mapping(who), servers.read_rules(instance)
    acct, host = str(person.get("acct") or ""), who.request.url.host
    return AccountState(
        remote_id=field(who, "id"),
        name=f"@{acct}" if "@" in acct else f"@{acct}@{instance.get('account_domain') or instance.get('domain') or host}",
        url=person.get("url"),
        limits=servers.read_limits(instance),
        repeat_safe=servers.repeat_safe(mastodon=rules.mastodon),
        facts=rules.facts(),
    )


def remote_post(read: Mapping[str, Any], *, app: str | None) -> RemotePost | None:
    """A status as it stands; None without a readable id or time. `app` is our name there, where we know it."""
    at = moment(read.get("created_at"))
    if at is None or not _is_id(read.get("id")):
        return None
    content, card = str(read.get("content") or ""), read.get("card")
    links = plain.links(content)
    files = attachments(read)
    return RemotePost(
        remote_id=read["id"],
        text=plain.text(content),
        at=at,
        url=read.get("url") or read.get("uri"),
        media=tuple(str(each.get("id")) for each in files),
        alts=tuple(str(each.get("description") or "") for each in files),
        link=(card.get("url") if isinstance(card, Mapping) else None) or (links[0] if links else None),
        parent=read.get("in_reply_to_id"),
        ours=_ours(read, app),
    )


def attachments(read: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    files = read.get("media_attachments")
    return [each for each in files if isinstance(each, Mapping)] if isinstance(files, list) else []


def metrics(read: Mapping[str, Any], *, own_replies: int) -> Metrics:
    """The figures of a status as its own server counts them; answers of its own thread are no comments."""
    replies, boosts = _count(read, "replies_count"), _count(read, "reblogs_count")
    return Metrics(
        likes=_count(read, "favourites_count"),
        comments=None if replies is None else max(replies - own_replies, 0),
        shares=None if boosts is None else boosts + (_count(read, "quotes_count") or 0),
        counted_as=_COUNTED_AS,
    )


def followers(response: httpx.Response) -> Metrics:
    return Metrics(followers=_count(mapping(response), "followers_count"), counted_as={"followers": "followers_count"})


#: A server that does not count quotes has none: the sum is the same before and after it is brought up to date.
_COUNTED_AS = {"likes": "favourites_count", "comments": "replies_count", "shares": "reblogs_count + quotes_count"}


def moment(value: object) -> datetime | None:
    """A time of the API, aware; None where it cannot be read."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if read is None:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def is_gone(response: httpx.Response) -> bool:
    """Whether the API itself says that there is no such thing. A page of a wrong host or of a proxy proves nothing."""
    return response.status_code == HTTPStatus.NOT_FOUND and isinstance(_json(response), dict)


def _ours(read: Mapping[str, Any], app: str | None) -> bool | None:
    application = read.get("application")
    name = application.get("name") if isinstance(application, Mapping) else None
    return None if app is None or not name else name == app


def _count(read: Mapping[str, Any], name: str) -> int | None:
    value = read.get(name)
    return value if isinstance(value, int) and value >= 0 else None


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:  # broken JSON, or bytes that are no text
        return None


def _unreadable(response: httpx.Response) -> TryLater:
    return TryLater(message=Message("{host} gave an answer that cannot be read.", host=response.request.url.host))
