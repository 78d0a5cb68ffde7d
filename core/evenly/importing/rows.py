"""What a source is read into, before anything is queued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenly.fields import Fields, FieldsRefused, When, read
from evenly.plugin import Message


class ImportRefused(Exception):
    """The source cannot be imported at all, and nothing was changed; `message` says why and what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One post of a source: its fields, or the reason why there are none."""

    where: str  #: a file, an item's address, or the source itself
    line: int | None = None  #: on which it begins, counted from 1
    fields: Fields | None = None
    reason: Message | None = None
    warnings: tuple[Message, ...] = ()
    folder: Path | None = None  #: what relative paths of media start from; None: it may have no media
    wish: When | None = None  #: the time another tool had planned
    identity: str | None = None  #: the source's own name for the post, where it has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All of a source."""

    rows: tuple[Row, ...]
    warnings: tuple[Message, ...] = ()
    foreign: bool = False  #: another tool's plan, whose posts become drafts
    folder: Path | None = None  #: the imported folder, which media may not leave


def row_of(document: Mapping[str, Any], **about: Any) -> Row:
    """A row with the fields that `document` makes, or the reason why it makes none."""
    try:
        return Row(fields=read(document), **about)
    except FieldsRefused as refused:
        return Row(reason=refused.message, **about)
