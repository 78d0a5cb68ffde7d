"""Reading a TOML file, and finding the line on which a key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message
from evenly.settings.faults import Fault, Key, SettingsRefused

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = re.compile(r"\s*(?P<list>\[)?\[(?P<name>[^\[\]]+)\]")
_STATEMENT = re.compile(r"""\s*(?P<name>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'|\s*\.\s*)+?)\s*=""")
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Source:
    """A settings file as read."""

    path: Path
    text: str
    document: dict[str, Any]

    def fault(self, key: Key, found: Message | str, allowed: Message) -> Fault:
        """A fault at `key`, with its line."""
        from evenly.settings.faults import dotted

        return Fault(self.path, dotted(key), found, allowed, line_of(self.text, key))


def read(path: Path) -> Source:
    """The TOML file at `path`; SettingsRefused where there is none, or one that is not UTF-8 or not TOML."""
    try:
        return parsed(path, path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise _refused(path, Message("there is no such file"), Message("`evenly init` makes one")) from None
    except OSError as error:
        cannot = Message("the file cannot be read ({reason})", reason=error.strerror)
        raise _refused(path, cannot, Message("It has to be a file that you may read")) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refused(path, Message("this is not UTF-8"), Message("Save the file as UTF-8"), line) from error


def parsed(path: Path, text: str) -> Source:
    """The text of the TOML file at `path`; SettingsRefused where it is not TOML."""
    try:
        return Source(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, str(error), text) from error
    except RecursionError as error:
        raise _refused(path, Message("the values are nested too deeply"), _TOML) from error


_TOML = Message("See https://toml.io for how TOML is written")


def _not_toml(path: Path, said: str, text: str) -> SettingsRefused:
    place = _PLACE.search(said)
    line = int(place["line"]) if place and place["line"] else text.count("\n") + 1
    reason = said[: place.start()] if place else said
    return _refused(path, Message("this is not TOML ({reason})", reason=reason), _TOML, line)


def _refused(path: Path, found: Message, allowed: Message, line: int | None = None) -> SettingsRefused:
    return SettingsRefused([Fault(path, "", found, allowed, line)])


def line_of(text: str, key: Key) -> int | None:
    """The line, counted from 1, of the statement that sets `key` or the table it would stand in; None if there is none.

    `text` has to be TOML.
    """
    best: tuple[int, int] | None = None
    lines = text.splitlines(keepends=True)
    table: Key = ()
    seen: dict[Key, int] = {}
    for number, line in enumerate(lines):
        if header := _HEADER.match(line):
            table = path = _indexed(_steps(header["name"]), seen, several=bool(header["list"]))
        elif statement := _STATEMENT.match(line):
            path = table + _steps(statement["name"])
        else:
            continue
        if path and key[: len(path)] == path and (best is None or len(path) >= best[0]) and _begins(lines[:number]):
            best = (len(path), number + 1)
    return best[1] if best else None


def _begins(before: list[str]) -> bool:
    """Whether a statement can begin after these lines: they are whole, no text or list is still open."""
    try:
        tomllib.loads("".join(before))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _steps(name: str) -> Key:
    try:
        tree: Any = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    steps: list[str] = []
    while isinstance(tree, Mapping):
        ((step, tree),) = tree.items()
        steps.append(step)
    return tuple(steps)


def _indexed(steps: Key, seen: dict[Key, int], *, several: bool) -> Key:
    """The key of a table's header, with positions where a table stands in a list (`[[audiences]]`)."""
    if several:
        seen[steps] = seen.get(steps, -1) + 1
    path: Key = ()
    for length in range(1, len(steps) + 1):
        path += (steps[length - 1],)
        if steps[:length] in seen:
            path += (seen[steps[:length]],)
    return path
