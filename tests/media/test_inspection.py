"""A file is what its content is, and hostile files are refused without harm."""

import io
import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evenly.media import MediaFacts, MediaRefused, confined, inspect


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """A picture that does not compress to nothing."""
    seed = random.Random(7)
    return Image.frombytes(mode, size, seed.randbytes(size[0] * size[1] * len(Image.new(mode, (1, 1)).tobytes())))


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def box(name: bytes, *payloads: bytes) -> bytes:
    payload = b"".join(payloads)
    return struct.pack(">I4s", 8 + len(payload), name) + payload


def mvhd(seconds: float, version: int = 0) -> bytes:
    times = struct.pack(">QQIQ" if version else ">IIII", 0, 0, 1000, int(seconds * 1000))
    return box(b"mvhd", bytes([version, 0, 0, 0]), times, bytes(80))


def tkhd(width: int, height: int, *, turned: bool = False, version: int = 0) -> bytes:
    before = bytes(32 if version else 20) + bytes(16)
    one = 0x10000
    matrix = (0, one, 0, -one, 0, 0, 0, 0, one << 14) if turned else (one, 0, 0, 0, one, 0, 0, 0, one << 14)
    return box(b"tkhd", bytes([version, 0, 0, 0]), before, struct.pack(">9i", *matrix), struct.pack(">II", width << 16, height << 16))


def mp4(*tracks: bytes, seconds: float = 12.5, brand: bytes = b"isom", version: int = 0) -> bytes:
    moov = box(b"moov", mvhd(seconds, version), *(box(b"trak", track) for track in tracks))
    return box(b"ftyp", brand, bytes(4), brand) + moov + box(b"mdat", bytes(100))


@pytest.mark.parametrize(
    ("name", "kind", "mime"),
    [
        ("a.jpg", "picture", "image/jpeg"),
        ("a.png", "picture", "image/png"),
        ("a.gif", "picture", "image/gif"),
        ("a.webp", "picture", "image/webp"),
        ("a.avif", "picture", "image/avif"),
    ],
)
def test_a_picture_tells_its_size(tmp_path: Path, name: str, kind: str, mime: str) -> None:
    """For every type that is taken."""
    path = saved(tmp_path / name, picture())

    facts = inspect(path)

    assert (facts.kind, facts.mime, facts.width, facts.height, facts.frames) == (kind, mime, 64, 48, 1)
    assert facts.bytes == path.stat().st_size


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_a_picture_that_moves_is_an_animation(tmp_path: Path, name: str) -> None:
    """Three frames, in each of the types that can move."""
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    path = saved(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], duration=50)

    assert (inspect(path).kind, inspect(path).frames) == ("animation", 3)


def test_the_size_is_the_one_a_viewer_sees(tmp_path: Path) -> None:
    """A camera held upright stores a lying picture and a note to turn it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path / "a.jpg", picture((64, 48)), exif=exif)

    assert (inspect(path).width, inspect(path).height) == (48, 64)


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    """A PNG called .jpg is a PNG; a file without a suffix is what it holds."""
    wrong, bare = tmp_path / "a.jpg", tmp_path / "photo"
    picture().save(wrong, "PNG")
    picture().save(bare, "JPEG")

    assert inspect(wrong).mime == "image/png"
    assert inspect(bare).mime == "image/jpeg"


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.jpg", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "web page"),
        ("a.jpg", b"\n  <html>", "web page"),
        ("a.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ("a.jpg", _zip(), "archive"),
        ("a.jpg", b"\x7fELF" + bytes(100), "program"),
        ("a.jpg", box(b"ftyp", b"heic", bytes(4), b"mif1"), "HEIC"),
        ("a.mp4", b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x82\x88matroska", "Matroska"),
        ("a.jpg", b"just some words", "nothing that is known"),
        ("a.jpg", b"\x00", "nothing that is known"),
        ("a.mp4", mp4(tkhd(0, 0), brand=b"M4A "), "sound"),
        ("a.mp4", mp4(tkhd(0, 0)), "no video"),
        ("a.jpg", mp4(tkhd(64, 48)), "not what its name promises"),
        ("a.mp4", b"%PDF-1.7\n", "not what its name promises"),
    ],
)
def test_content_that_is_not_what_it_should_be_is_refused(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    """The sentence says what the file really holds."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(MediaRefused, match=word):
        inspect(path)


def test_a_missing_empty_or_strange_file_is_refused(tmp_path: Path) -> None:
    """A named pipe would never end, and a folder has no content."""
    (tmp_path / "empty.jpg").touch()
    os.mkfifo(tmp_path / "pipe.jpg")

    for name, word in (("none.jpg", "no file"), ("empty.jpg", "empty"), ("pipe.jpg", "not a file"), (".", "not a file")):
        with pytest.raises(MediaRefused, match=word):
            inspect(tmp_path / name)
    with pytest.raises(MediaRefused):
        inspect(tmp_path / "nul\0.jpg")


def png_of(width: int, height: int) -> bytes:
    """A small file that unfolds to `width` times `height` black pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    squeezed = zlib.compressobj(9)
    data = b"".join(squeezed.compress(bytes(1 + width // 8) * 1000) for _ in range(height // 1000)) + squeezed.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    """900 million pixels in less than a megabyte: the program may not need the memory for them."""
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(30_000, 30_000))
    assert path.stat().st_size < 1_000_000
    code = (
        "import resource, sys; from pathlib import Path; from evenly.media import MediaRefused, inspect\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))\n"
        "try: inspect(Path(sys.argv[1]))\n"
        "except MediaRefused as refused: print(refused)"
    )

    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=30, check=False)

    assert (done.stdout, done.stderr) == ("bomb.png has more than 80 million pixels: make it smaller first\n", "")


def test_a_picture_just_below_pillows_own_limit_but_above_ours_is_refused(tmp_path: Path) -> None:
    """The bound is ours, whatever Pillow's default becomes."""
    path = tmp_path / "large.png"
    path.write_bytes(png_of(9_000, 9_000))

    with pytest.raises(MediaRefused, match="80 million"):
        inspect(path)


def test_an_endless_animation_is_refused(tmp_path: Path) -> None:
    """A thousand frames are enough."""
    frames = [Image.new("L", (2, 2), number % 256) for number in range(1_100)]
    path = saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:], duration=20)

    with pytest.raises(MediaRefused, match="too long"):
        inspect(path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif"])
def test_a_picture_that_was_cut_off_is_refused(tmp_path: Path, name: str) -> None:
    """Half a download is found here and not by the network."""
    path = saved(tmp_path / name, picture((300, 300)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(MediaRefused, match="damaged or cut off"):
        inspect(path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.webp", "a.avif"])
def test_no_damage_breaks_the_program(tmp_path: Path, name: str) -> None:
    """A file with random bytes changed is either still a picture or refused."""
    whole = saved(tmp_path / name, picture((40, 40))).read_bytes()
    seed = random.Random(11)
    path = tmp_path / ("damaged-" + name)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(seed.randint(1, 8)):
            damaged[seed.randrange(12, len(damaged))] = seed.randrange(256)
        path.write_bytes(damaged[: seed.choice([len(damaged), seed.randrange(13, len(damaged))])])
        with suppress(MediaRefused):
            assert isinstance(inspect(path), MediaFacts)


@pytest.mark.parametrize("version", [0, 1])
def test_a_video_tells_length_and_size(tmp_path: Path, version: int) -> None:
    """From the boxes of its container, sound tracks left aside."""
    path = tmp_path / "a.mp4"
    path.write_bytes(mp4(tkhd(0, 0, version=version), tkhd(1920, 1080, version=version), version=version))

    facts = inspect(path)

    assert facts == MediaFacts(kind="video", mime="video/mp4", bytes=path.stat().st_size, width=1920, height=1080, seconds=12.5)


def test_a_video_held_upright_is_higher_than_wide(tmp_path: Path) -> None:
    """Telephones store a lying video and a matrix to turn it."""
    path = tmp_path / "a.mov"
    path.write_bytes(mp4(tkhd(1920, 1080, turned=True), brand=b"qt  "))

    facts = inspect(path)

    assert (facts.mime, facts.width, facts.height) == ("video/quicktime", 1080, 1920)


def test_a_webm_video_is_known_by_its_content(tmp_path: Path) -> None:
    """Its length and size are not read."""
    path = tmp_path / "a.webm"
    path.write_bytes(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(50))

    assert (inspect(path).mime, inspect(path).seconds) == ("video/webm", None)


@pytest.mark.parametrize(
    "content",
    [
        mp4(tkhd(64, 48))[:60],
        mp4(tkhd(64, 48))[:-50],
        box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", bytes(10)),
        box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4sQ", 1, b"moov", 2**63),
        box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4s", 4, b"moov"),
        box(b"ftyp", b"isom", bytes(4)) + box(b"free") * 20_000,
        box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"mvhd", bytes(4))),
        box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"trak", box(b"tkhd"))),
    ],
)
def test_a_broken_or_hostile_container_is_refused(tmp_path: Path, content: bytes) -> None:
    """Boxes that end beyond the file, never move on, or never end."""
    path = tmp_path / "a.mp4"
    path.write_bytes(content)

    with pytest.raises(MediaRefused, match="damaged or cut off"):
        inspect(path)


def test_boxes_inside_boxes_without_end_are_refused(tmp_path: Path) -> None:
    """Nesting is bounded as well."""
    nested = b""
    for _ in range(3_000):
        nested = box(b"moov", nested)
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"isom", bytes(4)) + nested)

    with pytest.raises(MediaRefused):
        inspect(path)


def test_a_document_is_known_as_one(tmp_path: Path) -> None:
    """Some networks take PDF."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n%%EOF")

    assert inspect(path) == MediaFacts(kind="document", mime="application/pdf", bytes=14)


def test_a_path_inside_the_folder_is_taken(tmp_path: Path) -> None:
    """Relative ones from the folder, and links that stay inside."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.jpg").touch()
    (tmp_path / "link.jpg").symlink_to(tmp_path / "media" / "a.jpg")

    for path in ("media/a.jpg", "media/../media/a.jpg", "link.jpg", str(tmp_path / "media" / "a.jpg")):
        assert confined(Path(path), tmp_path) == (tmp_path / "media" / "a.jpg").resolve()


def test_a_path_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """Whether by dots, by an absolute path or through a link."""
    root = tmp_path / "import"
    root.mkdir()
    (tmp_path / "secret").touch()
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "round").symlink_to(root / "round")

    for path in ("../secret", str(tmp_path / "secret"), "link", "folder/secret", "/etc/passwd", "nul\0"):
        with pytest.raises(MediaRefused):
            confined(Path(path), root)
