"""When an account may publish next, and how long to wait after a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenly.ledger.rows import Delivery, Terms

_NONE = timedelta(0)
_KEPT_BACK = 50
"""One call in so many is kept back: a lost answer must be found out even when no more may be published."""
_AHEAD = timedelta(minutes=10)
"""By more than this no clock was ahead that was right: what it wrote down as the last post holds nothing back."""
_LONGEST_ASKED = timedelta(days=8)
"""No network is heeded for longer (see `plugin.http`): a moment further away comes from a clock that was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What one account's next visible call has to wait for. One row, shared by every process."""

    gap: timedelta = _NONE  #: the user's least time between two posts
    spacing: timedelta = _NONE  #: the network's
    last_post: datetime | None = None  #: when the account's last post or reply went out, or was begun
    others_free: datetime | None = None  #: until when a late one keeps its distance to what the brand's other accounts publish
    not_before: datetime | None = None  #: a Retry-After, of the account or the app
    left: int | None = None  #: what the network's own counter says; None: it has none
    limit: int | None = None  #: where that counter begins
    resets_at: datetime | None = None


def free_at(pace: Pace, delivery: Delivery, *, now: datetime, late: bool) -> datetime:
    """The earliest moment at which this delivery may be claimed; not after `now` when it may be now.

    A pinned delivery keeps its minute whatever the gap says, unless it is late; parts of a begun thread go on without it; one that a
    person wants now ignores it. Late ones of several accounts do not go out together either. Nothing ignores the network's own wishes.
    """
    waits = [open_at(pace, now=now)]
    if late and pace.others_free is not None:
        waits.append(pace.others_free)
    if pace.last_post is not None and pace.last_post <= now + _AHEAD:
        waits.append(pace.last_post + pace.spacing)
        if not delivery.out and not delivery.urgent and (late or not delivery.pinned):
            waits.append(pace.last_post + pace.gap)
    return max(waits)


def open_at(pace: Pace, *, now: datetime) -> datetime:
    """The earliest moment at which the network itself lets the account publish anything; not after `now` when it does."""
    waits = [call_at(pace, now=now)]
    if pace.left is not None and pace.left <= (pace.limit or 0) // _KEPT_BACK and pace.resets_at is not None:
        waits.append(pace.resets_at)
    return max(waits)


def call_at(pace: Pace, *, now: datetime) -> datetime:
    """The earliest moment for a call that publishes nothing new, such as a look."""
    if pace.not_before is None or pace.not_before > now + _LONGEST_ASKED:
        return now
    return max(now, pace.not_before)


def back_off(tries: int, terms: Terms, *, jitter: float, asked: timedelta | None = None) -> timedelta:
    """How long to wait after the `tries`-th try; `jitter` in [0, 1) spreads the callers.

    What the network asked for is never cut short, and lengthened by a tenth at most.
    """
    if asked is not None:
        return asked + min(asked, terms.longest_wait) * (jitter / 10)
    longest: timedelta = min(terms.first_wait * 2 ** min(max(tries - 1, 0), 20), terms.longest_wait)
    return longest * (0.5 + jitter / 2)
