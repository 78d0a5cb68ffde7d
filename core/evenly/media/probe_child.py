"""A program of its own: tells, in JSON, what the video or document on standard input is.

Parsers of other people's making work here on files that may be hostile. Whatever one of them does (it hangs, it crashes, it eats memory)
ends with this process; see `probe`. It imports nothing of ours, so that it starts quickly.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from typing import Any, BinaryIO

MISSING = 3  #: exit code: the library is not there
LOCKED = 4  #: exit code: the document asks for a password

_MEMORY = 1 << 30  #: bytes
_CPU_SECONDS = 20
_STANDARD_FILES = 3


def _limit(what: int, most: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # macOS does not take every limit; the time-out of the parent always holds
        resource.setrlimit(what, (most, most))


def _video(file: BinaryIO) -> dict[str, Any]:
    from pymediainfo import MediaInfo

    if not MediaInfo.can_parse():
        sys.exit(MISSING)
    # A video may name further files and addresses to be read with it: nothing more can be opened.
    _limit(resource.RLIMIT_NOFILE, _STANDARD_FILES)
    found = MediaInfo.parse(file)
    container, shown = found.general_tracks[0], found.video_tracks
    return {
        "tells_place": any(name == "xyz" or "location" in name for name in container.to_data()),
        "whole": container.format is not None and container.istruncated is None,
        "tracks": [
            {
                "width": track.width,
                "height": track.height,
                "pixel_ratio": _number(track.pixel_aspect_ratio),
                "rotation": _number(track.rotation),
                "milliseconds": _number(track.duration) or _number(container.duration),
                "fps": _number(track.frame_rate),
            }
            for track in shown
        ],
    }


def _document(file: BinaryIO) -> dict[str, Any]:
    from pypdf import PdfReader

    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        sys.exit(LOCKED)
    return {"pages": len(reader.pages)}


def _number(told: object) -> float | None:
    try:
        return float(told)  # type: ignore[arg-type]  # text, a number or None, as the library likes
    except (TypeError, ValueError):
        return None


def main(kind: str) -> None:
    """Tell what standard input is."""
    _limit(resource.RLIMIT_AS, _MEMORY)
    _limit(resource.RLIMIT_CPU, _CPU_SECONDS)
    try:
        told = {"video": _video, "document": _document}[kind](sys.stdin.buffer)
    except ImportError:
        sys.exit(MISSING)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
