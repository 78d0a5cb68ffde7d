"""Making a picture what a network takes: upright, without hidden data, and small enough."""

from __future__ import annotations

import hashlib
import math
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evenly.media import content, jpeg, pixels
from evenly.media.checking import has_ratio, ratio_problem
from evenly.media.inspection import MediaFacts, MediaRefused, decoding, inspect, opened
from evenly.plugin import MediaLimits, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

_QUALITIES = (90, 82, 74, 66, 58, 50)
_SMALLEST_EDGE = 200  #: pixels; a picture smaller than this is not worth showing
_OPAQUE_CHOICE = ("image/jpeg", "image/png", "image/webp")
_TRANSPARENT_CHOICE = ("image/png", "image/webp", "image/jpeg")

_HIDDEN_DATA_REMOVED = Message("hidden data removed (such as place, time and camera)")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture as the network takes it, and what was done to it for that."""

    path: Path
    facts: MediaFacts
    changes: tuple[Message, ...] = ()


def fit(path: Path, limits: MediaLimits, into: Path, *, crop: bool = False) -> Fitted:
    """The picture at `path` within `limits`: turned upright, hidden data removed, quality and then size reduced.

    A picture that already is as it should be stays where it is; another one is written into the folder `into`, named by
    its content. Never enlarged; with `crop` it loses what is left and right, or above and below, of its middle where its
    sides' ratio asks for that, and never otherwise. Of an animation only hidden data is taken. Raises MediaRefused where
    that is not enough.
    """
    facts = inspect(path)
    if facts.kind not in {"picture", "animation"}:
        raise MediaRefused(Message("{name} is no picture", name=path.name))
    if limits.ratio is not None and not has_ratio(facts, limits.ratio):
        _may_be_cropped(path, facts, limits.ratio, crop=crop)
    with path.open("rb") as file, opened(path, file) as image:
        with decoding(path):
            hidden = pixels.hides_data(image, path)
        if not hidden and pixels.is_plain(image) and _fits(facts, limits):
            return Fitted(path, facts)
        work = _Work(path, image, facts.mime, limits)
        if hidden:
            work.changes.append(_HIDDEN_DATA_REMOVED)
        data = _animation(work, facts) if facts.kind == "animation" else _still(work)
    return _written(data, work.mime, into, work.changes)


def _may_be_cropped(path: Path, facts: MediaFacts, bounds: tuple[float, float], *, crop: bool) -> None:
    """Refuse a ratio that is not taken, unless a person asked for cropping and it can be done."""
    problem = ratio_problem(facts, bounds)
    if facts.kind == "animation":
        raise MediaRefused(Message("{name}: {problem}: crop it (animations are not cropped here)", name=path.name, problem=problem))
    if not crop:
        said = Message("{name}: {problem}: crop it, or have its middle taken with --fit crop", name=path.name, problem=problem)
        raise MediaRefused(said)


def _fits(facts: MediaFacts, limits: MediaLimits) -> bool:
    small = limits.bytes is None or facts.bytes <= limits.bytes
    return small and facts.mime in limits.types and _scale(_size(facts), limits) == 1 and _middle(_size(facts), limits) == _size(facts)


def _scale(size: tuple[int, int], limits: MediaLimits) -> float:
    """By how much the picture has to be made smaller; 1 where it need not."""
    width, height = size
    bounds = [
        1.0,
        1.0 if limits.width is None else limits.width / width,
        1.0 if limits.height is None else limits.height / height,
        1.0 if limits.pixels is None else math.sqrt(limits.pixels / (width * height)),
    ]
    return min(bounds)


def _middle(size: tuple[int, int], limits: MediaLimits) -> tuple[int, int]:
    """The largest size inside of `size` whose ratio is taken; `size` itself where it is."""
    width, height = size
    least, most = limits.ratio or (0.0, math.inf)
    if width > height * most:
        return max(1, math.floor(height * most)), height
    if width < height * least:
        return width, max(1, math.floor(width / least))
    return size


def _size(facts: MediaFacts) -> tuple[int, int]:
    return facts.width or 1, facts.height or 1


class _Work:
    """A still picture on its way to the limits; `changes` tells what was done to it."""

    def __init__(self, path: Path, image: Image.Image, mime: str, limits: MediaLimits) -> None:
        self.path, self.image, self.mime, self.limits = path, image, mime, limits
        self.changes: list[Message] = []

    def change(self, to: Image.Image, sentence: Message) -> None:
        self.image = to
        self.changes.append(sentence)

    def is_small(self, data: bytes) -> bool:
        return self.limits.bytes is None or len(data) <= self.limits.bytes


def _still(work: _Work) -> bytes:
    data = _same_pixels(work)
    if data is not None:
        return data
    if pixels.is_turned(work.image):
        work.change(pixels.upright(work.image), Message("turned upright"))
    _choose_type(work)
    _crop(work)
    _shrink(work, _scale(work.image.size, work.limits))
    return _compressed(work)


def _same_pixels(work: _Work) -> bytes | None:
    """The picture with nothing but hidden data removed, where that is all that is needed."""
    image = work.image
    fits = work.mime in work.limits.types and _scale(image.size, work.limits) == 1 and _middle(image.size, work.limits) == image.size
    if not fits or pixels.is_turned(image) or not pixels.is_plain(image):
        return None
    if work.mime == "image/jpeg":
        data = jpeg.stripped(work.path.read_bytes())
    else:
        data = pixels.encoded(image, work.mime) if work.mime == "image/png" else None
    return data if data is not None and work.is_small(data) else None


def _choose_type(work: _Work) -> None:
    """Bring the picture to a type that is taken, keeping transparency where one of them can."""
    transparent = pixels.is_transparent(work.image)
    if work.mime not in work.limits.types:
        choice = _TRANSPARENT_CHOICE if transparent else _OPAQUE_CHOICE
        mime = next((each for each in choice if each in work.limits.types), None)
        if mime is None:
            raise _type_refused(work.path, work.mime, work.limits)
        _save_as(work, mime)
    if transparent and work.mime == "image/jpeg":
        work.change(pixels.on_white(work.image), Message("transparent parts became white"))
    work.image = pixels.in_usual_colours(work.image)


def _save_as(work: _Work, mime: str) -> None:
    work.mime = mime
    work.changes.append(Message("saved as {mime}", mime=mime))


def _crop(work: _Work) -> None:
    middle = _middle(work.image.size, work.limits)
    if middle != work.image.size:
        before, after = _told(work.image.size), _told(middle)
        work.change(pixels.middle(work.image, middle), Message("cropped: {after} of {before} pixels", before=before, after=after))


def _shrink(work: _Work, scale: float) -> None:
    if scale < 1:
        # Not one pixel less where the product is whole but for a rounding error; one less where rounding has left the ratio.
        width, height = (max(1, math.floor(edge * scale + 1e-9)) for edge in work.image.size)
        size = _middle((width, height), work.limits)
        before, after = _told(work.image.size), _told(size)
        work.change(
            pixels.resized(work.image, size), Message("made smaller: {after} instead of {before} pixels", before=before, after=after)
        )


def _told(size: tuple[int, int]) -> str:
    return "×".join(map(str, size))


def _compressed(work: _Work) -> bytes:
    """The picture in as many bytes as are taken: by quality first, then by size."""
    while True:
        if work.mime == "image/png":
            data = pixels.encoded(work.image, work.mime)
        else:
            data, quality = _best_quality(lambda quality: pixels.encoded(work.image, work.mime, quality=quality), work)
            if work.is_small(data) and quality < _QUALITIES[0]:
                work.changes.append(Message("compressed to a quality of {quality} %", quality=quality))
        if work.is_small(data):
            return data
        if work.mime == "image/png" and "image/jpeg" in work.limits.types and not pixels.is_transparent(work.image):
            _save_as(work, "image/jpeg")
            work.image = work.image.convert("RGB")
        else:
            _shrink_for_bytes(work, len(data))


def _best_quality(encode: Callable[[int], bytes], work: _Work) -> tuple[bytes, int]:
    """The picture at the first quality that is small enough, else at the lowest."""
    data, quality = b"", 0
    for quality in _QUALITIES:
        data = encode(quality)
        if work.is_small(data):
            break
    return data, quality


def _shrink_for_bytes(work: _Work, size: int) -> None:
    """One step towards the bytes that are taken; MediaRefused when the picture would become too small to be seen."""
    allowed = work.limits.bytes or size
    edge = min(work.image.size)
    if edge <= _SMALLEST_EDGE:
        raise MediaRefused(Message("{name} cannot be brought under {most} bytes: use a simpler picture", name=work.path.name, most=allowed))
    # Bytes go about with the area; a little less, so that few rounds are needed.
    wanted = max(0.5, min(0.9, 0.95 * math.sqrt(allowed / size)))
    _shrink(work, max(wanted, _SMALLEST_EDGE / edge))


def _animation(work: _Work, facts: MediaFacts) -> bytes:
    name, limits = work.path.name, work.limits
    if work.mime not in limits.types:
        raise _type_refused(work.path, work.mime, limits)
    if _scale(_size(facts), limits) < 1:
        raise MediaRefused(Message("{name} is too large an animation: make it smaller or a video of it", name=name))
    data = pixels.encoded_animation(work.image, work.mime, facts.frames)
    if not work.is_small(data):
        most = limits.bytes
        raise MediaRefused(Message("{name} has more than {most} bytes: shorten it or make a video of it", name=name, most=most))
    return data


def _type_refused(path: Path, mime: str, limits: MediaLimits) -> MediaRefused:
    types = ", ".join(sorted(limits.types)) or "-"
    return MediaRefused(Message("{name} is {mime}; taken are {types}: convert it", name=path.name, mime=mime, types=types))


def _written(data: bytes, mime: str, into: Path, changes: list[Message]) -> Fitted:
    """Kept under the name of its content, whole or not at all."""
    into.mkdir(parents=True, exist_ok=True)
    target = into / (hashlib.sha256(data).hexdigest()[:32] + content.suffix(mime))
    handle, temporary = tempfile.mkstemp(dir=into, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(target)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Fitted(target, inspect(target), tuple(changes))
