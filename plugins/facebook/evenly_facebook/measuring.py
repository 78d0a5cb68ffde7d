"""Figures under our names: https://developers.facebook.com/docs/graph-api/reference/insights

The old `impressions` names are gone; `views` counts views of media, which is another count.

What people did has one name wherever it is told: reactions are reactions in the post's own fields and in its figures. What a network
computes has the name of that figure, since the next one is computed in another way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evenly.plugin import Metrics, PostRejected
from evenly_facebook import api
from evenly_graph.answers import answer, count, part_of
from evenly_graph.errors import NotThere, PermissionMissing
from evenly_graph.insights import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenly.plugin import Http, Published
    from evenly_facebook.page import Page

_POST = ("post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_by_type_total", "post_video_views")
_VIDEO = ("total_video_views", "total_video_reactions_by_type_total")
_REEL = ("fb_reels_total_plays", "post_video_likes_by_reaction_type", "post_video_social_actions")
_STORY = (
    "page_story_impressions_by_story_id",
    "page_story_impressions_by_story_id_unique",
    "PAGE_STORY_TOTAL_MEDIA_VIEW_UNIQUE",
    "pages_fb_story_thread_lightweight_reactions",
    "pages_fb_story_replies",
    "pages_fb_story_shares",
)
_PAGE = ("page_media_view", "page_total_media_view_unique", "page_total_actions", "page_video_views")
_FOLLOWS = ("page_follows",)
_PERIOD = "days_28"

_DEEDS = {"likes": "reactions", "comments": "comments", "shares": "shares"}
#: Not the views of its videos: a post without one would seem to rename those of all posts with one.
_OF_A_POST = _DEEDS | {"views": "post_media_view", "reach": "post_total_media_view_unique", "clicks": "post_clicks"}
_OF_A_STORY = {
    "views": "page_story_impressions_by_story_id",
    "likes": "pages_fb_story_thread_lightweight_reactions",
    "comments": "pages_fb_story_replies",
    "shares": "pages_fb_story_shares",
}
_OF_A_COMMENT = {"likes": "like_count", "comments": "comment_count"}
_OF_A_PAGE = {
    "views": "page_media_view",
    "reach": "page_total_media_view_unique",
    "clicks": "page_total_actions",
    "video_views": "page_video_views",
}


def of_posts(page: Page, published: Sequence[Published], http: Http) -> dict[str, Metrics]:
    """The figures of each that is still there."""
    known: dict[str, Metrics] = {}
    for each in published:
        try:
            known[each.remote_id] = _of_one(page, each, http)
        except NotThere:
            continue
    return known


def of_page(page: Page, http: Http) -> Metrics:
    """The followers of now; views, reach and clicks of the last 28 days, which do not depend on the hour of asking."""
    told = answer(http.send_repeatable(page.graph.get(page.id, fields="followers_count,fan_count")))
    known = figures(http, page.graph, f"{page.id}/insights", _PAGE, period=_PERIOD)
    name, followers = _followers(page, told, http)
    return Metrics(
        followers=followers,
        views=count(known.get("page_media_view")),
        reach=count(known.get("page_total_media_view_unique")),
        clicks=count(known.get("page_total_actions")),
        video_views=count(known.get("page_video_views")),
        counted_as=_OF_A_PAGE | {"followers": name},
    )


def _followers(page: Page, told: Mapping[str, Any], http: Http) -> tuple[str, int | None]:
    """Those of now, and under which name; where the Page's own fields do not tell, those at the end of the last day."""
    name, now = _first(told, "followers_count", "fan_count")
    return (name, now) if now is not None else _first(figures(http, page.graph, f"{page.id}/insights", _FOLLOWS, period="day"), *_FOLLOWS)


def _of_one(page: Page, published: Published, http: Http) -> Metrics:
    kind = published.data.get("kind") or ("feed" if "_" in published.remote_id else "video")
    match kind:
        case "comment":
            return _comment(page, published.remote_id, http)
        case "story":
            return _story(page, published.remote_id, http)
        case "video" | "reel":
            return _video(page, published.remote_id, http)
        case _:
            return _post(page, published.remote_id, http)


def _post(page: Page, post: str, http: Http) -> Metrics:
    told = _told(page, post, "id,shares", ("comments", "reactions"), http)
    known = figures(http, page.graph, f"{post}/insights", _POST)
    return Metrics(
        views=count(known.get("post_media_view")),
        reach=count(known.get("post_total_media_view_unique")),
        clicks=count(known.get("post_clicks")),
        likes=_either(_talk(told, "reactions"), known.get("post_reactions_by_type_total")),
        comments=_talk(told, "comments"),
        shares=count(part_of(told, "shares", "count")) or 0,  # the network leaves the field out for 0
        video_views=count(known.get("post_video_views")),
        counted_as=_OF_A_POST,
    )


def _video(page: Page, video: str, http: Http) -> Metrics:
    """A video's own figures before those of the post it stands in."""
    told = _told(page, video, "id,post_id,permalink_url", ("comments",), http)
    names = _REEL if "/reel/" in str(told.get("permalink_url")) else _VIDEO
    own = figures(http, page.graph, f"{video}/video_insights", names)
    post = _around(page, told, http)
    social = own.get("post_video_social_actions")
    talk = social if isinstance(social, dict) else {}
    name, views = _first(own | {"post_video_views": post.video_views}, "fb_reels_total_plays", "total_video_views", "post_video_views")
    return replace(
        post,
        likes=_either(post.likes, own.get("post_video_likes_by_reaction_type"), own.get("total_video_reactions_by_type_total")),
        comments=_either(_talk(told, "comments"), post.comments, talk.get("COMMENT")),
        shares=_either(talk.get("SHARE"), post.shares),
        video_views=views,
        counted_as={**_DEEDS, **post.counted_as, "video_views": name},
    )


def _around(page: Page, told: Mapping[str, Any], http: Http) -> Metrics:
    """The figures of the post around a video, where there is one that can be read."""
    post = api.full_id(page, told.get("post_id"))
    try:
        return _post(page, post, http) if post else Metrics()
    except NotThere:
        return Metrics()


def _story(page: Page, story: str, http: Http) -> Metrics:
    """None of these names is confirmed by a source: those that fail are left out."""
    known = figures(http, page.graph, f"{story}/insights", _STORY)
    name, reach = _first(known, "PAGE_STORY_TOTAL_MEDIA_VIEW_UNIQUE", "page_story_impressions_by_story_id_unique")
    return Metrics(
        views=count(known.get("page_story_impressions_by_story_id")),
        reach=reach,
        likes=count(known.get("pages_fb_story_thread_lightweight_reactions")),
        comments=count(known.get("pages_fb_story_replies")),
        shares=count(known.get("pages_fb_story_shares")),
        counted_as=_OF_A_STORY | {"reach": name},
    )


def _comment(page: Page, comment: str, http: Http) -> Metrics:
    told = answer(http.send_repeatable(page.graph.get(comment, fields="like_count,comment_count")))
    return Metrics(likes=count(told.get("like_count")), comments=count(told.get("comment_count")), counted_as=_OF_A_COMMENT)


def _told(page: Page, thing: str, fields: str, edges: Sequence[str], http: Http) -> dict[str, Any]:
    """An object's fields, with how much there is on `edges`; without these where the token may not see them."""
    counted = [f"{edge}.summary(true).limit(0)" for edge in edges]
    try:
        return answer(http.send_repeatable(page.graph.get(thing, fields=",".join([fields, *counted]))))
    except (PermissionMissing, PostRejected):
        return answer(http.send_repeatable(page.graph.get(thing, fields=fields)))


def _talk(told: Mapping[str, Any], edge: str) -> int | None:
    return count(part_of(told, edge, "summary", "total_count"))


def _first(told: Mapping[str, Any], *names: str) -> tuple[str, int | None]:
    """The first of these figures that was given, after its name."""
    given = ((name, count(told.get(name))) for name in names)
    return next((each for each in given if each[1] is not None), (names[-1], None))


def _either(*values: object) -> int | None:
    """The first figure that was given."""
    return next((found for found in map(count, values) if found is not None), None)
