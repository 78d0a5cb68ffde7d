"""What people and the planner may do with a delivery, in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from evenly import ledger
from evenly.ledger import HeldBy, PartKind, PartState, State, public_state
from evenly.plugin import Message, PostRejected, Published
from tests.ledger.deliveries import MINUTE, NOW, TERMS, claimed, delivery, ended, in_state, made, published, refused, sending

WHY = Message("not yet")
LATER = NOW + timedelta(hours=2)


def half_out() -> ledger.Delivery:
    """A thread of two whose first part is out."""
    return ended(sending(delivery("post", "reply")), Published(remote_id="1", url="https://n.example/1"))


@pytest.mark.parametrize(
    ("state", "outside"),
    [(each, each.value) for each in State if each not in ledger.AT_WORK]
    + [(each, "publishing") for each in State if each in ledger.AT_WORK],
)
def test_the_outside_sees_one_word_for_all_work(state: State, outside: str) -> None:
    """`claimed`, `sending` and `unknown` are `publishing`; all else has its own name."""
    assert public_state(in_state(state)) == outside


def test_a_begun_thread_is_publishing() -> None:
    """Planned again with a part out: neither edited, held, moved nor dropped."""
    row = half_out()

    assert row.state is State.PLANNED
    assert public_state(row) == "publishing"
    refused(ledger.edit(row, {0: "a", 1: "b"}, now=NOW))
    refused(ledger.hold(row, by=HeldBy.PERSON, reason=WHY))
    refused(ledger.move(row, LATER, pinned=True))
    refused(ledger.drop(row, now=NOW))


DROPPABLE = {State.DRAFT, State.PLANNED, State.CLAIMED, State.FAILED, State.MISSED, State.HELD, State.UNCERTAIN}


@pytest.mark.parametrize("state", State)
def test_drop_takes_what_is_not_public_and_cannot_be(state: State) -> None:
    """Everything but what is being sent, may be public, is public or has ended."""
    result = ledger.drop(in_state(state), now=NOW)

    assert isinstance(result, ledger.Move) == (state in DROPPABLE)
    if isinstance(result, ledger.Move):
        assert result.after.state is State.CANCELLED
        assert result.after.next_action_at is None
        assert result.after.fence > result.before.fence


@pytest.mark.parametrize("state", State)
def test_approve_is_for_drafts(state: State) -> None:
    """A draft gets its time; nothing else is approved."""
    result = ledger.approve(in_state(state), LATER)

    assert isinstance(result, ledger.Move) == (state is State.DRAFT)
    if isinstance(result, ledger.Move):
        assert (result.after.state, result.after.due, result.after.next_action_at) == (State.PLANNED, LATER, LATER)


@pytest.mark.parametrize("state", State)
def test_hold_is_for_what_is_planned(state: State) -> None:
    """Held rows wake nobody and show their reason."""
    result = ledger.hold(in_state(state), by=HeldBy.PERSON, reason=WHY)

    assert isinstance(result, ledger.Move) == (state is State.PLANNED)
    if isinstance(result, ledger.Move):
        assert (result.after.state, result.after.next_action_at, result.after.reason) == (State.HELD, None, WHY)


@pytest.mark.parametrize("state", State)
def test_release_lets_failed_missed_and_held_go_on(state: State) -> None:
    """At their own time, or now when that is past."""
    result = ledger.release(in_state(state), now=NOW + MINUTE)

    assert isinstance(result, ledger.Move) == (state in {State.FAILED, State.MISSED, State.HELD})
    if isinstance(result, ledger.Move):
        assert (result.after.state, result.after.due) == (State.PLANNED, NOW + MINUTE)


@pytest.mark.parametrize("state", State)
def test_publish_now_takes_planned_held_failed_and_missed(state: State) -> None:
    """It wakes at once, and neither gap nor lateness count; a draft says what to do first."""
    result = ledger.publish_now(in_state(state), now=NOW)

    assert isinstance(result, ledger.Move) == (state in {State.PLANNED, State.FAILED, State.MISSED, State.HELD})
    if isinstance(result, ledger.Move):
        assert (result.after.next_action_at, result.after.urgent, result.after.forced) == (NOW, True, True)
    if state is State.DRAFT:
        assert "Approve" in refused(result)


def test_a_mended_mix_lets_go_what_it_held_and_nothing_else() -> None:
    """What a person holds stays held."""
    by_mix = made(ledger.hold(delivery(due=LATER, next_action_at=LATER), by=HeldBy.MIX, reason=WHY))
    by_person = made(ledger.hold(delivery(), by=HeldBy.PERSON, reason=WHY))

    assert made(ledger.mended(by_mix, now=NOW)).due == LATER
    refused(ledger.mended(by_person, now=NOW))


def test_release_against_the_mix_forces_it() -> None:
    """A person's order counts more than the mix that held it."""
    by_mix = made(ledger.hold(delivery(), by=HeldBy.MIX, reason=WHY))

    assert made(ledger.release(by_mix, now=NOW)).forced
    assert not made(ledger.release(in_state(State.HELD), now=NOW)).forced


@pytest.mark.parametrize("state", State)
def test_edit_gives_new_keys_to_what_was_not_sent(state: State) -> None:
    """The revision rises, and an owner finds its claim gone; what is or may be public cannot be edited."""
    row = in_state(state)
    result = ledger.edit(row, {0: "new"}, now=NOW)

    allowed = {State.DRAFT, State.PLANNED, State.CLAIMED, State.FAILED, State.MISSED, State.HELD}
    assert isinstance(result, ledger.Move) == (state in allowed)
    if isinstance(result, ledger.Move):
        assert result.after.revision == row.revision + 1
        assert result.after.parts[0].key == "new"
        assert result.after.owner is None
        assert result.after.state is (State.DRAFT if state is State.DRAFT else State.PLANNED)


def test_edit_of_a_failed_thread_changes_only_what_is_missing() -> None:
    """The first part is out and stays as it is; it goes on from the second."""
    row = ended(sending(half_out()), PostRejected(Message("too long")))
    assert row.state is State.FAILED
    assert "https://n.example/1" in str(row.reason)

    edited = made(ledger.edit(row, {0: "new 0", 1: "new 1"}, now=NOW))

    assert edited.parts[0] == row.parts[0]
    assert edited.parts[1].key == "new 1"
    assert ledger.next_part(edited) == edited.parts[1]
    refused(ledger.edit(row, {}, now=NOW, kinds=[]))


def test_edit_may_change_how_many_parts_there_are() -> None:
    """A thread gets a third part and a first comment."""
    kinds = [PartKind.POST, PartKind.REPLY, PartKind.COMMENT]

    edited = made(ledger.edit(delivery(), {0: "a", 1: "b", 2: "c"}, now=NOW, kinds=kinds))

    assert [(part.kind, part.key) for part in edited.parts] == list(zip(kinds, "abc", strict=True))


def test_a_moved_delivery_is_not_claimed_under_its_old_time() -> None:
    """A worker that read the row before the move finds that its claim does not match."""
    row = delivery()
    claim = ledger.claim(row, "worker", now=NOW, terms=TERMS)
    moved = made(ledger.move(row, LATER, pinned=True))

    assert isinstance(claim, ledger.Move)
    assert not ledger.unchanged(moved, claim.before)
    assert (moved.due, moved.pinned, moved.parts[0].key) == (LATER, True, row.parts[0].key)


@pytest.mark.parametrize("state", State)
def test_only_what_is_uncertain_is_settled(state: State) -> None:
    """A person's word counts where nobody could find out, and is kept with the name of who gave it."""
    row = in_state(state)
    yes = ledger.settle_published(row, Published(remote_id="9", url="https://n.example/9"), now=NOW, by="ada")
    no = ledger.settle_not_published(row, now=NOW, by="ada")

    assert isinstance(yes, ledger.Move) == isinstance(no, ledger.Move) == (state is State.UNCERTAIN)
    if isinstance(yes, ledger.Move) and isinstance(no, ledger.Move):
        assert yes.after.state is State.PUBLISHED
        assert (no.after.state, no.after.parts[0].tainted) == (State.PLANNED, False)
        assert yes.entry is not None
        assert yes.entry.evidence == "ada"


def test_settling_one_part_of_a_thread_goes_on_with_the_next() -> None:
    """The uncertain reply was public after all: the third part is next."""
    row = half_out()
    parts = (row.parts[0], replace(row.parts[1], state=PartState.UNCERTAIN), ledger.Part(position=2, kind=PartKind.REPLY, key="c"))
    row = replace(row, parts=parts, state=State.UNCERTAIN, next_action_at=None)

    settled = made(ledger.settle_published(row, Published(remote_id="2"), now=NOW, by="ada"))

    assert settled.state is State.PLANNED
    assert ledger.next_part(settled) == parts[2]


def test_taking_back_leaves_the_row_published_without_an_address() -> None:
    """The url is gone, the id stays for the figures, the reason says when; twice is refused."""
    row = made(ledger.take_down_asked(published(delivery()), now=NOW))
    assert row.next_action_at == NOW

    gone = made(ledger.taken_down(row, now=NOW))

    assert gone.state is State.PUBLISHED
    assert gone.parts[0].published is not None
    assert (gone.parts[0].published.url, gone.parts[0].published.remote_id) == (None, "id-0")
    assert "Taken down" in str(gone.reason)
    refused(ledger.take_down_asked(gone, now=NOW))
    refused(ledger.take_down_asked(delivery(), now=NOW))


def test_a_take_down_that_never_succeeds_ends_with_a_person() -> None:
    """Tried again with longer and longer waits, then left with the reason."""
    row = made(ledger.take_down_asked(published(delivery()), now=NOW))

    for _ in range(TERMS.most_setbacks):
        assert row.next_action_at is not None
        row = made(ledger.take_down_failed(row, Message("no"), now=NOW, terms=TERMS, jitter=0))

    assert row.next_action_at is None
    assert "could not be taken down" in str(row.reason)


def test_a_claimed_delivery_that_is_dropped_cannot_be_sent() -> None:
    """The worker's intent does not match any more."""
    row = claimed(delivery())
    intent = ledger.intend(row, now=NOW)
    dropped = made(ledger.drop(row, now=NOW))

    assert isinstance(intent, ledger.Move)
    assert not ledger.unchanged(dropped, intent.before)
