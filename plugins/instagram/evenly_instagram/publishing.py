"""The visible call, and taking back what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly.plugin import Message, NetworkError, OutcomeUnknown, PostRejected, PrepareAgain, Published, SignInNeeded
from evenly_graph.answers import identifier, moment
from evenly_graph.errors import NotThere
from evenly_graph.removing import remove
from evenly_instagram import api, wording

if TYPE_CHECKING:
    from evenly.plugin import Http, Part, Prepared
    from evenly_graph.calls import Graph
    from evenly_instagram.profile import Profile


def publish(profile: Profile, part: Part, prepared: Prepared, http: Http) -> Published:
    if wording.kind(part) == "comment":
        parent = str(prepared.data["parent"])
        made = identifier(http.send_once(api.comment(profile, parent, wording.message(part))), "id")
        return Published(remote_id=made, data={"kind": "comment", "parent": parent})
    container = str(prepared.data["containers"][-1]["id"])
    _check_unpublished(profile, container, http)
    media = identifier(http.send_once(api.publish(profile, container)), "id")
    told = _shown(profile, media, http)
    return Published(remote_id=media, url=told.get("permalink"), at=moment(told.get("timestamp")), data={"kind": kind_of(part)})


def kind_of(part: Part) -> str:
    """What its figures go by."""
    found = wording.kind(part)
    return found if found in {"reel", "story"} else "feed"


def _check_unpublished(profile: Profile, container: str, http: Http) -> None:
    """What Instagram does with a container that is published a second time is not documented: it is asked first.

    Raises `OutcomeUnknown` where it is out already, so that its id is looked for; `PrepareAgain` where it can never go out.
    """
    told = profile.ask(http, container, fields=api.STATUS_FIELDS)
    match told.get("status_code"):
        case "PUBLISHED":
            raise OutcomeUnknown(Message("Instagram has published this already."))
        case "EXPIRED" | "ERROR":
            raise PrepareAgain(Message("Instagram cannot use what was uploaded: {said}", said=told.get("status") or told["status_code"]))


def _shown(profile: Profile, media: str, http: Http) -> dict[str, Any]:
    """Where the world sees it. It is public whether or not this can be read."""
    try:
        return profile.ask(http, media, fields=api.SHOWN_FIELDS)
    except NetworkError:
        return {}


def delete(profile: Profile, published: Published, http: Http) -> None:
    """Raises `PostRejected` with Instagram's own login, which lets nobody delete but in the app."""
    if profile.login == "instagram" and published.data.get("kind") != "comment":
        raise PostRejected(Message("With login = instagram nothing can be deleted from outside: delete it in the Instagram app."))
    remove(http, profile.graph, published.remote_id)
    if profile.other is not None and _can_still_be_read(profile.other, published.remote_id, http):
        remove(http, profile.other, published.remote_id)


def _can_still_be_read(graph: Graph, thing: str, http: Http) -> bool:
    """A Page's token that does not find it is no proof that it is gone; a user's that does is one that it is there."""
    try:
        http.send_repeatable(graph.get(thing, fields="id"))
    except (NotThere, SignInNeeded):
        return False
    return True
