"""The ledger's rows as values, and the moves between them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from evenly.ledger.states import AT_WORK, HeldBy, OnUnknown, PartKind, PartState, State, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.plugin import Message, Prepared, Published

EVER = timedelta.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One visible piece of a delivery, in order of `position`."""

    position: int
    key: str  #: the same in every attempt; changes with the content
    kind: PartKind = PartKind.POST
    state: PartState = PartState.WAITING
    first_attempt: datetime | None = None  #: written with the first intent, never changed
    tries: int = 0  #: intents so far: the number of the latest attempt
    setbacks: int = 0  #: of these, the ones that were this part's own fault or were lost; too many end it
    tainted: bool = False  #: an attempt's outcome is unknown: refusals prove nothing
    proven_out: bool = False  #: the network says that it has an equal text, but not which post that is
    absent_looks: int = 0  #: agreeing looks in a row that did not find it
    unknown_since: datetime | None = None  #: or since its last answer was inconclusive; None: no attempt's outcome was ever in doubt
    prepared: Prepared | None = None
    published: Published | None = None

    @property
    def out(self) -> bool:
        return self.published is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One post on one account. All moments are aware, in UTC."""

    id: int
    account: str
    parts: tuple[Part, ...]
    state: State = State.PLANNED
    due: datetime | None = None  #: the planned time
    pinned: bool = False
    not_after: datetime | None = None  #: worthless afterwards
    next_action_at: datetime | None = None  #: None: nobody but a person may act on it
    awaited: datetime | None = None  #: what it waits for itself (a back-off, a slow upload): not late before
    fence: int = 0  #: rises with every claim: writes of earlier owners do not match
    owner: str | None = None
    lease_until: datetime | None = None  #: for people and for noticing renewals; never compared with a clock
    revision: int = 1
    reason: Message | None = None
    held_by: HeldBy | None = None
    forced: bool = False  #: a person let it go on against the mix
    urgent: bool = False  #: a person said "now": gap and lateness do not count
    take_down_after: timedelta | None = None
    take_down_at: datetime | None = None
    take_down_tries: int = 0
    taken_down_at: datetime | None = None

    def part(self, position: int) -> Part:
        return next(part for part in self.parts if part.position == position)

    @property
    def main_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind is not PartKind.COMMENT)

    @property
    def out(self) -> tuple[Part, ...]:
        """The parts that are public, in order."""
        return tuple(part for part in self.parts if part.out)

    @property
    def complete(self) -> bool:
        """Post and replies are out; the first comment does not count."""
        return all(part.out for part in self.main_parts)


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What becomes of a delivery that nobody could begin in time: the account's `missed`."""

    kind: Literal["publish", "replan", "skip"] = "publish"
    within: timedelta = timedelta(hours=6)  #: for `publish`: later than this is missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Times and promises under which one account's deliveries are worked on."""

    lease: timedelta = timedelta(seconds=60)
    request: timedelta = timedelta(seconds=30)  #: a network call's total time-out
    settle: timedelta = timedelta(seconds=150)  #: after this nothing in flight can still become public unseen
    repeat_safe: Mapping[str, timedelta] = field(default_factory=dict)  #: as `evenly.plugin.Network` has it, narrowed by the account
    on_unknown: OnUnknown = OnUnknown.ASK
    late: LatePolicy = field(default_factory=LatePolicy)
    grace: timedelta = timedelta(minutes=10)  #: not late before that
    most_setbacks: int = 8
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(hours=1)
    give_up_after: timedelta = timedelta(hours=24)

    @property
    def between_looks(self) -> timedelta:
        return self.settle / 5

    @property
    def key_window(self) -> timedelta | None:
        """For how long the same key cannot make a second post; None: there is no such promise."""
        if "record" in self.repeat_safe:
            return EVER
        if "key" in self.repeat_safe:
            return self.repeat_safe["key"]
        return None if self.readable else self.repeat_safe.get("refusal")

    @property
    def readable(self) -> bool:
        """The network can be asked whether a part is out."""
        return bool({"record", "two-phase", "read-back"} & self.repeat_safe.keys())

    @property
    def agreeing_looks(self) -> int:
        """How many looks must miss a part before it counts as absent: two where only a list can be read."""
        return 1 if {"record", "two-phase"} & self.repeat_safe.keys() else 2

    @property
    def nothing_helps(self) -> bool:
        """The plugin says so itself: only then may a setting decide what a person otherwise would."""
        return self.repeat_safe.keys() == {"none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line for the attempt table. Without an outcome it is an intent; the line that closes it has the same number."""

    position: int
    step: Step
    number: int
    at: datetime
    outcome: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """An allowed change. The store makes it by compare-and-set on state, fence and revision of `before`."""

    before: Delivery
    after: Delivery
    entry: Entry | None = None
    alarm: Message | None = None  #: something that must not happen has happened: a person should know

    @property
    def is_intent(self) -> bool:
        """After this move's commit, and only then, the visible call is made."""
        return self.entry is not None and self.entry.step is Step.PUBLISH and self.entry.outcome is None


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that is not allowed, and why."""

    reason: Message


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may be done yet; the row stays as it is."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Replan:
    """A late delivery that wants the next open slot: the planner finds it, `replanned` writes it."""

    delivery: Delivery


def key_of(workspace: str, delivery: int, position: int, revision: int) -> str:
    """The key of a part: 32 hexadecimal digits, the same whenever it is asked for.

    `workspace` is a text that no other workspace has; otherwise two of them on one account would share keys, and a network
    would take one's post for the other's.
    """
    return hashlib.sha256(f"{workspace}/{delivery}/{position}/{revision}".encode()).hexdigest()[:32]


def public_state(delivery: Delivery) -> str:
    """The state as the outside knows it."""
    begun = delivery.state is State.PLANNED and bool(delivery.out)
    return "publishing" if begun or delivery.state in AT_WORK else delivery.state.value


def with_part(delivery: Delivery, part: Part) -> Delivery:
    """The delivery with this part in the place of the one at its position."""
    return replace(delivery, parts=tuple(part if each.position == part.position else each for each in delivery.parts))


def thread_before(delivery: Delivery, position: int) -> tuple[Published, ...]:
    """What was published before this part, the root first."""
    return tuple(part.published for part in delivery.parts if part.position < position and part.published is not None)
