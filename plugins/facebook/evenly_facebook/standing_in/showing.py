"""How the stand-in shows its things: the fields that were asked for, and figures that grow with age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly_graph.stand_in import GraphError, asked_fields, grown

if TYPE_CHECKING:
    from collections.abc import Collection

    from evenly_facebook.standing_in.consent import Consent, Grant
    from evenly_facebook.standing_in.world import Comment, Post, Story, Video, World
    from evenly_graph.stand_in import Call

_PAGE = ("id", "name", "username", "link", "followers_count", "fan_count", "access_token", "is_published", "about", "category")
_POST = (
    *("id", "message", "created_time", "updated_time", "permalink_url", "is_published", "status_type", "application", "attachments"),
    *("shares", "comments", "reactions", "from"),
)
_VIDEO = (
    *("id", "status", "published", "post_id", "permalink_url", "created_time", "updated_time", "title", "description", "length"),
    *("comments", "likes"),
)
_COMMENT = ("id", "message", "from", "created_time", "like_count", "comment_count", "permalink_url")
_STORY = ("post_id", "status", "creation_time", "media_type", "media_id", "url")
_TALK = frozenset({"comments", "reactions", "likes"})

_KINDS = ("like", "love", "wow", "haha", "sorry", "anger")
_POST_MOST = {"post_media_view": 900, "post_total_media_view_unique": 600, "post_clicks": 60, "post_video_views": 300}
_VIDEO_MOST = {"total_video_views": 400, "total_video_reactions_by_type_total": 20}
_REEL_MOST = {"fb_reels_total_plays": 800, "post_video_likes_by_reaction_type": 30, "post_video_social_actions": 10}
_STORY_MOST = {
    "page_story_impressions_by_story_id": 200,
    "page_story_impressions_by_story_id_unique": 150,
    "PAGE_STORY_TOTAL_MEDIA_VIEW_UNIQUE": 150,
    "pages_fb_story_thread_lightweight_reactions": 9,
    "pages_fb_story_replies": 4,
    "pages_fb_story_shares": 3,
}
_PAGE_MOST = {"page_media_view": 9000, "page_total_media_view_unique": 6000, "page_total_actions": 300, "page_video_views": 2000}
_BY_DAY = {"page_follows": 1000}
_ASKED = 3  #: times as much comes back from people who are asked something


@dataclass
class Showing:
    """What the fields and figures are made of. `dead` metric names make every call that names one fail."""

    world: World
    seed: int
    dead: frozenset[str] = frozenset()

    def figure(self, thing: str, at: datetime, name: str, most: int) -> int:
        post = self.world.posts.get(thing)
        asked = post is not None and "?" in post.text and "view" not in name
        return grown(self.world.clock.now() - at, most * (_ASKED if asked else 1), self.seed, thing, name)

    def post_insights(self, call: Call, thing: str, edge: str) -> Any:
        known, at = self._metrics(thing, edge)
        return {
            "data": [self._entry(thing, name, self._value(thing, at, name, known[name]), "lifetime") for name in self._asked(call, known)]
        }

    def page_insights(self, call: Call, page: str) -> Any:
        if call.params.get("period") not in {"day", "week", "days_28"}:
            raise GraphError(100, said="(#100) Param period must be one of {day, week, days_28}")
        at = self.world.clock.now() - timedelta(days=28)
        known = _PAGE_MOST | (_BY_DAY if call.params["period"] == "day" else {})
        names = self._asked(call, known)
        return {"data": [self._entry(page, name, self.figure(page, at, name, known[name]), call.params["period"]) for name in names]}

    def _metrics(self, thing: str, edge: str) -> tuple[dict[str, int], datetime]:
        if thing in self.world.stories:
            return _STORY_MOST, self.world.stories[thing].at
        if edge == "video_insights" and thing in self.world.videos:
            video = self.world.videos[thing]
            return (_REEL_MOST if video.edge == "video_reels" else _VIDEO_MOST), video.at
        if edge == "insights" and thing in self.world.posts:
            return {**_POST_MOST, "post_reactions_by_type_total": 40}, self.world.posts[thing].at
        raise GraphError(100, said=f"(#100) Tried accessing nonexisting field ({edge})")

    def _asked(self, call: Call, known: Collection[str]) -> list[str]:
        names = [each for each in call.params.get("metric", "").split(",") if each]
        if not names:
            raise GraphError(3001, 1504028, "(#3001) No metric was specified to be fetched.")
        if any(each not in known or each in self.dead for each in names):
            raise GraphError(100, said="(#100) The value must be a valid insights metric")
        return names

    def _value(self, thing: str, at: datetime, name: str, most: int) -> Any:
        if name == "post_video_social_actions":
            return {"COMMENT": self.figure(thing, at, "talk", 8), "SHARE": self.figure(thing, at, "shares", most)}
        if "reactions_by_type" in name or "reaction_type" in name:
            every = {each: self.figure(thing, at, each, most // 4) for each in _KINDS}
            return {each: number for each, number in every.items() if number}
        return self.figure(thing, at, name, most)

    def _entry(self, thing: str, name: str, value: Any, period: str) -> dict[str, Any]:
        return {"name": name, "period": period, "values": [{"value": value}], "title": name, "id": f"{thing}/insights/{name}/{period}"}


def page_fields(call: Call, consent: Consent, grant: Grant, page: str) -> dict[str, Any]:
    shown = consent.pages[page]
    names = asked_fields(call, _PAGE, ("id", "name"))
    every = {
        "id": shown.id,
        "name": shown.name,
        "username": shown.username,
        "link": f"https://www.facebook.com/{shown.username}",
        "followers_count": shown.followers,
        "fan_count": shown.followers - 40,
        "is_published": True,
    }
    if not grant.page or grant.page == page:
        every["access_token"] = shown.token
    return {name: every[name] for name in names if name in every}


def post_fields(call: Call, showing: Showing, grant: Grant, post: Post) -> dict[str, Any]:
    names = asked_fields(call, _POST, ("id", "message", "created_time"))
    _may_see_talk(names, grant)
    every: dict[str, Any] = {
        "id": post.id,
        "created_time": when(post.at),
        "updated_time": when(post.at),
        "permalink_url": f"https://www.facebook.com/{post.page}/posts/{post.id.partition('_')[2]}",
        "is_published": True,
        "application": {"id": post.app},
        "comments": _summed(len(showing.world.comments_on(post.id))),
        "reactions": _summed(showing.figure(post.id, post.at, "like", 10)),
    }
    every |= {"message": post.text} if post.text else {}
    shares = showing.figure(post.id, post.at, "shares", 6)
    every |= {"shares": {"count": shares}} if shares else {}
    attached = _attached(post)
    every |= {"attachments": {"data": [attached]}} if attached else {}
    return {name: every[name] for name in ("id", *names) if name in every}


def _attached(post: Post) -> dict[str, Any] | None:
    if post.video is not None:
        return {"media_type": "video", "type": "video_inline", "target": {"id": post.video}}
    if len(post.photos) == 1:
        return {"media_type": "photo", "type": "photo", "target": {"id": post.photos[0].id}}
    if post.photos:
        subs = [{"type": "photo", "target": {"id": each.id}} for each in post.photos]
        return {"media_type": "album", "type": "album", "target": {"id": f"5{post.id[-14:]}"}, "subattachments": {"data": subs}}
    if post.cards:
        subs = [{"type": "share", "target": {"url": each}} for each in post.cards]
        return {"media_type": "link", "type": "multi_share", "url": post.link, "subattachments": {"data": subs}}
    return {"media_type": "link", "type": "share", "url": post.link, "target": {"url": post.link}} if post.link else None


def video_fields(call: Call, showing: Showing, grant: Grant, video: Video) -> dict[str, Any]:
    names = asked_fields(call, _VIDEO, ("id", "created_time"))
    _may_see_talk(names, grant)
    public = showing.world.is_public(video)
    at = showing.world.public_at(video) if video.finished_at else video.at
    every: dict[str, Any] = {
        "id": video.id,
        "status": status(showing.world, video),
        "published": public,
        "permalink_url": f"/reel/{video.id}/" if video.edge == "video_reels" else f"/{video.page}/videos/{video.id}/",
        "created_time": when(at),
        "updated_time": when(at),
        "title": video.title,
        "description": video.text,
        "comments": _summed(len(showing.world.comments_on(video.id))),
        "likes": _summed(showing.figure(video.id, at, "like", 10)),
    }
    every |= {"post_id": video.post.partition("_")[2]} if public and video.post else {}
    return {name: every[name] for name in ("id", *names) if name in every}


def status(world: World, video: Video) -> dict[str, Any]:
    """How far a video has come, phase by phase."""
    begun = video.finished_at if video.edge == "videos" else video.uploaded_at
    done = begun is not None and begun + world.processing <= world.clock.now()
    processing = "not_started" if begun is None else "complete" if done else "in_progress"
    uploading = "complete" if video.uploaded_at else "in_progress" if video.received else "not_started"
    public = world.is_public(video)
    publishing = {"status": "complete", "publish_status": "published"} if public else {"status": "not_started"}
    state = "ready" if done else "processing" if begun else "upload_complete" if video.uploaded_at else "uploading"
    return {
        "video_status": state,
        "uploading_phase": {"status": uploading, "bytes_transferred": video.received},
        "processing_phase": {"status": processing},
        "publishing_phase": publishing,
    }


def comment_fields(call: Call, showing: Showing, comment: Comment) -> dict[str, Any]:
    names = asked_fields(call, _COMMENT, ("id", "message", "created_time"))
    every = {
        "id": comment.id,
        "message": comment.text,
        "from": {"id": comment.page},
        "created_time": when(comment.at),
        "like_count": showing.figure(comment.id, comment.at, "like", 9),
        "comment_count": showing.figure(comment.id, comment.at, "answers", 3),
    }
    return {name: every[name] for name in ("id", *names) if name in every}


def story_fields(call: Call, story: Story) -> dict[str, Any]:
    names = asked_fields(call, _STORY, _STORY)
    every = {
        "post_id": story.post,
        "status": "PUBLISHED",
        "creation_time": str(int(story.at.timestamp())),
        "media_type": story.kind,
        "media_id": story.media,
        "url": f"https://www.facebook.com/stories/{story.post}",
    }
    return {name: every[name] for name in names}


def when(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _summed(total: int) -> dict[str, Any]:
    return {"data": [], "summary": {"total_count": total}}


def _may_see_talk(names: Collection[str], grant: Grant) -> None:
    if _TALK & set(names):
        grant.need("pages_read_user_content", 10)
