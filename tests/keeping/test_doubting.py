"""Nothing that may have gone out since a backup was made is sent before somebody has looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from evenly.keeping.doubting import doubted
from evenly.ledger import AT_WORK, Delivery, HeldBy, Move, Part, PartKind, PartState, State, phase, unchanged
from evenly.plugin import Published

MADE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOW = MADE + timedelta(hours=12)


def part(position: int, state: PartState = PartState.WAITING, kind: PartKind = PartKind.POST) -> Part:
    out = Published(remote_id=f"r{position}", at=MADE) if state is PartState.PUBLISHED else None
    return Part(position=position, key=f"k{position}", kind=kind, state=state, published=out)


def delivery(state: State, *parts: Part, due: datetime | None = MADE + timedelta(hours=1), **values: object) -> Delivery:
    owner = "host:1::" if state in {State.CLAIMED, State.SENDING} else None
    woken = due if state in {State.PLANNED} | AT_WORK else None
    return replace(Delivery(id=1, account="page", parts=parts, state=state, due=due, owner=owner, next_action_at=woken), **values)  # type: ignore[arg-type]  # names of its own


def after(before: Delivery, *, may_look: bool = True) -> Delivery:
    move = doubted(before, made_at=MADE, now=NOW, may_look=may_look)
    return before if move is None else move.after


def would_send(row: Delivery) -> bool:
    """Whether a publisher would send something of it, without a person and without a look, once its account is released."""
    return phase(row) in {State.PLANNED, State.CLAIMED} and row.next_action_at is not None and row.next_action_at <= NOW


SHAPES = [
    (PartState.WAITING,),
    (PartState.SENDING,),
    (PartState.UNKNOWN,),
    (PartState.PUBLISHED, PartState.WAITING),
    (PartState.PUBLISHED, PartState.SENDING),
    (PartState.WAITING, PartState.WAITING),
    (PartState.UNKNOWN, PartState.WAITING),
    (PartState.PUBLISHED, PartState.UNKNOWN, PartState.WAITING),
]


@pytest.mark.parametrize(("shape", "comment", "may_look"), list(product(SHAPES, [False, True], [False, True])))
def test_nothing_begun_or_due_is_sent_blindly(shape: tuple[PartState, ...], comment: bool, may_look: bool) -> None:
    """Threads in every stage, with a first comment and without."""
    parts = [part(position, state) for position, state in enumerate(shape)]
    if comment:
        parts.append(part(len(parts), kind=PartKind.COMMENT))
    states = {PartState.SENDING: [State.SENDING], PartState.UNKNOWN: [State.UNKNOWN], PartState.WAITING: [State.PLANNED, State.CLAIMED]}
    turn = next(state for state in shape if state is not PartState.PUBLISHED)
    for state in states[turn]:
        row = after(delivery(state, *parts), may_look=may_look)

        assert not would_send(row)
        assert row.owner is None
        assert row.fence == 1
        is_only_doubt = len([each for each in parts if not each.out]) == 1 and turn is not PartState.WAITING
        assert row.state is (State.UNKNOWN if is_only_doubt and may_look else State.HELD)


@pytest.mark.parametrize(("state", "becomes"), [(PartState.WAITING, PartState.UNCERTAIN), (PartState.UNKNOWN, PartState.UNKNOWN)])
def test_a_first_comment_that_was_to_come_is_not_sent_twice(state: PartState, becomes: PartState) -> None:
    """A person settles it; one whose answer was lost is looked for."""
    row = after(delivery(State.PUBLISHED, part(0, PartState.PUBLISHED), part(1, state, PartKind.COMMENT), next_action_at=MADE))

    assert row.state is State.PUBLISHED
    assert row.parts[1].state is becomes
    assert (row.next_action_at is not None) == (becomes is PartState.UNKNOWN)


@pytest.mark.parametrize("state", [State.DRAFT, State.FAILED, State.MISSED, State.UNCERTAIN, State.CANCELLED])
def test_what_is_a_persons_turn_or_ended_stays(state: State) -> None:
    """With its reason."""
    assert doubted(delivery(state, part(0)), made_at=MADE, now=NOW) is None


@pytest.mark.parametrize(
    ("by", "due", "changes"), [(HeldBy.PERSON, MADE, False), (HeldBy.MIX, MADE, True), (HeldBy.MIX, NOW + timedelta(1), False)]
)
def test_what_the_mix_holds_would_go_on_by_itself(by: HeldBy, due: datetime, changes: bool) -> None:
    """So it becomes a person's; what a person holds is one already."""
    move = doubted(delivery(State.HELD, part(0), due=due, held_by=by), made_at=MADE, now=NOW)

    assert (move is not None) == changes
    assert move is None or move.after.held_by is HeldBy.PERSON


def test_what_is_still_to_come_stays_unless_somebody_wanted_it_at_once() -> None:
    """Its account is held beside."""
    later = delivery(State.PLANNED, part(0), due=NOW + timedelta(minutes=1))

    assert doubted(later, made_at=MADE, now=NOW) is None
    assert after(replace(later, urgent=True)).state is State.HELD


def test_should_the_network_call_it_a_duplicate_it_is_ours() -> None:
    """Also the bounds within which it is looked for reach back to the backup."""
    held = after(delivery(State.PLANNED, part(0))).parts[0]

    assert (held.first_attempt, held.unknown_since, held.tainted) == (MADE, MADE, False)


def test_the_reason_is_kept_with_the_attempts() -> None:
    """And the move is one that the store makes by comparing."""
    before = delivery(State.PLANNED, part(0))
    move = doubted(before, made_at=MADE, now=NOW)

    assert isinstance(move, Move)
    assert unchanged(before, move.before)
    assert move.entry is not None
    assert "backup of 2026-11-23" in str(move.entry.evidence)
