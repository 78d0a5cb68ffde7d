"""What the stand-in remembers: members, pages, uploads, posts and comments."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import RemotePost
from evenly_linkedin.standing_in.wsgi import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evenly.plugin import Clock

#: How long equal texts are refused. LinkedIn does not say; a day or two was seen.
REMEMBERED = timedelta(hours=24)


@dataclass
class Asset:
    """A picture, document or video, from the first word about it until it can be used."""

    urn: str
    kind: str
    owner: str
    begun: datetime
    size: int = 0  #: of a video, as it was announced
    pieces: dict[int, int] = field(default_factory=dict)  #: number of the part and how many bytes came
    uploaded_at: datetime | None = None
    broken: bool = False


@dataclass
class Post:
    urn: str
    author: str
    at: datetime
    commentary: str
    text: str  #: as readers see it
    content: Mapping[str, Any]
    digest: str
    visibility: str
    deleted: bool = False


@dataclass
class Comment:
    number: str
    post: str
    actor: str
    text: str
    at: datetime


@dataclass
class World:
    """`processing`: how long media are worked on · `unlisted`: how long new posts are missing from lists."""

    clock: Clock
    processing: timedelta
    unlisted: timedelta
    assets: dict[str, Asset] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    _made: int = 0

    # ── uploads ──

    def begin(self, kind: str, owner: str, size: int = 0) -> Asset:
        asset = Asset(f"urn:li:{kind}:D4E10AQ{self._count():07d}", kind, owner, self.clock.now(), size)
        self.assets[asset.urn] = asset
        return asset

    def status(self, asset: Asset) -> str:
        if asset.uploaded_at is None:
            return "WAITING_UPLOAD"
        if asset.broken:
            return "PROCESSING_FAILED"
        worked_on = self.processing if asset.kind != "image" else min(self.processing, timedelta(seconds=2))
        return "AVAILABLE" if self.clock.now() >= asset.uploaded_at + worked_on else "PROCESSING"

    # ── posts ──

    def publish(self, author: str, commentary: str, text: str, content: Mapping[str, Any], visibility: str) -> Post:
        """Raises `Refusal` where the same was published lately, naming the first: a ghost where that one was deleted."""
        digest = hashlib.sha256(json.dumps([author, commentary, content], sort_keys=True).encode()).hexdigest()
        for earlier in self.posts.values():
            if earlier.digest == digest and self.clock.now() - earlier.at < REMEMBERED:
                raise _duplicate(self._urn("share") if earlier.deleted else earlier.urn)
        kind = "ugcPost" if {"multiImage", "poll"} & content.keys() or ":video:" in str(content.get("media")) else "share"
        post = Post(self._urn(kind), author, self.clock.now(), commentary, text, content, digest, visibility)
        self.posts[post.urn] = post
        return post

    def post(self, urn: str) -> Post:
        found = self.posts.get(urn)
        if found is None or found.deleted:
            raise Refusal(404, "NOT_FOUND", f"No {urn.partition(':')[2]} found", serviceErrorCode=404)
        return found

    def listed(self, author: str) -> list[Post]:
        """The author's posts that its list shows by now, newest first."""
        shown = [each for each in self._standing() if each.author == author and each.at + self.unlisted <= self.clock.now()]
        return sorted(shown, key=lambda each: (each.at, each.urn), reverse=True)

    def comment(self, post: str, actor: str, text: str) -> Comment:
        comment = Comment(self._urn("comment").rpartition(":")[2], self.post(post).urn, actor, text, self.clock.now())
        self.comments[comment.number] = comment
        return comment

    def public(self) -> Iterator[RemotePost]:
        for post in self._standing():
            yield _remote(post)
        for comment in self.comments.values():
            if not self.posts[comment.post].deleted:
                urn = f"urn:li:comment:({comment.post},{comment.number})"
                yield RemotePost(remote_id=urn, text=comment.text, at=comment.at, parent=comment.post)

    def _standing(self) -> list[Post]:
        return [each for each in self.posts.values() if not each.deleted]

    def _urn(self, kind: str) -> str:
        """The milliseconds since 1970, and a count."""
        return f"urn:li:{kind}:{(int(self.clock.now().timestamp() * 1000) << 22) + self._count()}"

    def _count(self) -> int:
        self._made += 1
        return self._made


def _remote(post: Post) -> RemotePost:
    content = post.content
    pictures = [content["media"]] if "media" in content else list(content.get("multiImage", {}).get("images", ()))
    article = content.get("article", {})
    if "thumbnail" in article:
        pictures = [{"id": article["thumbnail"], "altText": article.get("thumbnailAltText", "")}]
    return RemotePost(
        remote_id=post.urn,
        text=post.text,
        at=post.at,
        url=f"https://www.linkedin.com/feed/update/{post.urn}/",
        media=tuple(str(each["id"]) for each in pictures),
        alts=tuple(str(each.get("altText", "")) for each in pictures),
        link=article.get("source"),
    )


def _duplicate(first: str) -> Refusal:
    refusal = Refusal(422, "", "")
    refusal.answer.json = {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": f"com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {first}",
        "errorDetails": {"inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]},
        "status": 422,
    }
    return refusal
