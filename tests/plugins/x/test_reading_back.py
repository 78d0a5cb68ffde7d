"""Which of the account's posts is ours, however X shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_x as x
from evenly.plugin import Absent, CannotTell, Found, Part, Prepared, SignInNeeded, TryLater
from evenly_x import answers
from evenly_x.reading_back import comparable
from evenly_x.vocabulary import Words
from tests.plugins.x.conftest import Desk, problem

#: As X's pages show it, in the older words; the newer ones differ in the names.
_SEEN: dict[str, Any] = {
    "id": "1900000000000000002",
    "text": "Release 1.2 is out https://t.co/fakefake01 https://t.co/fakefake02",
    "created_at": "2026-11-20T09:00:03.000Z",
    "conversation_id": "1900000000000000002",
    "edit_history_tweet_ids": ["1900000000000000002"],
    "entities": {
        "urls": [
            {"start": 19, "end": 42, "url": "https://t.co/fakefake01", "expanded_url": "https://example.org/r/1.2"},
            {
                "start": 43,
                "end": 66,
                "url": "https://t.co/fakefake02",
                "expanded_url": "https://x.com/fakeuser/status/1900000000000000002/photo/1",
                "media_key": "3_1900000000000000001",
            },
        ]
    },
    "attachments": {"media_keys": ["3_1900000000000000001"]},
}


def test_a_post_is_read_as_it_was_typed(desk: Desk) -> None:
    """t.co links are what they stand for, and the one for media is none of ours."""
    read = answers.remote_post(_SEEN, desk.account)
    assert read is not None
    assert read.text == "Release 1.2 is out https://example.org/r/1.2"
    assert read.link == "https://example.org/r/1.2"
    assert read.media == ("3_1900000000000000001",)
    assert read.at.isoformat() == "2026-11-20T09:00:03+00:00"
    assert read.parent is None


def test_an_id_tells_when_it_was_made() -> None:
    """To the millisecond."""
    assert answers.made_at("1212092628029698048").isoformat() == "2019-12-31T19:26:16.771000+00:00"


@pytest.mark.parametrize("names", [("referenced_tweets", "note_tweet"), ("referenced_posts", "note_post")])
def test_both_sets_of_words_are_read(desk: Desk, names: tuple[str, str]) -> None:
    """A reply and a long post, in the older words and the newer."""
    read = answers.remote_post(
        {
            "id": "12",
            "text": "The beginning…",
            names[0]: [{"type": "quoted", "id": "3"}, {"type": "replied_to", "id": "4"}],
            names[1]: {
                "text": "The whole &amp; https://t.co/a",
                "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "http://e.org"}]},
            },
        },
        desk.account,
    )
    assert read is not None
    assert (read.parent, read.text) == ("4", "The whole & http://e.org")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a\n\nb", "a b"),
        ("R&B <3", "R&amp;B &lt;3"),
        ("so &amp; so", "so &amp;amp; so"),
        ("see example.com now", "see http://example.com/ now"),
        ("see https://Example.com/", "see https://example.com"),
        ("see example.com/città now", "see http://example.com/citt%C3%A0 now"),
        ("e\u0301", "é"),
    ],
)
def test_what_x_changes_does_not_matter(sent: str, shown: str) -> None:
    """White space, three characters of HTML, a scheme, a slash."""
    assert comparable(sent) == comparable(shown)


@pytest.mark.parametrize(("one", "other"), [("a", "b"), ("see example.com/a", "see example.com/b"), ("A", "a")])
def test_other_texts_stay_other_texts(one: str, other: str) -> None:
    """A letter is enough."""
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize("words", ["tweet", "post"])
@pytest.mark.parametrize(
    "part",
    [
        Part(text="Plain & simple <3"),
        Part(text="example.com, http://t.co/abc and x.com/a_(b)?c=d#e!", link="https://shop.example/rings?colour=white&size=52"),
        Part(text="日本 👩‍👩‍👧 città"),
        Part(text="Twice: https://example.com/a and https://example.com/a, or https://example.com/ab"),
    ],
)
def test_what_is_out_is_found(open_desk: Callable[..., Desk], words: str, part: Part) -> None:
    """Whatever X made of its addresses."""
    desk = open_desk(words=words)
    published = desk.publish(part)
    desk.publish(Part(text="Another"))
    found = desk.find(part)
    assert isinstance(found, Found)
    assert found.published == published


def test_a_long_post_is_found_by_its_whole_text(open_desk: Callable[..., Desk]) -> None:
    """Of which X shows the beginning first."""
    desk = open_desk(number=1)
    part = Part(text="word " * 200 + "https://example.com/at-the-end")
    published = desk.publish(part)
    assert desk.find(part) == Found(published)


def test_pictures_are_known_by_their_keys(desk: Desk) -> None:
    """Even without any text, and beside another picture of the same minute."""
    part, other = Part(media=(desk.picture("a.png"),)), Part(media=(desk.picture("b.png"),))
    prepared = desk.prepare(part)
    published = desk.publish(part, prepared=prepared)
    desk.publish(other)
    assert desk.find(part, prepared=prepared) == Found(published)


def test_pictures_without_text_and_with_other_keys_are_nobodys_guess(desk: Desk) -> None:
    """That keys stay the same is not confirmed."""
    part = Part(media=(desk.picture("a.png"),))
    prepared = desk.prepare(part)
    desk.publish(Part(media=(desk.picture("b.png"),)))
    assert desk.find(part, prepared=prepared) == CannotTell()


def test_pictures_with_text_are_known_by_it_where_keys_differ(desk: Desk) -> None:
    """And by how many there are."""
    part = Part(text="A ring", media=(desk.picture("a.png"),))
    prepared = desk.prepare(part)
    published = desk.publish(part, prepared=prepared)
    renamed = replace(prepared, data={"media": [{**each, "media_key": "3_9"} for each in prepared.data["media"]]})
    assert desk.find(part, prepared=renamed) == Found(published)
    assert isinstance(desk.find(replace(part, media=()), prepared=Prepared()), Absent)


def test_an_answer_is_known_by_what_it_answers(desk: Desk) -> None:
    """The same words elsewhere are another post."""
    first = desk.publish(Part(text="One"))
    answer = Part(text="Two", kind="reply", position=1)
    assert isinstance(desk.find(answer, [first]), Absent)
    published = desk.publish(answer, [first])
    assert desk.find(answer, [first]) == Found(published)
    assert isinstance(desk.find(Part(text="Two")), Absent)


def test_what_was_there_before_is_another_post(desk: Desk) -> None:
    """However equal."""
    desk.publish(Part(text="Every week"))
    desk.clock.advance(timedelta(minutes=3))
    assert isinstance(desk.find(Part(text="Every week")), Absent)


def test_a_clock_that_is_ahead_of_xs_hides_nothing(desk: Desk) -> None:
    """X's own time decides which posts can be ours."""
    published = desk.publish(Part(text="Earlier than it seems"))
    desk.server.state.clock = type(desk.clock)(desk.clock.now())
    desk.clock.advance(timedelta(minutes=30))
    assert desk.find(Part(text="Earlier than it seems")) == Found(published)


def test_several_that_fit_are_a_persons_affair(desk: Desk) -> None:
    """Nobody guesses."""
    desk.publish(Part(text="Twice"))
    (post,) = desk.server.state.posts.values()
    desk.server.state.posts["1"] = replace(post, id=str(int(post.id) + 1))
    assert desk.find(Part(text="Twice")) == CannotTell()


def test_a_list_with_errors_proves_nothing(desk: Desk) -> None:
    """Something may be missing from it."""
    desk.instead = lambda _request: httpx.Response(200, json={"meta": {"result_count": 0}, "errors": [{"title": "x"}]})
    assert desk.find(Part(text="Where")) == CannotTell(timedelta(minutes=1))


def test_a_list_without_an_end_proves_nothing(desk: Desk) -> None:
    """X shows the latest 3,200 posts."""
    desk.instead = lambda _request: httpx.Response(200, json={"meta": {"result_count": 0, "next_token": "more"}})
    assert desk.find(Part(text="Where")) == CannotTell(timedelta(minutes=1))
    assert len(desk.seen) == 32


@pytest.mark.parametrize(("status", "error"), [(402, TryLater), (429, TryLater), (500, TryLater), (403, SignInNeeded)])
def test_a_list_that_cannot_be_read_proves_nothing(desk: Desk, status: int, error: type[Exception]) -> None:
    """No credits, no permission, no answer: it stays unknown."""
    desk.instead = lambda _request: problem(status, "a required scope is missing")
    with pytest.raises(error):
        desk.find(Part(text="Where"))


def test_only_the_time_that_matters_is_read_and_paid_for(desk: Desk) -> None:
    """From two minutes before the first attempt, reposts left out and replies in."""
    desk.find(Part(text="Where"))
    (request,) = desk.seen
    assert request.url.params["start_time"] == "2026-03-02T08:58:00Z"
    assert request.url.params["exclude"] == "retweets"


def test_recent_lists_what_others_published_too(desk: Desk) -> None:
    """Newest first, with links as they were typed."""
    since = desk.clock.now()
    desk.publish(Part(text="One", link="https://example.com/a"))
    desk.clock.advance(timedelta(minutes=1))
    desk.publish(Part(text="Two"))
    with desk.http() as http:
        listed = x.recent(desk.account, since, http)
    assert [each.text for each in listed] == ["Two", "One\nhttps://example.com/a"]
    assert listed[1].link == "https://example.com/a"


def test_the_words_that_are_understood_are_remembered(open_desk: Callable[..., Desk]) -> None:
    """The look finds them out; from then on no call is made in vain."""
    desk = open_desk(words="post")
    assert desk.account.state is not None
    assert desk.account.state.facts["words"] == "post"
    desk.find(Part(text="Where"))
    assert len(desk.seen) == 1
    assert "referenced_posts" in desk.seen[0].url.params["expansions"]


@pytest.mark.parametrize(("remembered", "now"), [("tweet", "post"), ("post", "tweet")])
def test_words_that_are_not_understood_any_more_are_changed(open_desk: Callable[..., Desk], remembered: Words, now: Words) -> None:
    """X may rename its fields any day."""
    desk = open_desk(words=remembered)
    published = desk.publish(Part(text="Renamed"))
    desk.server.state.words = now
    assert desk.find(Part(text="Renamed")) == Found(published)


def test_an_account_that_was_not_looked_at_is_asked_who_it_is(desk: Desk) -> None:
    """The list wants an id."""
    published = desk.publish(Part(text="Unseen"))
    desk.account = replace(desk.account, state=None)
    found = desk.find(Part(text="Unseen"))
    assert isinstance(found, Found)
    assert found.published.remote_id == published.remote_id
    assert found.published.url == f"https://x.com/i/status/{published.remote_id}"
