"""Pillow's part: colours, orientation, encoding, and what else a picture carries beside its pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from evenly.media import jpeg

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/avif": "AVIF"}
_USUAL_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
_ORIENTATION = 0x0112
_UPRIGHT = 1

# What a decoder tells of how a picture looks. Anything else may tell who made it, where and when.
_HARMLESS = frozenset({
    "adobe", "adobe_transform", "aspect", "background", "bbox", "blend", "chromaticity", "default_image", "disposal", "dpi",
    "duration", "gamma", "icc_profile", "interlace", "jfif", "jfif_density", "jfif_unit", "jfif_version", "loop", "progression",
    "progressive", "srgb", "timestamp", "transparency", "version",
})  # fmt: skip
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_LAST_BYTES = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82", "GIF": b";"}


def hides_data(image: Image.Image, path: Path) -> bool:
    """Whether the file holds more than the picture: EXIF, comments, previews, or anything behind its end."""
    frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    hidden = image.format == "MPO" or _has_strange_segments(image) or _goes_on(path, image.format or "")
    for number in range(frames):
        if frames > 1:
            image.seek(number)
        # Texts may stand behind the pixels: they are known only when these are read.
        image.load()
        hidden = hidden or _tells_more(image)
    if frames > 1:
        image.seek(0)
    return hidden


def _tells_more(image: Image.Image) -> bool:
    name, *_ = image.info.get("extension") or (_LOOPS[0],)
    told = {key for key, value in image.info.items() if value} - _HARMLESS - {"extension"}
    return bool(told) or name not in _LOOPS


def _has_strange_segments(image: Image.Image) -> bool:
    """Whether a JPEG has application segments beside the usual: EXIF, previews, editing histories."""
    usual = [(f"APP{marker & 0x0F}", mark) for marker, mark in jpeg.USUAL_SEGMENTS]
    segments = getattr(image, "applist", [])
    return any(not any(name == known and data.startswith(mark) for known, mark in usual) for name, data in segments)


def _goes_on(path: Path, kind: str) -> bool:
    """Whether anything follows the end of the picture."""
    with path.open("rb") as file:
        if kind == "WEBP":
            return int.from_bytes(file.read(8)[4:], "little") + 9 < path.stat().st_size
        last = _LAST_BYTES.get(kind, b"")
        file.seek(max(0, path.stat().st_size - 64))
        return bool(last) and not file.read().rstrip(b"\x00").endswith(last)


def is_turned(image: Image.Image) -> bool:
    """Whether a viewer would turn or mirror the picture."""
    return bool(image.getexif().get(_ORIENTATION, _UPRIGHT) != _UPRIGHT)


def is_plain(image: Image.Image) -> bool:
    """Whether the picture can go out with its pixels as they are."""
    return image.mode in _USUAL_MODES and not is_turned(image)


def is_transparent(image: Image.Image) -> bool:
    """Whether anything would shine through."""
    if not image.has_transparency_data:
        return False
    least, _ = image.convert("RGBA").getchannel("A").getextrema()
    return isinstance(least, int | float) and least < 255  # noqa: PLR2004 - fully opaque


def upright(image: Image.Image) -> Image.Image:
    """The picture as a viewer shows it."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency."""
    from PIL import Image

    seen = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def in_usual_colours(image: Image.Image) -> Image.Image:
    """Grey, RGB or, only where something shines through, RGBA, with 8 bits each."""
    if image.mode in {"L", "RGB"} or (image.mode == "RGBA" and is_transparent(image)):
        return image
    if image.mode in {"CMYK", "LAB", "YCbCr", "HSV"}:
        return _in_rgb(image)
    if image.mode.startswith(("I", "F")):
        return _with_8_bits(image)
    return image.convert("RGBA" if is_transparent(image) else "L" if image.mode == "1" else "RGB")


def _in_rgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    rgb = image.convert("RGB")
    if profile:
        try:
            source, target = io.BytesIO(profile), ImageCms.createProfile("sRGB")
            rgb = ImageCms.profileToProfile(image, source, target, outputMode="RGB") or rgb
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: plain conversion is the best that is left
    # The profile described the colours it had before.
    rgb.info.pop("icc_profile", None)
    return rgb


def _with_8_bits(image: Image.Image) -> Image.Image:
    values = image.convert("F")
    _, highest = values.getextrema()
    scale = 1 / 257 if isinstance(highest, int | float) and highest > 255 else 1.0  # noqa: PLR2004 - 16 bits or 8
    return values.point(lambda value: value * scale).convert("L")


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture in that size."""
    from PIL import Image

    if image.mode not in {"L", "RGB", "RGBA"}:
        image = in_usual_colours(image)
    return image.resize(size, Image.Resampling.LANCZOS)


def middle(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """What stands in the middle of the picture, in that size."""
    left, top = ((whole - part) // 2 for whole, part in zip(image.size, size, strict=True))
    return image.crop((left, top, left + size[0], top + size[1]))


def encoded(image: Image.Image, mime: str, *, quality: int | None = None) -> bytes:
    """The file of that type; nothing goes into it but pixels and colour profile."""
    options: dict[str, Any] = {} if quality is None else {"quality": quality}
    if mime == "image/jpeg":
        options["optimize"] = True
    if profile := image.info.get("icc_profile"):
        options["icc_profile"] = profile
    bare = image.copy()
    bare.info = {name: value for name, value in image.info.items() if name == "transparency"}
    buffer = io.BytesIO()
    bare.save(buffer, _FORMATS[mime], **options)
    return buffer.getvalue()


def encoded_animation(image: Image.Image, mime: str, count: int) -> bytes:
    """The animation, frame by frame, without anything else."""
    frames, durations = [], []
    options: dict[str, Any] = {"loop": image.info["loop"]} if "loop" in image.info else {}
    for number in range(count):
        image.seek(number)
        image.load()
        durations.append(image.info.get("duration", 0))
        frame = image.convert("RGBA") if is_transparent(image) else image.convert("RGB")
        frame.info = {}
        frames.append(frame)
    if mime == "image/gif":
        options["disposal"] = 2
    if mime == "image/webp":
        options["quality"] = 90
    buffer = io.BytesIO()
    frames[0].save(buffer, _FORMATS[mime], save_all=True, append_images=frames[1:], duration=durations, **options)
    return buffer.getvalue()
