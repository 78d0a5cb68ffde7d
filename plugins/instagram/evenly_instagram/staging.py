"""What is done before anybody can see it, one step at a time: a container for each picture and video, then the carousel around them.

The last container is what will be published. Every one is polled until it is finished, pictures too.
https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message, NetworkError, PostRejected, PrepareAgain, Prepared, Problem, SignInNeeded, TryLater
from evenly_graph.errors import NotThere
from evenly_instagram import api, listing, quota, wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenly.plugin import Http, Media, Part, Published
    from evenly_instagram.profile import Profile

AT_ONCE = timedelta(0)
#: Containers that are not published within 24 hours expire.
KEPT = timedelta(hours=24)
#: Meta advises a look a minute; pictures are ready sooner.
_LOOKS = tuple(timedelta(seconds=each) for each in (3, 5, 10, 30, 30, 30))
_LATER = timedelta(minutes=1)
_LONGEST_PICTURE, _LONGEST_VIDEO = timedelta(minutes=5), timedelta(hours=1)
#: A container that is not found may only be too fresh.
_MISSED = (timedelta(seconds=30), timedelta(minutes=1))


def step(profile: Profile, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    if wording.kind(part) == "comment":
        return _parent(thread)
    made: Mapping[str, Any] = so_far.data if so_far else {"containers": [], "finished": 0}
    containers = made["containers"]
    if containers and "uri" in containers[-1] and "sent" not in containers[-1]:
        return _sent(profile, part, so_far, made, http)
    if len(containers) < len(part.media):
        return _one_more(profile, part, so_far, made, http)
    if made["finished"] < len(containers):
        return _looked_at(profile, part, so_far, made, http)
    if wording.kind(part) == "carousel" and len(containers) == len(part.media):
        return _around(profile, part, so_far, made, http)
    return _stored({**made, "newest": listing.newest(profile, part, http)}, so_far, http, ready=True)


def _parent(thread: Sequence[Published]) -> Prepared:
    """A comment needs the media id of its post."""
    return Prepared(data={"parent": thread[0].remote_id}) if thread else Prepared(ready=False, look_again=None)


def _one_more(profile: Profile, part: Part, so_far: Prepared | None, made: Mapping[str, Any], http: Http) -> Prepared:
    place = len(made["containers"])
    if place == 0:
        quota.check(profile, http)
    try:
        container = api.staged(http.send_repeatable(api.stage(profile, part, place)))
    except NetworkError as refused:
        raise about(refused, part.media, place) from refused
    return _stored({**made, "containers": [*made["containers"], container]}, so_far, http)


def _sent(profile: Profile, part: Part, so_far: Prepared | None, made: Mapping[str, Any], http: Http) -> Prepared:
    *before, container = made["containers"]
    media = part.media[len(before)]
    _check_file(media)
    try:
        http.send_repeatable(api.send_bytes(profile, container["uri"], media))
    except NetworkError as refused:
        raise about(refused, part.media, len(before)) from refused
    return _stored({**made, "containers": [*before, {**container, "sent": True}]}, so_far, http)


def _around(profile: Profile, part: Part, so_far: Prepared | None, made: Mapping[str, Any], http: Http) -> Prepared:
    children = [each["id"] for each in made["containers"]]
    container = api.staged(http.send_repeatable(api.stage_carousel(profile, part, children)))
    return _stored({**made, "containers": [*made["containers"], container]}, so_far, http)


# ── looking at a container ──


def _looked_at(profile: Profile, part: Part, so_far: Prepared | None, made: Mapping[str, Any], http: Http) -> Prepared:
    place = int(made["finished"])
    try:
        told = profile.ask(http, made["containers"][place]["id"], fields=api.STATUS_FIELDS)
    except NotThere as missing:
        return _not_found(so_far, made, missing, http)
    match told.get("status_code"):
        case "FINISHED" | "PUBLISHED":
            done = {"containers": made["containers"], "finished": place + 1}
            return _stored(done, so_far, http)
        case "ERROR":
            raise about(api.failure(told), part.media, place)
        case "EXPIRED":
            raise PrepareAgain(Message("Instagram has let what was uploaded expire."))
        case _:
            return _again(part, place, so_far, made, http)


def _again(part: Part, place: int, so_far: Prepared | None, made: Mapping[str, Any], http: Http) -> Prepared:
    now, looks = http.clock.now(), int(made.get("looks", 0))
    since = datetime.fromisoformat(made["since"]) if "since" in made else now
    films = any(each.kind == "video" for each in part.media[place : place + 1] or part.media)
    if now - since > (_LONGEST_VIDEO if films else _LONGEST_PICTURE):
        raise about(PrepareAgain(Message("Instagram does not finish with the media; they are staged anew.")), part.media, place)
    waits = {**made, "looks": looks + 1, "since": since.isoformat()}
    return _stored(waits, so_far, http, look_again=_LOOKS[looks] if looks < len(_LOOKS) else _LATER)


def _not_found(so_far: Prepared | None, made: Mapping[str, Any], missing: NotThere, http: Http) -> Prepared:
    misses = int(made.get("misses", 0))
    if misses >= len(_MISSED):
        raise PrepareAgain(missing.message)
    return _stored({**made, "misses": misses + 1}, so_far, http, look_again=_MISSED[misses])


def about(refused: NetworkError, media: Sequence[Media], place: int) -> NetworkError:
    """The same error, naming the picture or video that it is about. What concerns the sign-in or the text is left as it is."""
    field = refused.problem.field if isinstance(refused, PostRejected) and refused.problem else None
    if isinstance(refused, SignInNeeded) or (isinstance(refused, TryLater) and refused.scope != "part"):
        return refused
    if place >= len(media) or field not in {None, "media"}:
        return refused
    refused.message = Message("{item}: {said}", item=wording.item(media, place), said=refused.message)
    refused.args = (str(refused.message),)
    if isinstance(refused, PostRejected):
        refused.problem = Problem(refused.message, f"media[{place}]")
    return refused


# ── what is kept ──


def _stored(
    data: Mapping[str, Any], so_far: Prepared | None, http: Http, *, ready: bool = False, look_again: timedelta = AT_ONCE
) -> Prepared:
    """The first container is the first to expire."""
    expires = so_far.expires_at if so_far and so_far.expires_at else http.clock.now() + KEPT
    return Prepared(data=dict(data), ready=ready, look_again=None if ready else look_again, expires_at=expires)


def _check_file(media: Media) -> None:
    """Before bytes are promised: are they there still, and as many?"""
    try:
        there = media.path.stat().st_size
    except OSError:
        there = -1
    if there != media.bytes:
        raise PostRejected(Problem(Message("The file {name} is gone or has changed.", name=media.path.name), "media"))
