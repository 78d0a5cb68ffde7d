"""Asking the Page what is public: to settle a lost answer, and to see what others published there."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.plugin import Absent, CannotTell, Found, Published
from evenly.plugin.match import not_before, settled
from evenly_facebook import api, listing, videos, wording
from evenly_graph.answers import answer, moment
from evenly_graph.errors import NotThere
from evenly_graph.paging import read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    import httpx

    from evenly.plugin import Http, Part, Prepared, RemotePost
    from evenly_facebook.page import Page

_AGAIN = timedelta(minutes=1)


def find(
    page: Page, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
) -> Found | Absent | CannotTell:
    """What cannot be read says nothing: a missing object is not a missing post."""
    try:
        match wording.kind(part):
            case "video" | "reel" as kind:
                return _video(page, kind, str(prepared.data["video"]), first_attempt, http)
            case "photo story" | "video story":
                return _story(page, prepared.data, first_attempt, http)
            case "comment":
                return _comment(page, part, str(prepared.data.get("parent") or thread[0].remote_id), first_attempt, http)
            case _:
                return _feed(page, part, prepared.data, first_attempt, http)
    except NotThere:
        return CannotTell(_AGAIN)


def _feed(page: Page, part: Part, staged: Mapping[str, Any], first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    remotes, complete = _read(http, listing.posts(page, not_before(first_attempt)), functools.partial(listing.remote_post, page))
    photos = staged.get("photos", ())
    found = listing.candidates(remotes, part, first_attempt=first_attempt, photos=photos)
    if found:
        return _bound(settled(found), {"kind": "feed"})
    if not complete or (photos and listing.undecided(remotes, part, first_attempt=first_attempt)):
        return CannotTell(_AGAIN)
    return Absent()


def _story(page: Page, staged: Mapping[str, Any], first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    """The list tells by the media's id; a story of a video that is worked on yet is not in it."""
    media = str(staged["video"] if "video" in staged else staged["photos"][0])
    remotes, complete = _read(http, listing.stories(page, not_before(first_attempt)), listing.remote_story)
    found = [each for each in remotes if media in each.media]
    if found:
        return _bound(settled(found), {"kind": "story"})
    on_its_way = "video" in staged and videos.may_go_out(answer(http.send_repeatable(videos.ask(page, media))))
    return CannotTell(_AGAIN) if on_its_way or not complete else Absent()


def _comment(page: Page, part: Part, parent: str, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    """Newest first, so an older comment than ours can be ends the reading."""
    earliest = not_before(first_attempt)

    def older(item: dict[str, Any]) -> bool:
        at = moment(item.get("created_time"))
        return at is not None and at < earliest

    request, remote = listing.comments(page, parent), functools.partial(listing.remote_comment, page, parent=parent)
    remotes, complete = _read(http, request, remote, enough=older)
    found = listing.candidates(remotes, part, first_attempt=first_attempt)
    return _bound(settled(found), {"kind": "comment", "parent": parent}) if found or complete else CannotTell(_AGAIN)


def _video(page: Page, kind: str, video: str, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    """A video that is being worked on, or may be soon, may be on its way out; only one that nobody works on is not."""
    told = answer(http.send_repeatable(videos.ask(page, video)))
    if videos.is_public(told):
        return Found(api.video_published(page, kind, video, told))
    if videos.broken(told):
        return Absent()
    if videos.publish_status(told) in {"draft", "scheduled"}:
        return CannotTell()  # the call got through, but not as it was meant: a person has to look
    if videos.may_go_out(told):
        return CannotTell(_AGAIN)
    settled_by = first_attempt + page.read_back
    return Absent() if http.clock.now() >= settled_by else CannotTell(settled_by)


def recent(page: Page, since: datetime, http: Http) -> list[RemotePost]:
    """Posts and reels, newest first. Stories are left out: they have no words and are gone after a day."""
    posts, _ = _read(http, listing.posts(page, since), functools.partial(listing.remote_post, page))
    reels, _ = _read(http, listing.reels(page, since), listing.remote_reel)
    every = {each.remote_id: each for each in [*reels, *posts] if each.at >= since}
    return sorted(every.values(), key=lambda each: each.at, reverse=True)


def _read(
    http: Http,
    request: httpx.Request,
    remote: Callable[[dict[str, Any]], RemotePost | None],
    *,
    enough: Callable[[dict[str, Any]], bool] | None = None,
) -> tuple[list[RemotePost], bool]:
    """The public ones of a list, and whether all of it was read. An item without an id makes it incomplete."""
    reading = read(http, request, enough=enough)
    named = [item for item in reading.items if item.get("id") or item.get("post_id")]
    return [each for each in map(remote, named) if each], reading.complete and len(named) == len(reading.items)


def _bound(outcome: Found | Absent | CannotTell, data: Mapping[str, Any]) -> Found | Absent | CannotTell:
    """What was found, with what comments and figures will want to know."""
    if not isinstance(outcome, Found):
        return outcome
    found = outcome.published
    return Found(Published(remote_id=found.remote_id, url=found.url, at=found.at, data=data))
