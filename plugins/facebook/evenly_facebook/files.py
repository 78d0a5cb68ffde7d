"""Reading what is to be sent from the disk; what is gone or has changed is refused by its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evenly.plugin import Message, PostRejected, Problem

if TYPE_CHECKING:
    from evenly.plugin import Media
    from evenly_graph.calls import Files

#: Of a cover that is staged, as of photos: https://developers.facebook.com/docs/graph-api/reference/page/photos. One that travels with
#: the visible call must not make it slow, for then nobody could tell how it ended.
STAGED_COVER, SENT_COVER = 10_000_000, 1_000_000
_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def content(media: Media, start: int = 0, end: int | None = None) -> bytes:
    """The bytes from `start` up to `end`, of a file that is as long as it was."""
    check(media)
    try:
        with media.path.open("rb") as file:
            file.seek(start)
            return file.read(-1 if end is None else end - start)
    except OSError as error:
        raise _unreadable(media) from error


def check(media: Media) -> None:
    """Before bytes are promised: are they there still, and as many?"""
    try:
        there = media.path.stat().st_size
    except OSError as error:
        raise _unreadable(media) from error
    if there != media.bytes:
        raise _unreadable(media)


def cover(path: str, field: str, *, most: int) -> Files:
    """The picture at `path` as the file of a form's `field`. Raises `PostRejected` where it is none, or has more than `most` bytes."""
    name = Path(path).name
    try:
        with Path(path).open("rb") as file:
            read = file.read(most + 1)
    except OSError as error:
        raise PostRejected(
            Problem(Message("The cover {path} cannot be read: give the whole path of a JPEG or PNG file.", path=path), "options.cover")
        ) from error
    mime = next((mime for start, mime in _KINDS.items() if read.startswith(start)), None)
    if mime is None or len(read) > most:
        said = Message("The cover {path} is no JPEG or PNG of up to {most:g} MB.", path=path, most=most / 1_000_000)
        raise PostRejected(Problem(said, "options.cover"))
    return {field: (name, read, mime)}


def _unreadable(media: Media) -> PostRejected:
    return PostRejected(Problem(Message("The file {name} is gone or has changed.", name=media.path.name), "media"))
