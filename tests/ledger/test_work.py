"""Claims, leases, lateness, pace and preparing; and that no course of events leaves a row that nobody looks at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenly import ledger
from evenly.ledger import LatePolicy, Pace, State, Terms, rules
from evenly.plugin import (
    Absent,
    CannotTell,
    Duplicate,
    Found,
    Message,
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

HOUR = timedelta(hours=1)


def claim(
    row: ledger.Delivery, now: datetime = NOW, terms: Terms = TERMS, pace: Pace | None = None
) -> ledger.Move | ledger.Wait | ledger.Replan | ledger.Refused:
    return ledger.claim(row, "worker", now=now, terms=terms, pace=pace or Pace())


def with_policy(policy: LatePolicy) -> Terms:
    return Terms(late=policy)


# ---- leases


def test_a_claim_raises_the_fence_and_lasts_a_lease() -> None:
    """Owner, lease and the next look are written down; the deadline is on the claimer's own clock."""
    row = claimed(delivery())

    assert (row.state, row.fence, row.owner) == (State.CLAIMED, 1, "worker")
    assert row.lease_until == row.next_action_at == NOW + TERMS.lease
    assert ledger.deadline(100.0, TERMS) == 160.0


def test_nothing_is_claimed_before_its_time_or_without_one() -> None:
    """A person's turn and the future are left alone."""
    assert claim(delivery(next_action_at=NOW + MINUTE)) == ledger.Wait(NOW + MINUTE)
    refused(claim(delivery(next_action_at=None)))


def test_a_lease_is_over_when_it_was_seen_unrenewed_for_its_length_whatever_the_wall_clock_says() -> None:
    """Rule 6: a month on the wall proves nothing; sixty seconds on one's own clock do, and so does a dead owner."""
    row = claimed(delivery())
    month = NOW + timedelta(days=30)

    assert ledger.claim(row, "second", now=month, terms=TERMS) == ledger.Wait(month + TERMS.lease)
    seen = made(ledger.claim(row, "second", now=NOW, terms=TERMS, unchanged_for=TERMS.lease))
    dead = made(ledger.claim(row, "second", now=NOW, terms=TERMS, owner_dead=True))
    assert (seen.owner, seen.fence) == (dead.owner, dead.fence) == ("second", 2)


def test_a_renewal_shows_that_the_owner_lives() -> None:
    """The mark that others watch changes; only the owner may renew."""
    row = claimed(delivery())
    renewed = made(ledger.renew(row, "worker", now=NOW + MINUTE / 3, terms=TERMS))

    assert ledger.lease_mark(renewed) != ledger.lease_mark(row)
    refused(ledger.renew(row, "second", now=NOW, terms=TERMS))


def test_a_sender_that_is_gone_leaves_a_doubt() -> None:
    """The lease of a `sending` row is over: unknown, tainted, never simply sent again."""
    taken = made(ledger.claim(sending(delivery()), "second", now=NOW, terms=TERMS, owner_dead=True))

    assert (taken.state, taken.owner, taken.parts[0].tainted) == (State.UNKNOWN, "second", True)
    refused(ledger.intend(taken, now=NOW))


@pytest.mark.parametrize(("monotonic", "allowed"), [(129.9, True), (130.0, False), (200.0, False)])
def test_the_call_begins_only_while_its_answer_would_come_within_the_lease(monotonic: float, allowed: bool) -> None:
    """A lease that ends at 160 leaves 30 seconds for the request."""
    assert ledger.may_send(monotonic, 160.0, TERMS) is allowed


def test_a_row_at_work_must_be_looked_at_again() -> None:
    """Rule 7 is not a matter of care: a move that forgets it is refused."""
    with pytest.raises(AssertionError):
        rules.wake_at(State.CLAIMED, None)


def test_giving_back_frees_the_claim() -> None:
    """At once, for whoever comes; a doubt stays a doubt."""
    assert made(ledger.give_back(claimed(delivery()), now=NOW)).state is State.PLANNED
    doubt = made(ledger.claim(unknown(delivery()), "second", now=NOW, terms=TERMS))
    assert made(ledger.give_back(doubt, now=NOW)).state is State.UNKNOWN


# ---- lateness


@pytest.mark.parametrize(
    ("policy", "hours", "end"),
    [
        (LatePolicy("publish", 6 * HOUR), 5, State.CLAIMED),
        (LatePolicy("publish", 6 * HOUR), 7, State.MISSED),
        (LatePolicy("skip"), 0.1, State.CLAIMED),
        (LatePolicy("skip"), 0.2, State.MISSED),
        (LatePolicy("replan"), 0.1, State.CLAIMED),
    ],
)
def test_the_policy_decides_about_late_ones(policy: LatePolicy, hours: float, end: State) -> None:
    """Ten minutes of grace; then the account's word."""
    assert made(claim(delivery(), NOW + hours * HOUR, with_policy(policy))).state is end


def test_replan_asks_the_planner_for_the_next_open_slot() -> None:
    """The new time is written with the reason; without an open one it is missed."""
    late = claim(delivery(), NOW + HOUR, with_policy(LatePolicy("replan")))
    assert isinstance(late, ledger.Replan)

    moved = made(ledger.replanned(late.delivery, NOW + 5 * HOUR))
    assert (moved.state, moved.due, moved.next_action_at) == (State.PLANNED, NOW + 5 * HOUR, NOW + 5 * HOUR)
    assert moved.reason is not None
    assert made(ledger.replanned(late.delivery, None)).state is State.MISSED


def test_what_it_waited_for_itself_does_not_make_it_late() -> None:
    """An upload of an hour, looked at again and again: not skipped."""
    row = claimed(delivery())
    row = made(ledger.staged(row, 0, Prepared(ready=False, look_again=HOUR), now=NOW, terms=TERMS))

    assert made(claim(row, NOW + HOUR, with_policy(LatePolicy("skip")))).state is State.CLAIMED


def test_after_its_last_moment_it_is_missed() -> None:
    """`not_after` holds for what a person wants now, too; not for a thread that is half out."""
    row = delivery("post", "reply", not_after=NOW + MINUTE)
    late = NOW + 2 * MINUTE

    assert made(claim(row, late)).state is State.MISSED
    assert made(claim(replace(row, urgent=True), late)).state is State.MISSED
    assert made(claim(ended(sending(row), Published(remote_id="1")), late)).state is State.CLAIMED


# ---- pace

LAST = NOW - MINUTE


@pytest.mark.parametrize(
    ("values", "free"),
    [
        ({}, LAST + HOUR),
        ({"pinned": True}, NOW),
        ({"urgent": True}, NOW),
        ({"pinned": True, "due": NOW - HOUR, "next_action_at": NOW - HOUR}, LAST + HOUR),
    ],
)
def test_the_gap_holds_for_floating_and_late_ones(values: dict[str, object], free: datetime) -> None:
    """A pinned one keeps its minute and one wanted now does not wait, unless the network itself asks for it."""
    after = made(claim(delivery(**values), pace=Pace(gap=HOUR, last_post=LAST)))

    assert (after.owner is None) == (free > NOW)
    assert after.owner is not None or after.next_action_at == free
    spaced = made(claim(delivery(**values), pace=Pace(spacing=2 * HOUR, last_post=LAST)))
    assert spaced.next_action_at == LAST + 2 * HOUR


def test_retry_after_and_an_empty_quota_hold_for_everything() -> None:
    """Whatever a person wants; a look at a doubt waits for Retry-After, too, but not for a quota of posts."""
    told = Pace(not_before=NOW + HOUR)
    spent = Pace(left=0, resets_at=NOW + HOUR)

    for pace in (told, spent):
        assert made(claim(delivery(urgent=True, pinned=True), pace=pace)).next_action_at == NOW + HOUR
    assert made(claim(unknown(delivery()), pace=told)).next_action_at == NOW + HOUR
    assert made(claim(unknown(delivery()), pace=spent)).owner == "worker"


def test_a_little_of_a_quota_is_kept_back_for_finding_out() -> None:
    """A fiftieth: what went out last may still have to be looked for."""
    short = Pace(left=4, limit=200, resets_at=NOW + HOUR)
    enough = Pace(left=5, limit=200, resets_at=NOW + HOUR)

    assert made(claim(delivery(), pace=short)).next_action_at == NOW + HOUR
    assert made(claim(delivery(), pace=enough)).owner == "worker"
    assert made(claim(unknown(delivery()), pace=short)).owner == "worker"


# ---- preparing


def test_every_part_is_prepared_before_the_first_goes_out() -> None:
    """Except one that waits for its parent, whose turn comes with it."""
    row = claimed(delivery("post", "reply", "comment"))
    order = []
    while (part := ledger.to_prepare(row, now=NOW)) is not None:
        order.append(part.position)
        result = Prepared(ready=False) if part.position == 2 else Prepared()
        row = made(ledger.staged(row, part.position, result, now=NOW, terms=TERMS))
    assert order == [0, 1, 2]

    row = ended(made(ledger.intend(row, now=NOW)), Published(remote_id="0"))
    row = ended(sending(row), Published(remote_id="1"))
    last = ledger.to_prepare(claimed(row), now=NOW)
    assert last is not None
    assert last.position == 2
    assert ledger.so_far(last.prepared, NOW) is None


def test_a_claim_is_not_held_while_a_network_works() -> None:
    """To be looked at in a minute: given back until then. At once: another step under the same claim."""
    row = claimed(delivery())

    later = made(ledger.staged(row, 0, Prepared(ready=False, look_again=MINUTE), now=NOW, terms=TERMS))
    at_once = made(ledger.staged(row, 0, Prepared(ready=False, look_again=timedelta(0)), now=NOW, terms=TERMS))

    assert (later.state, later.owner, later.next_action_at) == (State.PLANNED, None, NOW + MINUTE)
    assert (at_once.state, at_once.owner) == (State.CLAIMED, "worker")


def test_what_was_staged_expires() -> None:
    """Afterwards it is prepared anew, from the start."""
    row = claimed(delivery())
    row = made(ledger.staged(row, 0, Prepared(expires_at=NOW + HOUR), now=NOW, terms=TERMS))

    assert ledger.to_prepare(row, now=NOW) is None
    assert ledger.to_prepare(row, now=NOW + HOUR) == row.parts[0]
    assert ledger.so_far(row.parts[0].prepared, NOW + HOUR) is None


def test_an_error_while_preparing_means_again_but_not_for_ever() -> None:
    """A lost or broken answer to an invisible step cannot double anything."""
    row, now = delivery(), NOW
    for error in (OutcomeUnknown(), ValueError("broken JSON"), TryLater(), *[KeyError("id")] * TERMS.most_setbacks):
        if row.state is State.FAILED:
            break
        taken = claimed(row, now)
        row = made(ledger.prepare_failed(taken, 0, error, fence=taken.fence, now=now, terms=TERMS, jitter=0))
        now = row.next_action_at or now

    assert row.state is State.FAILED
    assert row.parts[0].setbacks == TERMS.most_setbacks


# ---- any course of events

OUTCOMES: list[tuple[Published | Exception, Visible]] = [
    (Published(remote_id="1"), Visible.ANSWERED),
    (OutcomeUnknown(), Visible.SENT),
    (RuntimeError("a bug"), Visible.SENT),
    (RuntimeError("a bug"), Visible.NOT_SENT),
    (TryLater(), Visible.REFUSED),
    (TryLater(timedelta(0)), Visible.NOT_SENT),
    (TryLater(HOUR, "account"), Visible.REFUSED),
    (PostRejected("no"), Visible.REFUSED),
    (PrepareAgain(), Visible.REFUSED),
    (SignInNeeded(), Visible.REFUSED),
    (Duplicate(), Visible.SENT),
    (Duplicate("9"), Visible.REFUSED),
]
ANSWERS: list[Found | Absent | CannotTell] = [Found(Published(remote_id="1")), Absent(), CannotTell(), CannotTell(HOUR)]
FACILITIES = ["key", "record", "two-phase", "refusal", "read-back", "none"]


def person_s_moves(row: ledger.Delivery, now: datetime) -> list[ledger.Move | ledger.Refused]:
    keys = {part.position: f"{part.key}'" for part in row.parts}
    return [
        ledger.hold(row, by=ledger.HeldBy.PERSON, reason=Message("no")),
        ledger.release(row, now=now),
        ledger.publish_now(row, now=now),
        ledger.edit(row, keys, now=now),
        ledger.move(row, now + HOUR, pinned=True),
        ledger.settle_published(row, Published(remote_id="8"), now=now, by="ada"),
        ledger.settle_not_published(row, now=now, by="ada"),
        ledger.take_down_asked(row, now=now),
    ]


@settings(max_examples=300, deadline=None)
@given(
    kinds=st.sampled_from([("post",), ("post", "reply"), ("post", "comment"), ("post", "reply", "comment")]),
    facilities=st.sets(st.sampled_from(FACILITIES), min_size=1),
    seed=st.integers(0, 2**32),
)
def test_no_course_of_events_breaks_a_row(kinds: tuple[str, ...], facilities: set[str], seed: int) -> None:
    """Whatever workers, networks and people do, in any order:

    a row that is neither final nor a person's is looked at again; what is out stays out; a key and first attempt never change but by
    an edit; `published` means that post and replies are out; a row in doubt is never planned, failed or cancelled without an answer.
    """
    chance = Random(seed)
    terms = Terms(repeat_safe=dict.fromkeys(facilities, HOUR))
    row, now = delivery(*kinds, take_down_after=chance.choice([None, HOUR])), NOW
    for _ in range(40):
        now += chance.choice([timedelta(0), MINUTE, HOUR])
        move = chance.choice(_possible(row, now, terms, chance))
        if not isinstance(move, ledger.Move):
            continue
        _check(move)
        row = move.after


def _possible(row: ledger.Delivery, now: datetime, terms: Terms, chance: Random) -> list[object]:
    """What a worker does in this phase, mostly; else a person."""
    part = ledger.next_part(row)
    claims: list[object] = [ledger.claim(row, "worker", now=now, terms=terms, owner_dead=True)]
    people: list[object] = [*person_s_moves(row, now)]
    if row.take_down_at is not None:
        people.append(ledger.taken_down(row, now=now))
    if part is None or row.owner is None:
        return claims * 20 + people
    match ledger.phase(row):
        case State.CLAIMED:
            steps: list[object] = [ledger.intend(row, now=now), ledger.staged(row, part.position, Prepared(), now=now, terms=terms)]
        case State.SENDING:
            outcome, visible = chance.choice([*OUTCOMES, *OUTCOMES[:1] * 12])
            if isinstance(outcome, Published):
                outcome = Published(remote_id=f"1{part.position}")
            end = ledger.record(row, part.position, outcome, fence=row.fence, now=now, terms=terms, jitter=0.5, visible=visible)
            steps = [end]
        case _:
            steps = [ledger.looked(row, chance.choice(ANSWERS), now=now, terms=terms, unknown_for=HOUR)]
    return steps * 20 + claims + people


def _check(move: ledger.Move) -> None:
    before, after = move.before, move.after
    if after.state in {State.PLANNED, *ledger.AT_WORK}:
        assert after.next_action_at is not None
    if after.state in ledger.PERSONS_TURN | {State.CANCELLED}:
        assert after.next_action_at is None
        assert after.owner is None
    if after.state is State.PUBLISHED:
        assert after.complete
        assert after.next_action_at is not None or (ledger.next_part(after) is None and after.take_down_at is None)
    assert (after.owner is None) == (after.lease_until is None)
    assert after.fence >= before.fence
    for old in before.parts:
        new = after.part(old.position)
        if old.out:
            assert new.out
        if new.key == old.key and old.first_attempt is not None:
            assert new.first_attempt == old.first_attempt
            assert new.tries >= old.tries
        if old.tainted and not new.tainted:
            answered = move.entry is not None and move.entry.outcome is not None
            assert answered
    sent = [part for part in after.parts if part.state is ledger.PartState.SENDING]
    assert len(sent) <= 1
    if move.is_intent:
        assert all(part.out for part in after.parts if part.position < sent[0].position and part.kind is not ledger.PartKind.COMMENT)


def test_a_published_delivery_has_nothing_left_to_do() -> None:
    """Nobody is woken for it again."""
    assert published(delivery()).next_action_at is None


def test_the_keys_of_two_workspaces_differ() -> None:
    """The same delivery in two workspaces on one account must not look like one to the network."""
    assert ledger.key_of("a", 1, 0, 1) != ledger.key_of("b", 1, 0, 1)
    assert ledger.key_of("a", 1, 0, 1) == ledger.key_of("a", 1, 0, 1)
    assert len({ledger.key_of("a", d, p, r) for d in range(5) for p in range(5) for r in range(5)}) == 125
