"""Promises about lost answers: what is unknown is said to be unknown, and can be found out as declared."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest

from evenly.plugin.errors import Duplicate, NetworkError, OutcomeUnknown
from evenly.plugin.testing import faults
from evenly.plugin.testing.bench import SETTLE, Attempt, Bench
from evenly.plugin.testing.serving import Fault
from evenly.plugin.types import Absent, CannotTell, Found, Part, Published

if TYPE_CHECKING:
    from evenly.plugin.testing.serving import Behaviour

UNKNOWN: dict[str, Behaviour] = {
    "drop": faults.drop,
    "lose-answer": faults.lose_answer,
    "500-before": faults.fail(500),
    "500-after": faults.fail(500, after=True),
    "502-after": faults.fail(502, after=True),
    "truncate": faults.truncate,
    "break-json": faults.break_json,
}
UNREADABLE: dict[str, Behaviour] = {
    "drop": faults.drop,
    "500": faults.fail(500),
    "truncate": faults.truncate,
    "break-json": faults.break_json,
    "429": faults.slow_down("60"),
}
KINDS = ("post", "pictures", "reply", "comment")


class Settles:
    """An answer that is lost costs no post and doubles none."""

    crowd: ClassVar[int] = 110
    """How many further posts must not hide one: more than fit on the largest page of the network's lists."""

    @pytest.mark.parametrize("fault", UNKNOWN.values(), ids=UNKNOWN.keys())
    def test_an_answer_that_proves_nothing_is_an_unknown_outcome(self, bench: Bench, fault: Behaviour) -> None:
        """A reset, a server's error and a broken answer look the same before and after the post was made."""
        outcome = bench.outcome(bench.attempt(bench.part("Who knows")), fault)
        assert isinstance(outcome, OutcomeUnknown), f"publish made {outcome!r} of an answer that proves nothing"

    def test_a_network_that_hangs_is_an_unknown_outcome(self, bench: Bench) -> None:
        """The time-out ends the wait, and says nothing about the post."""
        outcome = bench.outcome(bench.attempt(bench.part("Hanging")), faults.hang_after, timeout=timedelta(seconds=0.3))
        assert isinstance(outcome, OutcomeUnknown), f"publish made {outcome!r} of a time-out"

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_post_whose_answer_was_lost_is_settled_as_declared(self, bench: Bench, kind: str) -> None:
        """`find` finds it; where nothing can be read, the key or the refusal settles it. It is public once."""
        attempt = _attempt(bench, kind)
        before = len(bench.world_later())
        _lose(bench, attempt)
        settled = _proven(bench, attempt)
        remotes = bench.world_later()
        assert len(remotes) == before + 1
        assert settled is None or settled.remote_id in {remote.remote_id for remote in remotes}

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_post_that_never_arrived_is_never_found(self, bench: Bench, kind: str) -> None:
        """`find` does not take another post for it; where it says `Absent` the same attempt may be made again."""
        attempt = _attempt(bench, kind)
        before = len(bench.world_later())
        _unknown(bench, attempt, faults.drop)
        verdict = bench.settled(attempt)
        assert not isinstance(verdict, Found), "find has found a post that was never made"
        if isinstance(verdict, Absent):
            bench.publish(attempt)
            assert len(bench.world_later()) == before + 1

    def test_a_post_that_arrives_late_is_settled_as_declared(self, bench: Bench) -> None:
        """A request may be carried out after its client was cut off; after the settle time it is known."""
        attempt = bench.attempt(bench.part("Better late"))
        _unknown(bench, attempt, faults.commit_late())
        assert not isinstance(bench.find(attempt), Found), "find has found a post that is not there yet"
        bench.served.carry_out()
        _proven(bench, attempt)
        assert len(bench.world_later()) == 1

    @pytest.mark.parametrize("fault", [faults.double_answer, faults.double_answer_late], ids=["at-once", "late"])
    def test_a_doubled_answer_is_taken_once(self, bench: Bench, fault: Behaviour) -> None:
        """Each post gets the id from its own answer, even when the one before was answered twice."""
        published = [bench.publish(bench.attempt(bench.part(text)), fault) for text in ("One answer", "Another answer")]
        texts = {remote.remote_id: remote.text for remote in bench.world_later()}
        assert [texts[each.remote_id] for each in published] == ["One answer", "Another answer"]

    @pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE.keys())
    def test_a_reading_that_fails_proves_nothing(self, bench: Bench, fault: Behaviour) -> None:
        """`find` never says `Absent` when it could not read everything."""
        _needs_find(bench)
        attempt = bench.attempt(bench.part("Unread"))
        _lose(bench, attempt)
        bench.clock.advance(bench.settle)
        bench.served.inject(Fault(fault))
        try:
            verdict = bench.find(attempt)
        except AssertionError:
            raise
        except Exception:  # noqa: BLE001 - the core takes any error of find for "cannot tell"
            verdict = CannotTell()
        assert isinstance(verdict, CannotTell), f"find said {type(verdict).__name__} without having read an answer"

    def test_the_reading_goes_on_past_the_first_page(self, bench: Bench) -> None:
        """A lost post is not `Absent` because many came after it."""
        _needs_find(bench)
        attempt = bench.attempt(bench.part("Buried"))
        _lose(bench, attempt)
        for number in range(self.crowd):
            bench.clock.advance(max(timedelta(minutes=1), bench.limits.spacing or timedelta(0)))
            if isinstance(bench.outcome(bench.attempt(bench.part(f"Number {number} of many"))), NetworkError):
                break  # the network's own quota; what is there is crowd enough
        assert not isinstance(bench.settled(attempt), Absent), "find read one page and said Absent"

    def test_an_older_equal_post_is_not_taken_for_this_one(self, bench: Bench) -> None:
        """What was published before the first attempt is another post, however equal."""
        _needs_find(bench)
        bench.post("Every week the same")
        bench.clock.advance(timedelta(days=7))
        attempt = bench.attempt(bench.part("Every week the same"))
        _unknown(bench, attempt, faults.drop)
        assert not isinstance(bench.settled(attempt), Found), "find took last week's post for this one"

    def test_another_text_is_not_taken_for_this_one(self, bench: Bench) -> None:
        """Among posts of the same minute the one with our text is ours."""
        _needs_find(bench)
        attempt = bench.attempt(bench.part("Ours"))
        other = bench.post("Not ours")
        _unknown(bench, attempt, faults.drop)
        verdict = bench.settled(attempt)
        assert not isinstance(verdict, Found), f"find took {other.remote_id} for ours"

    def test_a_thread_goes_on_from_a_part_that_was_found(self, bench: Bench) -> None:
        """What `Found` carries is enough for the next part to answer it."""
        _needs_find(bench)
        if bench.limits.thread < 2:
            pytest.skip(f"{bench.network.name} declares no threads")
        attempt = bench.attempt(bench.part("The lost first part"))
        _lose(bench, attempt)
        verdict = bench.settled(attempt)
        if not isinstance(verdict, Found):
            pytest.skip(f"{bench.network.name} settles lost answers without reading")
        second = bench.post("The part after it", [verdict.published], kind="reply", position=1)
        parents = {remote.remote_id: remote.parent for remote in bench.world_later()}
        assert parents[second.remote_id] == verdict.published.remote_id

    def test_the_key_is_honoured_to_the_end_of_its_window(self, bench: Bench) -> None:
        """`repeat_safe["key"]`: the same attempt gives the same id, until one settle time before the window ends."""
        window = _claimed(bench, "key")
        attempt = bench.attempt(bench.part("The same key"))
        first = bench.publish(attempt)
        bench.clock.advance(max(window - SETTLE, timedelta(0)))
        assert bench.publish(attempt).remote_id == first.remote_id, "the same key made another post"
        assert len(bench.world_later()) == 1

    def test_the_record_is_the_same_when_it_is_written_again(self, bench: Bench) -> None:
        """`repeat_safe["record"]`: the same attempt, whenever it is made, is the same post."""
        _claimed(bench, "record")
        attempt = bench.attempt(bench.part("The same record"))
        first = bench.publish(attempt)
        bench.clock.advance(SETTLE)
        assert bench.publish(attempt).remote_id == first.remote_id, "the same record made another post"
        assert len(bench.world_later()) == 1

    def test_an_equal_text_is_refused_as_long_as_declared(self, bench: Bench) -> None:
        """`repeat_safe["refusal"]`: within the window an equal text raises `Duplicate` and is not published."""
        window = _claimed(bench, "refusal")
        first = bench.post("Twice the same")
        bench.clock.advance(max(window - SETTLE, timedelta(0)))
        with pytest.raises(Duplicate) as refused:
            bench.post("Twice the same")
        assert refused.value.remote_id in {None, first.remote_id}, "the refusal names another post"
        assert len(bench.world_later()) == 1

    @pytest.mark.parametrize("facility", ["two-phase", "read-back"])
    def test_what_can_be_read_is_found(self, bench: Bench, facility: str) -> None:
        """`repeat_safe["two-phase"]` and `["read-back"]`: after the lag `find` finds the post."""
        _claimed(bench, facility)
        attempt = _attempt(bench, "pictures" if facility == "two-phase" and bench.limits.pictures else "post")
        _lose(bench, attempt)
        verdict = bench.settled(attempt)
        assert isinstance(verdict, Found), f"find said {type(verdict).__name__} of a post that is public"

    def test_what_nobody_can_tell_is_not_guessed(self, bench: Bench) -> None:
        """`repeat_safe["none"]`: `find` says that it cannot tell, for good."""
        _claimed(bench, "none")
        attempt = bench.attempt(bench.part("Nobody knows"))
        _lose(bench, attempt)
        assert bench.settled(attempt) == CannotTell()


def _attempt(bench: Bench, kind: str) -> Attempt:
    if kind == "pictures":
        if not bench.limits.pictures:
            pytest.skip(f"{bench.network.name} declares no pictures")
        return bench.attempt(bench.part("A picture", media=(bench.picture(1),)))
    if kind == "post":
        return bench.attempt(bench.part("Words"))
    if (kind == "reply" and bench.limits.thread < 2) or (kind == "comment" and not bench.limits.first_comment):
        pytest.skip(f"{bench.network.name} declares no {kind}")
    return bench.attempt(_answer(bench, kind), [bench.post("The parent")])


def _answer(bench: Bench, kind: str) -> Part:
    return bench.part("The answer", kind=kind, position=1)


def _unknown(bench: Bench, attempt: Attempt, fault: Behaviour) -> None:
    outcome = bench.outcome(attempt, fault)
    if not isinstance(outcome, OutcomeUnknown):
        pytest.skip("publish does not say that the outcome is unknown: another promise, broken, says so")


def _lose(bench: Bench, attempt: Attempt) -> None:
    """Publish, and lose the answer: the post is public, and we do not know."""
    _unknown(bench, attempt, faults.lose_answer)


def _proven(bench: Bench, attempt: Attempt) -> Published | None:
    """What the declared facilities say about a part that is public. None: only a person can find out."""
    verdict = bench.settled(attempt)
    assert not isinstance(verdict, Absent), "find said Absent of a post that is public: it would be published twice"
    if isinstance(verdict, Found):
        return verdict.published
    if "key" in bench.repeat_safe:
        return bench.publish(attempt)
    if "refusal" in bench.repeat_safe:
        with pytest.raises(Duplicate):
            bench.publish(attempt)
        return None
    assert "none" in bench.repeat_safe, f"find cannot tell, although {', '.join(bench.repeat_safe)} is declared"
    return None


def _claimed(bench: Bench, facility: str) -> timedelta:
    if facility not in bench.repeat_safe:
        pytest.skip(f"{bench.network.name} does not claim {facility}")
    return bench.repeat_safe[facility]


def _needs_find(bench: Bench) -> None:
    if not bench.hooks.offers("find"):
        pytest.skip(f"{bench.network.name} has no find")
