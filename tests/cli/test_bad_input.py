"""Bad input: a sentence that says what, where, what is allowed and what to do; exit code 2; and the store as it was."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.shops import ECHO, KEY, SETTINGS, Shop, picture

# ---- evenly.toml


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[accounts.page]", "[accounts.page]\ncadense = '1/day'", ["accounts.page.cadense", "cadence"]),
        ("[brand]", "[brnad]", ["brnad", "brand"]),
        ('timezone = "Europe/Paris"', 'timezone = "Europe/Pariss"', ["brand.timezone", "Europe/Pariss", "Europe/Paris"]),
        ('page_id = "1"', 'page_id = "1"\nwindows = ["Mon-Fri 25:00-26:00"]', ["accounts.page.windows", "25:00"]),
        ('page_id = "1"', 'page_id = "1"\nwindows = ["Mon-Fri 10:00-10:00"]', ["accounts.page.windows"]),
        ('page_id = "1"', 'page_id = "1"\nwindows = []', ["accounts.page.windows"]),
        ('page_id = "1"', 'page_id = "1"\ncadence = "often"', ["accounts.page.cadence", "often", "/day"]),
        ('page_id = "1"', 'page_id = "1"\ngap = "-3h"', ["accounts.page.gap", "-3h"]),
        ('page_id = "1"', 'page_id = "1"\ncolour = "red"', ["accounts.page", "colour"]),
        ('page_id = "1"', "page_id = ", ["evenly.toml:12", "not TOML"]),
    ],
)
def test_a_fault_of_the_settings_is_named_with_its_place(shop: Shop, old: str, new: str, said: list[str]) -> None:
    """What was found and what is allowed; no command does anything before it is mended."""
    shop.add("Hello")
    before = shop.state()
    shop.evenly.settings(SETTINGS.replace(old, new, 1))

    for command in (("queue",), ("add", "Another"), ("drop", "1"), ("plan",)):
        result = shop(*command)
        assert result.code == 2
        assert "Traceback" not in result.err
        assert all(word in result.err for word in said), result.err

    shop.evenly.settings(SETTINGS)
    assert shop.state() == before


def test_all_faults_are_told_at_once(shop: Shop) -> None:
    """A person mends the file in one go."""
    shop.evenly.settings(SETTINGS.replace('page_id = "1"', 'page_id = "1"\ncadence = "often"\ngap = 7'))

    said = shop("queue").err

    assert "accounts.page.cadence" in said
    assert "accounts.page.gap" in said


def test_without_a_workspace_the_way_to_one_is_told(shop: Shop) -> None:
    """Whatever the command."""
    result = shop.evenly("queue", cwd=Path("/"))

    assert result.code == 2
    assert "evenly init" in result.err


# ---- texts and names


def test_a_text_over_the_limit_names_network_and_number(shop: Shop) -> None:
    """As the network counts it."""
    said = shop.refused("add", "x" * 501, "--to", "toots")

    assert "Mastodon takes 500 characters; this has 501" in said
    assert "1 too many" in said


def test_other_limits_are_named_the_same_way(shop: Shop) -> None:
    """Threads, formats, pictures, alternative texts, first comments."""
    three = [option for name in "abc" for option in ("--media", str(picture(shop.folder / f"{name}.png")), "--alt", name)]

    assert "Echo takes 3 posts in a thread; this has 4" in shop.refused(
        *("add", "One", "--to", "echo", "--thread", "2", "--thread", "3", "--thread", "4")
    )
    assert "Echo has no reel; it takes post" in shop.refused("add", "Reel", "--to", "echo", "--format", "reel")
    assert "Echo takes 2 pictures; this has 3" in shop.refused("add", "Many", "--to", "echo", *three)
    assert "Echo takes 50 characters of alternative text" in shop.refused("add", "Alt", "--to", "echo", *three[:3], "x" * 51)
    assert "Well takes no first comment" in shop.refused("add", "Hi", "--to", "well", "--first-comment", "Below")


def test_the_same_text_twice_is_refused_where_the_network_would(shop: Shop) -> None:
    """Else its refusal would mean either of two posts; other networks take it."""
    shop.add("Hello", to="echo")

    assert "refuses the same text twice, and delivery 1 has it already" in shop.refused("add", " Hello ", "--to", "echo")
    shop.add("Hello", to="page")


def test_unknown_names_are_refused_with_those_that_exist(shop: Shop) -> None:
    """Accounts, topics, campaigns, and words that mean nothing."""
    assert "There is no account blog; evenly.toml has: echo, page, toots, well" in shop.refused("add", "Hi", "--to", "blog")
    assert "There is no topic rings; evenly.toml has: care" in shop.refused("add", "Hi", "--topic", "rings")
    assert "There is no campaign spring; evenly.toml has: wedding" in shop.refused("add", "Hi", "--campaign", "spring")
    assert "one of owned, third-party, mixed, unknown" in shop.refused("add", "Hi", "--origin", "mine")
    assert "one of product, brand, service" in shop.refused("add", "Hi", "--offer", "gift")
    assert "one of question, invitation" in shop.refused("add", "Hi", "--action", "shout")
    assert "one of post, story" in shop.refused("add", "Hi", "--format", "song")
    assert "one of none, assisted, generated" in shop.refused("add", "Hi", "--ai", "much")


def test_malformed_options_say_how_they_are_written(shop: Shop) -> None:
    """Each by its own name."""
    assert "--text-for reads ACCOUNT=TEXT" in shop.refused("add", "Hi", "--text-for", "page")
    assert "--set reads ACCOUNT.KEY=VALUE" in shop.refused("add", "Hi", "--set", "page=1")
    assert "more --alt than --media" in shop.refused("add", "Hi", "--alt", "Nothing")
    assert "whole web address" in shop.refused("add", "Hi", "--link", "atelier.example")
    assert "effort" in shop.refused("add", "Hi", "--effort", "long")
    assert "not a valid integer" in shop.refused("add", "Hi", "--priority", "high")


def test_every_fault_of_a_post_is_told_at_once(shop: Shop) -> None:
    """Each with its field."""
    said = shop.refused("add", "Hi", "--link", "nowhere", "--at", "later", "--origin", "mine")

    assert "link:" in said
    assert "at:" in said
    assert "origin:" in said


def test_no_text_commands_the_terminal(shop: Shop) -> None:
    """A feed could say anything; what goes out is what was written."""
    shop.add("Hello\x1b[2J\x07 there")

    for command in (("queue",), ("show", "1"), ("plan",)):
        shown = shop(*command).out
        assert "Hello" in shown
        assert "\x1b" not in shown
    assert shop.delivery("1")["text"] == "Hello\x1b[2J\x07 there"


# ---- times


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", "2027-03-28T02:30"), "2027-03-28T02:30 does not exist in Europe/Paris"),
        (("--at", "2026-11-22T10:00"), "This time is past"),
        (("--not-after", "2026-11-22"), "This time is past"),
        (("--at", "2026-12-01"), "names no time of day"),
        (("--at", "2026-13-01T10:00"), "is no time"),
        (("--at", "1.12.2026 10:00"), "is no time"),
        (("--not-before", "2026-12-02", "--not-after", "2026-12-01"), "leave no moment to publish"),
        (("--at", "2026-12-01T10:00", "--not-before", "2026-12-02"), "leave no moment to publish"),
        (("--take-down-after", "0h"), "taken down at once"),
    ],
)
def test_times_that_cannot_be_are_refused(shop: Shop, options: tuple[str, ...], said: str) -> None:
    """With what is wrong about them and how they are written."""
    assert said in shop.refused("add", "Hello", "--to", "page", *options)


def test_a_time_in_a_clock_change_gap_names_the_times_beside_it(shop: Shop) -> None:
    """An hour that comes twice is the first of both."""
    said = shop.refused("add", "Hello", "--to", "page", "--at", "2027-03-28T02:30")

    assert "2027-03-28T01:59 and 2027-03-28T03:00" in said
    assert shop.add("Hello", "--at", "2027-10-31T02:30")["due"] == "2027-10-31T02:30:00+02:00"


# ---- media


def _bomb(path: Path) -> Path:
    """A PNG of a few hundred bytes that claims 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""))
    return path


def _page(path: Path) -> Path:
    path.write_text("<!doctype html><script>alert(1)</script>")
    return path


def _cut(path: Path) -> Path:
    picture(path, (300, 300))
    path.write_bytes(path.read_bytes()[:80])
    return path


@pytest.mark.parametrize("make", [_bomb, _page, _cut, lambda path: path, lambda path: path.mkdir() or path])
def test_missing_and_hostile_media_are_refused(shop: Shop, make: object, tmp_path: Path) -> None:
    """A decompression bomb, a web page that is called a picture, a damaged file, none at all, a folder."""
    path = make(tmp_path / "ring.png")  # type: ignore[operator]  # one of the functions above

    said = shop.refused("add", "Look", "--to", "echo", "--media", str(path), "--alt", "A ring")

    assert "ring.png" in said
    assert "media[0]" in said


def test_media_without_a_description_are_refused(shop: Shop) -> None:
    """With the setting that makes it a warning."""
    path = picture(shop.folder / "ring.png")

    assert 'alt_text = "warn"' in shop.refused("add", "Look", "--to", "echo", "--media", str(path))


def test_a_refused_post_leaves_no_picture_behind(shop: Shop) -> None:
    """Also where one account could have taken it."""
    path = picture(shop.folder / "ring.png")

    shop.refused("add", "x" * 120, "--to", "page", "--to", "echo", "--media", str(path), "--alt", "A ring")

    assert not list((shop.folder / ".evenly").glob(".media-*"))


# ---- files and encodings


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("latin.md", "Café".encode("latin-1"), "not UTF-8"),
        ("open.md", b"---\nto: page\nHello", "never ends"),
        ("yaml.md", b"---\nto: [page\n---\nHello", "not YAML"),
        ("bomb.md", b"---\na: &a [1]\nb: [*a, *a]\n---\nHello", "references"),
        ("twice.md", b"---\nto: page\nto: echo\n---\nHello", "twice"),
        ("toml.md", b"+++\nto = page\n+++\nHello", "not TOML"),
        ("list.md", b"---\n- page\n---\nHello", "keys with values"),
        ("empty.md", b"", "needs a text"),
    ],
)
def test_a_broken_file_is_refused_by_name(shop: Shop, name: str, content: bytes, said: str) -> None:
    """What is wrong with it, and where."""
    (shop.folder / name).write_bytes(content)

    assert said in shop.refused("add", "--file", name)


def test_what_is_no_file_is_refused(shop: Shop) -> None:
    """A missing one, and a folder."""
    assert "nope.md cannot be read" in shop.refused("add", "--file", "nope.md")
    assert "cannot be read" in shop.refused("add", "--file", ".")


def test_standard_input_must_be_text(shop: Shop) -> None:
    """In UTF-8, without characters that no network can take."""
    assert "not UTF-8" in shop.refused("add", "-", "--to", "page", stdin=b"Caf\xe9")
    assert "no network can take" in shop.refused("add", "-", "--to", "page", stdin=b"Hello\0there")


def test_an_argument_that_is_no_text_is_refused(shop: Shop) -> None:
    """Bytes that are no UTF-8 reach the program as halves of surrogate pairs."""
    command = [*map(str.encode, shop.evenly.command("add", "--to", "page")), b"Caf\xe9"]

    run = subprocess.run(command, cwd=shop.folder, env=shop.evenly.environment(), capture_output=True, check=False)

    assert (run.returncode, b"Traceback" in run.stderr) == (2, False), run.stderr
    assert b"no network can take" in run.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("unknown.csv", b"colour,size\nred,7\n", "no row names columns that evenly knows"),
        ("twice.csv", b"text,text\na,b\n", "stands twice"),
        ("zip.csv", b"PK\x03\x04" + bytes(range(256)), "neither UTF-8 nor Windows-1252"),
        ("cut.xml", b"<rss><channel><item>", "no well-formed feed"),
        ("entities.xml", b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "document type or entities"),
        ("page.xml", b"<html><body>Hello</body></html>", "is a web page and no feed"),
        ("other.json", b'{"hello": "world"}', "no JSON Feed"),
        ("broken.json", b'{"version": ', "no well-formed feed"),
        ("damaged.jsonl", b'{"type": "evenly", "version": 1}\n{"type": "post"', "Line 2"),
        ("newer.jsonl", b'{"type": "evenly", "version": 2}\n', "version 2"),
    ],
)
def test_a_source_that_cannot_be_read_is_refused(shop: Shop, name: str, content: bytes, said: str) -> None:
    """Before anything of it is queued."""
    (shop.folder / name).write_bytes(content)

    assert said in shop.refused("import", name)


@pytest.mark.parametrize("source", ["nope.csv", "ftp://feeds.example/rss", "http://", "http://169.254.169.254/latest", "http://localhost/"])
def test_a_source_that_is_none_or_private_is_refused(shop: Shop, source: str) -> None:
    """Nothing is contacted."""
    assert source.removeprefix("http://").partition("/")[0] in shop.refused("import", source)


def test_a_csv_in_another_encoding_says_what_was_guessed(shop: Shop) -> None:
    """Spreadsheets write many; a guess is told."""
    (shop.folder / "latin.csv").write_bytes("text,to\nCafé,page\n".encode("cp1252"))

    result = shop("import", "latin.csv")

    assert result.code == 0
    assert "UTF-8" in result.err
    assert shop.delivery("1")["text"] == "Café"


# ---- the machine


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 1.5 MiB."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _may_mount(folder: Path) -> bool:
    try:
        with _small_disk(folder / "try"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@pytest.mark.parametrize("left", [0, 96 * 1024])
def test_on_a_full_disk_nothing_is_lost(shop: Shop, tmp_path: Path, left: int) -> None:
    """The post is refused with the reason; what was there is still there, and with room again it is taken."""
    if os.geteuid() != 0 or not _may_mount(tmp_path):
        pytest.skip("only root may mount a small file system")
    look = ("--media", str(_noise(tmp_path / "noise.png")), "--alt", "Noise")
    with _small_disk(tmp_path / "disk") as disk:
        (disk / "evenly.toml").write_text(SETTINGS)
        assert shop.evenly("add", "Hello", "--to", "page", cwd=disk).code == 0
        before = shop.evenly("export", cwd=disk).out
        _fill(disk / "filler", left)

        for more in (("World " * 10_000,), ("World", *look)):
            refused = shop.evenly("add", *more, "--to", "page", cwd=disk)
            assert (refused.code, "disk is full" in refused.err, "Traceback" in refused.err) == (2, True, False), refused.err

        (disk / "filler").unlink()
        assert shop.evenly("export", cwd=disk).out == before
        assert list((disk / ".evenly").rglob("*.png")) == []
        assert shop.evenly("add", "World", *look, "--to", "page", cwd=disk).code == 0


def _noise(path: Path) -> Path:
    """A picture that no compression makes small."""
    from PIL import Image

    Image.frombytes("RGB", (300, 300), random.Random(7).randbytes(300 * 300 * 3)).save(path)
    return path


def _fill(path: Path, left: int) -> None:
    """Fill the disk but for `left` bytes."""
    path.with_name("room").write_bytes(b"\0" * left)
    with path.open("wb", buffering=0) as file:
        size = 65536
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2
    path.with_name("room").unlink()


def test_where_nothing_may_be_written_that_is_said(shop: Shop) -> None:
    """As by another user, or on a read-only medium."""
    shop.add("Hello")
    blocked = shop.folder.parent / "blocked"
    blocked.mkdir()
    (blocked / "evenly.toml").write_text(SETTINGS)
    (blocked / ".evenly").write_text("a file where a folder should be")

    result = shop.evenly("queue", cwd=blocked)

    assert (result.code, "Traceback" in result.err) == (2, False), result.err


def test_a_damaged_store_is_named(shop: Shop) -> None:
    """It is not written to."""
    shop.add("Hello")
    store = shop.folder / ".evenly" / "evenly.sqlite"
    for leftover in store.parent.glob("evenly.sqlite-*"):
        leftover.unlink()
    store.write_bytes(b"this is no database " * 500)

    result = shop("queue")

    assert (result.code, "evenly.sqlite is damaged" in result.err) == (2, True), result.err


def test_a_plugin_that_cannot_be_imported_is_named(shop: Shop) -> None:
    """Its account waits, the others go on."""
    (shop.evenly.site / "echo_network.py").write_text("import nothing_like_this\n" + ECHO)

    said = shop.refused("add", "Hello", "--to", "echo")

    assert "The plugin echo cannot be imported" in said
    assert shop.add("Hello", to="page")["state"] == "planned"


def test_the_key_is_never_shown(shop: Shop) -> None:
    """Whatever is refused."""
    shop.published("Hello")

    assert KEY not in shop.refused("drop", "1")
