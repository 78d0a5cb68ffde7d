"""The moves of whoever works on a delivery, up to the intent: claim, renew, prepare, give back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.ledger import rules
from evenly.ledger.pace import Pace, call_at, free_at
from evenly.ledger.rows import Delivery, Entry, Move, Part, Refused, Replan, Terms, Wait, with_part
from evenly.ledger.states import ENDED_PARTS, PartState, State, Step
from evenly.plugin import Message, Prepared

if TYPE_CHECKING:
    from collections.abc import Hashable

_AT_ONCE = Pace()


def phase(delivery: Delivery) -> State:
    """Where the work stands: the state, except for a published delivery whose first comment is still to come.

    Such a delivery stays `published`; what the comment goes through is told in the words of a delivery.
    """
    part = rules.next_part(delivery)
    if delivery.state is not State.PUBLISHED or part is None:
        return delivery.state
    if part.state is PartState.WAITING:
        return State.CLAIMED if delivery.owner else State.PLANNED
    return State.SENDING if part.state is PartState.SENDING else State.UNKNOWN


def entered(delivery: Delivery, state: State, at: datetime | None) -> Delivery:
    """The delivery in its next phase, to be looked at again `at`; a published one stays published."""
    if delivery.state is State.PUBLISHED:
        state = State.PUBLISHED
        errands = [moment for moment in (at, delivery.take_down_at) if moment is not None]
        at = min(errands, default=None)
    return replace(delivery, state=state, next_action_at=rules.wake_at(state, at))


def freed(delivery: Delivery, state: State, at: datetime | None) -> Delivery:
    """The same, without an owner."""
    return replace(entered(delivery, state, at), owner=None, lease_until=None)


def put_aside(delivery: Delivery, state: State, at: datetime) -> Delivery:
    """Freed, and not to be looked at before `at`: a published delivery's other errands cannot be done meanwhile either."""
    return replace(freed(delivery, state, at), next_action_at=at)


def closing(part: Part, step: Step, outcome: str, now: datetime, evidence: object = None) -> Entry:
    """The line that tells how an attempt ended."""
    told = None if evidence is None else str(evidence)
    return Entry(position=part.position, step=step, number=part.tries, at=now, outcome=outcome, evidence=told)


# ---- claiming


def lease_mark(delivery: Delivery) -> Hashable:
    """What an observer watches: while it stays the same, the owner has not shown itself."""
    return (delivery.fence, delivery.lease_until)


def unknown_mark(delivery: Delivery) -> Hashable:
    """What an observer watches to know for how long an outcome has been unknown: stays the same, whoever owns the row."""
    part = rules.next_part(delivery)
    return None if part is None or not part.tainted else (part.key, part.tries)


def deadline(monotonic_before_commit: float, terms: Terms) -> float:
    """Until when a claim or a renewal holds, on the claimer's monotonic clock, read before the commit."""
    return monotonic_before_commit + terms.lease.total_seconds()


def claim(
    delivery: Delivery,
    owner: str,
    *,
    now: datetime,
    terms: Terms,
    pace: Pace = _AT_ONCE,
    unchanged_for: timedelta = timedelta(0),
    owner_dead: bool = False,
) -> Move | Wait | Replan | Refused:
    """Take a delivery in hand: a due one, or one whose earlier owner is gone.

    `unchanged_for` is for how long this reader has seen the same `lease_mark`. A `Move` whose `after.owner` is not `owner` says that it
    is not to be had now: it was postponed by the pace, or is missed.
    """
    if delivery.next_action_at is None:
        return Refused(Message("There is nothing to do for this delivery."))
    if (until := _not_before(delivery, now, terms, unchanged_for, owner_dead=owner_dead)) > now:
        return Wait(until)
    match phase(delivery):
        case State.PLANNED | State.CLAIMED:
            return _claim_waiting(delivery, owner, now, terms, pace)
        case State.SENDING:
            return _take_over_sending(delivery, owner, now, terms)
        case here:
            return _claim_as_it_is(delivery, here, owner, now, terms, pace)


def _not_before(delivery: Delivery, now: datetime, terms: Terms, unchanged_for: timedelta, *, owner_dead: bool) -> datetime:
    if delivery.owner is None:
        return delivery.next_action_at or now
    return now if rules.lease_is_over(unchanged_for, terms, owner_dead=owner_dead) else now + terms.lease - unchanged_for


def _claim_as_it_is(delivery: Delivery, here: State, owner: str, now: datetime, terms: Terms, pace: Pace) -> Move:
    """An outcome to be found out, or an errand for a published delivery: nothing new will be public, so only calls are paced."""
    if (free := call_at(pace, now=now)) > now:
        return Move(delivery, put_aside(delivery, here, free))
    return Move(delivery, _leased(delivery, here, owner, now, terms))


def _claim_waiting(delivery: Delivery, owner: str, now: datetime, terms: Terms, pace: Pace) -> Move | Replan:
    late = is_late(delivery, now=now, terms=terms)
    if (verdict := _late_verdict(delivery, now, terms, late=late)) is not None:
        return verdict
    if (free := free_at(pace, delivery, now=now, late=late)) > now:
        return Move(delivery, freed(delivery, State.PLANNED, free))
    return Move(delivery, _leased(delivery, State.CLAIMED, owner, now, terms))


def _leased(delivery: Delivery, state: State, owner: str, now: datetime, terms: Terms) -> Delivery:
    until = now + terms.lease
    return replace(entered(delivery, state, until), fence=delivery.fence + 1, owner=owner, lease_until=until)


def _take_over_sending(delivery: Delivery, owner: str, now: datetime, terms: Terms) -> Move:
    part = rules.next_part(delivery)
    if part is None:
        raise AssertionError("a delivery is sending, but none of its parts is")
    lost = with_part(delivery, doubtful(part, now))
    entry = closing(part, Step.PUBLISH, "lost", now, "the process that sent it is gone")
    return Move(delivery, _leased(lost, State.UNKNOWN, owner, now, terms), entry)


def doubtful(part: Part, now: datetime) -> Part:
    """The part after an attempt of which nobody knows the outcome."""
    since = part.unknown_since if part.tainted else now
    return replace(part, state=PartState.UNKNOWN, tainted=True, unknown_since=since, absent_looks=0, setbacks=part.setbacks + 1)


def renew(delivery: Delivery, owner: str, *, now: datetime, terms: Terms) -> Move | Refused:
    """Keep the lease; a new `deadline` follows from the monotonic clock read before the commit."""
    if delivery.owner != owner:
        return Refused(Message("Somebody else works on this delivery now."))
    until = now + terms.lease
    wake = until if delivery.state is not State.PUBLISHED else delivery.next_action_at
    return Move(delivery, replace(delivery, lease_until=until, next_action_at=wake))


def give_back(delivery: Delivery, *, now: datetime) -> Move:
    """Let go of a claim before anything was sent."""
    return Move(delivery, put_aside(delivery, phase_without_owner(delivery), now))


def phase_without_owner(delivery: Delivery) -> State:
    """The phase that a claim was taken from."""
    here = phase(delivery)
    return State.PLANNED if here is State.CLAIMED else here


# ---- lateness


def is_late(delivery: Delivery, *, now: datetime, terms: Terms) -> bool:
    """Nobody could begin it within the grace of its time, or of what it waited for itself."""
    if delivery.out or delivery.urgent or delivery.due is None:
        return False
    return now > max(delivery.due, delivery.awaited or delivery.due) + terms.grace


def _late_verdict(delivery: Delivery, now: datetime, terms: Terms, *, late: bool) -> Move | Replan | None:
    if delivery.out:
        return None
    if delivery.not_after is not None and now > delivery.not_after:
        return _missed(delivery, Message("Its time ran out at {moment}.", moment=delivery.not_after))
    if terms.late.kind == "publish" and not delivery.urgent and delivery.due is not None and now > delivery.due + terms.late.within:
        return _missed(
            delivery,
            Message("It was due at {due} and could not go out within {time}.", due=delivery.due, time=terms.late.within),
        )
    if not late or terms.late.kind == "publish":
        return None
    if terms.late.kind == "replan":
        return Replan(delivery)
    return _missed(delivery, Message("It was due at {due} and could not go out in time.", due=delivery.due))


def _missed(delivery: Delivery, reason: Message) -> Move:
    return Move(delivery, replace(freed(delivery, State.MISSED, None), reason=reason, fence=delivery.fence + 1))


def replanned(delivery: Delivery, slot: datetime | None) -> Move:
    """What the late policy `replan` makes of a late delivery: the next open slot, or `missed` where there is none."""
    if slot is None:
        return _missed(delivery, Message("It was due at {due}, and no later time is open.", due=delivery.due))
    moved = replace(freed(delivery, State.PLANNED, slot), due=slot, pinned=False, fence=delivery.fence + 1)
    reason = Message("It was due at {due} and could not go out in time; it was given a new one.", due=delivery.due)
    return Move(delivery, replace(moved, reason=reason))


# ---- preparing


def to_prepare(delivery: Delivery, *, now: datetime) -> Part | None:
    """The part whose invisible work is to be taken a step further, if any.

    All parts are prepared before the first goes out, except those that must wait for their parent.
    """
    turn = rules.next_part(delivery)
    if turn is None or phase(delivery) not in {State.PLANNED, State.CLAIMED}:
        return None
    return next((part for part in delivery.parts if _unprepared(part, now, its_turn=part is turn)), None)


def _unprepared(part: Part, now: datetime, *, its_turn: bool) -> bool:
    if part.state in ENDED_PARTS:
        return False
    staged = usable(part.prepared, now)
    return staged is None or (not staged.ready and (its_turn or staged.look_again is not None))


def usable(prepared: Prepared | None, now: datetime) -> Prepared | None:
    """What was staged, unless it has expired."""
    if prepared is None or (prepared.expires_at is not None and prepared.expires_at <= now):
        return None
    return prepared


def so_far(prepared: Prepared | None, now: datetime) -> Prepared | None:
    """What the next step of `prepare` is handed: None at its start, and a part that only waited for its parent is still there."""
    begun = usable(prepared, now)
    return None if begun is not None and not begun.ready and begun.look_again is None and not begun.data else begun


def staged(delivery: Delivery, position: int, result: Prepared, *, now: datetime, terms: Terms) -> Move:
    """A step of `prepare` is done: keep its result. When it is to be looked at later, the claim is given back."""
    part = delivery.part(position)
    look_again = moment(result.look_again, now)
    kept = with_part(delivery, replace(part, prepared=replace(result, look_again=look_again)))
    entry = closing(part, Step.PREPARE, "ready" if result.ready else "begun", now)
    if not result.ready and look_again is None and part is rules.next_part(delivery):
        look_again = now + terms.first_wait  # its parent is out, and yet it is not ready
    if result.ready or look_again is None or look_again <= now:
        return Move(delivery, kept, entry)
    return Move(delivery, freed(replace(kept, awaited=look_again), State.PLANNED, look_again), entry)


def moment(when: timedelta | datetime | None, now: datetime) -> datetime | None:
    """What a plugin says as a time or as a time to wait, as a time."""
    return now + when if isinstance(when, timedelta) else when


# ---- the intent


def intend(delivery: Delivery, *, now: datetime) -> Move | Refused:
    """Write down that the next part's visible call is about to be made. Only after the commit may it be."""
    part = rules.next_part(delivery)
    if part is None or phase(delivery) is not State.CLAIMED:
        return Refused(Message("There is nothing to send for this delivery."))
    return opened(delivery, part, now)


def opened(delivery: Delivery, part: Part, now: datetime) -> Move:
    """The intent of one attempt, first or repeated."""
    sending = replace(part, state=PartState.SENDING, tries=part.tries + 1, first_attempt=part.first_attempt or now)
    entry = Entry(position=part.position, step=Step.PUBLISH, number=sending.tries, at=now)
    return Move(delivery, entered(with_part(delivery, sending), State.SENDING, delivery.lease_until or now), entry)
