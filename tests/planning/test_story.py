"""The story of a delivery: what really happened to it, in sentences that nobody has to decode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly import ledger
from evenly.planning.moments import readable
from evenly.planning.outlook import Circumstances, outlook
from evenly.planning.story import story
from evenly.plugin import Http, Message, Prepared, Published, hookimpl
from evenly.plugin.testing import Behaviour, Fault, faults
from evenly.store import queue
from tests.plugin.board import Board
from tests.publishing.scene import START, Scene, scene

HOUR = timedelta(hours=1)
PAGE = "https://board.example/ada"
QUEUED = "Queued for a fixed time: today at 12:00."


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Scene]:
    """A board that honours keys and can be read."""
    with scene(tmp_path) as made:
        yield made


def rows(board: Scene, delivery: int) -> tuple[Any, Any, Any]:
    with board.desk.store.read() as connection:
        (row,) = queue.by_ids(connection, [delivery])
        return row, queue.parts_of(connection, delivery), queue.attempts_of(connection, delivery)


def told(board: Scene, delivery: int) -> list[str]:
    """The story so far."""
    return [str(each.text) for each in story(*rows(board, delivery), now=board.clock.now(), zone=ZoneInfo("UTC"))]


def ahead(board: Scene, delivery: int, around: Circumstances | None = None, **since: float) -> str:
    """What is said to come next, so long after now."""
    now = board.clock.now() + timedelta(**since)
    return str(outlook(*rows(board, delivery), around or Circumstances(page=PAGE), now=now, zone=ZoneInfo("UTC")))


def spoil(board: Scene, behaviour: Behaviour, *, nth: int = 1) -> None:
    board.served.inject(Fault(behaviour, method="POST", path="/pins", nth=nth))


def test_straight_success(board: Scene) -> None:
    """Two sentences, and no more."""
    post = board.queue("One")
    assert ahead(board, post) == "It goes out as soon as `evenly run` is at work."
    board.run()

    assert told(board, post) == [QUEUED, "Sent, and published: pin-1"]
    assert ahead(board, post) == "Nothing more to do."


def test_what_is_planned_says_when(board: Scene) -> None:
    post = board.queue("One", at=START + HOUR, pinned=False)

    assert told(board, post) == ["Queued; planned for: today at 13:00."]
    assert ahead(board, post) == "It goes out: today at 13:00."


def test_a_lost_answer_that_was_found(board: Scene) -> None:
    spoil(board, faults.lose_answer)
    post = board.queue("One")
    publisher = board.publisher()
    publisher.work("pin", board.stop)
    board.run(publisher)

    assert told(board, post) == [QUEUED, "Sent; the answer was lost: 127.0.0.1 did not answer.", "Looked, and found it: pin-1"]


def test_a_lost_answer_that_is_looked_for(board: Scene) -> None:
    """Before it is clear, it says so, and when the next look is; repeats are told once."""
    spoil(board, faults.drop)
    post = board.queue("One")
    publisher = board.publisher()
    publisher.work("pin", board.stop)

    assert told(board, post)[-1] == "Looked for it; it was not there yet."
    assert ahead(board, post).startswith("It is looked for again: today at 12:00; before that is settled")
    assert ahead(board, post, hours=1).startswith("It is looked for again as soon as `evenly run` is at work")


def test_a_post_that_was_lost_and_sent_again(board: Scene) -> None:
    spoil(board, faults.drop)
    post = board.queue("One")
    board.run()

    assert told(board, post)[1:] == [
        "Sent; the answer was lost: 127.0.0.1 did not answer.",
        "Looked for it 3 times until 12:00; it is not there, so nothing was published.",
        "Sent again, and published: pin-1",
    ]


def test_a_second_request_that_cannot_double(tmp_path: Path) -> None:
    """Where nothing can be read, the same is sent once more, and the story says why that is safe."""
    with scene(tmp_path, "refusal") as board:
        spoil(board, faults.lose_answer)
        post = board.queue("One")
        board.run()

        assert told(board, post)[2:] == [
            "Looked for it; nothing could be found out yet.",
            "Sent again in a way that cannot make a second post, and published: pin-1",
        ]


def test_an_uncertain_one_and_who_settled_it(tmp_path: Path) -> None:
    """The page to look at and both commands; afterwards who said what."""
    with scene(tmp_path, "none") as board:
        spoil(board, faults.lose_answer)
        spoil(board, faults.drop, nth=2)
        out, lost = board.queue("Out"), board.queue("Lost")
        board.run()
        assert told(board, out)[-1] == "Looked for it; nobody can find out whether it is public."
        assert ahead(board, out) == (
            f"Look at {PAGE}. If it is there: evenly settle {out} --published URL. If it is not: evenly settle {out} --not-published"
        )
        assert ahead(board, out, Circumstances()).startswith("Look at the account.")

        seen = Published(remote_id="7", url="https://board.example/7")
        board.move(ledger.settle_published(board.delivery(out), seen, now=board.clock.now(), by="ada: https://board.example/7"))
        board.move(ledger.settle_not_published(board.delivery(lost), now=board.clock.now(), by="ada"))
        board.run()

        assert told(board, out)[-1] == "ada said that it is public: https://board.example/7"
        assert told(board, lost)[-2:] == [
            "ada said that it is not public: it is to be sent again.",
            f"Sent again, and published: {board.board.public()[-1].remote_id}",
        ]


def test_a_setting_that_decides_instead(tmp_path: Path) -> None:
    """`on_unknown` is named as the reason."""
    with scene(tmp_path, "none", more='on_unknown = "resend"') as board:
        spoil(board, faults.drop)
        post = board.queue("One")
        board.run()

        assert told(board, post)[2:] == [
            "Nobody could find out whether it is public; it is sent again, as `on_unknown` says.",
            "Sent again, and published: pin-1",
        ]


def test_a_thread_with_one_failed_part(board: Scene) -> None:
    """Each sentence names its part; a person is told how to go on, and is named when that was done."""
    spoil(board, faults.fail(422), nth=2)
    post = board.queue("One", "Two")
    board.run()
    so_far = told(board, post)
    assert so_far[1] == "Part 1: Sent, and published: pin-1"
    assert so_far[2].startswith("Part 2: Tried; refused for good: 127.0.0.1 answered 422")
    assert ahead(board, post).startswith("It waits for you. To change it: evenly edit 1")

    board.move(ledger.release(board.delivery(post), now=board.clock.now()))
    board.run()

    assert told(board, post)[3:] == [
        "Part 2: Released by hand.",
        f"Part 2: Sent again, and published: {board.board.public()[-1].remote_id}",
    ]


def test_a_first_comment_that_comes_late_or_never(board: Scene) -> None:
    """It has a story of its own."""
    spoil(board, faults.lose_answer, nth=2)
    spoil(board, faults.fail(422), nth=4)
    late = board.queue("One", comment="A")
    board.run()
    never = board.queue("Two", comment="B")
    board.run()

    assert told(board, late)[2:] == [
        "First comment: Sent; the answer was lost: 127.0.0.1 did not answer.",
        f"First comment: Looked, and found it: {board.board.public()[1].remote_id}",
    ]
    assert ahead(board, never) == f"First comment: missing. To try it again: evenly release {never}"


class Slow(Board):
    """Its uploads take three looks."""

    @hookimpl
    def prepare(self, account: Any, part: Any, so_far: Prepared | None, thread: Any, http: Http) -> Prepared:  # noqa: ARG002 - Board's signature
        done = int(so_far.data["looks"]) if so_far else 0
        return Prepared(data={"looks": done + 1, "pictures": []}, ready=done >= 2, look_again=timedelta(minutes=4))


def test_a_slow_upload(tmp_path: Path) -> None:
    """Its looks are one sentence, while it goes on and when it is done."""
    with scene(tmp_path, board=Slow("key")) as board:
        post, publisher = board.queue("Film"), board.publisher()
        for _ in range(2):
            publisher.work("pin", board.stop)
            board.clock.advance(timedelta(minutes=4))
        assert told(board, post)[-1] == "Being uploaded and prepared: 2 steps until 12:04, and the network is not done yet."

        board.run(publisher)

        assert told(board, post)[1:] == ["Uploaded and prepared in 3 steps; ready at 12:08.", "Sent, and published: pin-1"]


def test_a_picture_that_was_uploaded(board: Scene) -> None:
    """One step with a picture is worth a sentence; a mere text's is not."""
    post = board.queue("One")
    board.run()
    row, parts, attempts = rows(board, post)
    with_picture = [_with(parts[0], content={"media": [{"path": "a.png"}]})]

    said = [str(each.text) for each in story(row, with_picture, attempts, now=START, zone=ZoneInfo("UTC"))]

    assert said[1] == "Uploaded, and ready to be published."


def _with(row: Any, **changed: Any) -> Any:
    """The row with other columns."""
    from types import SimpleNamespace

    return SimpleNamespace(**{**row._mapping, **changed})


def test_a_rejected_one(board: Scene) -> None:
    spoil(board, faults.fail(422))
    post = board.queue("One")
    board.run()

    assert told(board, post)[-1].startswith("Tried; refused for good: 127.0.0.1 answered 422")


def test_one_that_was_asked_to_wait(board: Scene) -> None:
    """Retry-After: why it waits, until when; and that it went out afterwards."""
    spoil(board, faults.slow_down("300"))
    post, publisher = board.queue("One"), board.publisher()
    publisher.work("pin", board.stop)
    assert told(board, post)[-1] == "Tried; it was not taken, so it waited: 127.0.0.1 asks to slow down."
    slow = Circumstances(reason=Message("127.0.0.1 asks to slow down."))
    assert ahead(board, post, slow, seconds=1).startswith("It waits until the network takes it, and goes on: today at 12:05.")

    board.run(publisher)

    assert told(board, post)[-1] == "Sent again, and published: pin-1"


def test_one_that_waits_for_the_pace(tmp_path: Path) -> None:
    """The second of two keeps its distance, and says so; afterwards the story tells that it had to wait."""
    with scene(tmp_path, gap="2h") as board:
        _, second = board.queue("One", pinned=False), board.queue("Two", pinned=False)
        publisher = board.publisher()
        publisher.work("pin", board.stop)
        publisher.work("pin", board.stop)
        assert ahead(board, second, minutes=1).startswith(
            "It keeps its distance from the account's other posts, and goes out: today at 14:0"
        )

        board.run(publisher)

        assert told(board, second)[1].startswith("Its time came, but it had to wait until today at 14:0")


def test_one_that_waits_for_a_sign_in_or_a_held_account(board: Scene) -> None:
    """With the command that helps."""
    post = board.queue("One")

    needed = Circumstances(sign_in=Message("Revoked."))
    assert ahead(board, post, needed) == "It waits for a sign-in: Revoked. evenly connect pin"
    assert ahead(board, post, Circumstances(held=True)) == "Its account is held. To let it go on: evenly release pin"


def test_one_whose_process_was_killed(board: Scene) -> None:
    """It is not said to be in hand when nobody has it in hand."""
    post = board.queue("One")
    current = board.delivery(post)
    claimed = ledger.claim(current, "somebody", now=board.clock.now(), terms=ledger.Terms())
    assert isinstance(claimed, ledger.Move)
    board.move(claimed)

    assert ahead(board, post) == "It is being worked on right now."
    assert ahead(board, post, Circumstances(owner_gone=True)).startswith("The process that was at work on it has ended")


def test_a_missed_one(board: Scene) -> None:
    """The reason comes first, its times as the reader's clock shows them."""
    post = board.queue("One")
    board.clock.advance(7 * HOUR)
    board.run()

    assert ahead(board, post) == (
        f"It was due at 2027-03-01 12:00 and could not go out within 6:00:00. "
        f"It waits for you. To give it the next open time: evenly release {post}"
    )


def test_one_that_the_mix_holds_and_one_that_a_person_holds(board: Scene) -> None:
    """Only the second waits for somebody."""
    mix, person = board.queue("One"), board.queue("Two")
    board.move(ledger.hold(board.delivery(mix), by=ledger.HeldBy.MIX, reason=Message("The mix holds it.")))
    board.move(ledger.hold(board.delivery(person), by=ledger.HeldBy.PERSON, reason=Message("You held it.")))

    assert ahead(board, mix).startswith("The mix holds it. It goes on by itself when the mix is mended")
    assert ahead(board, person) == f"You held it. It waits for you. To let it go on: evenly release {person}"


def test_drafts_and_dropped_ones(board: Scene) -> None:
    draft, dropped = board.queue("One"), board.queue("Two")
    board.move(ledger.drop(board.delivery(dropped), now=START))
    row, parts, attempts = rows(board, draft)
    row = _with(row, state="draft", due=None)

    assert [str(each.text) for each in story(row, parts, attempts, now=START, zone=ZoneInfo("UTC"))] == ["Queued as a draft."]
    assert str(outlook(row, parts, attempts, Circumstances(), now=START, zone=ZoneInfo("UTC"))).endswith(f"evenly approve {draft}")
    assert told(board, dropped)[-1] == "Dropped by hand."
    assert ahead(board, dropped) == "It is cancelled: nothing more happens."


def test_one_that_is_taken_down_again(board: Scene) -> None:
    """Before: when; afterwards: that it was."""
    board.served.inject(Fault(faults.fail(503), method="DELETE", nth=1))
    post, publisher = board.queue("One", take_down_after=HOUR), board.publisher()
    publisher.work("pin", board.stop)
    assert ahead(board, post) == "It is taken down: today at 13:00."

    board.run(publisher)

    assert told(board, post)[2].startswith("It could not be taken down: 127.0.0.1")
    assert told(board, post)[-1] == "Taken down."
    assert ahead(board, post) == "Nothing more happens."


def test_a_killed_process_is_named_as_the_reason(tmp_path: Path) -> None:
    """The intent is on record, and whoever wrote it is gone."""
    with scene(tmp_path) as board:
        post = board.queue("One")
        claimed = ledger.claim(board.delivery(post), "somebody", now=board.clock.now(), terms=ledger.Terms())
        assert isinstance(claimed, ledger.Move)
        board.move(claimed)
        current = board.delivery(post)
        ready = tuple(replace(part, prepared=Prepared(data={"pictures": []})) for part in current.parts)
        board.move(ledger.intend(replace(current, parts=ready), now=board.clock.now()))
        assert told(board, post)[-1] == "Sent; how it ended is not known yet."

        board.run()

        assert "Sent; the answer was lost: the process that sent it is gone" in told(board, post)
        assert board.public() == ["One"]


ZONES = st.sampled_from(["Europe/Paris", "Pacific/Auckland", "America/Los_Angeles", "UTC"]).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside them


@given(MOMENTS, st.timedeltas(timedelta(days=-3), timedelta(days=3)), ZONES)
def test_moments_are_said_by_the_readers_calendar(now: datetime, apart: timedelta, zone: ZoneInfo) -> None:
    """Today is today in the account's zone, whatever day it is in Greenwich."""
    moment = now + apart
    days = (moment.astimezone(zone).date() - now.astimezone(zone).date()).days
    word = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(days, moment.astimezone(zone).date().isoformat())

    assert str(readable(moment, now=now, zone=zone)) == f"{word} at {moment.astimezone(zone):%H:%M}"
