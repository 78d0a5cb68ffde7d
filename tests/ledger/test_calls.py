"""What the end of a visible call does, and how an unknown one is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly import ledger
from evenly.ledger import OnUnknown, PartState, State, Terms, rules
from evenly.plugin import (
    Absent,
    CannotTell,
    Duplicate,
    Found,
    Message,
    NetworkError,
    OutcomeUnknown,
    PostRejected,
    PrepareAgain,
    Prepared,
    Published,
    SignInNeeded,
    TryLater,
)
from evenly.plugin.http import Visible
from tests.ledger.deliveries import MINUTE, NOW, TERMS, claimed, delivery, ended, made, published, refused, sending, unknown

KEY_ONLY = Terms(repeat_safe={"key": timedelta(hours=1)})
NONE = Terms(repeat_safe={"none": timedelta(0)})
SETTLED = TERMS.settle


def looked(row: ledger.Delivery, answer: Any, *, terms: Terms = TERMS, known: timedelta = SETTLED, **more: Any) -> ledger.Delivery:
    now = more.pop("now", NOW + known)
    taken = made(ledger.claim(replace(row, next_action_at=now), "reader", now=now, terms=terms))
    return made(ledger.looked(taken, answer, now=now, terms=terms, unknown_for=known, **more))


# ---- success


def test_a_success_counts_whoever_holds_the_lease() -> None:
    """The first owner's answer comes after a second one has taken over, and even after it was given up."""
    row = sending(delivery())
    taken = made(ledger.claim(row, "second", now=NOW, terms=TERMS, owner_dead=True))
    given_up = replace(taken, state=State.UNCERTAIN, owner=None, next_action_at=None)

    for current in (taken, given_up):
        move = ledger.record(current, 0, Published(remote_id="1"), fence=row.fence, now=NOW, terms=TERMS, jitter=0)

        assert made(move).state is State.PUBLISHED
        assert made(move).fence > taken.fence


def test_a_refusal_counts_only_under_the_fence_it_was_made_with() -> None:
    """The second owner is at work: what the first one was told changes nothing."""
    row = sending(delivery())
    taken = made(ledger.claim(row, "second", now=NOW, terms=TERMS, owner_dead=True))

    refused(ledger.record(taken, 0, PostRejected("no"), fence=row.fence, now=NOW, terms=TERMS, jitter=0, visible=Visible.REFUSED))


def test_a_second_id_is_an_alarm_and_never_an_overwrite() -> None:
    """The same id again is no news; another one is told to people."""
    row = published(delivery())

    same = ledger.record(row, 0, Published(remote_id="id-0"), fence=row.fence, now=NOW, terms=TERMS, jitter=0)
    other = ledger.record(row, 0, Published(remote_id="id-9"), fence=row.fence, now=NOW, terms=TERMS, jitter=0)

    assert isinstance(same, ledger.Move)
    assert (same.after, same.alarm, same.is_intent) == (row, None, False)
    assert isinstance(other, ledger.Move)
    assert other.alarm is not None
    assert other.after.parts == row.parts


def test_an_id_of_another_part_is_not_believed() -> None:
    """The network answered with a post that we know under another name: unknown, and told."""
    row = sending(delivery())
    move = ledger.record(row, 0, Published(remote_id="1"), fence=row.fence, now=NOW, terms=TERMS, jitter=0, held_elsewhere=True)

    assert made(move).state is State.UNKNOWN
    assert isinstance(move, ledger.Move)
    assert move.alarm is not None


def test_a_comment_never_fails_its_published_post() -> None:
    """Rule 10: success is the id of post and replies; whatever becomes of the comment, the delivery stays published."""
    row = ended(sending(delivery("post", "comment")), Published(remote_id="1"))
    assert (row.state, row.next_action_at) == (State.PUBLISHED, NOW)

    for outcome in (PostRejected("no"), TryLater(), OutcomeUnknown(), SignInNeeded(), PrepareAgain(), Duplicate()):
        visible = Visible.SENT if isinstance(outcome, OutcomeUnknown) else Visible.REFUSED
        after = ended(sending(row), outcome, visible=visible)
        assert after.state is State.PUBLISHED

    assert looked(unknown(row), CannotTell(), terms=NONE).state is State.PUBLISHED


# ---- refusals


@pytest.mark.parametrize("outcome", [TryLater(), PrepareAgain(), SignInNeeded(), PostRejected("no"), TryLater(scope="account")])
def test_no_refusal_of_a_retry_settles_an_unknown_outcome(outcome: NetworkError) -> None:
    """Rule 1, in the ledger itself."""
    row = unknown(delivery())
    again = looked(row, CannotTell(), terms=KEY_ONLY)
    assert again.state is State.SENDING

    assert ended(again, outcome, NOW + MINUTE, terms=KEY_ONLY).state is State.UNKNOWN


@given(visible=st.sampled_from(Visible))
def test_only_a_definite_refusal_is_definite(visible: Visible) -> None:
    """Rule 5: whatever was raised, once bytes may have left only a refusal proves anything; a lost answer never does."""
    proven = visible in {Visible.NOT_SENT, Visible.REFUSED}

    for error in (PostRejected("no"), TryLater(), SignInNeeded(), PrepareAgain(), RuntimeError()):
        assert rules.is_definite(error, visible) == proven
    assert not rules.is_definite(OutcomeUnknown(), visible)


@given(jitter=st.floats(0, 0.999), seconds=st.integers(0, 86400))
def test_no_request_before_retry_after(jitter: float, seconds: int) -> None:
    """What the network asked for is never cut short."""
    asked = timedelta(seconds=seconds)
    row = sending(delivery())
    move = ledger.record(row, 0, TryLater(asked), fence=row.fence, now=NOW, terms=TERMS, jitter=jitter, visible=Visible.REFUSED)
    back = made(move).next_action_at

    assert back is not None
    assert back >= NOW + asked


@given(tries=st.integers(0, 10_000), jitter=st.floats(0, 0.999))
def test_waits_grow_to_an_end(tries: int, jitter: float) -> None:
    """Never more than the longest wait, never less than half of the first."""
    wait = ledger.back_off(tries, TERMS, jitter=jitter)

    assert TERMS.first_wait / 2 <= wait <= TERMS.longest_wait


def test_a_part_s_own_faults_use_up_its_tries() -> None:
    """Refused again and again: failed in the end, with the last reason."""
    row = delivery()
    now = NOW
    for _ in range(TERMS.most_setbacks):
        row = ended(sending(row, now), TryLater(message=Message("not ready")), now)
        now = row.next_action_at or now

    assert row.state is State.FAILED
    assert "not ready" in str(row.reason)


def test_an_outage_uses_up_no_tries() -> None:
    """Out of reach for as long as you like: planned still, the late policy decides."""
    row = delivery(urgent=True)
    now = NOW
    for _ in range(50):
        row = ended(sending(row, now), TryLater(), now, visible=Visible.NOT_SENT)
        now = row.next_action_at or now

    assert row.state is State.PLANNED
    assert row.parts[0].setbacks == 0


def test_staged_media_that_are_gone_are_prepared_anew() -> None:
    """`PrepareAgain`: what was staged is forgotten."""
    row = claimed(delivery())
    row = made(ledger.staged(row, 0, Prepared(data={"id": "1"}), now=NOW, terms=TERMS))
    row = made(ledger.intend(row, now=NOW))

    assert ended(row, PrepareAgain()).parts[0].prepared is None


def test_a_duplicate_at_the_first_attempt_is_somebody_elses_post() -> None:
    """Failed; but after a doubt it proves that ours is out, and a name settles it."""
    assert ended(sending(delivery()), Duplicate("5")).state is State.FAILED

    again = looked(unknown(delivery()), CannotTell(), terms=KEY_ONLY)
    named = ended(again, Duplicate("5"), NOW + MINUTE)
    assert named.state is State.PUBLISHED
    assert named.parts[0].published is not None
    assert named.parts[0].published.remote_id == "5"


def test_a_duplicate_without_a_name_is_never_sent_again() -> None:
    """It proves that the post is out: no reading that misses it can untaint it, and in the end a person is asked."""
    again = looked(unknown(delivery()), CannotTell(), terms=KEY_ONLY)
    proven = ended(again, Duplicate(), NOW + MINUTE)
    assert proven.state is State.UNKNOWN

    for _ in range(5):
        proven = looked(proven, Absent(), known=timedelta(days=1) - MINUTE)
        assert proven.state is State.UNKNOWN
    asked = looked(proven, CannotTell(), terms=KEY_ONLY)
    assert asked.state is State.UNCERTAIN
    assert "already" in str(asked.reason)


# ---- doubts


def test_found_settles_at_once() -> None:
    """No settle time is needed for what is there; an id that another part holds is not it."""
    row = unknown(delivery())
    answer = Found(Published(remote_id="1"))

    assert looked(row, answer, known=timedelta(0)).state is State.PUBLISHED
    assert looked(row, answer, held_elsewhere=True).state is State.UNKNOWN


def test_absence_counts_after_the_settle_time_and_twice_where_only_a_list_is_read() -> None:
    """Too early, once, twice: only the second agreeing look proves it, and one that cannot tell starts the count anew."""
    row = unknown(delivery())
    early = looked(row, Absent(), known=SETTLED - MINUTE)
    assert (early.state, early.parts[0].absent_looks) == (State.UNKNOWN, 0)

    once = looked(early, Absent())
    assert (once.state, once.parts[0].absent_looks) == (State.UNKNOWN, 1)
    assert looked(looked(once, CannotTell(MINUTE)), Absent()).state is State.UNKNOWN
    twice = looked(once, Absent())
    assert (twice.state, twice.parts[0].tainted, twice.parts[0].state) == (State.PLANNED, False, PartState.WAITING)


def test_one_look_is_enough_at_a_container() -> None:
    """What can be asked for by name needs no second opinion."""
    terms = Terms(repeat_safe={"two-phase": timedelta(0)})

    assert looked(unknown(delivery()), Absent(), terms=terms).state is State.PLANNED


def test_the_same_key_and_moment_in_every_attempt() -> None:
    """A repeat carries the key and the first attempt of the first."""
    row = unknown(delivery())
    again = looked(row, CannotTell(), terms=KEY_ONLY)

    assert again.state is State.SENDING
    assert (again.parts[0].key, again.parts[0].first_attempt) == (row.parts[0].key, NOW)
    assert again.parts[0].tries == 2


@pytest.mark.parametrize(("minutes", "state"), [(57, State.SENDING), (58, State.UNCERTAIN), (70, State.UNCERTAIN)])
def test_a_key_is_not_trusted_to_the_end_of_its_window(minutes: int, state: State) -> None:
    """Rule 2: an hour less the settle time of 150 s; afterwards a person is asked."""
    now = NOW + minutes * MINUTE

    assert looked(unknown(delivery()), CannotTell(), terms=KEY_ONLY, now=now).state is state


def test_a_clock_that_was_set_back_makes_no_key_younger() -> None:
    """Neither before the first attempt, nor after it when this reader has known it for longer than the clock says."""
    row = unknown(delivery())

    assert looked(row, CannotTell(), terms=KEY_ONLY, now=NOW - MINUTE).state is State.UNCERTAIN
    assert looked(row, CannotTell(), terms=KEY_ONLY, now=NOW + MINUTE, known=timedelta(hours=2)).state is State.UNCERTAIN


def test_a_network_that_can_be_read_is_read_before_a_key_is_used() -> None:
    """It could not be read just now: look again, do not send."""
    assert looked(unknown(delivery()), CannotTell(MINUTE)).state is State.UNKNOWN


def test_after_a_day_without_an_answer_a_person_is_asked() -> None:
    """But not by a clock that has only just jumped."""
    row = unknown(delivery())
    month = NOW + timedelta(days=30)

    assert looked(row, CannotTell(MINUTE), now=month, known=MINUTE).state is State.UNKNOWN
    assert looked(row, CannotTell(MINUTE), now=month).state is State.UNCERTAIN


@pytest.mark.parametrize("known", [MINUTE, SETTLED], ids=["too early", "absent"])
def test_the_day_begins_anew_with_every_answer(known: timedelta) -> None:
    """A network that says "not there" is not silent, even when nobody has known the doubt for long enough to believe it yet."""
    later = NOW + timedelta(hours=23)
    answered = looked(unknown(delivery()), Absent(), now=later, known=known)
    silent = looked(answered, CannotTell(MINUTE), now=NOW + timedelta(hours=25))

    assert silent.state is State.UNKNOWN
    assert looked(silent, CannotTell(MINUTE), now=later + timedelta(hours=24)).state is State.UNCERTAIN


@pytest.mark.parametrize(
    ("choice", "state"), [(OnUnknown.ASK, State.UNCERTAIN), (OnUnknown.RESEND, State.PLANNED), (OnUnknown.DROP, State.CANCELLED)]
)
def test_the_user_s_choice_counts_only_where_nothing_helps(choice: OnUnknown, state: State) -> None:
    """`on_unknown` decides for a network that declares `none`; elsewhere a person is asked all the same."""
    nothing = Terms(repeat_safe={"none": timedelta(0)}, on_unknown=choice)
    readable = Terms(repeat_safe={"read-back": timedelta(0)}, on_unknown=choice)

    assert looked(unknown(delivery()), CannotTell(), terms=nothing).state is state
    assert looked(unknown(delivery()), CannotTell(), terms=readable).state is State.UNCERTAIN


def test_the_mark_of_a_doubt_is_new_after_an_edit() -> None:
    """What a reader knows of the old text's doubt must not shorten the settle time of the new one's."""
    first = unknown(delivery())
    clean = looked(looked(first, Absent()), Absent())
    edited = made(ledger.edit(clean, {0: "another key"}, now=NOW))

    assert ledger.unknown_mark(unknown(edited)) != ledger.unknown_mark(first)
