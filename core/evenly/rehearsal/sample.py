"""The workspace of an invented jeweller, with posts written and pictures drawn for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.rehearsal.drawings import DRAWINGS
from evenly.settings import FILE, config, shipped
from evenly.store.secrets import make_key

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE = "demo"


def make_sample(folder: Path) -> Path:
    """Fill the empty `folder` with settings, posts, pictures and a key; the folder of the posts."""
    (folder / ".evenly").mkdir(mode=0o700)
    make_key(folder / ".evenly")
    (folder / FILE).write_text(shipped(f"{_SOURCE}/{FILE}"), encoding="utf-8")
    posts = folder / "posts"
    posts.mkdir()
    for file in config().joinpath(_SOURCE, "posts").iterdir():
        (posts / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    _draw(posts / "pictures")
    return posts


def _draw(folder: Path) -> None:
    folder.mkdir()
    for name, draw in DRAWINGS.items():
        draw().save(folder / f"{name}.jpg", quality=88)
