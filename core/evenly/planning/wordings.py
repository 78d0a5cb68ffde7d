"""What a post says when it comes back: the wordings that were given for it, each checked like the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from evenly.planning.composing import Composed, compose
from evenly.plugin import Message, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from evenly.fields import Fields
    from evenly.planning.desk import Desk
    from evenly.planning.staging import MediaStage


def of(fields: Fields, name: str) -> tuple[str, ...]:
    """The texts in which a post may go to one account, in the order in which they are used."""
    return (fields.wording(name), *fields.again)


def repeated(fields: Fields, name: str, text: str) -> Fields:
    """The post that comes back on one account with this text. It goes after fresh ones, and costs nobody time again."""
    own = {name: fields.options[name]} if name in fields.options else {}
    once = replace(fields, to=(name,), text=text, text_for={}, options=own, evergreen=None, again=(), priority=fields.priority - 1)
    return replace(once, at=None, not_before=None, draft=False, effort=None)


def problems(desk: Desk, fields: Fields, composed: Composed, *, root: Path, stage: MediaStage) -> Iterator[Problem]:
    """Everything that the account's network would refuse of the further wordings; its first one was `composed` without a problem."""
    if composed.problems:
        return
    name, media = composed.account, composed.parts[0].media
    for number, text in enumerate(fields.again):
        again = compose(desk, repeated(fields, name, text), name, root=root, stage=stage, fitted=media)
        for problem in again.problems:
            yield Problem(problem.message, f"again[{number}]")


def hints(desk: Desk, fields: Fields, accounts: Iterable[str]) -> tuple[Message, ...]:
    """What a person should know of accounts whose network does not take the same text again."""
    if fields.evergreen is None or fields.again:
        return ()
    refusing = [name for name in accounts if refuses_equal_texts(desk, name)]
    return tuple(
        Message("{account} takes no text twice, so the post does not come back there: give it other words with --again.", account=name)
        for name in refusing
    )


def refuses_equal_texts(desk: Desk, name: str) -> bool:
    return "refusal" in desk.networks[desk.network_of(name)].repeat_safe
