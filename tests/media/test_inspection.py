"""A file is what its content is, and hostile files are refused without harm."""

import functools
import io
import os
import random
import re
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

from evenly.media import MediaFacts, MediaRefused, confined, inspect, probe, probe_child

DATA = Path(__file__).parent / "data"
"""Videos of one second, made for these tests with FFmpeg."""


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


def mp4(brand: bytes = b"isom") -> bytes:
    """The beginning of a video with that brand."""
    return box(b"ftyp", brand, bytes(4), brand) + box(b"moov") + box(b"mdat", bytes(100))


def pdf(pages: int = 1, password: str | None = None) -> bytes:
    """A document of blank pages."""
    from pypdf import PdfWriter

    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password is not None:
        writer.encrypt(password, "of the owner")
    writer.write(written)
    return written.getvalue()


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
        ("a.mp4", mp4(brand=b"M4A "), "sound"),
        ("a.mp4", (DATA / "sound.mp4").read_bytes(), "no video"),
        ("a.jpg", mp4(), "not what its name promises"),
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


@pytest.mark.parametrize(
    ("name", "mime", "size", "fps"),
    [
        ("lying.mp4", "video/mp4", (64, 48), 25.0),
        ("lying.webm", "video/webm", (64, 48), 30.0),
        ("upright.mov", "video/quicktime", (48, 64), 24.0),  # telephones store a lying video and a matrix to turn it
    ],
)
def test_a_video_tells_length_size_and_pace(name: str, mime: str, size: tuple[int, int], fps: float) -> None:
    """As a viewer shows it."""
    width, height = size

    facts = inspect(DATA / name)

    assert facts == MediaFacts(
        kind="video", mime=mime, bytes=(DATA / name).stat().st_size, width=width, height=height, seconds=1.0, fps=fps
    )


def test_a_video_that_says_where_it_was_made_is_known_by_that() -> None:
    """Telephones write it there."""
    assert inspect(DATA / "placed.mov").tells_place
    assert not inspect(DATA / "upright.mov").tells_place


CUT = [(DATA / name).read_bytes()[:-bytes_lost] for name in ("lying.mp4", "lying.webm", "upright.mov") for bytes_lost in (50, 1500)]
MP4 = box(b"ftyp", b"isom", bytes(4))
HOSTILE = [
    MP4 + box(b"mdat", bytes(10)),
    MP4 + struct.pack(">I4sQ", 1, b"moov", 2**63),
    MP4 + struct.pack(">I4s", 4, b"moov"),
    MP4 + box(b"free") * 20_000,
    MP4 + box(b"moov", box(b"mvhd", bytes(4))),
    MP4 + box(b"moov", box(b"trak", box(b"tkhd"))),
    MP4 + functools.reduce(lambda inside, _: box(b"moov", inside), range(3_000), b""),
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(50),
]


@pytest.mark.parametrize("content", [*CUT, *HOSTILE])
def test_a_broken_or_hostile_container_is_refused(tmp_path: Path, content: bytes) -> None:
    """Cut off, with boxes that end beyond the file, never move on, or never end."""
    path = tmp_path / ("a.webm" if content.startswith(b"\x1a") else "a.mp4")
    path.write_bytes(content)

    with pytest.raises(MediaRefused, match=r"damaged or cut off|holds no video"):
        inspect(path)


@pytest.mark.parametrize("name", ["lying.mp4", "upright.mov", "lying.webm"])
def test_a_video_in_which_bytes_were_changed_harms_nobody(tmp_path: Path, name: str) -> None:
    """It is read, or refused with a sentence."""
    seed = random.Random(name)
    whole = (DATA / name).read_bytes()
    path = tmp_path / name
    for _ in range(6):
        damaged = bytearray(whole)
        for _ in range(seed.randint(1, 40)):
            damaged[seed.randrange(24, len(damaged))] = seed.randrange(256)
        path.write_bytes(damaged)
        with suppress(MediaRefused):
            assert isinstance(inspect(path), MediaFacts)


def test_a_parser_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the file is refused like a damaged one."""
    endless = tmp_path / "endless.py"
    endless.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(probe_child, "__file__", str(endless))
    monkeypatch.setattr(probe, "_SECONDS", 0.2)

    with pytest.raises(MediaRefused, match="damaged or cut off"):
        inspect(DATA / "lying.mp4")


def test_a_parser_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment may hold keys."""
    nosy = tmp_path / "nosy.py"
    nosy.write_text("import json, os, sys\nsys.exit('EVENLY_KEY' in os.environ or 'PATH' not in os.environ)\n")
    monkeypatch.setattr(probe_child, "__file__", str(nosy))
    monkeypatch.setenv("EVENLY_KEY", "secret")

    with (DATA / "lying.mp4").open("rb") as file, pytest.raises(ValueError, match="Expecting value"):
        probe.video(file)  # it ended well, and said nothing


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no fault of the file."""
    missing = tmp_path / "missing.py"
    missing.write_text("import sys\nsys.exit(3)\n")
    monkeypatch.setattr(probe_child, "__file__", str(missing))

    with pytest.raises(MediaRefused, match="MediaInfo or pypdf is missing"):
        inspect(DATA / "lying.mp4")


def test_a_video_cannot_have_other_files_opened(tmp_path: Path) -> None:
    """While it is parsed, nothing else can be opened, whatever it names."""
    script = tmp_path / "tried.py"
    script.write_text(
        "import sys\n"
        "import pymediainfo\n"
        "from evenly.media import probe_child\n"
        "def parse(file):\n"
        "    try:\n"
        "        open(sys.argv[1])\n"
        "    except OSError as error:\n"
        "        sys.exit(error.strerror)\n"
        "pymediainfo.MediaInfo.parse = parse\n"
        "probe_child.main('video')\n"
    )
    with (DATA / "lying.mp4").open("rb") as file:
        done = subprocess.run([sys.executable, script, script], stdin=file, capture_output=True, text=True, check=False, timeout=60)

    assert "Too many open files" in done.stderr


def test_a_document_tells_its_pages(tmp_path: Path) -> None:
    """Some networks take PDF, up to so many pages."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(3))

    assert inspect(path) == MediaFacts(kind="document", mime="application/pdf", bytes=path.stat().st_size, pages=3)


def test_a_document_that_anybody_may_read_is_taken(tmp_path: Path) -> None:
    """Though its owner locked it against changes."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(password=""))

    assert inspect(path).pages == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n%%EOF", "damaged"),
        (pdf()[:200], "damaged"),
        (pdf(password="secret"), "asks for a password"),
        (re.sub(rb"/Kids \[[^]]*\]", b"/Kids [ 2 0 R ]", pdf()), "damaged"),  # the tree of its pages bites its tail
    ],
)
def test_a_document_without_readable_pages_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """Broken, endless or locked."""
    path = tmp_path / "a.pdf"
    path.write_bytes(content)

    with pytest.raises(MediaRefused, match=said):
        inspect(path)


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
