"""The stand-in's routes for posts and comments."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly_linkedin.standing_in import rules
from evenly_linkedin.standing_in.wsgi import Answer, Refusal, Request

if TYPE_CHECKING:
    from datetime import datetime

    from evenly_linkedin.standing_in.consent import Grant
    from evenly_linkedin.standing_in.gate import Gate
    from evenly_linkedin.standing_in.world import Comment, Post, World

_LONGEST_COMMENT = 1_250
_MOST = 100


class Posting:
    """`fresh`: how long nobody can comment on a new post."""

    def __init__(self, world: World, gate: Gate, *, fresh: timedelta) -> None:
        self._world = world
        self._gate = gate
        self._fresh = fresh

    def create(self, request: Request, grant: Grant) -> Answer:
        body = request.json()
        rules.check(body)
        author, content = str(body["author"]), body.get("content", {})
        self._gate.writes(grant, author, "partnerApiPosts.CREATE")
        text = rules.read_text(body)
        for urn in rules.assets(content):
            self._usable(urn, author)
        post = self._world.publish(author, body["commentary"], text, content, body["visibility"])
        return Answer(status=201, headers={"x-restli-id": post.urn})

    def listed(self, request: Request, grant: Grant) -> Answer:
        if request.one("q") != "author" or "(" in request.query.get("author", ""):
            raise Refusal(400, "INVALID_FINDER", "No such finder")
        author, (start, count) = request.one("author"), _paging(request)
        self._gate.reads(grant, author, "partnerApiPosts.FINDER-author")
        found = self._world.listed(author)[start : start + count]
        return Answer({"paging": {"start": start, "count": count, "links": []}, "elements": [_element(each) for each in found]})

    def one(self, grant: Grant, urn: str) -> Answer:
        post = self._world.post(urn)
        self._gate.reads(grant, post.author, "partnerApiPosts.GET")
        return Answer(_element(post))

    def delete(self, grant: Grant, urn: str) -> Answer:
        post = self._world.post(urn)
        self._gate.writes(grant, post.author, "partnerApiPosts.DELETE")
        post.deleted = True
        return Answer(status=204)

    def comment(self, request: Request, grant: Grant, urn: str) -> Answer:
        body = request.json()
        actor, text = str(body.get("actor")), str(body.get("message", {}).get("text", ""))
        self._gate.writes(grant, actor, "socialActions.CREATE")
        if body.get("object") != urn or not 0 < len(text) <= _LONGEST_COMMENT:
            raise Refusal(400, "INVALID_VALUE_FOR_FIELD", "The comment is wrong")
        if self._world.clock.now() - self._world.post(urn).at < self._fresh:
            raise Refusal(404, "NOT_FOUND", "Could not find entity")
        comment = self._world.comment(urn, actor, text)
        return Answer(_comment(comment), 201, {"x-restli-id": comment.number})

    def comments(self, request: Request, grant: Grant, urn: str) -> Answer:
        post, (start, count) = self._world.post(urn), _paging(request)
        self._gate.reads(grant, post.author, "socialActions.GET")
        found = [each for each in self._world.comments.values() if each.post == urn][start : start + count]
        return Answer({"paging": {"start": start, "count": count, "links": []}, "elements": [_comment(each) for each in found]})

    def delete_comment(self, request: Request, grant: Grant, urn: str, number: str) -> Answer:
        comment = self._world.comments.get(number)
        if comment is None or comment.post != urn:
            raise Refusal(404, "NOT_FOUND", "No such comment")
        self._gate.writes(grant, request.one("actor"), "socialActions.DELETE")
        del self._world.comments[number]
        return Answer(status=204)

    def _usable(self, urn: str, author: str) -> None:
        asset = self._world.assets.get(urn)
        if asset is None or asset.owner != author:
            raise Refusal(400, "INVALID_VIDEO_ID" if ":video:" in urn else "INVALID_IMAGE_ID", f"{urn} is not an asset of the author")
        match self._world.status(asset):
            case "PROCESSING_FAILED":
                raise Refusal(400, "MEDIA_ASSET_PROCESSING_FAILED", f"{urn} could not be processed")
            case "WAITING_UPLOAD" | "PROCESSING":
                raise Refusal(400, "MEDIA_ASSET_WAITING_UPLOAD", f"{urn} is not ready")


def _paging(request: Request) -> tuple[int, int]:
    start, count = request.number("start", 0), request.number("count", 10)
    if not 1 <= count <= _MOST:
        raise Refusal(400, "INVALID_VALUE_FOR_FIELD", f"count must be at most {_MOST}")
    return start, count


def _element(post: Post) -> dict[str, Any]:
    at = _milliseconds(post.at)
    content = {"content": post.content} if post.content else {}
    return {
        "id": post.urn,
        "author": post.author,
        "commentary": post.commentary,
        "visibility": post.visibility,
        "lifecycleState": "PUBLISHED",
        "createdAt": at,
        "publishedAt": at,
        "lastModifiedAt": at,
        "lifecycleStateInfo": {"isEditedByAuthor": False},
        **content,
    }


def _comment(comment: Comment) -> dict[str, Any]:
    at = {"actor": comment.actor, "time": _milliseconds(comment.at)}
    urn = f"urn:li:comment:({comment.post.replace('share', 'activity')},{comment.number})"
    message = {"attributes": [], "text": comment.text}
    return {"id": comment.number, "commentUrn": urn, "actor": comment.actor, "object": comment.post, "created": at, "message": message}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
