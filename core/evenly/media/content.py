"""Telling by the first bytes what a file holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.plugin.types import MediaKind

HEAD = 1024
"""How many bytes are enough."""

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
VIDEOS = frozenset({"video/mp4", "video/quicktime", "video/webm"})
SUPPORTED: Mapping[str, MediaKind] = {
    **dict.fromkeys(PICTURES, "picture"),
    **dict.fromkeys(VIDEOS, "video"),
    "application/pdf": "document",
}

_HTML = Message("a web page")
_ARCHIVE = Message("an archive or office document")
_PROGRAM = Message("a program")
_HEIC = Message("a HEIC picture, which no network takes: export it as JPEG")
NAMES: Mapping[str, Message] = {
    "text/html": _HTML,
    "image/svg+xml": Message("an SVG drawing: export it as PNG"),
    "application/zip": _ARCHIVE,
    "application/gzip": _ARCHIVE,
    "application/x-executable": _PROGRAM,
    "image/heic": _HEIC,
    "image/tiff": Message("a TIFF picture: export it as JPEG or PNG"),
    "image/bmp": Message("a BMP picture: export it as PNG"),
    "audio/mp4": Message("sound without pictures"),
    "video/x-matroska": Message("a Matroska video: convert it to MP4"),
    "video/x-msvideo": Message("an AVI video: convert it to MP4"),
}
"""What to call that which is known but not taken."""

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-executable"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
)
_EBML = b"\x1a\x45\xdf\xa3"
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_MOVIE_ATOMS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_BRANDS = (
    ({b"avif", b"avis"}, "image/avif"),
    ({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}, "image/heic"),
    ({b"qt  "}, "video/quicktime"),
    ({b"M4A ", b"M4B "}, "audio/mp4"),
)
_SUFFIXES: Mapping[MediaKind, frozenset[str]] = {
    "picture": frozenset({".jpg", ".jpeg", ".jpe", ".png", ".gif", ".webp", ".avif"}),
    "video": frozenset({".mp4", ".m4v", ".mov", ".qt", ".webm"}),
    "document": frozenset({".pdf"}),
}
_SUFFIX_OF: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "application/pdf": ".pdf",
}


def mime(head: bytes) -> str:
    """The MIME type of a file that begins with `head`; `application/octet-stream` where it is not known."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "application/octet-stream")
    if head.startswith(_EBML):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[4:8] == b"ftyp":
        return _of_brands(head)
    if head[4:8] in _MOVIE_ATOMS:
        return "video/quicktime"
    return _of_markup(head)


def _of_brands(head: bytes) -> str:
    """Source: https://mp4ra.org/registered-types/brands."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[start : start + 4] for start in range(16, length - 3, 4))]
    if brands[0] in {b"mif1", b"msf1"} and {b"avif", b"avis"} & set(brands):
        return "image/avif"
    return next((found for known, found in _BRANDS if brands[0] in known), "video/mp4")


def _of_markup(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text and text.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")):
        return "image/svg+xml"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<?xml", b"<!--", b"<?php")):
        return "text/html"
    return "application/octet-stream"


def suffix(mime: str) -> str:
    """What the name of such a file ends with, so that whoever serves it tells the right type."""
    return _SUFFIX_OF.get(mime, "")


def kind_promised(suffix: str) -> MediaKind | None:
    """What a file's name says it is; None for suffixes that promise nothing."""
    return next((kind for kind, suffixes in _SUFFIXES.items() if suffix.lower() in suffixes), None)
