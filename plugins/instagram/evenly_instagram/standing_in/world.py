"""What the stand-in remembers: containers, what became of them, comments. Knows the rules, not HTTP."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from evenly.plugin import RemotePost
from evenly_graph.stand_in import GraphError
from evenly_instagram.standing_in.fetching import seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenly.plugin import Clock

KEPT = timedelta(hours=24)
_DAY = timedelta(hours=24)
_LARGEST_PICTURE = 8 * 2**20
_CONTAINERS_FOR_EACH_POST = 4
_RATIO = (0.8 - 0.01, 1.91 + 0.01)


@dataclass
class Container:
    """Something staged. Without children it holds one file; `size` is set where its bytes are still to come."""

    id: str
    profile: str
    form: str  #: IMAGE, VIDEO, REELS, STORIES or CAROUSEL
    at: datetime
    caption: str = ""
    alt: str = ""
    child: bool = False
    children: tuple[Container, ...] = ()
    film: bool = False
    digest: str = ""
    due: bool = False  #: its bytes are still to come
    complete_at: datetime | None = None
    failed: int | None = None  #: the subcode of what is wrong with it
    media: str | None = None

    def digests(self) -> tuple[str, ...]:
        return tuple(digest for each in self.children for digest in each.digests()) or (self.digest,)

    def alts(self) -> tuple[str, ...]:
        return tuple(alt for each in self.children for alt in each.alts()) or (self.alt,)


@dataclass
class Media:
    id: str
    profile: str
    product: str  #: FEED, REELS or STORY
    form: str  #: IMAGE, VIDEO or CAROUSEL_ALBUM
    caption: str
    at: datetime
    digests: tuple[str, ...]
    alts: tuple[str, ...]
    children: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"https://www.instagram.com/{'reel' if self.product == 'REELS' else 'p'}/S{self.id[-8:]}/"


@dataclass
class Comment:
    id: str
    media: str
    profile: str
    username: str
    text: str
    at: datetime


@dataclass
class World:
    """Everything that was staged and published.

    `processing`: how long a file is worked on · `unlisted`: how long lists lag behind · `again`: what a second publish of one container
    does · `total`: posts in 24 hours.
    """

    clock: Clock
    processing: timedelta = timedelta(seconds=5)
    unlisted: timedelta = timedelta(0)
    again: Literal["refuse", "new"] = "refuse"
    total: int = 100
    containers: dict[str, Container] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    published: list[tuple[str, datetime]] = field(default_factory=list)
    _made: int = 0

    # ── staging ──

    def keep(self, container: Container) -> Container:
        lately = [each for each in self.containers.values() if each.profile == container.profile and self.clock.now() - each.at < _DAY]
        if len(lately) >= _CONTAINERS_FOR_EACH_POST * self.total:
            raise GraphError(9, 2207042, "Media posted has reached the limit")
        self.containers[container.id] = container
        return container

    def container(self, profile: str, form: str, caption: str) -> Container:
        return Container(self.new_id("1796"), profile, form, self.clock.now(), caption)

    def fill(self, container: Container, content: bytes, thumb_offset: int | None = None) -> None:
        """Its file has arrived. Pictures are refused at once; what is wrong with a video shows only later."""
        look = seen(content)
        container.digest, container.complete_at, container.due = hashlib.sha256(content).hexdigest(), self.clock.now(), False
        if container.film:
            container.failed = None if look.film else 2207026
            if thumb_offset is not None and look.seconds is not None and thumb_offset > look.seconds * 1000:
                raise GraphError(1, 2207057, "Thumbnail offset must be within the video")
            return
        if not look.jpeg:
            raise GraphError(36001, 2207005, "The image format is not supported")
        if len(content) > _LARGEST_PICTURE:
            raise GraphError(36000, 2207004, "The image is too large")
        if container.form != "STORIES" and look.ratio is not None and not _RATIO[0] <= look.ratio <= _RATIO[1]:
            raise GraphError(36003, 2207009, "The submitted image with aspect ratio is not supported")

    def status(self, container: Container) -> str:
        now = self.clock.now()
        if container.media is not None:
            return "PUBLISHED"
        if now - container.at >= KEPT:
            return "EXPIRED"
        if container.due or now < (container.complete_at or container.at) + self.processing:
            return "IN_PROGRESS"
        return "ERROR" if container.failed else "FINISHED"

    # ── publishing ──

    def publish(self, container: Container) -> Media:
        status = self.status(container)
        if container.child:
            raise GraphError(100, 2207023, "A part of a carousel cannot be published alone")
        if status == "EXPIRED":
            raise GraphError(24, 2207008, "The requested resource does not exist")
        if status != "FINISHED" and not (status == "PUBLISHED" and self.again == "new"):
            raise GraphError(9007, 2207027, "Media ID is not available")
        if self.used(container.profile, self.clock.now() - _DAY) >= self.total:
            raise GraphError(9, 2207042, "You reached maximum number of posts that is allowed to be published by API.")
        media = self._made_of(container)
        self.media[media.id], container.media = media, media.id
        self.published.append((container.profile, media.at))
        return media

    def _made_of(self, container: Container) -> Media:
        product = {"STORIES": "STORY", "REELS": "REELS"}.get(container.form, "FEED")
        form = "CAROUSEL_ALBUM" if container.children else "VIDEO" if container.film else "IMAGE"
        children = tuple(self.new_id("1793") for _ in container.children)
        now, digests, alts = self.clock.now(), container.digests(), container.alts()
        return Media(self.new_id("1792"), container.profile, product, form, container.caption, now, digests, alts, children)

    def used(self, profile: str, since: datetime) -> int:
        return sum(1 for who, at in self.published if who == profile and at > since)

    def comment(self, media: Media, profile: str, username: str, text: str) -> Comment:
        if not text:
            raise GraphError(100, said="(#100) The parameter message is required")
        comment = Comment(self.new_id("1786"), media.id, profile, username, text, self.clock.now())
        self.comments[comment.id] = comment
        return comment

    def delete(self, thing: str) -> None:
        if self.media.pop(thing, None) is None and self.comments.pop(thing, None) is None:
            raise missing(thing)

    # ── what the world sees ──

    def listed(self, profile: str, *, stories: bool) -> Sequence[Media]:
        """What the lists show by now, newest first. Stories have one of their own, for a day."""
        now = self.clock.now()
        shown = [each for each in self.media.values() if each.profile == profile and each.at + self.unlisted <= now]
        if stories:
            return [each for each in reversed(shown) if each.product == "STORY" and now - each.at < _DAY]
        return [each for each in reversed(shown) if each.product != "STORY"]

    def comments_on(self, media: str) -> Sequence[Comment]:
        now = self.clock.now()
        return [each for each in reversed(self.comments.values()) if each.media == media and each.at + self.unlisted <= now]

    def public(self) -> Iterator[RemotePost]:
        """Media go by the digests of their bytes: what the world sees is what was hosted."""
        for media in self.media.values():
            yield RemotePost(remote_id=media.id, text=media.caption, at=media.at, url=media.url, media=media.digests, alts=media.alts)
        for comment in self.comments.values():
            if comment.media in self.media:
                yield RemotePost(remote_id=comment.id, text=comment.text, at=comment.at, parent=comment.media)

    def new_id(self, first: str) -> str:
        self._made += 1
        return f"{first}{self._made:013d}"


def missing(thing: str) -> GraphError:
    said = f"Unsupported request. Object with ID '{thing}' does not exist, cannot be loaded due to missing permissions"
    return GraphError(100, 33, said)
