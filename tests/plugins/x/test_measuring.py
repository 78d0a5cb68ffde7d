"""Figures under their common names; what X does not tell is absent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

import evenly_x as x
from evenly.plugin import Part, Published
from tests.plugins.x.conftest import Desk, problem


@pytest.mark.parametrize("words", ["tweet", "post"])
def test_a_post_has_its_figures(open_desk: Callable[..., Desk], words: str) -> None:
    """In either set of words; clicks are for the author alone."""
    desk = open_desk(words=words)
    published = desk.publish(Part(text="Measured", link="https://example.com"))
    desk.clock.advance(timedelta(days=2))
    figures = desk.figures(published)[published.remote_id]
    assert set(figures) == {"views", "likes", "comments", "shares", "saves", "clicks"}
    assert figures["views"] > figures["likes"] > 0


def test_shares_are_reposts_and_quotes(desk: Desk) -> None:
    """Kept apart by X, told together."""
    told = {"data": [{"id": "1", "public_metrics": {"retweet_count": 3, "quote_count": 2, "reply_count": 7, "like_count": 9}}]}
    desk.instead = lambda _request: httpx.Response(200, json=told)
    assert desk.figures(Published(remote_id="1")) == {"1": {"shares": 5, "comments": 7, "likes": 9}}
    told["data"][0]["public_metrics"] = {"repost_count": 1, "quote_count": True}
    assert desk.figures(Published(remote_id="1")) == {"1": {"shares": 1}}
    told["data"][0]["public_metrics"] = {"quote_count": 1}
    assert desk.figures(Published(remote_id="1")) == {"1": {}}


def test_a_figure_has_xs_own_name(desk: Desk) -> None:
    """In one spelling, whichever X uses."""
    published = desk.publish(Part(text="Polishing", media=(desk.video(),), link="https://example.com"))
    desk.clock.advance(timedelta(days=2))
    with desk.http() as http:
        (found,) = x.post_metrics(desk.account, [published], http).values()
        own = x.account_metrics(desk.account, http)

    assert found.counted_as.keys() == found.known().keys()
    assert (found.counted_as["views"], found.counted_as["shares"]) == ("impression_count", "retweet_count + quote_count")
    assert own.counted_as == {"followers": "followers_count"}


def test_answers_of_the_own_thread_are_no_comments(desk: Desk) -> None:
    """X counts them with the others."""
    first = desk.publish(Part(text="One"))
    second = desk.publish(Part(text="Two", kind="reply", position=1), [first])
    figures = desk.figures(first, second)
    assert figures[first.remote_id]["comments"] == 0


def test_a_video_has_its_views(desk: Desk) -> None:
    """As its media tell."""
    published = desk.publish(Part(text="Polishing", media=(desk.video(),)))
    desk.clock.advance(timedelta(days=2))
    assert desk.figures(published)[published.remote_id]["video_views"] > 0


def test_private_figures_are_asked_for_alone_and_only_while_x_tells_them(desk: Desk) -> None:
    """Asked for too late, they cost the whole post."""
    old = desk.publish(Part(text="Old"))
    desk.clock.advance(timedelta(days=31))
    new = desk.publish(Part(text="New"))
    desk.seen.clear()
    figures = desk.figures(old, new)
    assert "clicks" not in figures[old.remote_id]
    assert "clicks" in figures[new.remote_id]
    assert [each.url.params["ids"] for each in desk.seen] == [f"{old.remote_id},{new.remote_id}", new.remote_id]
    assert "non_public_metrics" not in desk.seen[0].url.params["tweet.fields"]


@pytest.mark.parametrize("status", [400, 403])
def test_without_leave_clicks_are_absent(desk: Desk, status: int) -> None:
    """The other figures stay."""
    published = desk.publish(Part(text="Measured"))
    desk.instead = lambda request: problem(status, "no") if request.url.params.get("tweet.fields") == "non_public_metrics" else None
    assert "clicks" not in desk.figures(published)[published.remote_id]
    assert "likes" in desk.figures(published)[published.remote_id]


def test_many_posts_are_asked_for_a_hundred_at_a_time(desk: Desk) -> None:
    """As many as one call takes."""
    many = [Published(remote_id=str(number)) for number in range(1, 251)]
    assert desk.figures(*many) == {}
    assert [len(each.url.params["ids"].split(",")) for each in desk.seen] == [100, 100, 50]


def test_the_account_has_followers(desk: Desk) -> None:
    """Of now; X tells no views of an account."""
    with desk.http() as http:
        assert list(x.account_metrics(desk.account, http).known()) == ["followers"]
