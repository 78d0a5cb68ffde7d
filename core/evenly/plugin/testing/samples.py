"""Small files to publish."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from evenly.plugin.types import Limits, Media

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def picture(folder: Path, number: int, limits: Limits) -> Media:
    """A picture, different for each number, of a type and shape that `limits` allow."""
    from PIL import Image

    kind = "JPEG" if "image/jpeg" in limits.picture.types else "PNG"
    path = folder / f"picture-{number}.{kind.lower()}"
    size = (640, 480)
    Image.new("RGB", size, (40 * number % 256, 120, 200)).save(path, kind)
    return Media(
        path=path,
        kind="picture",
        mime=f"image/{kind.lower()}",
        bytes=path.stat().st_size,
        alt="" if limits.alt == 0 else f"A plain field of colour, number {number}",
        width=size[0],
        height=size[1],
    )


def video(folder: Path, seconds: float = 5.0) -> Media:
    """The skeleton of an MP4: its type, its length and some bytes, enough for a stand-in to take it for one."""
    path = folder / "video.mp4"
    timescale = 1000
    header = struct.pack(">IIIII", 0, 0, 0, timescale, round(seconds * timescale)) + bytes(80)
    path.write_bytes(
        _box(b"ftyp", b"isom\x00\x00\x02\x00isommp42") + _box(b"moov", _box(b"mvhd", header)) + _box(b"mdat", bytes(range(256)) * 16),
    )
    return Media(path=path, kind="video", mime="video/mp4", bytes=path.stat().st_size, width=1280, height=720, seconds=seconds)


def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", 8 + len(payload)) + kind + payload


def hosting(folder: Path) -> WSGIApplication:
    """An app that shows the files of a folder, for networks that fetch media themselves."""

    def hosting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = folder / Path(str(environ["PATH_INFO"])).name
        if not path.is_file():
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"no such file"]
        content = path.read_bytes()
        start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(content)))])
        return [content]

    return hosting
