"""What to add so that the shares are right again: the smallest numbers that restore them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.mix.checking import Finding
    from evenly.mix.shares import Tally, Target

NEXT = 10
"""Advice is about so many posts to come, where that is enough."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of the next posts, at least so many should have it, and at most so many may."""

    target: str
    least: int
    most: int


def horizon(tally: Tally, target: Target) -> int | None:
    """The least number of further posts, 10 or more, with which the share can be restored; None: no number can."""
    needed: list[float] = [NEXT]
    if target.min is not None:
        needed.append(_until_enough(tally, target.min))
    if target.max is not None:
        needed.append(_until_thinned(tally, target.max))
    if math.inf in needed:
        return None
    among = int(max(needed))
    while (numbers := wanted("", tally, target, among)).least > numbers.most:
        among += 1  # half a post more or less meets no bound of a whole number; with another post the bounds lie apart
    return among


def wanted(name: str, tally: Tally, target: Target, among: int) -> Wanted:
    """How many of the next `among` posts must and may have it, so that the target is met once they are counted too."""
    total = tally.of + among
    least = 0 if target.min is None else max(0, math.ceil(math.floor(target.min * total) - tally.count))
    most = among if target.max is None else min(among, math.floor(math.ceil(target.max * total) - tally.count))
    return Wanted(name, least, most)


def advice(name: str, tally: Tally, target: Target) -> Message:
    """How to restore one share that is out of its bounds."""
    among = horizon(tally, target)
    if among is None:
        return _hopeless(name, tally, target)
    numbers = wanted(name, tally, target, among)
    return _among(_told(numbers, tally, target), among)


def summary(findings: Sequence[Finding]) -> Message | None:
    """One sentence for all that is out of bounds ("2 third-party posts and 1 question in the next 10"); None: nothing is.

    Of owned and third-party, which complete each other, only the one to be added is named. What no number of posts can restore
    has its own advice, in its finding.
    """
    out = [each for each in findings if each.needs_you and horizon(each.tally, each) is not None]
    short = {each.target for each in out if each.verdict == "too few"}
    other = {"owned": "third_party", "third_party": "owned"}
    out = [each for each in out if each.verdict == "too few" or other.get(each.target) not in short]
    if not out:
        return None
    among = max(horizon(each.tally, each) or NEXT for each in out)
    every = [_told(wanted(each.target, each.tally, each, among), each.tally, each) for each in out]
    return _among(_joined(every), among)


def _until_enough(tally: Tally, least: Fraction) -> float:
    """So many further posts that all have it bring the count up to its floor: floor(min × (of + n)) <= count + n."""
    if tally.count >= math.floor(least * tally.of):
        return 0
    if least == 1:
        return math.inf
    return math.floor((least * tally.of - math.floor(tally.count) - 1) / (1 - least)) + 1


def _until_thinned(tally: Tally, most: Fraction) -> float:
    """So many further posts that all lack it bring the share down to its ceiling: ceil(max × (of + n)) >= count."""
    if tally.count <= math.ceil(most * tally.of):
        return 0
    if most == 0:
        return math.inf
    return math.floor((math.ceil(tally.count) - 1) / most - tally.of) + 1


def _hopeless(name: str, tally: Tally, target: Target) -> Message:
    if target.min is not None and tally.count < math.floor(target.min * tally.of):
        return Message("Nothing but {what} until the others have left the window, or change the others.", what=_several(name))
    return Message("No {what} until those there are have left the window, or change them.", what=_several(name))


def _told(numbers: Wanted, tally: Tally, target: Target) -> Message:
    if target.min is not None and tally.count < math.floor(target.min * tally.of):
        return _counted(numbers.target, numbers.least)
    if numbers.most <= 0:
        return Message("no {what}", what=_several(numbers.target))
    return Message("at most {counted}", counted=_counted(numbers.target, numbers.most))


def _among(what: Message, among: int) -> Message:
    return Message("{what} in the next {count}", what=what, count=among)


def _joined(every: Sequence[Message]) -> Message:
    *first, last = every
    if not first:
        return last
    told = first[0]
    for each in first[1:]:
        told = Message("{first}, {second}", first=told, second=each)
    return Message("{first} and {second}", first=told, second=last)


_ONE = {
    "owned": Message("1 post of your own"),
    "third_party": Message("1 third-party post"),
    "on_topic": Message("1 post on topic"),
    "question": Message("1 question"),
    "invitation": Message("1 invitation to comment"),
    "photo": Message("1 photo or video"),
    "behind_the_scenes": Message("1 look behind the scenes"),
    "mention": Message("1 mention of others"),
    "promotion": Message("1 promotion"),
    "bait": Message("1 post that begs for reactions"),
}
_SEVERAL = {
    "owned": Message("posts of your own"),
    "third_party": Message("third-party posts"),
    "on_topic": Message("posts on topic"),
    "question": Message("questions"),
    "invitation": Message("invitations to comment"),
    "photo": Message("photos or videos"),
    "behind_the_scenes": Message("looks behind the scenes"),
    "mention": Message("mentions of others"),
    "promotion": Message("promotions"),
    "bait": Message("posts that beg for reactions"),
}


def _several(name: str) -> Message:
    return _SEVERAL.get(name) or Message("posts on {topic}", topic=name.removeprefix("topics."))


def _counted(name: str, count: int) -> Message:
    if count == 1:
        return _ONE.get(name) or Message("1 post on {topic}", topic=name.removeprefix("topics."))
    return Message("{count} {what}", count=count, what=_several(name))
