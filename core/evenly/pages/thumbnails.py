"""Pictures small enough to stand inside a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from evenly.media import MediaRefused

_SIDE = 112  #: pixels; shown at half of it, for sharp screens
_QUALITY = 60


def thumbnail(path: Path) -> str | None:
    """The picture cut to a small square, as a `data:` address; None for what is gone or is no picture."""
    try:
        data = _small(path)
    except (OSError, MediaRefused):
        return None
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"


def _small(path: Path) -> bytes:
    from PIL import ImageOps

    from evenly.media import inspection, pixels

    with path.open("rb") as file, inspection.opened(path, file) as image, inspection.decoding(path):
        image.draft("RGB", (2 * _SIDE, 2 * _SIDE))  # a JPEG is read smaller right away
        square = ImageOps.fit(pixels.on_white(pixels.upright(image)), (_SIDE, _SIDE))
        out = io.BytesIO()
        square.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
