"""Deliveries for the tests of the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly import ledger
from evenly.ledger import Delivery, Move, Part, PartKind, State
from evenly.plugin import OutcomeUnknown, Published
from evenly.plugin.http import Visible

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
TERMS = ledger.Terms(repeat_safe={"key": timedelta(hours=1), "read-back": timedelta(0)})
MINUTE = timedelta(minutes=1)


def delivery(*kinds: str, **values: Any) -> Delivery:
    """A planned delivery with parts of these kinds (default: a post), due now."""
    parts = tuple(Part(position=n, kind=PartKind(kind), key=f"key-{n}") for n, kind in enumerate(kinds or ("post",)))
    return Delivery(**{"id": 7, "account": "page", "parts": parts, "due": NOW, "next_action_at": NOW, **values})


def made(result: object) -> Delivery:
    """The delivery after an allowed move."""
    assert isinstance(result, Move), result
    return result.after


def refused(result: object) -> str:
    """Why the move is not allowed."""
    assert isinstance(result, ledger.Refused), result
    return str(result.reason)


def claimed(row: Delivery, now: datetime = NOW, **more: Any) -> Delivery:
    return made(ledger.claim(row, "worker", now=now, terms=more.pop("terms", TERMS), **more))


def sending(row: Delivery, now: datetime = NOW) -> Delivery:
    return made(ledger.intend(claimed(row, now), now=now))


def ended(row: Delivery, outcome: Published | Exception, now: datetime = NOW, **more: Any) -> Delivery:
    """After the visible call of a delivery that is `sending`."""
    part = ledger.next_part(row)
    assert part is not None
    visible = more.pop("visible", Visible.REFUSED)
    terms = more.pop("terms", TERMS)
    return made(ledger.record(row, part.position, outcome, fence=row.fence, now=now, terms=terms, jitter=0, visible=visible, **more))


def published(row: Delivery, now: datetime = NOW) -> Delivery:
    """All parts out."""
    while ledger.next_part(row) is not None:
        part = ledger.next_part(row)
        assert part is not None
        row = ended(sending(row, now), Published(remote_id=f"id-{part.position}", url=f"https://n.example/{part.position}"), now)
    return row


def unknown(row: Delivery, now: datetime = NOW) -> Delivery:
    return ended(sending(row, now), OutcomeUnknown(), now, visible=Visible.SENT)


def in_state(state: State) -> Delivery:
    """A delivery that got into this state by allowed moves where that is short, else by decree."""
    begun: dict[State, Callable[[Delivery], Delivery]] = {
        State.CLAIMED: claimed,
        State.SENDING: sending,
        State.UNKNOWN: unknown,
        State.PUBLISHED: published,
        State.PLANNED: lambda row: row,
    }
    if state in begun:
        return begun[state](delivery())
    row = replace(delivery(), state=state, next_action_at=None)
    if state is not State.UNCERTAIN:
        return row
    part = replace(row.parts[0], state=ledger.PartState.UNCERTAIN, tainted=True, first_attempt=NOW, tries=1)
    return replace(row, parts=(part,))
