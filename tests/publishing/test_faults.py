"""Whatever becomes of a request or its answer, a post is public once, or a person is asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from evenly.plugin.testing import Behaviour, Fault, faults
from tests.publishing.scene import START, scene

#: How a board settles a lost answer, and what its visible call is.
VISIBLE = {
    "key": ("POST", "/pins"),
    "two-phase": ("POST", "/drafts/d1/publication"),
    "record": ("PUT", "/pins/.*"),
    "read-back": ("POST", "/pins"),
    "refusal": ("POST", "/pins"),
    "none": ("POST", "/pins"),
}
#: Ends of a visible call from which nobody can tell whether the post is out.
UNKNOWN: dict[str, Behaviour] = {
    "the request is lost": faults.drop,
    "the answer is lost": faults.lose_answer,
    "500 before it was done": faults.fail(500),
    "500 after it was done": faults.fail(500, after=True),
    "504 after it was done": faults.fail(504, after=True),
    "no answer": faults.hang,
    "done, and no answer": faults.hang_after,
    "half an answer": faults.truncate,
    "broken JSON": faults.break_json,
}


@pytest.mark.parametrize("fault", UNKNOWN)
@pytest.mark.parametrize("facility", [name for name in VISIBLE if name != "none"])
def test_a_lost_answer_is_settled(tmp_path: Path, facility: str, fault: str) -> None:
    """Where a network offers any way to find out, the post ends up public exactly once, and its id is known."""
    with scene(tmp_path, facility) as board:
        method, path = VISIBLE[facility]
        board.served.inject(Fault(UNKNOWN[fault], method=method, path=path, nth=1))
        post = board.queue("Polishing day")

        board.run()

        assert board.public() == ["Polishing day"]
        assert board.state(post) == "published"
        published = board.delivery(post).parts[0].published
        assert published is not None
        assert published.remote_id == board.board.public()[0].remote_id


@pytest.mark.parametrize("fault", UNKNOWN)
def test_without_any_way_to_find_out_a_person_is_asked(tmp_path: Path, fault: str) -> None:
    """A network that offers nothing gets no second request; the delivery is uncertain and says so."""
    with scene(tmp_path, "none") as board:
        board.served.inject(Fault(UNKNOWN[fault], method="POST", path="/pins", nth=1))
        post = board.queue("Polishing day")

        board.run()

        assert board.state(post) == "uncertain"
        assert len(board.visible_calls()) == 1
        assert [event.kind for event in board.events] == ["uncertain"]


@pytest.mark.parametrize("facility", ["two-phase", "record", "key"])
def test_a_request_that_is_carried_out_late_is_not_sent_again(tmp_path: Path, facility: str) -> None:
    """The post appears only after the connection was reset, while the first look has already missed it."""
    with scene(tmp_path, facility) as board:
        method, path = VISIBLE[facility]
        board.served.inject(Fault(faults.commit_late(), method=method, path=path, nth=1))
        post = board.queue("Polishing day")
        publisher = board.publisher()

        assert publisher.work("pin", board.stop) is not None
        assert board.state(post) == "unknown"
        board.served.carry_out()
        board.run(publisher)

        assert board.public() == ["Polishing day"]
        assert board.state(post) == "published"
        assert len(board.visible_calls()) == 1


@pytest.mark.parametrize("answer", [faults.fail(401), faults.slow_down(), faults.slow_down("5"), faults.fail(422)])
def test_the_refusal_of_a_retry_proves_nothing(tmp_path: Path, answer: Behaviour) -> None:
    """An answer is lost, the same request is refused: it stays unknown until the key settles it."""
    with scene(tmp_path, "refusal") as board:
        board.served.inject(
            Fault(faults.lose_answer, method="POST", path="/pins", nth=1), Fault(answer, method="POST", path="/pins", nth=2)
        )
        post = board.queue("Polishing day")

        board.run()
        if board.account_row().sign_in == "needed":
            board.sign_in("pin")
            board.run()

        assert board.state(post) == "published"
        assert board.public() == ["Polishing day"]


def test_a_refusal_ends_it_and_says_why(tmp_path: Path) -> None:
    """422 at the first attempt is the network's no: a person's turn, one request, nothing public."""
    with scene(tmp_path) as board:
        board.served.inject(Fault(faults.fail(422), method="POST", path="/pins"))
        post = board.queue("Polishing day")

        board.run()

        assert board.state(post) == "failed"
        assert "422" in str(board.delivery(post).reason)
        assert board.public() == []
        assert len(board.visible_calls()) == 1


def test_retry_after_is_kept_and_others_are_not_delayed(tmp_path: Path) -> None:
    """After 429 with Retry-After no request of the account comes before its time; the other account goes on."""
    with scene(tmp_path, names=("pin", "second")) as board:
        board.served.inject(Fault(faults.slow_down("120"), method="POST", path="/pins", nth=1))
        first, other = board.queue("Polishing day"), board.queue("Elsewhere", account="second")
        publisher = board.publisher()
        begun = board.clock.now()

        back = publisher.work("pin", board.stop)
        publisher.work("second", board.stop)

        assert board.state(other) == "published"
        assert back is not None
        assert (back - begun).total_seconds() >= 120
        assert publisher.work("pin", board.stop) == back
        assert board.state(first) == "planned"
        board.run(publisher)
        assert board.state(first) == "published"
        assert len(board.visible_calls()) == 3


def test_a_refused_try_does_not_use_up_the_gap(tmp_path: Path) -> None:
    """What was refused was not published: the retry need not keep a distance from it."""
    with scene(tmp_path, gap="3h") as board:
        board.served.inject(Fault(faults.slow_down("60"), method="POST", path="/pins", nth=1))
        post = board.queue("Polishing day", pinned=False)

        board.run()

        published = board.delivery(post).parts[0].published
        assert published is not None
        assert published.at is not None
        assert published.at - START < timedelta(minutes=2)


def test_an_answer_that_comes_twice_belongs_to_its_own_post(tmp_path: Path) -> None:
    """A duplicated answer must not become the next post's id."""
    with scene(tmp_path) as board:
        board.served.inject(Fault(faults.double_answer_late, method="POST", path="/pins", nth=1))
        first, second = board.queue("One"), board.queue("Two")

        board.run()

        ids = {each.text: each.remote_id for each in board.board.public()}
        for post, text in ((first, "One"), (second, "Two")):
            published = board.delivery(post).parts[0].published
            assert published is not None
            assert published.remote_id == ids[text]
