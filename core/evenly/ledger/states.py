"""The words of the ledger: what a delivery and its parts can be."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands. `docs/reference` shows the allowed moves."""

    DRAFT = "draft"
    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PUBLISHED = "published"
    FAILED = "failed"
    MISSED = "missed"
    UNCERTAIN = "uncertain"
    HELD = "held"
    CANCELLED = "cancelled"


class PartState(StrEnum):
    """Where one visible piece stands."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PUBLISHED = "published"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class PartKind(StrEnum):
    POST = "post"
    REPLY = "reply"
    COMMENT = "comment"  #: the first comment: has its own fate


class HeldBy(StrEnum):
    """Who holds a delivery back: what the mix holds, a mended mix lets go."""

    PERSON = "person"
    MIX = "mix"


class OnUnknown(StrEnum):
    """What to do where no network facility can say whether a part is out."""

    ASK = "ask"
    RESEND = "resend"
    DROP = "drop"


class Step(StrEnum):
    """What an attempt row tells of."""

    PREPARE = "prepare"
    PUBLISH = "publish"
    FIND = "find"
    DELETE = "delete"
    PERSON = "person"


#: What a worker does; the outside sees `publishing`.
AT_WORK = frozenset({State.CLAIMED, State.SENDING, State.UNKNOWN})
#: A person has to act before anything goes on.
PERSONS_TURN = frozenset({State.DRAFT, State.FAILED, State.MISSED, State.UNCERTAIN, State.HELD})
#: A part that nothing more will be done for by itself.
ENDED_PARTS = frozenset({PartState.PUBLISHED, PartState.FAILED, PartState.UNCERTAIN, PartState.CANCELLED})
