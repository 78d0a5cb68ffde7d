"""Posts of a real brand as a person writes them: Markdown files, with pictures, videos and documents beside them."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).with_name("data")
_LEAST_VIDEO_BYTES = 80_000  # LinkedIn takes none smaller than 75,000


def write_posts(folder: Path, count: int) -> int:
    """The first `count` sample posts, with pictures where the original had one and some first comments; how many."""
    folder.mkdir()
    rows = _samples(count)
    for number, row in enumerate(rows):
        front: dict[str, Any] = {"link": row["url"], "origin": "owned"}
        if row["has_image"] == "1":
            front["media"] = [_picture(folder, f"{number}", number, row)]
        if number % 9 == 4:
            front["first_comment"] = f"Tags: {row['tags']}"
        _write(folder, number, front, f"{row['title']}\n\n{row['excerpt'][:200]}")
    return len(rows)


def write_every_kind(folder: Path, count: int) -> int:
    """The first `count` sample posts, each in one of the forms that networks have; how many deliveries that makes."""
    folder.mkdir()
    deliveries = 0
    for number, (row, form) in enumerate(zip(_samples(count), itertools.cycle(_FORMS), strict=False)):
        front = form(folder, number, row)
        text = "" if front.get("format") == "story" else f"{row['title'][:110]} ({number})"
        _write(folder, number, front, text)
        deliveries += len(front["to"])
    return deliveries


def write_for_all(folder: Path, deliveries: int, groups: int) -> int:
    """At least so many deliveries, most of them light, on so many accounts of each place in turn; how many.

    Every text ends with the number of its post in brackets, replies and comments with what they are besides: so each is its own.
    """
    folder.mkdir()
    rows, made = _samples(), 0
    for number, form in enumerate(itertools.cycle(_MANY)):
        if made >= deliveries:
            return made
        row, group = rows[number % len(rows)], (number + number // len(_MANY)) % groups  # each gets every form
        front = form(folder, number, row)
        text = "" if front.get("format") == "story" else f"{row['title'][:110]} ({number})"
        _write(folder, number, _on(front, group), text)
        made += len(front["to"])
    raise AssertionError("forms never end")


def _on(front: dict[str, Any], group: int) -> dict[str, Any]:
    """The same post on the accounts of a group."""
    named = {**front, "to": [f"{name}{group}" for name in front["to"]]}
    if "options" in front:
        named["options"] = {f"{name}{group}": value for name, value in front["options"].items()}
    return named


def _numbered_thread(folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    return {**_thread(folder, number, row), "thread": [f"{row['excerpt'][:150]} ({number}, second)", f"More ({number}, third)"]}


def _numbered_comment(folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    return {**_commented(folder, number, row), "first_comment": f"Tags: {row['tags']} ({number}, comment)"}


def _link(_folder: Path, _number: int, row: dict[str, str]) -> dict[str, Any]:
    return {"to": ["fedi", "page", "short", "firm", "person"], "link": row["url"]}


def _one_picture(folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    return {"to": ["fedi", "page", "grid", "short", "firm", "person"], "media": [_picture(folder, f"{number}", number, row)]}


def _thread(_folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    return {"to": ["fedi", "short"], "thread": [f"{row['excerpt'][:180]} ({number})", f"More: {row['url']}"]}


def _carousel(folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    pictures = [_picture(folder, f"{number}-{each}", number + each, row) for each in range(3)]
    return {"to": ["fedi", "page", "grid", "short", "firm", "person"], "media": pictures}


def _reel(folder: Path, number: int, _row: dict[str, str]) -> dict[str, Any]:
    return {"to": ["page", "grid"], "format": "reel", "media": [_video(folder, number)]}


def _story(folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    return {"to": ["page", "grid"], "format": "story", "media": [_picture(folder, f"{number}", number, row, size=(540, 960))]}


def _commented(folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    comment = {"first_comment": f"Tags: {row['tags']} ({number})"}
    return {"to": ["page", "grid", "firm"], "media": [_picture(folder, f"{number}", number, row)], **comment}


def _article(_folder: Path, _number: int, row: dict[str, str]) -> dict[str, Any]:
    options = {name: {"title": row["title"]} for name in ("firm", "person")}
    return {"to": ["firm", "person"], "format": "article", "link": row["url"], "options": options}


def _document(folder: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    options = {name: {"title": row["title"]} for name in ("firm", "person")}
    _write_document(folder / f"{number}.pdf", number)
    return {"to": ["firm", "person"], "format": "document", "media": [{"path": f"{number}.pdf", "alt": "Slides"}], "options": options}


def _film(folder: Path, number: int, _row: dict[str, str]) -> dict[str, Any]:
    return {"to": ["fedi", "page", "short", "firm", "person"], "media": [_video(folder, number)]}


_FORMS = (_link, _one_picture, _thread, _carousel, _reel, _story, _commented, _article, _document, _film)


_MANY = (  # mostly light ones: every picture, film and document is looked at by a process of its own when it is imported
    *(_link, _one_picture, _numbered_thread, _link, _story, _link, _numbered_comment, _link, _film, _link, _link, _numbered_thread),
    *(_link, _one_picture, _numbered_thread, _link, _carousel, _link, _numbered_comment, _link, _article, _link, _link, _numbered_thread),
    *(_link, _one_picture, _numbered_thread, _link, _reel, _one_picture, _story, _link, _document, _link, _link, _numbered_thread),
)


def _samples(count: int | None = None) -> list[dict[str, str]]:
    with (_DATA / "sample_posts_cc0.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))[:count]


def _write(folder: Path, number: int, front: dict[str, Any], text: str) -> None:
    (folder / f"{number:03d}.md").write_text(f"---\n{yaml.safe_dump(front, allow_unicode=True)}---\n{text}\n", encoding="utf-8")


def _picture(folder: Path, name: str, number: int, row: dict[str, str], size: tuple[int, int] = (400, 400)) -> dict[str, str]:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", size, (number * 7 % 256, number * 13 % 256, 120))
    ImageDraw.Draw(picture).ellipse((60, 40, 260, 200), outline=(255, 255, 255), width=5)
    picture.save(folder / f"{name}.jpg", quality=80)
    return {"path": f"{name}.jpg", "alt": f"Picture {name} of {row['title']}"}


def _video(folder: Path, number: int) -> dict[str, str]:
    """The sample film, made another file by a box that players pass over: ISO/IEC 14496-12, 8.1.2."""
    film, said = (_DATA / "reel.mp4").read_bytes(), json.dumps(number).encode()
    filling = said.ljust(max(_LEAST_VIDEO_BYTES - len(film), 16), b" ")
    (folder / f"{number}.mp4").write_bytes(film + (8 + len(filling)).to_bytes(4, "big") + b"free" + filling)
    return {"path": f"{number}.mp4", "alt": f"Film {number}"}


def _write_document(path: Path, number: int) -> None:
    from PIL import Image

    pages: Iterator[Image.Image] = (Image.new("RGB", (300, 400), (number * 11 % 256, page * 60, 90)) for page in range(3))
    first = next(pages)
    first.save(path, save_all=True, append_images=list(pages))
