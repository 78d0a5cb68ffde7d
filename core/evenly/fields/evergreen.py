"""How often a post may come back, as a person writes it: "rest 60 days, 3 times"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from evenly import durations
from evenly.fields.values import FieldRefused, printable
from evenly.plugin import Message

SHORTEST = timedelta(days=1)
LEAST, MOST = 2, 1000

_REST = re.compile(r"(?:rest|every)\s+(?P<rest>.+)", re.IGNORECASE)
_TIMES = re.compile(r"(?P<times>\d{1,6})\s*(?:times|x)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evergreen:
    """A post that comes back on an account when its queue runs thin: after a rest, and so many times in all."""

    rest: timedelta  #: since it was last published there
    times: int | None = None  #: publications on one account, the first included; None: without end

    @classmethod
    def parse(cls, written: str) -> Evergreen:
        """What `written` means: a rest, and perhaps a number of times, in any order. Raises FieldRefused."""
        rest: timedelta | None = None
        times: int | None = None
        for piece in filter(None, (piece.strip() for piece in written.split(","))):
            if (found := _REST.fullmatch(piece)) and rest is None:
                rest = _duration(found["rest"])
            elif (found := _TIMES.fullmatch(piece)) and times is None:
                times = _count(int(found["times"]))
            else:
                raise _refused(written)
        if rest is None:
            raise _refused(written)
        return cls(rest, times)

    @property
    def written(self) -> str:
        """What `parse` reads back."""
        rest = f"rest {durations.written(self.rest)}"
        return rest if self.times is None else f"{rest}, {self.times} times"


def _duration(written: str) -> timedelta:
    try:
        rest = durations.parse(written)
    except durations.DurationRefused as refused:
        raise FieldRefused(refused.message) from None
    if rest < SHORTEST:
        raise FieldRefused(Message("the rest must be a day at least; found {written}", written=written.strip()))
    return rest


def _count(times: int) -> int:
    if not LEAST <= times <= MOST:
        told = Message(
            "a post that comes back is published {least} to {most} times in all; found {times}", least=LEAST, most=MOST, times=times
        )
        raise FieldRefused(told)
    return times


def _refused(written: str) -> FieldRefused:
    shown = printable(written[:60])
    return FieldRefused(
        Message(
            '"{found}" cannot stand here; write how long it rests and how many times it is published: rest 60 days, 3 times', found=shown
        )
    )
