"""Figures under our names: of posts, reels, stories, comments and the profile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

import evenly_instagram as instagram
from evenly.plugin import Part, Published, SignInNeeded
from tests.plugins.instagram.conftest import Desk, error_answer, parameters

DAY = timedelta(days=1)


def test_a_post_has_its_figures(desk: Desk) -> None:
    """Views, reach and what people did; no clicks, which Instagram does not tell of posts."""
    published = desk.publish(Part(text="x", media=(desk.picture(),)))
    desk.clock.advance(DAY)
    figures = desk.figures(published)[published.remote_id]
    assert set(figures) == {"views", "reach", "likes", "comments", "shares", "saves"}


def test_a_reel_is_viewed_as_a_video(desk: Desk) -> None:
    """Also where nobody remembers what kind it was."""
    published = desk.publish(Part(text="x", media=(desk.video(),)))
    desk.clock.advance(DAY)
    bare = Published(remote_id=published.remote_id)
    for each in (published, bare):
        figures = desk.figures(each)[published.remote_id]
        assert figures["video_views"] == figures["views"] > 0


def test_a_story_and_a_comment_have_figures(desk: Desk) -> None:
    """Replies count as comments, taps on links as clicks."""
    story = desk.publish(Part(format="story", media=(desk.picture(),)))
    post = desk.publish(Part(text="x", media=(desk.picture(),)))
    comment = desk.publish(Part(kind="comment", position=1, text="First"), [post])
    desk.clock.advance(timedelta(hours=20))
    figures = desk.figures(story, comment)
    assert set(figures[story.remote_id]) == {"views", "reach", "comments", "shares", "clicks"}
    assert set(figures[comment.remote_id]) == {"likes"}


def test_a_story_that_few_have_seen_has_no_figures(own: Desk) -> None:
    """Code 10, which elsewhere means a missing permission."""
    story = own.publish(Part(format="story", media=(own.picture(),)))
    assert own.figures(story) == {story.remote_id: {}}


def test_a_dead_name_costs_its_own_figure_only(open_desk: Callable[..., Desk]) -> None:
    """Names vanish without notice; what the media itself tells stands in."""
    desk = open_desk(dead=["saved", "likes"])
    published = desk.publish(Part(text="x", media=(desk.picture(),)))
    desk.clock.advance(DAY)
    figures = desk.figures(published)[published.remote_id]
    assert set(figures) == {"views", "reach", "likes", "comments", "shares"}


def test_a_figure_has_the_name_under_which_it_was_asked_for(desk: Desk) -> None:
    """Whether the media or its figures tell it; a reel's views are what its plays were."""
    posts = [desk.publish(Part(text="x", media=(medium,))) for medium in (desk.picture(), desk.video())]
    posts.append(desk.publish(Part(format="story", media=(desk.picture(),))))
    desk.clock.advance(timedelta(hours=20))
    with desk.http() as http:
        found = instagram.post_metrics(desk.account, posts, http)
        profile = instagram.account_metrics(desk.account, http)

    known = {name for each in desk.seen for name in parameters(each).get("metric", "").split(",")} | {"followers_count"}
    for each in [*found.values(), profile]:
        assert each.counted_as.keys() >= each.known().keys()
        assert {*each.counted_as.values()} <= known
    assert [found[each.remote_id].counted_as["comments"] for each in posts] == ["comments", "comments", "replies"]


def test_what_is_gone_is_left_out(own: Desk) -> None:
    """And does not hide the others; a dead token is an error."""
    published = own.publish(Part(text="x", media=(own.picture(),)))
    gone = Published(remote_id="17920000000000999", data={"kind": "feed"})
    assert set(own.figures(gone, published)) == {published.remote_id}
    own.instead = lambda _: error_answer(code=190)
    with pytest.raises(SignInNeeded):
        own.figures(published)


@pytest.mark.parametrize("scope", ["instagram_business_manage_insights"])
def test_without_leave_to_read_figures_there_are_the_cheap_ones(open_desk: Callable[..., Desk], scope: str) -> None:
    """Likes and comments stand on the media itself."""
    desk = open_desk(declined=[scope])
    published = desk.publish(Part(text="x", media=(desk.picture(),)))
    assert set(desk.figures(published)[published.remote_id]) == {"likes", "comments"}


def test_the_profile_has_followers_and_the_figures_of_four_weeks(desk: Desk) -> None:
    """As totals over the span."""
    with desk.http() as http:
        figures = instagram.account_metrics(desk.account, http).known()
    assert set(figures) == {"followers", "views", "reach", "likes", "comments", "shares", "saves", "clicks"}
    asked = parameters(desk.seen[-1])
    assert int(asked["until"]) - int(asked["since"]) == 28 * 86_400
    assert (asked["period"], asked["metric_type"]) == ("day", "total_value")


def test_no_data_are_no_figure(own: Desk) -> None:
    """Instagram leaves a figure out where it has none."""
    own.instead = lambda asked: httpx.Response(200, json={"data": []}) if asked.url.path.endswith("/insights") else None
    with own.http() as http:
        assert set(instagram.account_metrics(own.account, http).known()) == {"followers"}
