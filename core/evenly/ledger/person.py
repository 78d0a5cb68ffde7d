"""The moves of people and of the planner: approve, hold, release, edit, move, drop, settle, publish now, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from evenly.ledger import rules
from evenly.ledger.calls import naming_parts_out
from evenly.ledger.pace import back_off
from evenly.ledger.rows import Delivery, Entry, Move, Part, Refused, Terms, public_state, with_part
from evenly.ledger.states import ENDED_PARTS, HeldBy, PartKind, PartState, State, Step
from evenly.ledger.work import closing, freed
from evenly.plugin import Message, Published

_BY_HAND = frozenset({State.FAILED, State.MISSED, State.HELD})
_UNSENT = frozenset({State.DRAFT, State.PLANNED, State.CLAIMED})


def planned(delivery: Delivery, due: datetime) -> Delivery:
    """The delivery with a time, waiting for it; whoever was at it finds its fence gone."""
    moved = replace(delivery, due=due, awaited=None, reason=None, held_by=None, fence=delivery.fence + 1)
    return freed(moved, State.PLANNED, due)


# ---- waiting for a person, and going on


def approve(delivery: Delivery, due: datetime) -> Move | Refused:
    """A draft is given its time."""
    if delivery.state is not State.DRAFT:
        return _not_from(delivery, Message("Only a draft can be approved; this one is {state}.", state=public_state(delivery)))
    return Move(delivery, planned(delivery, due))


def hold(delivery: Delivery, *, by: HeldBy, reason: Message) -> Move | Refused:
    """Keep a planned delivery back until it is released; the reason is shown."""
    if delivery.state is not State.PLANNED or delivery.out:
        return _not_from(delivery, Message("Only a planned delivery can be held; this one is {state}.", state=public_state(delivery)))
    held = freed(delivery, State.HELD, None)
    return Move(delivery, replace(held, held_by=by, reason=reason, fence=delivery.fence + 1))


def mended(delivery: Delivery, *, now: datetime) -> Move | Refused:
    """The mix is mended: what it held goes on by itself."""
    if delivery.state is not State.HELD or delivery.held_by is not HeldBy.MIX:
        return Refused(Message("It is not held by the mix."))
    return Move(delivery, planned(delivery, _not_past(delivery, now)))


def release(delivery: Delivery, *, now: datetime, due: datetime | None = None) -> Move | Refused:
    """Let a held, failed or missed delivery go on: at `due`, else at its own time, or now if that is past.

    It goes on from the first part that is not out. Against a mix that holds it, this is a person's order. On a published delivery it
    tries a first comment again that was given up.
    """
    if delivery.state is State.PUBLISHED:
        return _comment_again(delivery, now)
    if delivery.state not in _BY_HAND:
        return _not_from(delivery, Message("Nothing holds this delivery; it is {state}.", state=public_state(delivery)))
    forced = delivery.forced or delivery.held_by is HeldBy.MIX
    fresh = replace(_afresh(delivery), forced=forced)
    return Move(delivery, planned(fresh, due or _not_past(delivery, now)), _word(delivery, "released", now))


def publish_now(delivery: Delivery, *, now: datetime) -> Move | Refused:
    """A person wants it out now: window, blackout, gap and mix do not count; quota and Retry-After do."""
    if delivery.state is State.DRAFT:
        return Refused(Message("This is a draft. Approve it first."))
    if delivery.state is not State.PLANNED and delivery.state not in _BY_HAND:
        return _not_from(delivery, Message("It cannot be published now: it is {state}.", state=public_state(delivery)))
    fresh = delivery if delivery.state is State.PLANNED else _afresh(delivery)
    urgent = replace(planned(fresh, delivery.due or now), urgent=True, forced=True)
    return Move(delivery, replace(urgent, next_action_at=rules.wake_at(State.PLANNED, now)), _word(delivery, "now", now))


def _afresh(delivery: Delivery) -> Delivery:
    """Every part that was given up may be tried again; what is out stays out."""
    parts = (
        replace(part, state=PartState.WAITING, setbacks=0) if part.state in {PartState.FAILED, PartState.WAITING} else part
        for part in delivery.parts
    )
    return replace(delivery, parts=tuple(parts))


def _not_past(delivery: Delivery, now: datetime) -> datetime:
    return now if delivery.due is None else max(delivery.due, now)


def _comment_again(delivery: Delivery, now: datetime) -> Move | Refused:
    comment = next((part for part in delivery.parts if part.state is PartState.FAILED), None)
    if comment is None:
        return Refused(Message("It is published."))
    waiting = with_part(delivery, replace(comment, state=PartState.WAITING, setbacks=0))
    return Move(delivery, freed(replace(waiting, reason=None), State.PUBLISHED, now), _word(delivery, "released", now, comment))


# ---- changing


def edit(delivery: Delivery, keys: Mapping[int, str], *, now: datetime, kinds: Sequence[PartKind] | None = None) -> Move | Refused:
    """The content changed: new keys (by position) for every part that is not out. `kinds`: the parts there are now, in order.

    What was waiting waits on, a failed, missed or held one goes on. Once parts are out only the missing ones may change.
    """
    if delivery.state not in _UNSENT | _BY_HAND or (public_state(delivery) == "publishing" and delivery.out):
        return _not_from(delivery, Message("It cannot be edited any more: it is {state}.", state=public_state(delivery)))
    wanted = list(kinds) if kinds is not None else [part.kind for part in delivery.parts]
    if len(wanted) < len(delivery.out) or any(part.kind is not wanted[part.position] for part in delivery.out):
        return Refused(Message("Parts that are public cannot be taken out by editing: {n}.", n=len(delivery.out)))
    parts = tuple(_edited(delivery, position, kind, keys) for position, kind in enumerate(wanted))
    changed = replace(delivery, parts=parts, revision=delivery.revision + 1)
    if delivery.state is State.DRAFT:
        return Move(delivery, changed)
    due = _not_past(delivery, now) if delivery.state in _BY_HAND else delivery.due or now
    return Move(delivery, planned(changed, due))


def _edited(delivery: Delivery, position: int, kind: PartKind, keys: Mapping[int, str]) -> Part:
    old = next((part for part in delivery.parts if part.position == position), None)
    return old if old is not None and old.out else Part(position=position, kind=kind, key=keys[position])


def move(delivery: Delivery, due: datetime, *, pinned: bool) -> Move | Refused:
    """Another time. The revision rises, so that a claim made under the old time does not match; the keys stay."""
    if delivery.state is not State.PLANNED or delivery.out:
        return _not_from(delivery, Message("Only a planned delivery can be moved; this one is {state}.", state=public_state(delivery)))
    moved = replace(planned(delivery, due), pinned=pinned, urgent=False, revision=delivery.revision + 1)
    return Move(delivery, moved)


def drop(delivery: Delivery, *, now: datetime) -> Move | Refused:
    """Never publish it (any more). What may be public already cannot be dropped."""
    if delivery.state in {State.SENDING, State.UNKNOWN} or (public_state(delivery) == "publishing" and delivery.out):
        return Refused(Message("It is being published: it may be public already. Wait for the outcome."))
    if delivery.state is State.PUBLISHED:
        return Refused(Message("It is public. To take it back: evenly drop --public {id}", id=delivery.id))
    if delivery.state is State.CANCELLED:
        return Refused(Message("It is cancelled already."))
    reason = naming_parts_out(delivery, delivery.parts[0], Message("dropped")) if delivery.out else None
    cancelled = replace(freed(_cancelled_parts(delivery), State.CANCELLED, None), reason=reason, held_by=None)
    return Move(delivery, replace(cancelled, fence=delivery.fence + 1), _word(delivery, "dropped", now))


def _cancelled_parts(delivery: Delivery) -> Delivery:
    parts = (part if part.out else replace(part, state=PartState.CANCELLED) for part in delivery.parts)
    return replace(delivery, parts=tuple(parts))


# ---- a person's word on what nobody could find out


def settle_published(delivery: Delivery, published: Published, *, now: datetime, by: str) -> Move | Refused:
    """A person has seen the uncertain part, under this address."""
    part = _uncertain(delivery)
    if part is None:
        return _nothing_to_settle(delivery)
    out = replace(part, state=PartState.PUBLISHED, tainted=False, published=replace(published, at=published.at or part.first_attempt))
    told = with_part(delivery, out)
    entry = _word(delivery, "published", now, part, by)
    if delivery.state is State.UNCERTAIN and not told.complete:
        return Move(delivery, planned(told, _not_past(told, now)), entry)
    take_down_at = delivery.take_down_at or (now + delivery.take_down_after if delivery.take_down_after else None)
    done = replace(told, state=State.PUBLISHED, reason=None, take_down_at=take_down_at)
    comment = now if rules.next_part(done) is not None else None
    return Move(delivery, freed(done, State.PUBLISHED, comment), entry)


def settle_not_published(delivery: Delivery, *, now: datetime, by: str) -> Move | Refused:
    """A person has looked and it is not there: to be sent again."""
    part = _uncertain(delivery)
    if part is None:
        return _nothing_to_settle(delivery)
    clean = with_part(delivery, replace(part, state=PartState.WAITING, tainted=False, proven_out=False, setbacks=0))
    entry = _word(delivery, "not published", now, part, by)
    if delivery.state is State.PUBLISHED:
        return Move(delivery, freed(replace(clean, reason=None), State.PUBLISHED, now), entry)
    return Move(delivery, planned(clean, _not_past(clean, now)), entry)


def _uncertain(delivery: Delivery) -> Part | None:
    return next((part for part in delivery.parts if part.state is PartState.UNCERTAIN), None)


def _nothing_to_settle(delivery: Delivery) -> Refused:
    return Refused(Message("Only an uncertain delivery can be settled; this one is {state}.", state=public_state(delivery)))


# ---- taking back


def take_down_asked(delivery: Delivery, *, now: datetime) -> Move | Refused:
    """A published delivery is to be taken back, by its own `take_down_after` or by a person."""
    if delivery.state is not State.PUBLISHED or delivery.taken_down_at is not None:
        return Refused(Message("Only what is public can be taken back; this one is {state}.", state=public_state(delivery)))
    return Move(delivery, freed(replace(delivery, take_down_at=now), State.PUBLISHED, now), _word(delivery, "take back", now))


def taken_down(delivery: Delivery, *, now: datetime) -> Move:
    """`delete` succeeded for every part: no address any more, and nothing more to do."""
    parts = tuple(_without_address(part) for part in delivery.parts)
    gone = replace(delivery, parts=parts, take_down_at=None, taken_down_at=now)
    entry = Entry(position=0, step=Step.DELETE, number=delivery.take_down_tries + 1, at=now, outcome="taken down")
    return Move(delivery, replace(freed(gone, State.PUBLISHED, None), reason=Message("Taken down at {moment}.", moment=now)), entry)


def _without_address(part: Part) -> Part:
    if part.published is not None:
        return replace(part, published=replace(part.published, url=None))
    return part if part.state in ENDED_PARTS else replace(part, state=PartState.CANCELLED)


def take_down_failed(delivery: Delivery, said: Message, *, now: datetime, terms: Terms, jitter: float) -> Move:
    """`delete` did not succeed: again after a while, and after too many times a person has to."""
    tries = delivery.take_down_tries + 1
    entry = Entry(position=0, step=Step.DELETE, number=tries, at=now, outcome="failed", evidence=str(said))
    again = now + back_off(tries, terms, jitter=jitter) if tries < terms.most_setbacks else None
    tried = replace(
        delivery, take_down_tries=tries, take_down_at=again, reason=Message("It could not be taken down: {reason}", reason=said)
    )
    comment = now if rules.next_part(tried) is not None else None
    return Move(delivery, freed(tried, State.PUBLISHED, comment), entry)


def _word(delivery: Delivery, word: str, now: datetime, part: Part | None = None, by: str | None = None) -> Entry:
    spoken_of = part or rules.next_part(delivery) or delivery.parts[0]
    return closing(spoken_of, Step.PERSON, word, now, by)


def _not_from(delivery: Delivery, otherwise: Message) -> Refused:
    """Why a delivery that is at work cannot be touched, or what `otherwise` says."""
    if public_state(delivery) == "publishing":
        return Refused(Message("It is being published right now; try again when that has ended."))
    return Refused(otherwise)
