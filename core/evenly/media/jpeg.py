"""Taking what is hidden out of a JPEG without touching its pixels: every decoding and encoding would cost quality.

Source: ITU-T T.81, annex B (https://www.w3.org/Graphics/JPEG/itu-t81.pdf)
"""

from __future__ import annotations

USUAL_SEGMENTS = ((0xE0, b"JFIF"), (0xE2, b"ICC_PROFILE"), (0xEE, b"Adobe"))
"""Application segments that tell how the picture looks, by marker and first bytes."""

_COMMENT = 0xFE
_APPLICATION = range(0xE0, 0xF0)
_START_OF_SCAN = 0xDA
_END = b"\xff\xd9"
_PART_OF_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})  #: a stuffed byte, or a restart


def stripped(data: bytes) -> bytes | None:
    """The same picture without EXIF, comments, previews and whatever follows its end; None if its segments make no sense."""
    kept, position = [data[:2]], 2
    while data[position : position + 2] != _END:
        if position + 4 > len(data) or data[position] != 0xFF:  # noqa: PLR2004 - what every marker begins with
            return None
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        after = position + 2 + length
        if marker == _START_OF_SCAN:
            after = _end_of_scan(data, after)
        if length < 2 or after > len(data):  # noqa: PLR2004 - the length counts its own two bytes
            return None
        if _is_needed(marker, data[position + 4 : after]):
            kept.append(data[position:after])
        position = after
    return b"".join(kept) + _END


def _is_needed(marker: int, content: bytes) -> bool:
    if marker in _APPLICATION:
        return any(marker == usual and content.startswith(mark) for usual, mark in USUAL_SEGMENTS)
    return marker != _COMMENT


def _end_of_scan(data: bytes, position: int) -> int:
    """Where the marker after the compressed data stands; the end of `data` if there is none."""
    while (position := data.find(b"\xff", position)) != -1:
        following = data[position + 1 : position + 2]
        if following and following[0] not in _PART_OF_SCAN and following != b"\xff":
            return position
        position += 1 if following == b"\xff" else 2
    return len(data)
