"""Changing single values of `evenly.toml`: comments, order and quoting stay.

What comes out is checked whole before it takes the file's place.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message
from evenly.settings.faults import dotted, in_toml
from evenly.settings.loading import check
from evenly.settings.source import read
from evenly.settings.workspace import FILE

if TYPE_CHECKING:
    from evenly.settings.loading import NetworkModels
    from evenly.settings.tables import Settings

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Change:
    """One value: where it stands, what is written there now (None: nothing), and what is to be."""

    path: tuple[str, ...]
    before: Value | None
    after: Value


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of the file, ready to be written."""

    file: Path
    before: str
    after: str
    settings: Settings  #: as they are with the change

    @property
    def diff(self) -> str:
        """The lines that change, as `diff -u` shows them."""
        from difflib import unified_diff

        name = self.file.name
        return "".join(unified_diff(_lines(self.before), _lines(self.after), f"{name}", f"{name}", n=1))


class EditRefused(Exception):
    """The file cannot be changed so; `message` says why, and nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def edit(folder: Path, changes: Sequence[Change], networks: NetworkModels) -> Edit:
    """The workspace's file with these changes, checked whole; nothing is written yet.

    Raises EditRefused where something else is written than `before` says, SettingsRefused where the file is refused, before or after.
    """
    source = read(folder / FILE)
    for change in changes:
        _refuse_other_than(source.document, change)
    text = edited(source.text, changes)
    if tomllib.loads(text) != _with(source.document, changes):
        places = ", ".join(dotted(change.path) for change in changes)
        raise EditRefused(
            Message("{file} is written in a way that cannot be changed here; do it by hand: {places}.", file=FILE, places=places)
        )
    return Edit(folder / FILE, source.text, text, check(folder, text, networks))


def write(made: Edit) -> None:
    """Put the changed text in the file's place, whole or not at all; its mode stays. Raises EditRefused, too, if it was changed since."""
    file = made.file.resolve()  # a link to the file stays a link
    try:
        content, mode = file.read_bytes(), file.stat().st_mode & 0o7777
        if content.decode("utf-8-sig") != made.before:
            raise EditRefused(Message("{file} was changed just now, by somebody else: nothing was changed here. Try again.", file=FILE))
        mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
        _replace(file, mark + made.after.encode(), mode)
    except OSError as error:
        raise EditRefused(Message("{file} cannot be written: {why}.", file=file, why=error.strerror)) from error


def edited(text: str, changes: Sequence[Change]) -> str:
    """The TOML text with these values; a table or key that is not there yet is added where its like stand."""
    import tomlkit

    document = tomlkit.parse(text)
    for change in changes:
        _set(document, change.path, change.after)
    written = tomlkit.dumps(document)
    return re.sub(r"(?<!\r)\n", "\r\n", written) if "\r\n" in text else written


def _set(document: Any, path: tuple[str, ...], value: Value) -> None:
    """Step inwards as far as there are tables; what is missing below `[a.b]` becomes an inline table."""
    import tomlkit

    table = document
    for depth, step in enumerate(path[:-1]):
        if step not in table:
            if depth == 0:
                document.append(step, tomlkit.table())
            else:
                _add(table, step, tomlkit.inline_table())
        table = table[step]
    if path[-1] in table:
        table[path[-1]] = value
    else:
        _add(table, path[-1], value)


def _add(table: Any, key: str, value: Any) -> None:
    """Add a key to a table: after its last one, and before the comments that follow, which may belong to the next table."""
    from tomlkit.items import Table

    if not isinstance(table, Table):
        table[key] = value
        return
    rest = []
    body = table.value.body
    while body and body[-1][0] is None:
        rest.append(body.pop())
    table.append(key, value)
    body.extend(reversed(rest))


def value_at(document: Mapping[str, Any], path: Sequence[str]) -> Any:
    """What a parsed file says there; None where it says nothing."""
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _refuse_other_than(document: Mapping[str, Any], change: Change) -> None:
    found = value_at(document, change.path)
    if found != change.before:
        nothing = Message("nothing")
        raise EditRefused(
            Message(
                "{key} was {before} when this was advised and is {found} now: you have changed it meanwhile, and it stays as it is.",
                key=dotted(change.path),
                before=nothing if change.before is None else in_toml(change.before),
                found=nothing if found is None else in_toml(found),
            )
        )


def _with(document: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """What the changed text has to say: what it said, but for the changes."""
    wanted: dict[str, Any] = deepcopy(dict(document))
    for change in changes:
        table = wanted
        for step in change.path[:-1]:
            table = table.setdefault(step, {})
        table[change.path[-1]] = change.after
    return wanted


def _replace(file: Path, content: bytes, mode: int) -> None:
    partly = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with open(os.open(partly, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:  # noqa: PTH123 - a mode for the new file
            written.write(content)
            os.fchmod(written.fileno(), mode)
            os.fsync(written.fileno())
        partly.replace(file)
    finally:
        partly.unlink(missing_ok=True)


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.splitlines()]
