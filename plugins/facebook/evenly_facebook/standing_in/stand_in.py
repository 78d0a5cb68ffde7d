"""A small Facebook: tokens and scopes, staging, publishing, lists, figures. Strict where Facebook is strict, by what its pages say."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly_facebook.standing_in.asking import cards_of, check_trimmings
from evenly_facebook.standing_in.consent import Consent, Grant
from evenly_facebook.standing_in.showing import Showing, comment_fields, page_fields, post_fields, story_fields, video_fields
from evenly_facebook.standing_in.world import Video, World, missing
from evenly_graph.stand_in import GraphApp, GraphError, Reply, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from wsgiref.types import WSGIApplication

    from evenly.plugin import Clock, RemotePost
    from evenly_graph.stand_in import Call

CHUNK = 2**20
_VERSION = re.compile(r"v\d+\.\d+")


class FacebookStandIn(GraphApp):
    """Two Pages of one user, and a third one that the user may only read.

    `processing`: how long videos are worked on · `unlisted`: how long new posts are missing from lists · `fresh`: how long a new video
    "does not exist" · `dead`: metric names that are gone · `declined`: scopes that the user refuses · `budget`: calls a day for one Page.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 0,
        *,
        processing: timedelta = timedelta(0),
        unlisted: timedelta = timedelta(0),
        fresh: timedelta = timedelta(0),
        dead: Collection[str] = (),
        declined: Collection[str] = (),
        budget: int = 48_000,
    ) -> None:
        super().__init__(clock)
        self.world = World(clock, processing, unlisted)
        self.consent = Consent(clock, seed, frozenset(declined))
        self.showing = Showing(self.world, seed, frozenset(dead))
        self.accounts = self.consent.accounts()
        self.app: WSGIApplication = self
        self._fresh = fresh
        self._budget = budget
        self._calls: dict[str, list[datetime]] = {}

    def public(self) -> list[RemotePost]:
        with self.lock:
            return sorted(self.world.public(), key=lambda each: each.at)

    # ── from a call to what is asked ──

    def answer(self, call: Call) -> Reply:
        if call.path[:1] == ("video-upload",):
            return self._bytes(call)
        if not call.path or not _VERSION.fullmatch(call.path[0]):
            raise GraphError(2500, said="Unknown path components")
        path = call.path[1:]
        if (found := self.consent.answer(call, path)) is not None:
            return found
        if "date_format" in call.params:
            raise GraphError(100, said="(#100) date_format is not supported any more")
        grant = self.consent.grant(call)
        self._count(grant)
        return Reply(self._of(call, grant, path))

    def usage(self, call: Call) -> dict[str, str]:
        grant = self.consent.tokens.get(call.token)
        if grant is None or not grant.page:
            return {}
        percent = min(100, 100 * len(self._calls.get(grant.page, ())) // self._budget)
        entry = {"type": "pages", "call_count": percent, "total_cputime": 1, "total_time": 1}
        entry["estimated_time_to_regain_access"] = 60 if percent == 100 else 0
        return {"X-Business-Use-Case-Usage": json.dumps({grant.page: [entry]})}

    def _count(self, grant: Grant) -> None:
        if not grant.page:
            return
        now = self.clock.now()
        lately = [each for each in self._calls.get(grant.page, ()) if now - each < timedelta(days=1)]
        self._calls[grant.page] = [*lately, now]
        if len(lately) >= self._budget:
            raise GraphError(32, said="(#32) Page request limit reached")

    def _of(self, call: Call, grant: Grant, path: tuple[str, ...]) -> Any:
        thing, edge = (path[0], path[1] if len(path) > 1 else "")
        if thing == "me":
            thing = grant.page or "me"
        if thing in self.consent.pages:
            return self._page(call, grant, thing, edge)
        if call.method == "DELETE" and not edge:
            return self._delete(grant, thing)
        if edge == "comments":
            return self._comments(call, grant, thing)
        if edge in {"thumbnails", "collaborators"}:
            return self._dress(call, grant, thing, edge)
        if edge in {"insights", "video_insights"}:
            grant.need("read_insights", 10)
            return self.showing.post_insights(call, self._owned(grant, thing), edge)
        if not edge and call.method == "GET":
            return self._thing(call, grant, thing)
        raise GraphError(2500, said=f"Unknown path components: /{edge}")

    def _page(self, call: Call, grant: Grant, page: str, edge: str) -> Any:
        if not edge:
            return page_fields(call, self.consent, grant, page)
        grant.owns(page)
        action: Callable[[Call, Grant], Any] | None = getattr(self, f"_{call.method.lower()}_{edge}", None)
        if action is None:
            raise GraphError(100, said=f"(#100) Tried accessing nonexisting field ({edge})")
        return action(call, grant)

    # ── a Page's edges: publishing ──

    def _post_feed(self, call: Call, grant: Grant) -> Any:
        grant.need("pages_manage_posts", 200)
        if call.params.get("tags") and not call.params.get("place"):
            raise GraphError(100, said="(#100) Param tags needs place")
        check_trimmings(call)
        photos = [str(each.get("media_fbid")) for each in call.objects("attached_media")]
        message, link = call.params.get("message", ""), call.params.get("link")
        post = self.world.publish_post(grant.page, message, link, photos, grant.app, cards_of(call))
        return {"id": post.id}

    def _post_photos(self, call: Call, grant: Grant) -> Any:
        grant.need("pages_manage_posts", 200)
        if "source" not in call.files:
            raise GraphError(100, said="(#100) The parameter source or url is required")
        photo = self.world.stage_photo(grant.page, call.files["source"], call.params.get("alt_text_custom", ""))
        if call.params.get("published", "true") == "false":
            return {"id": photo.id}
        post = self.world.publish_post(grant.page, call.params.get("caption", ""), None, [photo.id], grant.app)
        return {"id": photo.id, "post_id": post.id}

    def _post_photo_stories(self, call: Call, grant: Grant) -> Any:
        grant.need("pages_manage_posts", 200)
        story = self.world.publish_story(grant.page, call.params.get("photo_id", ""), "photo")
        return {"success": True, "post_id": story.post}

    def _post_videos(self, call: Call, grant: Grant) -> Any:
        grant.need("pages_manage_posts", 200)
        match call.params.get("upload_phase"):
            case "start":
                video = self.world.start_video(grant.page, "videos", int(call.params.get("file_size") or 0))
                return {"video_id": video.id, "upload_session_id": f"session-{video.id}", **_next(video)}
            case "transfer":
                return self._chunk(call, self._session(call, grant))
            case "finish":
                video = self._session(call, grant)
                check_trimmings(call)
                if "thumb" in call.files:
                    self.world.cover(video, call.files["thumb"])
                self.world.finish_video(video, call.params.get("description", ""), call.params.get("title", ""), grant.app)
                return {"success": True}
        raise GraphError(100, said="(#100) Param upload_phase must be one of {start, transfer, finish}")

    def _chunk(self, call: Call, video: Video) -> Any:
        content = call.files.get("video_file_chunk", b"")
        if call.params.get("start_offset") != str(video.received) or len(content) > CHUNK:
            raise GraphError(6001, 1363037, "There was a problem uploading your video", data=_next(video))
        self.world.receive(video, content)
        return _next(video)

    def _session(self, call: Call, grant: Grant) -> Video:
        session = call.params.get("upload_session_id", "")
        video = self.world.videos.get(session.removeprefix("session-"))
        if video is None or video.page != grant.page:
            raise GraphError(6000, said="There was a problem uploading your video file")
        return video

    def _post_video_reels(self, call: Call, grant: Grant) -> Any:
        return self._by_session(call, grant, "video_reels")

    def _post_video_stories(self, call: Call, grant: Grant) -> Any:
        return self._by_session(call, grant, "video_stories")

    def _by_session(self, call: Call, grant: Grant, edge: str) -> Any:
        grant.need("pages_manage_posts", 200)
        if call.params.get("upload_phase") == "start":
            video = self.world.start_video(grant.page, edge)
            return {"video_id": video.id, "upload_url": f"https://rupload.facebook.com/video-upload/{call.path[0]}/{video.id}"}
        found = self.world.videos.get(call.params.get("video_id", ""))
        if found is None or found.page != grant.page or found.edge != edge:
            raise missing(call.params.get("video_id", ""))
        if edge == "video_reels" and call.params.get("video_state") != "PUBLISHED":
            raise GraphError(100, said="(#100) Only video_state PUBLISHED is known here")
        check_trimmings(call)
        self.world.finish_video(found, call.params.get("description", ""), call.params.get("title", ""), grant.app)
        if edge == "video_reels":
            return {"success": True}
        return {"success": True, "post_id": self.world.publish_story(grant.page, found.id, "video").post}

    def _bytes(self, call: Call) -> Reply:
        grant = self.consent.grant(call)
        video = self.world.videos.get(call.path[-1])
        if video is None or video.page != grant.page:
            return _upload_error("ProcessingFailedError", retriable=False)
        if not call.headers.get("authorization", "").startswith("OAuth "):
            raise GraphError(190, said="Invalid OAuth access token")
        size, offset = int(call.headers.get("file-size") or call.headers.get("file_size") or 0), int(call.headers.get("offset") or 0)
        video.size = size
        if offset != video.received:
            return _upload_error("OffsetInvalidError", retriable=True)
        self.world.receive(video, call.body[: size - offset])
        return Reply({"success": True}) if video.received == size else _upload_error("PartialRequestError", retriable=True)

    # ── a Page's edges: lists and figures ──

    def _get_published_posts(self, call: Call, grant: Grant) -> Any:
        grant.need("pages_read_engagement", 10)
        since = _since(call)
        posts = [each for each in self.world.listed(grant.page) if each.at >= since]
        return listed([post_fields(call, self.showing, grant, each) for each in posts], call)

    def _get_video_reels(self, call: Call, grant: Grant) -> Any:
        grant.need("pages_read_engagement", 10)
        since = _since(call)
        reels = [each for each in self.world.reels(grant.page) if self.world.public_at(each) >= since]
        return listed([video_fields(call, self.showing, grant, each) for each in reels], call)

    def _get_stories(self, call: Call, grant: Grant) -> Any:
        grant.need("pages_read_engagement", 10)
        since, now = _since(call), self.clock.now()
        stories = [each for each in self.world.stories.values() if each.page == grant.page and since <= each.at <= now]
        return listed([story_fields(call, each) for each in reversed(stories)], call)

    def _get_insights(self, call: Call, grant: Grant) -> Any:
        grant.need("read_insights", 10)
        return self.showing.page_insights(call, grant.page)

    # ── single things ──

    def _thing(self, call: Call, grant: Grant, thing: str) -> Any:
        grant.need("pages_read_engagement", 10)
        if thing in self.world.posts and self._owned(grant, thing):
            return post_fields(call, self.showing, grant, self.world.posts[thing])
        if thing in self.world.videos and self._owned(grant, thing):
            video = self.world.videos[thing]
            if self.clock.now() - video.at < self._fresh:
                raise missing(thing)
            return video_fields(call, self.showing, grant, video)
        if thing in self.world.comments:
            return comment_fields(call, self.showing, self.world.comments[thing])
        if thing in self.world.stories or thing in self.world.photos:
            return {"id": self._owned(grant, thing)}
        raise missing(thing)

    def _comments(self, call: Call, grant: Grant, thing: str) -> Any:
        if call.method == "POST":
            grant.need("pages_manage_engagement", 200)
            return {"id": self.world.comment(thing, grant.page, call.params.get("message", "")).id}
        grant.need("pages_read_user_content", 10)
        found = self.world.comments_on(self.world.commentable(thing))
        return listed([comment_fields(call, self.showing, each) for each in found], call)

    def _dress(self, call: Call, grant: Grant, thing: str, edge: str) -> Any:
        """A cover or an invitation; neither can be given to a video that is not known yet."""
        grant.need("pages_manage_posts", 200)
        video = self.world.videos.get(self._owned(grant, thing))
        if video is None or self.clock.now() - video.at < self._fresh:
            raise missing(thing)
        if call.method == "GET":
            return listed([{"id": guest, "invite_status": "Pending"} for guest in video.invited] if edge == "collaborators" else [], call)
        if edge == "thumbnails":
            self.world.cover(video, call.files.get("source", b""))
            return {"success": True}
        guest = call.params.get("target_id", "")
        self.world.invite(video, guest)
        return {"success": True, "collaborator_id": guest, "invitation_link": f"https://www.facebook.com/{video.id}/invitation"}

    def _delete(self, grant: Grant, thing: str) -> Any:
        self._owned(grant, thing)
        grant.need("pages_manage_posts", 200)
        self.world.delete(thing)
        return {"success": True}

    def _owned(self, grant: Grant, thing: str) -> str:
        """The id of a thing of this token's Page; what belongs to others does not exist."""
        for kept in (self.world.posts, self.world.videos, self.world.photos, self.world.comments, self.world.stories):
            if thing in kept and kept[thing].page == grant.page:
                return thing
        raise missing(thing)


def _next(video: Video) -> dict[str, str]:
    return {"start_offset": str(video.received), "end_offset": str(min(video.received + CHUNK, video.size))}


def _upload_error(kind: str, *, retriable: bool) -> Reply:
    return Reply({"debug_info": {"retriable": retriable, "type": kind, "message": "Request processing failed"}}, 400)


def _since(call: Call) -> datetime:
    return datetime.fromtimestamp(int(call.params.get("since") or 0), UTC)
