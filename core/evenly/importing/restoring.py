"""The whole state comes back from `evenly export`, into an empty workspace: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenly.importing.rows import ImportRefused
from evenly.plugin import Message
from evenly.store import archive, copying

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk

_VERSION = 1
_AT_ONCE = 500
_LONGEST_LINE = 8 * 2**20


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    kind: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    posts: int
    warnings: tuple[Message, ...] = ()


class _DryRun(Exception):
    """Raised to undo what was only tried."""


def restore(desk: Desk, path: Path, *, dry_run: bool = False) -> Restored:
    """Put every row of an export back, with its id. Raises ImportRefused, and then nothing was changed."""
    seen = _Seen(frozenset(desk.settings.accounts))
    try:
        with desk.store.write() as connection:
            if not archive.is_empty(connection):
                raise ImportRefused(
                    Message(
                        "An export is the whole state, so it can only be imported into an empty workspace: make one with `evenly init`."
                    )
                )
            for some in _together(map(seen.note, _lines(path))):
                _insert(connection, some)
            copying.follow_on(connection)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return Restored(seen.posts, tuple(seen.warnings(desk.settings.state)))


class _Seen:
    """What the rows speak of, for the warnings afterwards."""

    def __init__(self, accounts: frozenset[str]) -> None:
        self.posts = 0
        self._known = accounts
        self._accounts: set[str] = set()
        self._media: set[str] = set()

    def note(self, line: _Line) -> _Line:
        """Remember what the line speaks of, and give it back."""
        self.posts += line.kind == "post"
        if line.kind == "delivery":
            self._accounts.add(line.values["account"])
        if line.kind == "part":
            self._media |= set(archive.media_of(line.values["content"]))
        return line

    def warnings(self, state: Path) -> Iterator[Message]:
        from evenly.store.contents import MEDIA_FOLDER

        for name in sorted(self._accounts - self._known):
            yield Message("evenly.toml has no account {name}: its deliveries wait until it has.", name=name)
        missing = [name for name in sorted(self._media) if not (state / MEDIA_FOLDER / name).exists()]
        if missing:
            folder = state / MEDIA_FOLDER
            yield Message(
                "{count} files of media are not here yet: copy them from the old workspace into {folder}.",
                count=len(missing),
                folder=folder,
            )


def _lines(path: Path) -> Iterator[_Line]:
    with path.open("rb") as file:
        for number, written in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
            if not written.strip():
                continue
            if number == 1:
                _check_version(_object(written, number))
            else:
                yield _line(_object(written, number), number)


def _object(written: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _refused(number, Message("this is no JSON object; the file is damaged or was cut off"))
    return found


def _check_version(first: dict[str, Any]) -> None:
    if first.get("version") != _VERSION:
        raise _refused(
            1, Message("this export is of version {found}; this evenly reads version {known}", found=first.get("version"), known=_VERSION)
        )


def _line(found: dict[str, Any], number: int) -> _Line:
    kind, row = found.get("type"), found.get("row")
    if kind not in archive.KINDS or not isinstance(row, dict):
        raise _refused(number, Message("the line has no known type or no row"))
    try:
        line = _Line(number, str(kind), archive.checked(str(kind), row))
        if kind == "part":
            archive.media_of(line.values.get("content", {}))
    except archive.RowRefused as refused:
        raise _refused(number, refused.message) from refused
    return line


def _together(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Lines of one kind and the same columns that follow each other, some at a time: the database takes many at once much faster."""
    for _, alike in groupby(lines, key=lambda line: (line.kind, tuple(line.values))):
        while some := list(islice(alike, _AT_ONCE)):
            yield some


def _insert(connection: Connection, lines: Sequence[_Line]) -> None:
    try:
        archive.insert(connection, lines[0].kind, [line.values for line in lines])
    except archive.RowRefused as refused:
        if len(lines) == 1:
            raise _refused(lines[0].number, refused.message) from refused
        for line in lines:
            _insert(connection, [line])


def _refused(number: int, message: Message) -> ImportRefused:
    return ImportRefused(Message("Line {line} of the export: {reason}. Nothing was imported.", line=number, reason=message))
