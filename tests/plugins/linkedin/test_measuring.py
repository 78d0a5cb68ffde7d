"""Figures of pages, and of members where the app was granted them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

import evenly_linkedin as linkedin
from evenly.plugin import Part, Published
from evenly_linkedin.standing_in.consent import ANALYTICS
from tests.plugins.linkedin.conftest import Desk, refused

A_WEEK = timedelta(days=7)


def account_figures(desk: Desk) -> dict[str, int]:
    with desk.http() as http:
        return linkedin.account_metrics(desk.account, http).known()


@pytest.fixture
def analyst(open_desk: Callable[..., Desk]) -> Desk:
    """A member whose app was granted the analytics."""
    desk = open_desk(member_first=True, granted=ANALYTICS)
    desk.look()
    return desk


def test_a_pages_posts_have_their_figures(page: Desk) -> None:
    """Shares and ugcPosts are asked for apart."""
    share = page.publish(Part(text="Text"))
    poll = page.publish(Part(text="Ask", format="poll", options={"poll": {"question": "?", "options": ["a", "b"]}}))
    page.clock.advance(A_WEEK)
    page.seen.clear()
    figures = page.figures(share, poll)
    assert set(figures) == {share.remote_id, poll.remote_id}
    assert all(set(each) == {"views", "reach", "likes", "comments", "shares", "clicks"} for each in figures.values())
    assert [sorted({"shares", "ugcPosts"} & set(each.url.params)) for each in page.seen] == [["shares"], ["ugcPosts"]]


def test_many_posts_are_asked_for_in_turns(page: Desk) -> None:
    """Addresses stay below 4,000 characters."""
    page.seen.clear()
    page.instead = lambda request: httpx.Response(200, json={"elements": []}) if "q=" in str(request.url) else httpx.Response(404, json={})
    assert page.figures(*(Published(remote_id=f"urn:li:share:{7434161199513600000 + each}") for each in range(90))) == {}
    asked = [str(each.url) for each in page.seen if "List(" in str(each.url)]
    assert len(asked) == 3
    assert max(map(len, asked)) < 4_000


def test_a_post_that_nobody_has_seen_has_noughts(page: Desk) -> None:
    """LinkedIn leaves it out, like one that is gone: that one has no figures."""
    new, gone = page.publish(Part(text="New")), page.publish(Part(text="Gone"))
    with page.http() as http:
        linkedin.delete(page.account, gone, http)
    assert page.figures(new, gone) == {new.remote_id: dict.fromkeys(["views", "reach", "likes", "comments", "shares", "clicks"], 0)}


def test_the_other_spelling_is_read(page: Desk) -> None:
    """Both were seen."""
    told = {"share": "urn:li:share:1", "totalShareStatistics": {"uniqueImpressionsCounts": 5}}
    page.instead = lambda _request: httpx.Response(200, json={"elements": [told]})
    assert page.figures(Published(remote_id="urn:li:share:1")) == {"urn:li:share:1": {"reach": 5}}


def test_a_video_has_its_plays(page: Desk) -> None:
    """Counted apart."""
    video = page.publish(Part(text="Polishing", media=(page.video(),)))
    page.clock.advance(A_WEEK)
    assert page.figures(video)[video.remote_id]["video_views"] > 0


def test_a_page_has_followers_and_the_sums_of_four_weeks(page: Desk) -> None:
    """People reached cannot be added up."""
    figures = account_figures(page)
    assert figures["followers"] == 4_328
    assert set(figures) == {"followers", "views", "likes", "comments", "shares", "clicks"}


def test_a_figure_has_linkedins_own_name(page: Desk, analyst: Desk) -> None:
    """A page's plays count from 3 seconds on, a member's from 2: they are not the same; however a name is spelled, it is one."""
    named = []
    for desk in (page, analyst):
        video = desk.publish(Part(text="Polishing", media=(desk.video(),)))
        desk.clock.advance(A_WEEK)
        with desk.http() as http:
            found = [*linkedin.post_metrics(desk.account, [video], http).values(), linkedin.account_metrics(desk.account, http)]
        assert all(each.counted_as.keys() >= each.known().keys() for each in found)
        named.append(found[0].counted_as)

    assert [each["views"] for each in named] == ["impressionCount", "IMPRESSION"]
    assert [each["reach"] for each in named] == ["uniqueImpressionsCount", "MEMBERS_REACHED"]
    assert [each["video_views"] for each in named] == ["VIDEO_VIEW", "VIDEO_PLAY"]


def test_days_on_which_something_was_taken_away_are_no_harm(page: Desk) -> None:
    """Such a day counts below nought."""
    days = [{"totalShareStatistics": {"likeCount": count}} for count in (3, -1, 4)]
    page.instead = lambda request: httpx.Response(200, json={"elements": days}) if "timeIntervals" in str(request.url) else None
    assert account_figures(page)["likes"] == 6


def test_without_the_permission_figures_are_missing_and_nobody_must_sign_in(open_desk: Callable[..., Desk]) -> None:
    """Publishing goes on."""
    desk = open_desk(withheld=("rw_organization_admin",))
    desk.look()
    post = desk.publish(Part(text="Text"))
    assert desk.figures(post) == {post.remote_id: {}}
    assert account_figures(desk) == {}


def test_a_member_of_an_ordinary_app_has_no_figures(member: Desk) -> None:
    """Not available, which is not 0; and no call is spent on it."""
    post = member.publish(Part(text="Text"))
    member.seen.clear()
    assert member.figures(post) == {post.remote_id: {}}
    assert account_figures(member) == {}
    assert member.seen == []


def test_a_member_whose_app_was_granted_them_has_figures(analyst: Desk) -> None:
    """One call for each."""
    post = analyst.publish(Part(text="Text"))
    video = analyst.publish(Part(text="Polishing", media=(analyst.video(),)))
    analyst.clock.advance(A_WEEK)
    figures = analyst.figures(post, video)
    assert set(figures[post.remote_id]) == {"views", "reach", "likes", "comments", "shares", "saves", "clicks"}
    assert set(figures[video.remote_id]) - set(figures[post.remote_id]) == {"video_views"}
    assert account_figures(analyst) == {"followers": 819}


def test_a_figure_that_the_version_does_not_know_costs_only_itself(analyst: Desk) -> None:
    """Saves and clicks came with version 202604."""
    analyst.with_settings(version="202603")
    post = analyst.publish(Part(text="Text"))
    assert set(analyst.figures(post)[post.remote_id]) == {"views", "reach", "likes", "comments", "shares"}


def test_a_token_of_unknown_permissions_is_tried_once(analyst: Desk) -> None:
    """A refusal ends the asking for all posts."""
    one, two = analyst.publish(Part(text="One")), analyst.publish(Part(text="Two"))
    analyst.seen.clear()
    analyst.instead = lambda _request: refused(403, "ACCESS_DENIED")
    assert analyst.figures(one, two) == {one.remote_id: {}, two.remote_id: {}}
    assert len(analyst.seen) == 1


def test_comments_have_no_figures_of_their_own(page: Desk) -> None:
    """They are not asked for."""
    post = page.publish(Part(text="The post"))
    comment = page.publish(Part(kind="comment", position=1, text="First"), [post])
    assert page.figures(comment) == {comment.remote_id: {}}
