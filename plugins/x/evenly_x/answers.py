"""X's answers become values, in the older words and the newer: https://docs.x.com/x-api/fundamentals/data-dictionary"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import AccountState, Message, Metrics, OutcomeUnknown, Published, RemotePost, SignInNeeded, TryLater
from evenly_x import rules, vocabulary
from evenly_x.vocabulary import either

if TYPE_CHECKING:
    import httpx

    from evenly.plugin import Account, Part

_EPOCH_MS = 1_288_834_974_657  # when ids of this kind began
_ID = re.compile(r"[0-9]{1,19}")
_OF_MEDIA = re.compile(r"/(?:photo|video)/[0-9]+$")


def mapping(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises `TryLater` where there is none."""
    read = _json(response)
    if not isinstance(read, dict):
        raise _unreadable()
    return read


def data(response: httpx.Response) -> dict[str, Any]:
    """The object that an answer is about. Raises `TryLater`."""
    read = mapping(response).get("data")
    if not isinstance(read, dict):
        raise _unreadable()
    return read


def identifier(read: Mapping[str, Any]) -> str:
    """An id. Raises `TryLater` where there is none."""
    if not is_id(read.get("id")):
        raise _unreadable()
    return str(read["id"])


def is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def published(response: httpx.Response, account: Account, part: Part, parent: str | None) -> Published:
    """The post that was made. Raises `OutcomeUnknown` where the answer names none."""
    read = _json(response)
    made = read.get("data") if isinstance(read, dict) else None
    if not isinstance(made, dict) or not is_id(made.get("id")):
        raise OutcomeUnknown(Message("X answered without naming the new post."))
    return as_published(made["id"], account, part, parent)


def as_published(remote_id: str, account: Account, part: Part, parent: str | None) -> Published:
    return Published(
        remote_id=remote_id,
        url=address(account, remote_id),
        at=made_at(remote_id),
        data={"kind": part.kind, "parent": parent},
    )


def address(account: Account, remote_id: str) -> str:
    """Where people read a post; `i` stands for whoever wrote it."""
    name = account.state.facts.get("username") if account.state is not None else None
    return f"https://x.com/{name or 'i'}/status/{remote_id}"


def made_at(remote_id: str) -> datetime:
    """When the post was made: its id tells."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(int(remote_id) >> 22) + _EPOCH_MS)


def account_state(response: httpx.Response, account: Account, words: vocabulary.Words) -> AccountState:
    """What one look told: who it is, and whether it has long posts."""
    read = data(response)
    username, subscription = str(read.get("username") or ""), read.get("subscription_type")
    if not username:
        raise SignInNeeded(Message("X does not say whose sign-in this is."))
    facts = {"username": username, "subscription": subscription, "words": words, "protected": read.get("protected")}
    return AccountState(
        remote_id=identifier(read),
        name=f"@{username}",
        url=f"https://x.com/{username}",
        limits=rules.limits(premium=rules.is_premium(account, subscription)),
        repeat_safe=rules.repeat_safe(str(account.settings.get("read_back") or rules.READ_BACK)),
        facts={name: value for name, value in facts.items() if value is not None},
    )


def remote_post(read: Mapping[str, Any], account: Account) -> RemotePost | None:
    """A post as it stands, its t.co links as they were typed; None without a readable id."""
    if not is_id(read.get("id")):
        return None
    links = [each for each in _urls(read) if not _is_of_media(each)]
    return RemotePost(
        remote_id=read["id"],
        text=text(read),
        at=moment(read.get("created_at")) or made_at(read["id"]),
        url=address(account, read["id"]),
        media=media_keys(read),
        link=next((str(each["expanded_url"]) for each in links if each.get("expanded_url")), None),
        parent=parent(read),
    )


def text(read: Mapping[str, Any]) -> str:
    """The whole text of a post, with the addresses that t.co stands for, and without the one that X adds for media."""
    long = either(read, "note_tweet", "note_post")
    said = str((long.get("text") if isinstance(long, dict) else None) or read.get("text") or "")
    for each in _urls(read):
        short, expanded = str(each.get("url") or ""), str(each.get("expanded_url") or "")
        if short:
            said = said.replace(short, "" if _is_of_media(each) else expanded or short)
    return unescaped(said).strip()


def unescaped(said: str) -> str:
    """X writes three characters as HTML does."""
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def parent(read: Mapping[str, Any]) -> str | None:
    """What a post answers."""
    for each in either(read, "referenced_tweets", "referenced_posts") or ():
        if isinstance(each, dict) and each.get("type") == "replied_to" and is_id(each.get("id")):
            return str(each["id"])
    return None


def media_keys(read: Mapping[str, Any]) -> tuple[str, ...]:
    attachments = read.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, dict) else None
    return tuple(str(each) for each in keys) if isinstance(keys, list) else ()


def metrics(read: Mapping[str, Any], *, own_replies: int, private: Mapping[str, Any], media: Mapping[str, Mapping[str, Any]]) -> Metrics:
    """A post's figures; answers of its own thread are no comments. `media` are the media of the whole answer, by key."""
    public = _counts(read, "public_metrics")
    replies, reposts, quotes = public.get("reply_count"), either(public, "retweet_count", "repost_count"), public.get("quote_count")
    views = [_counts(media[key], "public_metrics").get("view_count") for key in media_keys(read) if key in media]
    return Metrics(
        views=public.get("impression_count"),
        likes=public.get("like_count"),
        comments=None if replies is None else max(replies - own_replies, 0),
        shares=None if reposts is None else reposts + (quotes or 0),
        saves=public.get("bookmark_count"),
        clicks=_counts(private, "non_public_metrics").get("url_link_clicks"),
        video_views=next((each for each in views if each is not None), None),
        counted_as=_COUNTED_AS,
    )


def followers(response: httpx.Response) -> Metrics:
    return Metrics(followers=_counts(data(response), "public_metrics").get("followers_count"), counted_as={"followers": "followers_count"})


_COUNTED_AS = {
    "views": "impression_count",
    "likes": "like_count",
    "comments": "reply_count",
    "shares": "retweet_count + quote_count",  # in whichever spelling
    "saves": "bookmark_count",
    "clicks": "url_link_clicks",
    "video_views": "view_count",
}


def moment(value: object) -> datetime | None:
    """A time of the API, aware; None where it cannot be read."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if read is None:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _counts(read: Mapping[str, Any], block: str) -> dict[str, int]:
    counts = read.get(block)
    if not isinstance(counts, dict):
        return {}
    return {name: value for name, value in counts.items() if isinstance(value, int) and not isinstance(value, bool) and value >= 0}


def _urls(read: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The links of the short text, and of the long one where there is one."""
    long = either(read, "note_tweet", "note_post")
    found = [*_entities(read), *(_entities(long) if isinstance(long, dict) else [])]
    return list({str(each.get("url")): each for each in found}.values())


def _entities(read: Mapping[str, Any]) -> list[dict[str, Any]]:
    entities = read.get("entities")
    listed = entities.get("urls") if isinstance(entities, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _is_of_media(url: Mapping[str, Any]) -> bool:
    return bool(url.get("media_key")) or _OF_MEDIA.search(str(url.get("expanded_url") or "")) is not None


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _unreadable() -> TryLater:
    return TryLater(message=Message("X gave an answer that cannot be read."))
