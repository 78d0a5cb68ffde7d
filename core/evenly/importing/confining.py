"""Media of what is imported stay inside the imported folder or the workspace, whatever a path or a link says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evenly import media
from evenly.plugin import Message, Problem

if TYPE_CHECKING:
    from evenly.fields import Fields
    from evenly.settings import Settings


def refused_media(fields: Fields, folder: Path | None, imported: Path | None, settings: Settings) -> tuple[Problem, ...]:
    """What is wrong with the places of the media; their relative paths start from `folder` (None: the workspace)."""
    allowed = [place for place in (imported, settings.folder) if place is not None]
    return tuple(_refused(fields, folder or settings.folder, allowed, settings.state))


def _refused(fields: Fields, folder: Path, allowed: list[Path], state: Path) -> Iterator[Problem]:
    for number, medium in enumerate(fields.media):
        path = folder.absolute() / medium.path
        if not any(_is_inside(path, place) for place in allowed) or _is_inside(path, state):
            told = Message("{path} lies outside of the imported folder and of the workspace; copy it there", path=medium.path)
            yield Problem(told, f"media[{number}].path")


def _is_inside(path: Path, place: Path) -> bool:
    try:
        media.confined(path, place)
    except (media.MediaRefused, FileNotFoundError):
        return False
    return True
