"""Figures under our names: https://developers.facebook.com/docs/instagram-platform/reference/ig-media/insights

`impressions` and `plays` are gone; `views` counts in their place. Likes and comments are the same wherever they are told.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Metrics
from evenly_graph.answers import count
from evenly_graph.errors import NotThere
from evenly_graph.insights import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.plugin import Http, Published
    from evenly_instagram.profile import Profile

_FEED = ("views", "reach", "likes", "comments", "shares", "saved")
_STORY = ("views", "reach", "shares", "replies", "link_clicks")
_PROFILE = ("views", "reach", "likes", "comments", "shares", "saves", "profile_links_taps")
_SPAN = timedelta(days=28)

_SEEN = {"views": "views", "reach": "reach", "shares": "shares"}
_OF_A_POST = _SEEN | {"likes": "likes", "comments": "comments", "saves": "saved", "video_views": "views"}
_OF_A_STORY = _SEEN | {"comments": "replies", "clicks": "link_clicks"}
_OF_A_PROFILE = _SEEN | {
    "followers": "followers_count",
    "likes": "likes",
    "comments": "comments",
    "saves": "saves",
    "clicks": "profile_links_taps",
}


def of_posts(profile: Profile, published: Sequence[Published], http: Http) -> dict[str, Metrics]:
    """The figures of each that is still there."""
    known: dict[str, Metrics] = {}
    for each in published:
        try:
            known[each.remote_id] = _of_one(profile, each, http)
        except NotThere:
            continue
    return known


def _of_one(profile: Profile, published: Published, http: Http) -> Metrics:
    match published.data.get("kind"):
        case "comment":
            told = profile.ask(http, published.remote_id, fields="id,like_count")
            return Metrics(likes=count(told.get("like_count")), counted_as={"likes": "like_count"})
        case "story":
            return _story(profile, published.remote_id, http)
        case kind:
            return _post(profile, published.remote_id, http, films=kind == "reel")


def _post(profile: Profile, media: str, http: Http, *, films: bool) -> Metrics:
    told = profile.ask(http, media, fields="id,like_count,comments_count,media_product_type")
    known = figures(http, profile.graph, f"{media}/insights", _FEED)
    views = count(known.get("views"))
    return Metrics(
        views=views,
        reach=count(known.get("reach")),
        likes=_either(known.get("likes"), told.get("like_count")),
        comments=_either(known.get("comments"), told.get("comments_count")),
        shares=count(known.get("shares")),
        saves=count(known.get("saved")),
        video_views=views if films or told.get("media_product_type") == "REELS" else None,
        counted_as=_OF_A_POST,
    )


def _story(profile: Profile, media: str, http: Http) -> Metrics:
    """Given while the story can be seen, and only if at least five people did."""
    profile.ask(http, media, fields="id")
    known = figures(http, profile.graph, f"{media}/insights", _STORY)
    return Metrics(
        views=count(known.get("views")),
        reach=count(known.get("reach")),
        comments=count(known.get("replies")),
        shares=count(known.get("shares")),
        clicks=count(known.get("link_clicks")),
        counted_as=_OF_A_STORY,
    )


def of_profile(profile: Profile, http: Http) -> Metrics:
    """The followers of now; the other figures of the last 28 days."""
    told = profile.ask(http, profile.id, fields="followers_count,media_count")
    now = http.clock.now()
    span = {"since": int((now - _SPAN).timestamp()), "until": int(now.timestamp())}
    known = figures(http, profile.graph, f"{profile.id}/insights", _PROFILE, period="day", metric_type="total_value", **span)
    return Metrics(
        followers=count(told.get("followers_count")),
        views=count(known.get("views")),
        reach=count(known.get("reach")),
        likes=count(known.get("likes")),
        comments=count(known.get("comments")),
        shares=count(known.get("shares")),
        saves=count(known.get("saves")),
        clicks=count(known.get("profile_links_taps")),
        counted_as=_OF_A_PROFILE,
    )


def _either(*values: Any) -> int | None:
    """The first figure that was given."""
    return next((found for found in map(count, values) if found is not None), None)
