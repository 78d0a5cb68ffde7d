"""Figures under our names; what is not given is absent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

import evenly_facebook as facebook
from evenly.plugin import Part, Published, SignInNeeded
from evenly_facebook import account_metrics, delete
from tests.plugins.facebook.conftest import Desk, error_answer
from tests.plugins.facebook.endpoints import parameters

WEEK = timedelta(days=7)


def asked(desk: Desk) -> list[str]:
    """The metrics that were asked for, call by call."""
    return [parameters(each)["metric"] for each in desk.seen if "insights" in each.url.path]


def test_a_post_has_its_figures(desk: Desk) -> None:
    """All metrics in one call, comments and shares from the post itself."""
    post = desk.publish(Part(text="Measured"))
    desk.publish(Part(kind="comment", position=1, text="First"), [post])
    desk.clock.advance(WEEK)
    figures = desk.figures(post)[post.remote_id]
    assert set(figures) == {"views", "reach", "clicks", "likes", "comments", "shares", "video_views"}
    assert figures["comments"] == 1
    assert figures["views"] > 0
    assert len(asked(desk)) == 1


def test_a_dead_name_costs_its_own_figure_only(open_desk: Callable[..., Desk]) -> None:
    """One retired metric fails the whole call; then each is asked alone."""
    desk = open_desk(dead={"post_clicks"})
    post = desk.publish(Part(text="Measured"))
    desk.clock.advance(WEEK)
    assert set(desk.figures(post)[post.remote_id]) == {"views", "reach", "likes", "comments", "shares", "video_views"}
    assert len(asked(desk)) == 1 + 5


@pytest.mark.parametrize("kind", ["video", "reel"])
def test_a_video_has_its_own_figures_and_those_of_its_post(desk: Desk, kind: str) -> None:
    """Plays hang on the video's id, views on the post's."""
    video = desk.publish(Part(format="reel" if kind == "reel" else "post", media=(desk.upright() if kind == "reel" else desk.video(),)))
    desk.clock.advance(WEEK)
    figures = desk.figures(video)[video.remote_id]
    assert {"views", "reach", "likes", "comments", "shares", "video_views"} <= set(figures)
    assert figures["video_views"] > 0


def test_a_video_that_others_published_is_measured_too(desk: Desk) -> None:
    """Its id tells that it is one."""
    video = desk.publish(Part(media=(desk.video(),)))
    desk.clock.advance(WEEK)
    assert desk.figures(Published(remote_id=video.remote_id))[video.remote_id]["video_views"] > 0


def test_a_story_and_a_comment_have_figures(desk: Desk) -> None:
    """Fewer, as the network gives fewer."""
    story = desk.publish(Part(format="story", media=(desk.photo(),)))
    post = desk.publish(Part(text="The post"))
    comment = desk.publish(Part(kind="comment", position=1, text="First"), [post])
    desk.clock.advance(WEEK)
    figures = desk.figures(story, comment)
    assert set(figures[story.remote_id]) == {"views", "reach", "likes", "comments", "shares"}
    assert set(figures[comment.remote_id]) == {"likes", "comments"}


def test_a_figure_has_the_name_under_which_it_was_asked_for(desk: Desk) -> None:
    """What people did is the same wherever it is told; and a text says nothing of how the plays of videos are counted."""
    posts = {
        "text": desk.publish(Part(text="Measured")),
        "video": desk.publish(Part(media=(desk.video(),))),
        "reel": desk.publish(Part(format="reel", media=(desk.upright(),))),
        "story": desk.publish(Part(format="story", media=(desk.photo(),))),
    }
    desk.clock.advance(WEEK)
    with desk.http() as http:
        found = facebook.post_metrics(desk.account, list(posts.values()), http)
        page = account_metrics(desk.account, http)
    named = {kind: found[published.remote_id].counted_as for kind, published in posts.items()}

    known = {name for metrics in asked(desk) for name in metrics.split(",")} | {"reactions", "comments", "shares", "followers_count"}
    assert {name for each in [*named.values(), page.counted_as] for name in each.values()} <= known
    assert named["text"]["views"] == named["reel"]["views"] == "post_media_view"
    assert [named[kind].get("video_views") for kind in posts] == [None, "total_video_views", "fb_reels_total_plays", None]
    assert all(each.counted_as.keys() >= each.known().keys() - {"video_views"} for each in found.values())
    assert page.counted_as.keys() == page.known().keys()


def test_what_is_gone_is_left_out(desk: Desk) -> None:
    """The others keep their figures."""
    gone, kept = desk.publish(Part(text="Gone")), desk.publish(Part(text="Kept"))
    with desk.http() as http:
        delete(desk.account, gone, http)
        delete(desk.account, gone, http)
    assert set(desk.figures(gone, kept)) == {kept.remote_id}


def test_without_leave_to_read_comments_they_are_absent(open_desk: Callable[..., Desk]) -> None:
    """The reactions come from the figures then."""
    desk = open_desk(declined={"pages_read_user_content"})
    post = desk.publish(Part(text="Measured"))
    desk.clock.advance(WEEK)
    figures = desk.figures(post)[post.remote_id]
    assert "comments" not in figures
    assert figures["likes"] > 0


def test_without_leave_to_read_figures_there_are_none(open_desk: Callable[..., Desk]) -> None:
    """A missing permission to measure does not stop the account."""
    desk = open_desk(declined={"read_insights"})
    post = desk.publish(Part(text="Measured"))
    desk.clock.advance(WEEK)
    assert set(desk.figures(post)[post.remote_id]) == {"likes", "comments", "shares"}


def test_a_dead_token_is_told(desk: Desk) -> None:
    """That does stop the account."""
    desk.instead = lambda request: error_answer(code=190) if "insights" in request.url.path else None
    post = desk.publish(Part(text="Measured"))
    with pytest.raises(SignInNeeded):
        desk.figures(post)


def test_reactions_of_all_kinds_count_as_likes(desk: Desk) -> None:
    """And an empty list of data is no figure."""
    kinds = {"name": "post_reactions_by_type_total", "period": "lifetime", "values": [{"value": {"like": 5, "love": 2}}]}

    def instead(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": [kinds]} if "insights" in request.url.path else {"id": "x"})

    desk.instead = instead
    assert desk.figures(Published(remote_id="100000000000001_4"))["100000000000001_4"] == {"likes": 7, "shares": 0}


def test_the_page_has_followers_and_the_figures_of_four_weeks(desk: Desk) -> None:
    """The figures of a day would depend on the hour of asking."""
    with desk.http() as http:
        figures = account_metrics(desk.account, http).known()
    assert figures["followers"] == 907
    assert set(figures) == {"followers", "views", "reach", "clicks", "video_views"}
    assert parameters(desk.seen[-1])["period"] == "days_28"


def test_where_the_page_tells_no_followers_those_of_yesterday_are_told(desk: Desk) -> None:
    """Their history has another name and the period of a day."""
    desk.instead = lambda request: httpx.Response(200, json={"id": "1"}) if request.url.path.endswith("/100000000000001") else None
    with desk.http() as http:
        assert account_metrics(desk.account, http).known()["followers"] > 0
        assert account_metrics(desk.account, http).counted_as["followers"] == "page_follows"
    assert any(parameters(each).get("metric") == "page_follows" and parameters(each)["period"] == "day" for each in desk.seen)


def test_an_unconfirmed_name_of_the_page_may_fail(open_desk: Callable[..., Desk]) -> None:
    """It is left out."""
    desk = open_desk(dead={"page_video_views"})
    with desk.http() as http:
        assert set(account_metrics(desk.account, http).known()) == {"followers", "views", "reach", "clicks"}


def test_figures_grow_and_are_the_same_for_the_same_seed(open_desk: Callable[..., Desk]) -> None:
    """The stand-in is deterministic."""
    one, two = open_desk(), open_desk()
    posts = [each.publish(Part(text="Measured")) for each in (one, two)]
    one.clock.advance(timedelta(hours=1))
    early = one.figures(posts[0])[posts[0].remote_id]
    one.clock.advance(WEEK)
    late = one.figures(posts[0])[posts[0].remote_id]
    assert early["views"] < late["views"]
    assert late == two.figures(posts[1])[posts[1].remote_id]
