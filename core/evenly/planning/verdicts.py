"""What a post was taken for, as it is kept with it: read without judging anything anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evenly.store.contents import as_message, message_of

if TYPE_CHECKING:
    from evenly.mix import Counted, Origin, Recognised
    from evenly.plugin import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one delivery is. `reasons` has a sentence for `origin`, `topic` and every action."""

    origin: Origin
    topic: str | None
    on_topic: bool | None
    actions: tuple[str, ...]
    reasons: Mapping[str, Message] = field(default_factory=dict)
    warnings: tuple[Message, ...] = ()


def of(row: Any) -> Verdict | None:
    """The verdict on a delivery, from a row with `recognised` and `account`; None where nobody has looked at it yet."""
    if row.recognised is None:
        return None
    kept = _kept(row)
    return Verdict(
        origin=kept["origin"],
        topic=kept["topic"],
        on_topic=kept["on_topic"],
        actions=tuple(kept["actions"]),
        reasons=dict(_messages(kept["reasons"].items())),
        warnings=tuple(message for _, message in _messages(enumerate(kept["warnings"]))),
    )


def as_kept(recognised: Recognised) -> dict[str, Any]:
    """A verdict as JSON."""
    return {
        "origin": recognised.origin,
        "topic": recognised.topic,
        "on_topic": recognised.on_topic,
        "actions": sorted(recognised.actions),
        "reasons": {name: as_message(reason) for name, reason in recognised.reasons.items()},
        "warnings": [as_message(warning) for warning in recognised.warnings],
    }


def counted(row: Any) -> Counted:
    """A delivery as the mix counts it, from a row with `id`, `account`, `network` and `recognised`."""
    from evenly.mix import Counted

    kept = _UNSEEN if row.recognised is None else _kept(row)
    return Counted(
        key=str(row.id),
        account=row.account,
        network=row.network,
        origin=kept["origin"],
        topic=kept["topic"],
        on_topic=kept["on_topic"],
        actions=frozenset(kept["actions"]),
    )


_UNSEEN: Mapping[str, Any] = {"origin": "unknown", "topic": None, "on_topic": None, "actions": ()}


def _kept(row: Any) -> Mapping[str, Any]:
    """What is kept of the delivery: its account's own wording may make it something else."""
    kept: Mapping[str, Any] = row.recognised["accounts"].get(row.account, row.recognised["base"])
    return kept


def _messages(stored: Any) -> Iterator[tuple[Any, Message]]:
    for name, each in stored:
        message = message_of(each)
        if message is not None:
            yield name, message
