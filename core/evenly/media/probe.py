"""Videos by MediaInfo and documents by pypdf, each asked in a process of its own: the file may be hostile to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

from evenly.media import probe_child

_SECONDS = 30
_NEEDED = frozenset({"PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"})
"""Of the environment. It may hold keys, which are no affair of a parser."""


class Damaged(ValueError):
    """The file is cut off, or is not what its beginning says."""


class Locked(ValueError):
    """The document asks for a password."""


class ParserMissing(RuntimeError):
    """The library that reads such files does not work on this machine."""


@dataclass(frozen=True, slots=True)
class Track:
    """The first track that can be seen: its size as a viewer shows it, and what its container tells of it."""

    width: int
    height: int
    seconds: float | None
    fps: float | None
    tells_place: bool


def video(file: BinaryIO) -> Track | None:
    """The visible track of a video; None if it has none. Raises `Damaged` and `ParserMissing`."""
    told = _asked("video", file)
    if not told["whole"]:
        raise Damaged
    return next((_track(each, tells_place=told["tells_place"]) for each in told["tracks"] if each["width"] and each["height"]), None)


def pages(file: BinaryIO) -> int:
    """How many pages a PDF has. Raises `Damaged`, `Locked` and `ParserMissing`."""
    found: int = _asked("document", file)["pages"]
    if not found:
        raise Damaged
    return found


def _track(told: dict[str, Any], *, tells_place: bool) -> Track:
    size = round(told["width"] * (told["pixel_ratio"] or 1)), told["height"]
    width, height = size[::-1] if (told["rotation"] or 0) % 180 else size
    milliseconds = told["milliseconds"]
    return Track(width, height, milliseconds / 1000 if milliseconds else None, told["fps"], tells_place)


def _asked(kind: Literal["video", "document"], file: BinaryIO) -> Any:
    environment = {name: value for name, value in os.environ.items() if name in _NEEDED}
    command = [sys.executable, "-P", probe_child.__file__, kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file is handed over open, not by name
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Damaged from error
    if done.returncode == probe_child.MISSING:
        raise ParserMissing
    if done.returncode == probe_child.LOCKED:
        raise Locked
    if done.returncode:
        raise Damaged
    return json.loads(done.stdout)
