"""The rules that are easy to miss, one small function each.

Every other module of the ledger asks here, through the module, so that a test can take one rule away and see what breaks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.ledger.states import ENDED_PARTS, PartKind, PartState, State
from evenly.plugin import Duplicate, OutcomeUnknown
from evenly.plugin.http import Visible

if TYPE_CHECKING:
    from evenly.ledger.rows import Delivery, Part, Terms

_SET_BACK = timedelta(days=1)


def refusal_counts(part: Part) -> bool:
    """1 · The refusal of a retry proves nothing while an earlier attempt's outcome is unknown."""
    return not part.tainted


def key_is_trusted(part: Part, terms: Terms, *, now: datetime, known_for: timedelta) -> bool:
    """2 · A key is trusted until one settle time before the network forgets it.

    `known_for` is how long this reader has known the part's first attempt, by its own monotonic clock: a wall clock that was set back
    cannot make a key younger than that.
    """
    window = terms.key_window
    if window is None or part.first_attempt is None or now < part.first_attempt:
        return False
    return max(now - part.first_attempt, known_for) < window - terms.settle


def absence_counts(unknown_for: timedelta, terms: Terms) -> bool:
    """3 · What is not there yet may still come, until the settle time has passed on the reader's own monotonic clock."""
    return unknown_for >= terms.settle


def is_definite(outcome: Exception, visible: Visible) -> bool:
    """5 · Only a definite refusal proves that nothing was published; everything else may hide a post."""
    if isinstance(outcome, Duplicate):
        return True
    return visible in {Visible.NOT_SENT, Visible.REFUSED} and not isinstance(outcome, OutcomeUnknown)


def unchanged(current: Delivery, before: Delivery) -> bool:
    """6 · A write counts only while nobody else has taken the delivery over: the compare of compare-and-set."""
    return (current.state, current.fence, current.revision) == (before.state, before.fence, before.revision)


def begun_by(part: Part, *, now: datetime, known_for: timedelta = timedelta(0)) -> datetime | None:
    """When the first attempt was made, as far as our own clock is to be trusted: a post older than that is somebody else's.

    An attempt that was known to be lost before it began proves that the clock was set back since. Nobody knows how far, so a day is
    allowed for. `known_for` is how long this reader has known of the loss, by its own monotonic clock.
    """
    if part.first_attempt is None:
        return None
    known_since = min(now - known_for, part.unknown_since or now)
    return part.first_attempt if part.first_attempt <= known_since else known_since - _SET_BACK


def silent_since(part: Part, *, now: datetime) -> datetime:
    """From when on a network counts as silent that has answered now; what proves that the clock was set back (`begun_by`) is kept."""
    known, first = part.unknown_since or now, part.first_attempt or now
    return known if known < first else max(known, now)


def lease_is_over(unchanged_for: timedelta, terms: Terms, *, owner_dead: bool) -> bool:
    """6 · A lease ends when this reader has seen it unrenewed for its whole length by its own monotonic clock.

    Or when the owner is known to be dead, which taking the store's lock proves.
    """
    return owner_dead or unchanged_for >= terms.lease


def may_send(monotonic: float, deadline: float, terms: Terms) -> bool:
    """6 · The visible call begins only while its answer would still come within the lease."""
    return monotonic < deadline - terms.request.total_seconds()


def wake_at(state: State, at: datetime | None) -> datetime | None:
    """7 · Every row that is neither final nor a person's has a time at which somebody looks at it again."""
    if state in {State.PLANNED, State.CLAIMED, State.SENDING, State.UNKNOWN} and at is None:
        raise AssertionError(f"a delivery in {state} must be looked at again")
    return at


def next_part(delivery: Delivery) -> Part | None:
    """8 · The one part whose turn it is: post and replies in order, each when the one before is out, then the first comment."""
    main = next((part for part in delivery.main_parts if part.state is not PartState.PUBLISHED), None)
    comments = (part for part in delivery.parts if part.kind is PartKind.COMMENT and part.state not in ENDED_PARTS)
    return main or next(comments, None)
