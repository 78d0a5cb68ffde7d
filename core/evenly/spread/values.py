"""What the spreading room speaks in: accounts, posts, plans and scores. Frozen values, no behaviour.

Every `datetime` is aware; what comes out is UTC on a whole minute. Shares and weights are exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from evenly.plugin import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

Period = Literal["day", "week", "month"]
Window = tuple[time, time]
"""Wall times [start, end); an end at or before the start lies on the next date."""

ONE = Fraction(1)
EVEN_WEEK = (ONE,) * 7
DEFAULT_WINDOWS: tuple[tuple[Window, ...], ...] = (((time(8), time(20)),),) * 7


@dataclass(frozen=True, slots=True)
class Cadence:
    """`count` posts per `per`; `weights` lean towards some weekdays, Monday first."""

    count: int = 1
    per: Period = "day"
    weights: tuple[Fraction, ...] = EVEN_WEEK


@dataclass(frozen=True, slots=True)
class Account:
    """Everything the planner must know of one place that is posted to.

    `windows` holds the windows of each weekday, Monday first. `blackouts` are closed dates, or closed ranges with both
    ends in. `gap` None means half the ideal gap. `rotation` 1 gives every time of day its share, 0 keeps the same times.
    `mix` maps kinds, `topics` topics to wanted shares; what is left to 1 goes to those not named. `audience` holds 168
    weights of the local hours of the week from Monday 00:00; `tilt` says how far they count (0..1).
    """

    id: str
    zone: str = "UTC"
    cadence: Cadence = Cadence()
    windows: tuple[tuple[Window, ...], ...] = DEFAULT_WINDOWS
    blackouts: tuple[date | tuple[date, date], ...] = ()
    holidays: frozenset[date] = frozenset()
    gap: timedelta | None = None
    rotation: float = 1.0
    mix: Mapping[str, Fraction] = field(default_factory=dict)
    topics: Mapping[str, Fraction] = field(default_factory=dict)
    audience: tuple[float, ...] | None = None
    tilt: float = 1.0
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class QueuedPost:
    """A post that wants a time: pinned to its minute, or floating between `not_before` and `expires` (both allowed).

    Posts with the same word in `apart` do not follow each other where the posts of their kind, topic and priority allow it.
    """

    id: str
    kind: str | None = None
    topic: str | None = None
    seq: int = 0
    priority: int = 0
    pinned_at: datetime | None = None
    not_before: datetime | None = None
    expires: datetime | None = None
    apart: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A post that is out; it counts towards cadence and mix."""

    time: datetime
    kind: str | None = None
    topic: str | None = None
    apart: str | None = None


class Rule(Enum):
    """The rule that chose a time."""

    PINNED = "pinned"
    KEPT = "kept"
    TURN = "turn"
    SHIFTED = "shifted"
    RESCUED = "rescued"

    @property
    def message(self) -> Message:
        return _WHY[self]


_WHY = {
    Rule.PINNED: Message("You fixed this time."),
    Rule.KEPT: Message("It was planned for this time before, and what is planned stays."),
    Rule.TURN: Message("It is the next in its turn, and this is the next evenly spread time."),
    Rule.SHIFTED: Message("The evenly spread time was moved a little, to keep its distance from other posts."),
    Rule.RESCUED: Message("It went ahead of its turn, because later it would have been too late."),
}


@dataclass(frozen=True, slots=True)
class Placement:
    """One post at its time. `provisional`: beyond the committed time it may still change places with another."""

    id: str
    account: str
    time: datetime
    kind: str | None = None
    topic: str | None = None
    pinned: bool = False
    why: Rule = Rule.TURN
    provisional: bool = False
    apart: str | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A post that cannot have a time, and the sentence that says why."""

    id: str
    reason: Message
    kind: str | None = None
    topic: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a rail stands: keep it beside the plan, and the rail goes on as if it had never been put down.

    `day` is the first local date still to be laid out, from `since` on where that date has begun; `progress` is the part
    of a post the target clock has gathered; `turn` is the time of day's place on its circle, of 2**64.
    """

    day: date
    progress: Fraction
    turn: int
    since: datetime | None = None
    debt: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Placements sorted by time, posts without a time, and the free slots up to the plan's end (holes).

    `anchor` is where its rail begins (plan again from there to move nothing); `tail` is where it goes on.
    """

    account: str
    placements: tuple[Placement, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    free: tuple[datetime, ...] = ()
    anchor: Anchor | None = None
    tail: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the rail: its time, its logical day, the target clock `y` there and the share `x` of its day."""

    time: datetime
    day: date
    y: Fraction
    x: Fraction


@dataclass(frozen=True, slots=True)
class Score:
    """A measure of evenness and the best that any plan could reach; None where there is nothing to measure."""

    value: float | None
    best: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """The evenness of one account's plan; the names are those of `evenly plan --json`."""

    days: Score
    times: Score
    weekday_daypart: Score
    gap_least: Score
    gap_largest: Score
    mix: Score
    stagger: Score
