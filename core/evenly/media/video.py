"""Length and size of MP4 and QuickTime videos, from the boxes of their container.

No maintained library with a licence that suits reads them without a native decoder (mutagen is GPL, tinytag reads no
sizes, PyAV brings FFmpeg), and bounds on hostile files would have to be put around any of them.

Source: ISO/IEC 14496-12; https://developer.apple.com/documentation/quicktime-file-format
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MOST_BOXES = 10_000
_UNKNOWN = (0, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF)


class Damaged(ValueError):
    """The boxes do not fit into the file, or the movie's header is missing."""


@dataclass(frozen=True, slots=True)
class Track:
    """The first track that can be seen."""

    width: int
    height: int
    seconds: float | None


def read(file: BinaryIO, size: int) -> Track | None:
    """The visible track of a file of `size` bytes; None if it has none. Raises Damaged."""
    seconds: float | None = None
    shown: tuple[int, int] | None = None
    complete = False
    for name, start, end in _boxes(file, size):
        complete = complete or name == b"moov"
        if name == b"mvhd":
            seconds = _seconds(_payload(file, start, end, 32))
        elif name == b"tkhd" and shown is None:
            shown = _shown(_payload(file, start, end, 96))
    if not complete:
        raise Damaged
    return None if shown is None else Track(*shown, seconds)


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, start, end) of what the boxes hold, one after the other; a movie and its tracks are entered."""
    start, count = 0, 0
    while start + 8 <= size:
        file.seek(start)
        length, name = struct.unpack(">I4s", file.read(8))
        inside = start + 8
        if length == 1:
            (length,), inside = struct.unpack(">Q", _payload(file, inside, size, 8)), start + 16
        end = size if length == 0 else start + length
        count += 1
        if not inside <= end <= size or count > _MOST_BOXES:
            raise Damaged
        yield name, inside, end
        start = inside if name in {b"moov", b"trak"} else end


def _payload(file: BinaryIO, start: int, end: int, length: int) -> bytes:
    file.seek(start)
    data = file.read(min(length, end - start))
    if len(data) < min(length, 8):
        raise Damaged
    return data


def _seconds(header: bytes) -> float | None:
    """The length in a movie header, which comes in two versions: times of 32 or 64 bits."""
    layout, offset = (">IQ", 20) if header[0] == 1 else (">II", 12)
    scale, duration = _unpacked(layout, header, offset)
    return duration / scale if scale and duration not in _UNKNOWN else None


def _shown(header: bytes) -> tuple[int, int] | None:
    """Width and height in a track header as a viewer sees them; None for sound."""
    matrix = 52 if header[0] == 1 else 40
    across, _, _, down = _unpacked(">i i 4x i i", header, matrix)
    width, height = (each >> 16 for each in _unpacked(">II", header, matrix + 36))
    if not width or not height:
        return None
    return (height, width) if across == down == 0 else (width, height)


def _unpacked(layout: str, data: bytes, offset: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, data, offset)
    except struct.error as error:
        raise Damaged from error
