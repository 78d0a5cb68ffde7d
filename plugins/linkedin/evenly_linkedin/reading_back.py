"""Asking LinkedIn what is public: to settle a lost answer, and to see what others published. It tells of pages only.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api#find-posts-by-authors
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Absent, CannotTell, Found, RemotePost
from evenly.plugin.match import matches, not_before, same_text
from evenly_linkedin import api, little_text, urns, wording
from evenly_linkedin.refusals import NotAllowed, NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import httpx

    from evenly.plugin import Http, Part, Prepared, Published
    from evenly_linkedin.author import Author

_AGAIN = timedelta(minutes=1)
_MOST_PAGES = 40
#: A member's comment is never sent again, since nobody knows whether LinkedIn refuses an equal one; so a person is asked after a day.
_NEVER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a list said, newest first, and whether all of the period was read."""

    items: list[dict[str, Any]] = field(default_factory=list)
    complete: bool = False


def find(
    author: Author, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
) -> Found | Absent | CannotTell:
    is_comment = wording.kind(part) == "comment"
    if not author.readable:
        return CannotTell(_NEVER) if is_comment else CannotTell()
    try:
        if is_comment:
            return _comment(author, part, str(prepared.data.get("parent") or thread[0].remote_id), first_attempt, http)
        return _post(author, part, prepared, first_attempt, http)
    except (NotAllowed, NotThere):  # what cannot be read says nothing
        return CannotTell(_AGAIN)


def _post(author: Author, part: Part, prepared: Prepared, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    reading = posts(author, not_before(first_attempt), http)
    text, assets = wording.shown(part), [str(each) for each in prepared.data.get("assets", ())]
    ours, undecided = [], not reading.complete
    for item in reading.items:
        remote = remote_post(item)
        if matches(remote, part, text=text, first_attempt=first_attempt, media=assets):
            ours.append(item)
        elif assets and not remote.media and remote.at >= not_before(first_attempt) and same_text(remote.text, text):
            undecided = True  # the words of this part, without a word on media: it may be this part
    coming = [each for each in ours if each.get("lifecycleState") == "PUBLISH_REQUESTED"]
    out = [each for each in ours if is_public(each)]
    if len(out) == 1 and not coming:
        return Found(api.post_published(str(out[0]["id"]), part))
    return CannotTell(_AGAIN) if out or coming or undecided else Absent()


def _comment(author: Author, part: Part, parent: str, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    """The order of comments is not documented, so all are read."""
    reading = _read(lambda start: api.list_comments(author, parent, start), lambda _item: False, http)
    earliest, text = not_before(first_attempt), wording.shown(part)
    ours = [each for each in reading.items if _is_ours(each, author, earliest) and same_text(_message(each), text)]
    numbers = [urns.last_number(each.get("id") or each.get("commentUrn")) for each in ours]
    if len(numbers) == 1 and numbers[0]:
        return Found(api.comment_published(parent, numbers[0]))
    return Absent() if reading.complete and not ours else CannotTell(_AGAIN)


def recent(author: Author, since: datetime, http: Http) -> list[RemotePost]:
    """What the author published, newest first. LinkedIn refuses the list to members: then there is nothing to tell."""
    try:
        reading = posts(author, since, http)
    except NotAllowed:
        if author.readable:
            raise
        return []
    remotes = [remote_post(each) for each in reading.items if is_public(each)]
    return sorted((each for each in remotes if each.at >= since), key=lambda each: each.at, reverse=True)


def posts(author: Author, since: datetime, http: Http) -> Reading:
    """The author's posts since then, whatever their state. One without a time or a name makes the reading incomplete."""

    def older(item: dict[str, Any]) -> bool:
        at = moment(item.get("createdAt"))
        return at is not None and at < since

    reading = _read(lambda start: api.list_posts(author, start), older, http)
    named = [each for each in reading.items if urns.is_post(each.get("id")) and moment(each.get("createdAt")) is not None]
    return Reading(named, reading.complete and len(named) == len(reading.items))


def remote_post(item: dict[str, Any]) -> RemotePost:
    """A post of the list. Raises `KeyError` for one without a time or a name."""
    content = item.get("content")
    media = _media(content) if isinstance(content, dict) else ()
    article = content.get("article") if isinstance(content, dict) else None
    return RemotePost(
        remote_id=str(item["id"]),
        text=little_text.read(str(item.get("commentary") or "")),
        at=moment(item["createdAt"]) or datetime.now(UTC),
        url=urns.address(str(item["id"])),
        media=media,
        link=str(article["source"]) if isinstance(article, dict) and article.get("source") else None,
    )


def is_public(item: dict[str, Any]) -> bool:
    return str(item.get("lifecycleState", "PUBLISHED")) == "PUBLISHED"


def moment(milliseconds: object) -> datetime | None:
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return None
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _media(content: dict[str, Any]) -> tuple[str, ...]:
    images = content.get("multiImage", {}).get("images", ())
    named = [content.get("media", {}).get("id"), content.get("article", {}).get("thumbnail"), *(each.get("id") for each in images)]
    return tuple(str(each) for each in named if each)


def _is_ours(comment: dict[str, Any], author: Author, earliest: datetime) -> bool:
    created = comment.get("created")
    at = moment(created.get("time")) if isinstance(created, dict) else None
    return str(comment.get("actor", author.urn)) == author.urn and (at is None or at >= earliest)


def _message(comment: dict[str, Any]) -> str:
    message = comment.get("message")
    return str(message.get("text") or "") if isinstance(message, dict) else ""


def _read(page: Callable[[int], httpx.Request], enough: Callable[[dict[str, Any]], bool], http: Http) -> Reading:
    """Pages until one item is `enough` or nothing more comes. A short page is no end: LinkedIn filters after it has counted."""
    items: list[dict[str, Any]] = []
    start = 0
    for _ in range(_MOST_PAGES):
        found = api.elements(http.send_repeatable(page(start)))
        items += _until(found, enough)
        if not found or any(map(enough, found)):
            return Reading(items, complete=True)
        start += api.PAGE
    return Reading(items)


def _until(found: Iterable[dict[str, Any]], enough: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    return [each for each in found if not enough(each)]
