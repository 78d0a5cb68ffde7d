"""Promises about preparing and publishing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from evenly.plugin.errors import TryLater
from evenly.plugin.http import Visible
from evenly.plugin.match import normalised, same_text
from evenly.plugin.types import Prepared

if TYPE_CHECKING:
    from datetime import timedelta

    from evenly.plugin.testing.bench import Bench


class Publishes:
    """What was written is what the world sees, once."""

    def test_a_post_is_public_once_as_it_was_written(self, bench: Bench) -> None:
        """The remote id that `publish` gives is the id of the one new post."""
        text = "Good morning, città: 日本 👩‍👩‍👧 & <b>"
        published = bench.post(text)
        (remote,) = bench.world_later()
        assert remote.remote_id == published.remote_id
        assert same_text(remote.text, text)
        assert remote.parent is None
        assert published.at is None or published.at.tzinfo is not None, "times are aware"

    def test_the_link_is_published(self, bench: Bench) -> None:
        """A part's link stands in the text or beside it, once."""
        link = "https://shop.example/rings?colour=white&size=52"
        bench.post("Three rings", link=link)
        (remote,) = bench.world_later()
        assert remote.link == link or remote.text.count(link) == 1, "the link was lost"
        assert normalised(remote.text).startswith("Three rings")

    def test_text_at_the_limit_is_published(self, bench: Bench) -> None:
        """The longest text by the network's own count is accepted."""
        longest = _longest(bench)
        assert bench.network.length(bench.account, bench.part(longest)) == bench.limits.text
        bench.post(longest)
        (remote,) = bench.world_later()
        assert same_text(remote.text, longest)

    def test_one_character_more_is_counted_as_too_long(self, bench: Bench) -> None:
        """`Network.length` exceeds the limit when the text does."""
        longest = _longest(bench)
        assert bench.network.length(bench.account, bench.part(longest + "b")) > (bench.limits.text or 0)

    def test_pictures_keep_their_order_and_their_alternative_texts(self, bench: Bench) -> None:
        """As many pictures as were sent are public, each with its own alternative text."""
        _needs(bench.limits.pictures, bench, "pictures")
        pictures = tuple(bench.picture(number) for number in range(min(3, bench.limits.pictures)))
        bench.post("With pictures", media=pictures)
        (remote,) = bench.world_later()
        assert _count(remote) == len(pictures)
        if bench.limits.alt != 0:
            assert remote.alts == tuple(each.alt for each in pictures)

    def test_a_video_is_published(self, bench: Bench) -> None:
        """A video goes out with its post."""
        _needs(bench.limits.videos, bench, "videos")
        bench.post("With a video", media=(bench.video(),))
        (remote,) = bench.world_later()
        assert _count(remote) == 1

    def test_each_part_of_a_thread_answers_the_one_before(self, bench: Bench) -> None:
        """A thread is a chain, from the first part to the last."""
        _needs(bench.limits.thread > 1, bench, "threads")
        first = bench.post("One of three")
        second = bench.post("Two of three", [first], kind="reply", position=1)
        third = bench.post("Three of three", [first, second], kind="reply", position=2)
        parents = {remote.remote_id: remote.parent for remote in bench.world_later()}
        assert parents == {first.remote_id: None, second.remote_id: first.remote_id, third.remote_id: second.remote_id}

    def test_the_first_comment_lands_on_its_post(self, bench: Bench) -> None:
        """The first comment answers the post, and nothing else."""
        _needs(bench.limits.first_comment, bench, "first comments")
        post = bench.post("The post")
        comment = bench.post("The first comment", [post], kind="comment", position=1)
        (found,) = [remote for remote in bench.world_later() if remote.remote_id == comment.remote_id]
        assert found.parent == post.remote_id
        assert same_text(found.text, "The first comment")

    def test_prepare_may_be_repeated_and_shows_nothing(self, bench: Bench) -> None:
        """Each step of `prepare` may be lost after it was done and done again; the public sees nothing of it."""
        _needs(bench.hooks.offers("prepare"), bench, "prepare")
        media = tuple(bench.picture(number) for number in range(min(2, bench.limits.pictures)))
        attempt = bench.attempt(bench.part("Prepared twice", media=media) if media else bench.part("Prepared twice"))
        prepared = bench.prepare(attempt.part, twice=True)
        assert bench.world() == [], "prepare made something public"
        bench.publish(replace(attempt, prepared=prepared))
        (remote,) = bench.world_later()
        assert _count(remote) == len(attempt.part.media)

    def test_prepare_never_waits(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """`prepare` takes one step and comes back; it is the core that waits."""
        _needs(bench.hooks.offers("prepare"), bench, "prepare")
        monkeypatch.setattr(time, "sleep", _no_sleep)
        if bench.limits.videos:
            bench.prepare(bench.part("A video", media=(bench.video(),)))
        if bench.limits.pictures:
            bench.prepare(bench.part("A picture", media=(bench.picture(1),)))
        bench.prepare(bench.part("Words"))

    def test_slow_media_say_when_to_look_again(self, bench: Bench, slow: timedelta | None) -> None:
        """While the network works on a file `prepare` is not ready, and says when it wants to be called again."""
        if slow is None:
            pytest.skip("the test of this plugin has no fixture `slow`: nothing its stand-in takes is slow")
        media = bench.video() if bench.limits.videos else bench.picture(1)
        started, steps, so_far = bench.clock.now(), 0, None
        while so_far is None or not so_far.ready:
            so_far = bench.ask("prepare", part=bench.part("Slow", media=(media,)), so_far=so_far, thread=())
            assert isinstance(so_far, Prepared)
            if not so_far.ready:
                assert so_far.look_again is not None, "prepare does not say when to look again"
                bench.clock.advance_to(so_far.look_again)
            steps += 1
            assert steps < 200, "prepare never became ready"
        assert bench.clock.now() - started >= slow, "prepare was ready before the network was"

    def test_publishing_makes_exactly_one_visible_call(self, bench: Bench) -> None:
        """`publish` sends one request by `send_once`, and no other request makes anything public."""
        bench.post("Exactly once")
        assert bench.last is not None
        assert bench.last.visible_calls == 1, f"publish called send_once {bench.last.visible_calls} times"
        assert bench.last.leaks == [], "these calls made a post public; publish it by http.send_once"

    def test_every_request_goes_through_http(self, bench: Bench) -> None:
        """Requests beside `http` have no time-outs, no deadline and no `api` override."""
        attempt = bench.attempt(bench.part("Through the door"))
        before = len(bench.served.log)
        bench.publish(attempt)
        assert bench.last is not None
        assert len(bench.served.log) - before == bench.last.requests

    def test_nothing_is_sent_past_the_deadline(self, bench: Bench) -> None:
        """Where no time is left nothing is sent, and the plugin lets `TryLater` pass."""
        attempt = bench.attempt(bench.part("Too late to send"))
        with pytest.raises(TryLater):
            bench.publish(attempt, deadline=bench.clock.monotonic())
        assert bench.last is not None
        assert bench.last.visible is Visible.NOT_SENT
        assert bench.world() == []


def _needs(what: object, bench: Bench, name: str) -> None:
    if not what:
        pytest.skip(f"{bench.network.name} declares no {name}")


def _count(remote: Any) -> int:
    return len(remote.media) if remote.media_count is None else int(remote.media_count)


def _longest(bench: Bench) -> str:
    limit = bench.limits.text
    if limit is None:
        pytest.skip(f"{bench.network.name} declares no longest text")
    return ("word " * (limit // 5 + 1))[: limit - 1] + "a"


def _no_sleep(seconds: float) -> None:
    raise AssertionError(f"prepare slept for {seconds} s; answer Prepared(ready=False, look_again=…) instead")
