"""What the stand-in remembers: Pages, what was staged for them and what is public. Knows the rules, not HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.plugin import RemotePost
from evenly_graph.stand_in import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenly.plugin import Clock

LONGEST_TEXT = 63_206
MOST_PHOTOS = 10
REELS_A_DAY = 30
INVITATIONS_A_DAY = 10
_LARGEST_PHOTO = 10_000_000
_PHOTO_KEPT = timedelta(hours=24)
_SAME_AGAIN = timedelta(hours=1)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


@dataclass
class Photo:
    id: str
    page: str
    alt: str
    at: datetime
    used: bool = False


@dataclass
class Video:
    id: str
    page: str
    edge: str  #: videos, video_reels or video_stories
    at: datetime
    size: int = 0
    received: int = 0
    uploaded_at: datetime | None = None
    finished_at: datetime | None = None
    text: str = ""
    title: str = ""
    post: str = ""
    cover: bytes = b""
    invited: dict[str, datetime] = field(default_factory=dict)  #: other Pages, and when


@dataclass
class Post:
    id: str
    page: str
    text: str
    at: datetime
    link: str | None = None
    cards: tuple[str, ...] = ()  #: the links of a carousel
    photos: tuple[Photo, ...] = ()
    video: str | None = None
    app: str | None = None


@dataclass
class Comment:
    id: str
    parent: str
    page: str
    text: str
    at: datetime


@dataclass
class Story:
    post: str
    page: str
    media: str
    kind: str
    at: datetime


@dataclass
class World:
    """Everything that was staged and published. `processing`: how long a video is worked on; `unlisted`: how long lists lag behind."""

    clock: Clock
    processing: timedelta = timedelta(0)
    unlisted: timedelta = timedelta(0)
    photos: dict[str, Photo] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    _made: int = 0

    # ── staging ──

    def stage_photo(self, page: str, content: bytes, alt: str) -> Photo:
        if len(content) > _LARGEST_PHOTO or not content.startswith(_PICTURES):
            raise GraphError(100, 1366046, "Your photos couldn't be uploaded")
        photo = Photo(self._id("3"), page, alt, self.clock.now())
        self.photos[photo.id] = photo
        return photo

    def start_video(self, page: str, edge: str, size: int | None = None) -> Video:
        if size is not None and size <= 0:
            raise GraphError(382, said="The video file you tried to upload is too small")
        video = Video(self._id("9"), page, edge, self.clock.now(), size or 0)
        self.videos[video.id] = video
        return video

    def receive(self, video: Video, content: bytes) -> None:
        video.received += len(content)
        if video.received == video.size:
            video.uploaded_at = self.clock.now()

    def cover(self, video: Video, content: bytes) -> None:
        if not content.startswith(_PICTURES) or len(content) > _LARGEST_PHOTO:
            raise GraphError(100, said="(#100) Param source must be a picture")
        video.cover = content

    def invite(self, video: Video, guest: str) -> None:
        if video.edge != "video_reels" or not guest.isdigit() or guest in {video.page, *video.invited}:
            raise GraphError(100, said="(#100) This Page cannot be invited")
        since = self.clock.now() - timedelta(days=1)
        mine = [at for each in self.videos.values() if each.page == video.page for at in each.invited.values()]
        if sum(1 for at in mine if at > since) >= INVITATIONS_A_DAY:
            raise GraphError(613, said="(#613) Calls to this api have exceeded the rate limit")
        video.invited[guest] = self.clock.now()

    # ── publishing ──

    def publish_post(
        self, page: str, text: str, link: str | None, photos: Sequence[str], app: str | None, cards: tuple[str, ...] = ()
    ) -> Post:
        self._check_words(text, link, photos)
        attached = tuple(self._photo(page, each) for each in photos)
        if not attached and self._said_just_now(page, text, link):
            raise GraphError(506, said="Duplicate status message")
        for each in attached:
            each.used = True
        return self._keep(Post(f"{page}_{self._id('4')}", page, text, self.clock.now(), link, cards, attached, app=app))

    def finish_video(self, video: Video, text: str, title: str, app: str | None) -> Post | None:
        """The visible call: the video goes public as soon as it is worked off. None for a story."""
        if not video.size or video.received != video.size:
            raise GraphError(6000, said="There was a problem uploading your video file")
        if video.finished_at is not None:
            raise GraphError(100, said="(#100) This upload has been finished already")
        if video.edge == "video_reels" and self._reels_today(video.page) >= REELS_A_DAY:
            raise GraphError(613, said="(#613) Calls to this api have exceeded the rate limit")
        if len(text) > LONGEST_TEXT:
            raise GraphError(100, said="(#100) The description is too long")
        video.finished_at, video.text, video.title = self.clock.now(), text, title
        if video.edge == "video_stories":
            return None
        post = Post(f"{video.page}_{self._id('4')}", video.page, text, self.public_at(video), video=video.id, app=app)
        video.post = post.id
        return self._keep(post)

    def publish_story(self, page: str, media: str, kind: str) -> Story:
        if kind == "photo":
            self._photo(page, media).used = True
        story = Story(self._id("7"), page, media, kind, self.clock.now() if kind == "photo" else self.public_at(self.videos[media]))
        self.stories[story.post] = story
        return story

    def comment(self, parent: str, page: str, text: str) -> Comment:
        thing = self.commentable(parent)
        if not text:
            raise GraphError(100, said="(#100) Param message must be a string")
        comment = Comment(f"{thing.rpartition('_')[2]}_{self._id('5')}", thing, page, text, self.clock.now())
        self.comments[comment.id] = comment
        return comment

    def commentable(self, thing: str) -> str:
        """The id under which comments on a post or video are kept; both ids of a video mean the same."""
        video = self.videos.get(thing) or next((each for each in self.videos.values() if each.post and each.post == thing), None)
        if video is not None and self.is_public(video):
            return video.id
        if thing in self.posts and self.posts[thing].video is None:
            return thing
        raise missing(thing)

    def delete(self, thing: str) -> None:
        for kept in (self.posts, self.videos, self.photos, self.comments, self.stories):
            if kept.pop(thing, None) is not None:
                break
        else:
            raise missing(thing)
        for video in [each for each in self.videos.values() if each.post == thing]:
            del self.videos[video.id]
        for post in [each for each in self.posts.values() if each.video == thing]:
            del self.posts[post.id]

    # ── what the world sees ──

    def public_at(self, video: Video) -> datetime:
        """When a video is worked off: reels and stories are worked on from their upload, feed videos from the finishing call."""
        finished = video.finished_at or self.clock.now()
        begun = finished if video.edge == "videos" or video.uploaded_at is None else video.uploaded_at
        return max(finished, begun + self.processing)

    def is_public(self, video: Video) -> bool:
        return video.finished_at is not None and self.public_at(video) <= self.clock.now()

    def listed(self, page: str) -> list[Post]:
        """The public posts of a Page that its list shows by now, newest first; reels are in another list."""
        shown = [each for each in self._out(page) if each.at + self.unlisted <= self.clock.now() and not self._is_reel(each)]
        return sorted(shown, key=lambda each: each.at, reverse=True)

    def reels(self, page: str) -> list[Video]:
        found = [each for each in self.videos.values() if each.page == page and each.edge == "video_reels" and self.is_public(each)]
        return sorted(found, key=self.public_at, reverse=True)

    def comments_on(self, thing: str) -> list[Comment]:
        return sorted((each for each in self.comments.values() if each.parent == thing), key=lambda each: each.at, reverse=True)

    def public(self) -> Iterator[RemotePost]:
        for post in self.posts.values():
            if post.at <= self.clock.now():
                yield self._remote(post)
        for comment in self.comments.values():
            if comment.parent in self.posts or comment.parent in self.videos:
                yield RemotePost(remote_id=comment.id, text=comment.text, at=comment.at, parent=comment.parent)
        for story in self.stories.values():
            if story.at <= self.clock.now():
                yield RemotePost(remote_id=story.post, text="", at=story.at, media=(story.media,))

    def _remote(self, post: Post) -> RemotePost:
        return RemotePost(
            remote_id=post.video or post.id,
            text=post.text,
            at=post.at,
            url=f"https://www.facebook.com/{post.id}",
            media=(post.video,) if post.video else tuple(each.id for each in post.photos),
            link=post.link,
            alts=tuple(each.alt for each in post.photos),
        )

    # ── rules ──

    def _check_words(self, text: str, link: str | None, photos: Sequence[str]) -> None:
        if not (text or link or photos):
            raise GraphError(100, said="(#100) Missing message or attachment")
        if len(text) > LONGEST_TEXT:
            raise GraphError(100, said="(#100) Param message is too long")
        if len(photos) > MOST_PHOTOS:
            raise GraphError(100, said="(#100) Too many photos")
        if link is not None:
            check_link(link)

    def _photo(self, page: str, photo: str) -> Photo:
        found = self.photos.get(photo)
        if found is None or found.page != page or (not found.used and self.clock.now() - found.at > _PHOTO_KEPT):
            raise missing(photo)
        if found.used:
            raise GraphError(100, 1366051, "These photos were already posted.")
        return found

    def _said_just_now(self, page: str, text: str, link: str | None) -> bool:
        last = sorted(self._out(page), key=lambda each: each.at)[-1:]
        same = [each for each in last if (each.text, each.link, each.photos, each.video) == (text, link, (), None)]
        return any(self.clock.now() - each.at < _SAME_AGAIN for each in same)

    def _reels_today(self, page: str) -> int:
        since = self.clock.now() - timedelta(days=1)
        mine = [each for each in self.videos.values() if each.page == page and each.edge == "video_reels"]
        return sum(1 for each in mine if each.finished_at and each.finished_at > since)

    def _out(self, page: str) -> list[Post]:
        return [each for each in self.posts.values() if each.page == page and each.at <= self.clock.now()]

    def _is_reel(self, post: Post) -> bool:
        return post.video is not None and self.videos[post.video].edge == "video_reels"

    def _keep(self, post: Post) -> Post:
        self.posts[post.id] = post
        return post

    def _id(self, first: str) -> str:
        self._made += 1
        return f"{first}{self._made:014d}"


def missing(thing: str) -> GraphError:
    said = f"Unsupported request. Object with ID '{thing}' does not exist, cannot be loaded due to missing permissions"
    return GraphError(100, 33, said)


def check_link(link: str) -> None:
    """Raises what Facebook says of addresses that it cannot or will not show."""
    if not re.match(r"https?://[^/\s]+\.[^/\s]+", link):
        raise GraphError(100, 2061006, "The url you supplied is invalid")
    if re.match(r"https?://([^/]+\.)?facebook\.com(/|$)", link):
        raise GraphError(100, 1609008, "Links to facebook.com cannot be posted here")
    if re.match(r"https?://[^/]+\.invalid(/|$)", link):
        raise GraphError(1609005, said="There was a problem scraping data from the provided link.")
