"""Getting media from where they are hosted, as Instagram's own servers do, and what can be seen in their bytes."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

_PATIENCE = 5.0
_LARGEST = 310_000_000
_MVHD = re.compile(rb"mvhd\x00.{11}(.{4})(.{4})", re.DOTALL)  # version 0: flags, two times, then scale and length
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # the markers of a JPEG in front of its size
JPEG, MP4 = b"\xff\xd8\xff", b"ftyp"


def fetch(url: str) -> bytes | None:
    """The bytes at an address. None: nothing that could be taken, in time and without redirects."""
    import httpx

    held = bytearray()
    try:
        with httpx.stream("GET", url, timeout=_PATIENCE, trust_env=False) as response:
            if response.status_code != 200:  # noqa: PLR2004 - HTTP's
                return None
            for piece in response.iter_bytes():
                held += piece
                if len(held) > _LARGEST:
                    return None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
        return None
    return bytes(held)


@dataclass(frozen=True, slots=True)
class Look:
    """What the bytes of a file are."""

    jpeg: bool = False
    film: bool = False
    ratio: float | None = None
    seconds: float | None = None


def seen(content: bytes) -> Look:
    if content.startswith(JPEG):
        return Look(jpeg=True, ratio=_ratio(content))
    found = _MVHD.search(content[:100_000]) if content[4:8] == MP4 else None
    scale, length = (int.from_bytes(found[1]), int.from_bytes(found[2])) if found else (0, 0)
    return Look(film=content[4:8] == MP4, seconds=length / scale if scale else None)


def _ratio(content: bytes) -> float | None:
    """Width by height, from the first frame's header."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:  # noqa: PLR2004 - every marker begins so
        kind, length = content[place + 1], struct.unpack(">H", content[place + 2 : place + 4])[0]
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width / height if height else None
        place += 2 + length
    return None
