"""Pure: the requests of the versioned API, and what its answers say.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api and its neighbours
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evenly.plugin import Message, OutcomeUnknown, PrepareAgain, Published, TryLater
from evenly_linkedin import composing, urns, wording
from evenly_linkedin.calls import value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal, NoReturn

    import httpx

    from evenly.plugin import Media, Part
    from evenly_linkedin.author import Author
    from evenly_linkedin.calls import Calls

    Asset = Literal["image", "document", "video"]

PAGE = 100  #: the most elements that a list gives at once


# ── uploads: nothing of this is visible ──


def begin_upload(author: Author, kind: Asset, media: Media) -> httpx.Request:
    asked: dict[str, Any] = {"owner": author.urn}
    if kind == "video":
        asked |= {"fileSizeBytes": media.bytes, "uploadCaptions": False, "uploadThumbnail": False}
    return author.calls.post(f"{kind}s", {"initializeUploadRequest": asked}, {"action": "initializeUpload"})


def begun_upload(response: httpx.Response, kind: Asset) -> tuple[str, dict[str, Any]]:
    """The asset's name, and everything that was told about its upload."""
    told = answer(response).get("value")
    urn = told.get(kind) if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(urn, str) or not urn.startswith(f"urn:li:{kind}:"):
        raise unreadable(response)
    return urn, told


def upload_url(told: Mapping[str, Any]) -> str:
    """An upload address; the file goes to LinkedIn's own hosts only."""
    url = str(told.get("uploadUrl") or "")
    parts = urlsplit(url)
    if parts.scheme != "https" or not (parts.hostname == "www.linkedin.com" or f".{parts.hostname}".endswith(".licdn.com")):
        raise PrepareAgain(Message("LinkedIn named no usable address for the upload."))
    return url


def video_parts(told: Mapping[str, Any], size: int) -> list[dict[str, Any]]:
    """Address, first and last byte (included) of every piece that LinkedIn wants, in order and without a gap."""
    parts = [_video_part(each, size) for each in told.get("uploadInstructions") or ()]
    expected = 0
    for each in parts:
        if each["first"] != expected or each["last"] < each["first"]:
            break
        expected = each["last"] + 1
    if expected != size:
        raise PrepareAgain(Message("LinkedIn's upload instructions do not cover the whole video."))
    return parts


def _video_part(told: Mapping[str, Any], size: int) -> dict[str, Any]:
    return {"url": upload_url(told), "first": int(told["firstByte"]), "last": min(int(told["lastByte"]), size - 1)}


def finish_video(author: Author, video: str, token: str, etags: Sequence[str]) -> httpx.Request:
    asked = {"video": video, "uploadToken": token, "uploadedPartIds": list(etags)}
    return author.calls.post("videos", {"finalizeUploadRequest": asked}, {"action": "finalizeUpload"})


def ask_asset(author: Author, urn: str) -> httpx.Request:
    return author.calls.get(f"{urns.kind(urn)}s/{urns.quoted(urn)}")


# ── the visible calls ──


def publish(author: Author, part: Part, staged: Mapping[str, Any]) -> httpx.Request:
    if wording.kind(part) == "comment":
        parent = str(staged["parent"])
        return author.calls.post(f"socialActions/{urns.quoted(parent)}/comments", composing.comment(author.urn, part, parent))
    return author.calls.post("posts", composing.post(author.urn, part, staged.get("assets", ())))


def published(response: httpx.Response, part: Part, staged: Mapping[str, Any]) -> Published:
    """What is public now: its name stands in a header only."""
    named = response.headers.get("x-restli-id") or response.headers.get("x-linkedin-id")
    if wording.kind(part) == "comment":
        number = urns.last_number(named or _told(response).get("id"))
        return comment_published(str(staged["parent"]), number or _nameless(response))
    return post_published(urns.post_id(named) or _nameless(response), part)


def post_published(urn: str, part: Part) -> Published:
    return Published(remote_id=urn, url=urns.address(urn), data={"kind": wording.kind(part)})


def comment_published(parent: str, number: str) -> Published:
    urn = urns.comment(parent, number)
    url = f"{urns.address(parent)}?commentUrn={urns.quoted(urn)}"
    return Published(remote_id=urn, url=url, data={"kind": "comment", "parent": parent})


# ── reading and removing ──


def get_post(author: Author, urn: str) -> httpx.Request:
    return author.calls.get(f"posts/{urns.quoted(urn)}", {"viewContext": "AUTHOR"})


def list_posts(author: Author, start: int = 0, count: int = PAGE) -> httpx.Request:
    """A page of the author's posts, newest first."""
    query = {"q": "author", "author": value(author.urn), "count": str(count), "start": str(start), "sortBy": "CREATED"}
    return author.calls.get("posts", query, finds=True)


def list_comments(author: Author, post: str, start: int = 0) -> httpx.Request:
    return author.calls.get(f"socialActions/{urns.quoted(post)}/comments", {"start": str(start), "count": str(PAGE)})


def delete(author: Author, remote_id: str) -> httpx.Request:
    parts = urns.comment_parts(remote_id)
    if parts is None:
        return author.calls.delete(f"posts/{urns.quoted(remote_id)}")
    return author.calls.delete(f"socialActions/{urns.quoted(parts[0])}/comments/{parts[1]}", {"actor": value(author.urn)})


def roles(calls: Calls, start: int = 0) -> httpx.Request:
    """The pages on which the token's member has a role."""
    query = {"q": "roleAssignee", "state": "APPROVED", "start": str(start), "count": str(PAGE)}
    return calls.get("organizationAcls", query, finds=True)


def organisation(calls: Calls, urn: str) -> httpx.Request:
    return calls.get(f"organizations/{urn.rpartition(':')[2]}")


# ── answers ──


def answer(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises `TryLater` where there is none."""
    told = _json(response)
    if not isinstance(told, dict):
        raise unreadable(response)
    return told


def elements(response: httpx.Response) -> list[dict[str, Any]]:
    """The objects of a list. Raises `TryLater` where there is none."""
    found = answer(response).get("elements")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise unreadable(response)
    return found


def unreadable(response: httpx.Response) -> TryLater:
    return TryLater(scope="account", message=Message("{host} gave an answer that cannot be read.", host=response.request.url.host))


def _told(response: httpx.Response) -> dict[str, Any]:
    told = _json(response)
    return told if isinstance(told, dict) else {}


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _nameless(response: httpx.Response) -> NoReturn:
    raise OutcomeUnknown(Message("{host} answered without naming the new post.", host=response.request.url.host))
