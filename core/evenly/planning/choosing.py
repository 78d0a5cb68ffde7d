"""Which deliveries a person means, and how a change is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message
from evenly.store import queue

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LONGEST_NUMBER = 18  # digits, of what a database's integer holds

_CURES = {
    "draft": Message("To plan it: evenly approve {id}"),
    "held": Message("To let it go on: evenly release {id}"),
    "failed": Message("To try it again: evenly release {id}"),
    "missed": Message("To bring it back: evenly release {id}"),
    "uncertain": Message("Look whether it is out, then: evenly settle {id} --published URL, or --not-published"),
    "cancelled": Message("To publish it after all, queue it anew: evenly add"),
}


class ChangeRefused(Exception):
    """A change that cannot be made; `message` says of what, why and what to do, and nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def rows_of(connection: Connection, written: str) -> Sequence[Any]:
    """The deliveries that `written` names: one (`12`), or all of a post (`p7`). Raises `ChangeRefused`."""
    digits = written.removeprefix("p")
    if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER:
        found = queue.of_post(connection, int(digits)) if written.startswith("p") else queue.by_ids(connection, [int(digits)])
        if found:
            return found
    raise ChangeRefused(Message("There is no post or delivery {id}: `evenly queue` shows their numbers.", id=written))


def chosen(connection: Connection, named: Iterable[str], wanted: Callable[[Any], bool]) -> list[Any]:
    """The rows of everything named, each once. Of a post those that are `wanted`; all of them where none is, to be refused by name."""
    rows: dict[int, Any] = {}
    for written in named:
        found = rows_of(connection, written)
        fit = [row for row in found if wanted(row)] if written.startswith("p") else found
        rows |= {row.id: row for row in fit or found}
    return list(rows.values())


def refused(row: Any, reason: Message) -> ChangeRefused:
    """The refusal of a change of one delivery, with what can be done instead."""
    cure = _CURES.get(row.public_state)
    if cure is None or "evenly " in str(reason):
        return ChangeRefused(Message("Delivery {id} on {account}: {reason}", id=row.id, account=row.account, reason=reason))
    return ChangeRefused(
        Message(
            "Delivery {id} on {account}: {reason} {cure}",
            id=row.id,
            account=row.account,
            reason=reason,
            cure=Message(cure.text, id=row.id),
        )
    )
