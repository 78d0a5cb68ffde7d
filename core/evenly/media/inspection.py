"""What a file really is. Any file may be hostile: nothing is believed, and nothing is read or decoded without bound."""

from __future__ import annotations

import stat
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from evenly.media import content, probe
from evenly.plugin import Message

if TYPE_CHECKING:
    from PIL import Image

    from evenly.plugin.types import MediaKind

MOST_PIXELS = 80_000_000  #: of one picture: a quarter of a gigabyte when decoded
MOST_FRAMES = 1_000
MOST_PIXELS_OF_ALL_FRAMES = 500_000_000
MOST_BYTES = 200_000_000  #: of a picture or document; videos are never read whole

_ORIENTATION = 0x0112
_TURNED_BY_A_QUARTER = range(5, 9)
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError, RuntimeError,
    struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's decoders raise at broken files."""

# Warnings are set for the whole process, and one decoded picture at a time bounds the memory.
_decoding = threading.Lock()


class MediaRefused(Exception):
    """The file cannot be used; `message` says why, and what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What a file is by its content. Sizes are those a viewer sees, after a camera's turn."""

    kind: MediaKind
    mime: str
    bytes: int
    width: int | None = None
    height: int | None = None
    frames: int = 1  #: of an animation; 1 for everything else
    seconds: float | None = None  #: of a video, where its container tells
    fps: float | None = None  #: pictures a second of a video, on average
    tells_place: bool = False  #: a video that says where it was made
    pages: int | None = None  #: of a document


def inspect(path: Path) -> MediaFacts:
    """What the file at `path` is, read to the end and decoded; videos and documents by their structure only.

    Raises MediaRefused for a missing, empty, broken, unsupported or oversized file, and for one whose content is not
    what its name promises.
    """
    with _file(path) as (file, size):
        mime = content.mime(file.read(content.HEAD))
        _is_as_named(path, mime)
        file.seek(0)
        if mime in content.VIDEOS:
            return _video(path, file, size, mime)
        if size > MOST_BYTES:
            raise MediaRefused(
                Message("{name} has {size} MB, and more than {most} are not read", name=path.name, size=_mb(size), most=_mb(MOST_BYTES))
            )
        if mime in content.PICTURES:
            return _picture(path, file, size, mime)
        return _document(path, file, size, mime)


def confined(path: Path, root: Path) -> Path:
    """`path`, taken from `root` and with all links followed, if it is inside `root`; MediaRefused otherwise."""
    try:
        inside = root.resolve(strict=True)
        resolved = (inside / path).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise MediaRefused(Message("{path} cannot be followed: {reason}", path=path, reason=str(error))) from error
    if not resolved.is_relative_to(inside):
        raise MediaRefused(Message("{path} lies outside {root}: only files inside it are taken. Copy it there", path=path, root=root))
    return resolved


@contextmanager
def opened(path: Path, file: BinaryIO) -> Iterator[Image.Image]:
    """The picture in `file`, not yet decoded, but with a size that may be."""
    from PIL import Image

    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with decoding(path):
            image = Image.open(file, formats=_FORMATS)
        with image:
            if image.width * image.height > MOST_PIXELS:
                raise _too_large(path)
            yield image


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Turns what Pillow raises at the file into MediaRefused."""
    from PIL import Image

    try:
        yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_large(path) from error
    except _UNREADABLE as error:
        reason = str(error) or type(error).__name__
        raise MediaRefused(Message("{name} is damaged or cut off ({reason}): take a fresh copy", name=path.name, reason=reason)) from error


@contextmanager
def _file(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """The regular, non-empty file at `path`, and its size."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise MediaRefused(Message("{path} is not a file", path=path))
        if not about.st_size:
            raise MediaRefused(Message("{path} is empty", path=path))
        file = path.open("rb")
    except FileNotFoundError as error:
        raise MediaRefused(Message("There is no file {path}", path=path)) from error
    except (OSError, ValueError) as error:
        raise MediaRefused(Message("{path} cannot be read: {reason}", path=path, reason=str(error))) from error
    with file:
        yield file, about.st_size


def _is_as_named(path: Path, mime: str) -> None:
    promised = content.kind_promised(path.suffix)
    if mime not in content.SUPPORTED:
        what = content.NAMES.get(mime)
        if what is None:
            raise MediaRefused(Message("{name} holds nothing that is known here. {cure}", name=path.name, cure=_TAKEN))
        raise MediaRefused(Message("{name} holds {what}. {cure}", name=path.name, what=what, cure=_TAKEN))
    if promised is not None and promised != content.SUPPORTED[mime]:
        raise MediaRefused(
            Message("{name} is not what its name promises: it holds {mime}. Give it its right name", name=path.name, mime=mime)
        )


_TAKEN = Message("Taken are pictures (JPEG, PNG, GIF, WebP, AVIF), videos (MP4, MOV, WebM) and PDF documents")


def _too_large(path: Path) -> MediaRefused:
    most = MOST_PIXELS // 1_000_000
    return MediaRefused(Message("{name} has more than {most} million pixels: make it smaller first", name=path.name, most=most))


def _picture(path: Path, file: BinaryIO, size: int, mime: str) -> MediaFacts:
    with opened(path, file) as image, decoding(path):
        frames = _frames(path, image)
        turned = image.getexif().get(_ORIENTATION) in _TURNED_BY_A_QUARTER
        width, height = image.size[::-1] if turned else image.size
    kind: MediaKind = "animation" if frames > 1 else "picture"
    return MediaFacts(kind=kind, mime=mime, bytes=size, width=width, height=height, frames=frames)


def _frames(path: Path, image: Image.Image) -> int:
    """How many frames there are; each is decoded, so that a cut-off file is found here and not by the network."""
    count, pixels = 0, 0
    while True:
        image.load()
        count, pixels = count + 1, pixels + image.width * image.height
        if count > MOST_FRAMES or pixels > MOST_PIXELS_OF_ALL_FRAMES:
            raise MediaRefused(Message("{name} is too long an animation: make a video of it", name=path.name))
        # A JPEG with several pictures holds previews and depth maps, no animation.
        if image.format == "MPO" or count >= getattr(image, "n_frames", 1):
            return count
        image.seek(count)


def _video(path: Path, file: BinaryIO, size: int, mime: str) -> MediaFacts:
    with _probing(path):
        track = probe.video(file)
    if track is None:
        raise MediaRefused(Message("{name} holds no video, only sound or nothing", name=path.name))
    return MediaFacts(
        kind="video",
        mime=mime,
        bytes=size,
        width=track.width,
        height=track.height,
        seconds=track.seconds,
        fps=track.fps,
        tells_place=track.tells_place,
    )


def _document(path: Path, file: BinaryIO, size: int, mime: str) -> MediaFacts:
    with _probing(path):
        return MediaFacts(kind="document", mime=mime, bytes=size, pages=probe.pages(file))


@contextmanager
def _probing(path: Path) -> Iterator[None]:
    """Turns what a probe finds wrong with the file into MediaRefused."""
    try:
        yield
    except probe.Damaged as error:
        raise MediaRefused(Message("{name} is damaged or cut off: take a fresh copy", name=path.name)) from error
    except probe.Locked as error:
        raise MediaRefused(Message("{name} asks for a password: save it without one", name=path.name)) from error
    except probe.ParserMissing as error:
        said = Message("{name} cannot be looked into: MediaInfo or pypdf is missing on this machine; reinstall evenly", name=path.name)
        raise MediaRefused(said) from error


def _mb(size: int) -> int:
    return round(size / 1_000_000)
