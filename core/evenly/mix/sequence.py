"""What should not follow what on an account: two promotions or two third-party posts in a row, and too long without a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.mix.shares import Counted

QUESTION_EVERY = 7
"""Among so many posts in a row at least one asks something."""

Rule = Literal["promotion", "third-party", "question"]


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a rule is broken: on which account, from which delivery to which (their keys), and the sentence."""

    rule: Rule
    account: str
    first: str
    last: str
    message: Message


def breaks(deliveries: Sequence[Counted]) -> tuple[Break, ...]:
    """Every break among deliveries in the order of their times; each account is looked at by itself."""
    accounts = dict.fromkeys(each.account for each in deliveries)
    return tuple(found for name in accounts for found in _breaks([each for each in deliveries if each.account == name]))


def _breaks(line: Sequence[Counted]) -> Iterator[Break]:
    for one, other in pairwise(line):
        if "promotion" in one.actions and "promotion" in other.actions:
            told = Message("{first} and {second} are two promotions in a row.", first=one.key, second=other.key)
            yield Break("promotion", one.account, one.key, other.key, told)
        if one.origin == "third-party" and other.origin == "third-party":
            told = Message("{first} and {second} are two third-party posts in a row.", first=one.key, second=other.key)
            yield Break("third-party", one.account, one.key, other.key, told)
    for silent in _runs_without_question(line):
        if len(silent) >= QUESTION_EVERY:
            told = Message(
                "From {first} to {last}, {count} posts in a row ask nothing.", first=silent[0].key, last=silent[-1].key, count=len(silent)
            )
            yield Break("question", silent[0].account, silent[0].key, silent[-1].key, told)


def _runs_without_question(line: Sequence[Counted]) -> Iterator[list[Counted]]:
    silent: list[Counted] = []
    for each in line:
        if "question" in each.actions:
            yield silent
            silent = []
        else:
            silent.append(each)
    yield silent
