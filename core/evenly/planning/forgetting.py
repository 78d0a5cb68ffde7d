"""Letting go of what is old. Posts, when and where they went out, and the last figures of each stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.plugin import Message
from evenly.store import forgetting

if TYPE_CHECKING:
    from evenly.planning.desk import Desk
    from evenly.store.forgetting import Kind

LEAST = timedelta(days=60)
"""So far back the planner, the mix and the reading of figures look."""
_AT_ONCE = 500


class ForgetRefused(Exception):
    """What is not to be forgotten yet; `message` says why, and nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much went, or would go, of each kind."""

    counts: Mapping[Kind, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def see(desk: Desk, before: datetime) -> Forgotten:
    """What would go."""
    with desk.store.read() as connection:
        return Forgotten({kind: len(ids) for kind, ids in forgetting.old(connection, before).items()})


def forget(desk: Desk, before: datetime, *, progress: Callable[[int], None] = lambda _done: None) -> Forgotten:
    """Let go of what belongs to a time before; a little at a time, so that nobody who publishes has to wait."""
    with desk.store.read() as connection:
        old = forgetting.old(connection, before)
    counts: dict[Kind, int] = dict.fromkeys(old, 0)
    for kind, ids in old.items():
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            with desk.store.write() as connection:
                counts[kind] += forgetting.forget(connection, kind, some)
            progress(len(some))
    return Forgotten(counts)


def check(before: datetime, now: datetime) -> None:
    """Raise `ForgetRefused` for a time that evenly still needs to know."""
    if before > now - LEAST:
        raise ForgetRefused(
            Message(
                "What happened in the last {days} days is needed to plan, to keep the mix and to read figures: name a day before {day}.",
                days=LEAST.days,
                day=(now - LEAST).date().isoformat(),
            )
        )
