"""The ordinary course: threads, comments, lateness, order, sign-in, taking down, and two processes at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from evenly import ledger
from evenly.plugin import Http, Message, Prepared, Published, SignInNeeded, TryLater, hookimpl
from evenly.plugin.testing import Fault, faults
from evenly.store import deliveries
from tests.plugin.board import Board, read
from tests.publishing.scene import START, Scene, scene

HOUR = timedelta(hours=1)


def test_a_due_delivery_is_published_and_its_attempt_is_on_record(board: Scene) -> None:
    """The row knows id and time, the attempt table one try with its end, and whoever listens has heard."""
    post = board.queue("Polishing day")

    board.run()

    assert board.state(post) == "published"
    assert [(row.step, row.number, row.outcome) for row in board.attempts(post) if row.step == "publish"] == [("publish", 1, "published")]
    assert [event.kind for event in board.events] == ["published"]
    assert board.delivery(post).next_action_at is None


def test_nothing_goes_out_before_its_time(board: Scene) -> None:
    """A delivery due in an hour waits for it, and the publisher says when to come back."""
    post = board.queue("Later", at=START + HOUR)

    back = board.publisher().work("pin", board.stop)

    assert back == START + HOUR
    assert board.state(post) == "planned"
    assert board.served.log == []


def test_a_thread_answers_itself_in_order_and_the_comment_comes_last(board: Scene) -> None:
    """Each reply knows its parent, the first comment comes when the thread is out."""
    board.queue("One", "Two", "Three", comment="A comment")

    board.run()

    pins = board.board.public()
    assert [pin.text for pin in pins] == ["One", "Two", "Three", "A comment"]
    assert [pin.parent for pin in pins] == [None, pins[0].remote_id, pins[1].remote_id, pins[2].remote_id]


def test_a_thread_goes_on_where_it_stopped(board: Scene) -> None:
    """A reply is refused for good: failed, naming what is out; released, it goes on from that reply."""
    board.served.inject(Fault(faults.fail(422), method="POST", path="/pins", nth=2))
    post = board.queue("One", "Two")
    board.run()
    assert board.state(post) == "failed"
    assert "Already public" in str(board.delivery(post).reason)

    board.move(ledger.release(board.delivery(post), now=board.clock.now()))
    board.run()

    assert board.public() == ["One", "Two"]
    assert board.state(post) == "published"


def test_a_refused_comment_does_not_fail_its_post(board: Scene) -> None:
    """The post stays published; the comment's fate is shown beside it and can be tried again."""
    board.served.inject(Fault(faults.fail(422), method="POST", path="/pins", nth=2))
    post = board.queue("One", comment="A comment")
    board.run()
    assert board.state(post) == "published"
    assert "first comment" in str(board.delivery(post).reason)

    board.move(ledger.release(board.delivery(post), now=board.clock.now()))
    board.run()

    assert board.public() == ["One", "A comment"]
    assert board.delivery(post).reason is None


def test_a_lost_comment_is_settled_like_any_part(board: Scene) -> None:
    """Its answer is lost; it is found, and the post was published all the while."""
    board.served.inject(Fault(faults.lose_answer, method="POST", path="/pins", nth=2))
    post = board.queue("One", comment="A comment")

    board.run()

    assert board.public() == ["One", "A comment"]
    assert board.state(post) == "published"
    assert all(part.out for part in board.delivery(post).parts)


def test_what_is_to_be_taken_down_is(board: Scene) -> None:
    """24 hours after publishing it is deleted, comment and all; the row stays published, without an address, and says when."""
    post = board.queue("One", comment="A comment", take_down_after=timedelta(hours=24))

    board.run()

    assert board.public() == []
    delivery = board.delivery(post)
    assert delivery.state is ledger.State.PUBLISHED
    assert delivery.taken_down_at is not None
    assert delivery.taken_down_at - START >= timedelta(hours=24)
    assert "Taken down" in str(delivery.reason)


def test_a_take_down_that_fails_is_tried_again(board: Scene) -> None:
    """The network is out of reach for a moment: deleted a little later."""
    board.served.inject(Fault(faults.fail(503), method="DELETE", nth=1))
    board.queue("One", take_down_after=HOUR)

    board.run()

    assert board.public() == []


def test_within_the_policy_late_ones_go_out_in_order_with_the_gap_between(tmp_path: Path) -> None:
    """After an outage of four hours: dated ones first, each a gap after the last, what is later than six hours is missed."""
    with scene(tmp_path, gap="90m") as board:
        first, second, third = (board.queue(f"Post {n}", at=START + n * HOUR, pinned=False) for n in range(3))
        dated = board.queue("Dated", at=START + 3 * HOUR, not_after=START + 6 * HOUR)
        board.clock.advance(timedelta(hours=4))

        board.run()

        at = {each.text: each.at - START for each in board.board.public()}
        assert list(at) == ["Dated", "Post 0", "Post 1"]
        assert [board.state(each) for each in (dated, first, second, third)] == ["published", "published", "published", "missed"]
        assert all(later - sooner >= timedelta(minutes=90) for sooner, later in pairwise(at.values()))


def test_what_is_too_late_is_missed_and_said(board: Scene) -> None:
    """Seven hours after its time, with `publish within 6h`: missed, with an event; `release` brings it back."""
    post = board.queue("Polishing day")
    board.clock.advance(7 * HOUR)

    board.run()
    assert board.state(post) == "missed"
    assert [event.kind for event in board.events] == ["missed"]

    board.move(ledger.release(board.delivery(post), now=board.clock.now()))
    board.run()
    assert board.public() == ["Polishing day"]


def test_skip_makes_a_late_one_missed(tmp_path: Path) -> None:
    """Eleven minutes are late; under `skip` that is missed, nine are not."""
    with scene(tmp_path, more='missed = "skip"') as board:
        soon, late = board.queue("Soon", at=START), board.queue("Late", at=START - timedelta(minutes=2))
        board.clock.advance(timedelta(minutes=9))

        board.run()

        assert (board.state(soon), board.state(late)) == ("published", "missed")


def test_an_account_without_sign_in_waits(tmp_path: Path) -> None:
    """The token is refused: the account says so, its deliveries stay planned, and go out once somebody has signed in."""
    with scene(tmp_path) as board:
        board.served.inject(Fault(faults.fail(401), method="POST", path="/pins"))
        post = board.queue("Polishing day")
        board.run()
        assert board.account_row().sign_in == "needed"
        assert board.state(post) == "planned"
        assert "sign-in-needed" in [event.kind for event in board.events]

        board.served.mend()
        board.sign_in("pin")
        board.run()

        assert board.state(post) == "published"


class Odd(Board):
    """A plugin that does what its author did not mean."""

    error: Exception = RuntimeError("a bug")
    before = True

    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Http) -> Published:
        if self.before and part.text == "Odd":
            raise self.error
        published = read(http.send_once(self.visible(account, part, prepared, thread, key)))
        if part.text == "Odd":
            raise self.error
        return published


class OddAfter(Odd):
    before = False


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyError("id"), TypeError()])
def test_a_plugin_that_raises_before_the_call_fails_its_own_delivery_only(tmp_path: Path, error: Exception) -> None:
    """Nothing was sent: failed, naming the error; the others go on."""
    board = Odd("key")
    board.error = error
    with scene(tmp_path, board=board) as made:
        odd, sound = made.queue("Odd"), made.queue("Sound")

        made.run()

        assert made.state(odd) == "failed"
        assert type(error).__name__ in str(made.delivery(odd).reason)
        assert made.state(sound) == "published"


@pytest.mark.parametrize("error", [RuntimeError("a bug"), SignInNeeded(), TryLater()])
def test_a_plugin_that_raises_after_the_call_is_not_believed(tmp_path: Path, error: Exception) -> None:
    """The post may be public whatever was raised: it is found, and not sent again."""
    board = OddAfter("key")
    board.error = error
    with scene(tmp_path, board=board) as made:
        odd = made.queue("Odd")

        made.run(until=timedelta(minutes=30))
        if made.account_row().sign_in == "needed":
            made.sign_in("pin")
            made.run()

        assert made.state(odd) == "published"
        assert made.public() == ["Odd"]
        assert len(made.visible_calls()) == 1


class Slow(Board):
    """Its uploads take three looks."""

    looks = 0

    @hookimpl
    def prepare(self, account: Any, part: Any, so_far: Prepared | None, thread: Any, http: Any) -> Prepared:  # noqa: ARG002 - Board's signature
        done = int(so_far.data["looks"]) if so_far else 0
        self.looks += 1
        return Prepared(data={"looks": done + 1, "pictures": []}, ready=done >= 2, look_again=timedelta(minutes=4))


def test_a_slow_upload_is_looked_at_again_and_nobody_sleeps_on_its_claim(tmp_path: Path) -> None:
    """Each look gives the claim back; twelve minutes of preparing do not make it late."""
    slow = Slow("key")
    with scene(tmp_path, board=slow, more='missed = "skip"') as board:
        post = board.queue("Film")
        publisher = board.publisher()

        back = publisher.work("pin", board.stop)
        assert back == START + timedelta(minutes=4)
        assert board.delivery(post).owner is None
        board.run(publisher)

        assert board.state(post) == "published"
        assert slow.looks == 3


def test_a_notification_that_fails_does_not_touch_publishing(board: Scene) -> None:
    """Whoever listens may raise what he likes."""
    post = board.queue("One", "Two")

    def shout(_event: Any) -> None:
        raise RuntimeError("nobody is at home")

    board.run(board.publisher(notify=shout))

    assert board.state(post) == "published"
    assert board.public() == ["One", "Two"]


def test_two_processes_at_once_publish_each_post_once(tmp_path: Path) -> None:
    """Two that both believe to be allowed to work on one account: every claim is one compare-and-set."""
    with scene(tmp_path) as board:
        posts = [board.queue(f"Post {n}") for n in range(25)]
        publishers = [board.publisher(alone=False) for _ in range(2)]
        threads = [threading.Thread(target=each.work, args=("pin", board.stop)) for each in publishers for _ in range(2)]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        board.run()

        assert sorted(board.public()) == sorted(f"Post {n}" for n in range(25))
        assert {board.state(post) for post in posts} == {"published"}
        assert len(board.visible_calls()) == 25


def test_cancelling_races_with_publishing(tmp_path: Path) -> None:
    """Dropped while a publisher is at it: either it is cancelled and not public, or the drop was refused and it is public."""
    with scene(tmp_path) as board:
        posts = [board.queue(f"Post {n}") for n in range(30)]
        working = threading.Thread(target=board.publisher().work, args=("pin", board.stop))

        working.start()
        for post in reversed(posts):
            with board.desk.store.write() as connection:
                current = deliveries.load(connection, post)
                assert current is not None
                dropped = ledger.drop(current, now=board.clock.now())
                if isinstance(dropped, ledger.Move):
                    deliveries.apply(connection, dropped)
        working.join()
        board.run()

        public = set(board.public())
        for number, post in enumerate(posts):
            assert (f"Post {number}" in public) == (board.state(post) == "published")
            assert board.state(post) in {"published", "cancelled"}


def test_a_person_settles_what_could_not_be_found_out(tmp_path: Path) -> None:
    """Uncertain, and a person has looked: sent again after `not published`, done after an address."""
    with scene(tmp_path, "none") as board:
        board.served.inject(Fault(faults.drop, method="POST", path="/pins", nth=1), Fault(faults.lose_answer, method="POST", nth=2))
        lost, out = board.queue("Lost"), board.queue("Out")
        board.run()
        assert (board.state(lost), board.state(out)) == ("uncertain", "uncertain")

        board.move(ledger.settle_not_published(board.delivery(lost), now=board.clock.now(), by="ada"))
        seen = Published(remote_id=board.board.public()[0].remote_id, url="https://board.example/1")
        board.move(ledger.settle_published(board.delivery(out), seen, now=board.clock.now(), by="ada"))
        board.run()

        assert (board.state(lost), board.state(out)) == ("published", "published")
        assert sorted(board.public()) == ["Lost", "Out"]


def test_what_is_held_stays(board: Scene) -> None:
    """Held by a person, it does not go out; released, it does."""
    post = board.queue("Polishing day")
    board.move(ledger.hold(board.delivery(post), by=ledger.HeldBy.PERSON, reason=Message("not yet")))
    board.run()
    assert board.state(post) == "held"

    board.move(ledger.release(board.delivery(post), now=board.clock.now()))
    board.run()
    assert board.public() == ["Polishing day"]
