"""Thumbnails are small, square, and never a reason to fail."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from evenly.pages.thumbnails import thumbnail


def test_a_picture_becomes_a_small_square(tmp_path: Path) -> None:
    """A few kilobytes, whatever it was, upright and on white where it was transparent."""
    path = tmp_path / "wide.png"
    Image.effect_noise((2000, 700), 80).convert("RGBA").save(path)

    address = thumbnail(path)

    assert address is not None
    data = base64.b64decode(address.removeprefix("data:image/jpeg;base64,"), validate=True)
    with Image.open(io.BytesIO(data)) as small:
        assert small.size == (112, 112)
        assert not small.getexif()
    assert len(data) < 8_000


def test_what_cannot_be_drawn_is_left_away(tmp_path: Path) -> None:
    """A file that is gone, a video, a damaged picture."""
    (tmp_path / "video.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(100))
    (tmp_path / "half.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(50))

    assert [thumbnail(tmp_path / name) for name in ("gone.jpg", "video.mp4", "half.jpg")] == [None, None, None]
