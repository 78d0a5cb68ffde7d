"""How the stand-in shows its things: the fields that were asked for, and figures that grow with age."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly_graph.stand_in import GraphError, asked_fields, grown

if TYPE_CHECKING:
    from evenly_graph.stand_in import Call
    from evenly_instagram.profile import Login
    from evenly_instagram.standing_in.consent import OwnProfile
    from evenly_instagram.standing_in.world import Comment, Container, Media, World

_BOTH = ("id", "username", "name", "followers_count", "follows_count", "media_count", "biography", "profile_picture_url", "website")
_PROFILE: Mapping[Login, tuple[str, ...]] = {"instagram": (*_BOTH, "user_id", "account_type"), "facebook": _BOTH}
_MEDIA = (
    *("id", "caption", "timestamp", "permalink", "shortcode", "media_type", "media_product_type", "username", "children"),
    *("like_count", "comments_count", "is_comment_enabled", "alt_text", "media_url", "owner", "thumbnail_url"),
)
_COMMENT = ("id", "text", "timestamp", "username", "like_count", "from", "hidden", "media", "parent_id", "user")
_CONTAINER = ("id", "status", "status_code", "video_status", "copyright_check_status")

_FEED_MOST = {"views": 900, "reach": 600, "likes": 80, "comments": 12, "shares": 9, "saved": 20, "total_interactions": 120}
_MOST = {
    "FEED": _FEED_MOST,
    "REELS": {**_FEED_MOST, "views": 2500, "ig_reels_avg_watch_time": 9000},
    "STORY": {"views": 200, "reach": 150, "shares": 3, "replies": 4, "link_clicks": 6},
}
_PROFILE_MOST = {"views": 9000, "reach": 5000, "likes": 700, "comments": 80, "shares": 60, "saves": 90, "profile_links_taps": 40}
_FEWEST_VIEWERS = 5


@dataclass
class Showing:
    """What the fields and figures are made of. `dead` metric names make every call that names one fail."""

    world: World
    seed: int
    dead: frozenset[str] = frozenset()

    def profile(self, call: Call, shown: OwnProfile, login: Login) -> dict[str, Any]:
        count = len(self.world.listed(shown.id, stories=False))
        every = {
            "id": shown.scoped if login == "instagram" else shown.id,
            "user_id": shown.id,
            "username": shown.username,
            "name": shown.name,
            "account_type": "BUSINESS",
            "followers_count": shown.followers,
            "follows_count": 12,
            "media_count": count,
        }
        return _chosen(every, asked_fields(call, _PROFILE[login], ("id",)))

    def media(self, call: Call, media: Media, username: str) -> dict[str, Any]:
        most = _MOST[media.product]
        every = {
            "id": media.id,
            "timestamp": _time(media.at),
            "permalink": media.url,
            "shortcode": media.url.split("/")[-2],
            "media_type": media.form,
            "username": username,
            "like_count": self._figure(media, "likes", most.get("likes", 0)),
            "comments_count": len(self.world.comments_on(media.id)),
            "media_product_type": media.product,
        }
        every |= {"caption": media.caption} if media.caption else {}
        every |= {"children": {"data": [{"id": each} for each in media.children]}} if media.children else {}
        return _chosen(every, asked_fields(call, _MEDIA, ("id",)))

    def comment(self, call: Call, comment: Comment) -> dict[str, Any]:
        likes = grown(self.world.clock.now() - comment.at, 6, self.seed, comment.id)
        every = {"id": comment.id, "text": comment.text, "timestamp": _time(comment.at), "username": comment.username, "like_count": likes}
        return _chosen(every, asked_fields(call, _COMMENT, ("id", "text", "timestamp")))

    def container(self, call: Call, container: Container) -> dict[str, Any]:
        status = self.world.status(container)
        told = {
            "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
            "ERROR": f"Error: Media upload has failed with error code {container.failed}",
        }
        every = {"id": container.id, "status_code": status, "status": told.get(status, status.replace("_", " ").capitalize())}
        return _chosen(every, asked_fields(call, _CONTAINER, ("id",)))

    # ── figures ──

    def media_insights(self, call: Call, media: Media) -> dict[str, Any]:
        most = _MOST[media.product]
        names = self._asked(call, most)
        if media.product == "STORY" and self._figure(media, "reach", most["reach"]) < _FEWEST_VIEWERS:
            raise GraphError(10, said="(#10) Not enough viewers for the media to show insights")
        return {"data": [_entry(media.id, name, {"values": [{"value": self._figure(media, name, most[name])}]}) for name in names]}

    def profile_insights(self, call: Call, profile: str) -> dict[str, Any]:
        if call.params.get("period") != "day" or call.params.get("metric_type") != "total_value":
            raise GraphError(100, said="(#100) The following metrics should be specified with parameter metric_type=total_value")
        names = self._asked(call, _PROFILE_MOST)
        span = timedelta(seconds=int(call.params.get("until") or 0) - int(call.params.get("since") or 0)) or timedelta(days=1)
        if span > timedelta(days=30):
            raise GraphError(100, said="(#100) There cannot be more than 30 days between since and until")
        values = {name: grown(span, _PROFILE_MOST[name], self.seed, profile, name) for name in names}
        return {"data": [_entry(profile, name, {"total_value": {"value": value}}, "day") for name, value in values.items()]}

    def _figure(self, media: Media, name: str, most: int) -> int:
        return grown(self.world.clock.now() - media.at, most, self.seed, media.id, name)

    def _asked(self, call: Call, known: Collection[str]) -> list[str]:
        names = [each for each in call.params.get("metric", "").split(",") if each]
        if any(each not in known or each in self.dead for each in names) or not names:
            raise GraphError(100, said="(#100) metric must be one of the values that this kind of media has")
        return names


def _entry(thing: str, name: str, told: Mapping[str, Any], period: str = "lifetime") -> dict[str, Any]:
    return {"name": name, "period": period, **told, "title": name, "id": f"{thing}/insights/{name}/{period}"}


def _chosen(every: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """What was asked for; Instagram adds the id to everything."""
    return {name: value for name, value in every.items() if name in {*names, "id"}}


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S+0000}"
