"""A program of its own: gives each parser what was made to hurt it, within a bound of memory, and tells in JSON how long each took."""

from __future__ import annotations

import json
import resource
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from evenly import media
from evenly.importing import feeds, markdown, restoring, spreadsheets
from evenly.importing.bulk import Known
from evenly.importing.rows import ImportRefused
from evenly.signing_in.ready import TokenRefused, credentials_in

_MEMORY = 2 << 30
_MUCH = 4 * 2**20

Parser = Callable[[bytes], object]


def csv(data: bytes) -> object:
    return spreadsheets.read(data, where="x.csv", folder=Path(), known=Known(accounts={}, topics={}, zone="UTC"))


def front_matter(data: bytes) -> object:
    """What a Markdown file with any content becomes: a row, or the reason why it is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.md")
        path.write_bytes(data)
        return markdown.read_file(path)


def feed(data: bytes) -> object:
    return feeds.read(data, where="https://feed.example/", domains=())


def export(data: bytes) -> object:
    """The lines of an export, without a store to put them into."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.jsonl")
        path.write_bytes(data)
        return list(restoring._lines(path))


def token(data: bytes) -> object:
    return credentials_in(data.decode("utf-8", "replace"))


def medium(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.bin")
        path.write_bytes(data)
        return media.inspect(path)


PARSERS: Mapping[str, Parser] = {
    "csv": csv,
    "front matter": front_matter,
    "feed": feed,
    "export": export,
    "token": token,
    "medium": medium,
}
REFUSALS = (ImportRefused, TokenRefused, media.MediaRefused)


def _filled(head: str, unit: str, tail: str = "", much: int = _MUCH) -> bytes:
    return (head + unit * ((much - len(head) - len(tail)) // len(unit)) + tail).encode()


def _bomb(width: int, height: int) -> bytes:
    """A picture of so many pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1 << 20))) + chunk(b"IEND", b"")


_RSS, _END = '<rss version="2.0"><channel><title>t</title>', "</channel></rss>"
_JSON = '{"version": "https://jsonfeed.org/version/1.1", "items": ['


def payloads() -> Mapping[str, tuple[str, bytes]]:
    """Each with the parser it is for."""
    attributes = " ".join(f'a{number}="x"' for number in range(300_000))
    return {
        "many unknown elements": ("feed", _filled(_RSS + "<item>", "<a/>", "</item>" + _END)),
        "many attributes": ("feed", f"{_RSS}<item {attributes}/>{_END}".encode()),
        "unclosed comments": ("feed", _filled(_RSS + "<item><description>", "&lt;!--", "</description></item>" + _END)),
        "many JSON items": ("feed", _filled(_JSON, "{},", "{}]}", 16 * 2**20)),
        "deep JSON": ("feed", b'{"a":' * 500_000),
        "a web page of comments": ("feed", _filled("<!doctype html>", "<!--<!", "", 16 * 2**20)),
        "laughs": ("feed", b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>'),
        "many cells": ("csv", b"text,to\n" + b"," * (32 * 2**20 - 8)),
        "many rows": ("csv", _filled("text\n", "a\n", "", 32 * 2**20)),
        "many quotes": ("csv", _filled("text\n", '"\n', "", 8 * 2**20)),
        "deep YAML": ("front matter", b"---\na: " + b"[" * 60_000 + b"\n---\n"),
        "deep YAML blocks": ("front matter", b"---\n" + b"".join(b" " * n + b"a:\n" for n in range(350)) + b"---\n"),
        "YAML aliases": ("front matter", b"---\na: &a [1,1]\nb: [*a,*a]\n---\n"),
        "YAML questions": ("front matter", b"---\n" + b"? " * 30_000 + b"\n---\n"),
        "YAML tags": ("front matter", b"---\na: !!python/object/apply:os.system ['true']\n---\n"),
        "a YAML number": ("front matter", b"---\npriority: " + b"9" * 60_000 + b"\n---\n"),
        "a YAML integer of nothing": ("front matter", b'---\na: !!int ""\n---\n'),
        "a YAML time of nothing": ("front matter", b"---\na: !!timestamp x\n---\n"),
        "a YAML truth of nothing": ("front matter", b"---\na: !!bool x\n---\n"),
        "deep TOML keys": ("front matter", b"+++\n" + b"a." * 30_000 + b"a = 1\n+++\n"),
        "deep TOML arrays": ("front matter", b"+++\na = " + b"[" * 60_000 + b"\n+++\n"),
        "a TOML number": ("front matter", b"+++\na = " + b"9" * 60_000 + b"\n+++\n"),
        "a deep export": ("export", b'{"type": "evenly", "version": 1}\n' + b'{"row":' * 100_000),
        "an export without an end of line": ("export", b'{"type": "evenly", "version": 1}\n' + b" " * 9 * 2**20 + b"{}"),
        "a deep token": ("token", b'{"a":' * 100_000),
        "a picture of 10^9 pixels": ("medium", _bomb(40_000, 25_000)),
        "a picture without its pixels": ("medium", _bomb(60_000, 60_000)[:200]),
        "a document of references": (
            "medium",
            b"%PDF-1.7\n" + b"1 0 obj\n<</Kids [1 0 R] /Type /Pages /Count 999999999>>\nendobj\n" * 20_000,
        ),
        "a document of arrays": ("medium", b"%PDF-1.7\n" + b"[" * _MUCH),
        "a film of boxes": ("medium", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08moov" * 300_000),
    }


def outcome(parse: Parser, data: bytes) -> str:
    """`read`, `refused`, or what nobody may ever see."""
    try:
        parse(data)
    except REFUSALS:
        return "refused"
    except BaseException as error:  # noqa: BLE001 - told, whatever it is
        return f"{type(error).__name__}: {str(error)[:200]}"
    return "read"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    told = {}
    for name, (parser, data) in payloads().items():
        begun = time.monotonic()
        told[name] = (outcome(PARSERS[parser], data), time.monotonic() - begun)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
