"""What may have gone out since a backup was made, and so must not be sent before somebody has looked.

A backup knows nothing of what was published after it. What it shows as waiting for a time that is past may be out, perhaps in other words;
a thread may have gone on. So:

- a part whose answer was lost already, and after which nothing comes, is looked for as ever: all that a look needs is in the backup;
- what else may be out is held for a person: with nothing staged, and in words that may have been edited, a look could miss it;
- accounts are held beside, since what waits for a later time may have been moved, or published at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from evenly.ledger import AT_WORK, Delivery, Entry, HeldBy, Move, Part, PartState, State, Step
from evenly.plugin import Message

_MAY_BE_SENT = frozenset({State.PLANNED, State.PUBLISHED}) | AT_WORK
_UNFINISHED = frozenset({PartState.WAITING, PartState.SENDING, PartState.UNKNOWN})


def doubted(delivery: Delivery, *, made_at: datetime, now: datetime, may_look: bool = True) -> Move | None:
    """The delivery as it goes on after a backup of `made_at` was put back; None: it goes on as it is.

    A planned one whose time is still to come stays: its account is held. Without `may_look` (the account sends again what cannot be
    found) a person is asked instead.
    """
    unfinished = [part for part in delivery.parts if part.state in _UNFINISHED]
    if not unfinished or not _may_be_out(delivery, now):
        return None
    if may_look and len(unfinished) == 1 and unfinished[0].state is not PartState.WAITING:
        return _looked_for(delivery, unfinished[0], made_at, now)
    if delivery.state is State.PUBLISHED:
        return _asked(delivery, unfinished, made_at, now)
    return _held(delivery, unfinished, made_at, now)


def _may_be_out(delivery: Delivery, now: datetime) -> bool:
    if delivery.state is State.HELD:
        # What the mix holds goes on by itself once the mix is mended.
        return delivery.held_by is HeldBy.MIX and _is_past(delivery, now)
    if delivery.state is State.PLANNED and not delivery.out:
        return delivery.urgent or _is_past(delivery, now)
    return delivery.state in _MAY_BE_SENT


def _is_past(delivery: Delivery, now: datetime) -> bool:
    return delivery.due is None or delivery.due <= now


def _looked_for(delivery: Delivery, part: Part, made_at: datetime, now: datetime) -> Move:
    lost = replace(_dubious(part, made_at), state=PartState.UNKNOWN, tainted=True, absent_looks=0)
    state = delivery.state if delivery.state is State.PUBLISHED else State.UNKNOWN
    return Move(delivery, replace(_freed(delivery, [lost]), state=state, next_action_at=now), _entry(part, now, "looked for", made_at))


def _held(delivery: Delivery, parts: Sequence[Part], made_at: datetime, now: datetime) -> Move:
    freed = _freed(delivery, [_waiting(part, made_at) for part in parts])
    held = replace(freed, state=State.HELD, held_by=HeldBy.PERSON, reason=_reason(delivery, made_at), awaited=None, urgent=False)
    return Move(delivery, replace(held, next_action_at=None), _entry(parts[0], now, "held", made_at))


def _asked(delivery: Delivery, comments: Sequence[Part], made_at: datetime, now: datetime) -> Move:
    """Only the first comment of a published one is in doubt: it is for a person to settle."""
    uncertain = [replace(_dubious(part, made_at), state=PartState.UNCERTAIN, tainted=True) for part in comments]
    asked = Message(
        "Put back from a backup of {moment}: the first comment may be out by now. Look at the account, then settle it.", moment=made_at
    )
    after = replace(_freed(delivery, uncertain), reason=asked, next_action_at=delivery.take_down_at)
    return Move(delivery, after, _entry(comments[0], now, "held", made_at))


def _waiting(part: Part, made_at: datetime) -> Part:
    """Should a person let it go on and the network call it a duplicate, then it is ours that is out."""
    return replace(_dubious(part, made_at), state=PartState.WAITING, tainted=False)


def _dubious(part: Part, made_at: datetime) -> Part:
    begun = part.first_attempt or made_at
    return replace(part, first_attempt=begun, unknown_since=part.unknown_since or max(begun, made_at))


def _reason(delivery: Delivery, made_at: datetime) -> Message:
    if delivery.out:
        return Message(
            "Put back from a backup of {moment}: part {n} and what follows it may be out by now. Look at the account. "
            "If all of it is: evenly drop {id}. If nothing of it is: evenly release {id}",
            moment=made_at,
            n=len(delivery.out) + 1,
            id=delivery.id,
        )
    return Message(
        "Put back from a backup of {moment}: it may be out by now. Look at the account. If it is: evenly drop {id}. "
        "If not: evenly release {id}",
        moment=made_at,
        id=delivery.id,
    )


def _freed(delivery: Delivery, parts: Sequence[Part]) -> Delivery:
    """The delivery with these parts, and nobody at work on it."""
    changed = {part.position: part for part in parts}
    freed = replace(delivery, owner=None, lease_until=None, fence=delivery.fence + 1)
    return replace(freed, parts=tuple(changed.get(part.position, part) for part in delivery.parts))


def _entry(part: Part, now: datetime, outcome: str, made_at: datetime) -> Entry:
    evidence = f"put back from a backup of {made_at.isoformat()}"
    return Entry(position=part.position, step=Step.PERSON, number=part.tries, at=now, outcome=outcome, evidence=evidence)
