"""Where the workspace is, and the files that come with the program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from evenly.plugin import Message

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FILE = "evenly.toml"


class WorkspaceNotFound(Exception):
    """There is no workspace here; `message` says what was looked at and what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def find_workspace(start: Path, override: Path | None = None) -> Path:
    """The folder with `evenly.toml`: `override`, else `EVENLY_WORKSPACE`, else the nearest from `start` upwards.

    Raises WorkspaceNotFound.
    """
    if override is not None:
        return _named(override, "--workspace")
    if named := os.environ.get("EVENLY_WORKSPACE"):
        return _named(Path(named), "EVENLY_WORKSPACE")
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceNotFound(
        Message(
            "There is no evenly.toml in {folder} or in any folder above. Go into your workspace, name it with --workspace, "
            "or make one with `evenly init`",
            folder=here,
        )
    )


def _named(folder: Path, by: str) -> Path:
    if not (folder.expanduser() / FILE).is_file():
        raise WorkspaceNotFound(
            Message(
                "{by} names {folder}, where there is no evenly.toml. `evenly init {folder}` makes one",
                by=by,
                folder=folder,
            )
        )
    return folder.expanduser().resolve()


def shipped(name: str) -> str:
    """The text of a file of `config/`, such as "evenly.toml" or "packs/jeweller.toml".

    Read from the installed package, or from the checkout's own folder where the program runs from one. Raises
    FileNotFoundError where there is no such file.
    """
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise FileNotFoundError(name)
    file = config().joinpath(*parts)
    if not file.is_file():
        raise FileNotFoundError(name)
    return file.read_text(encoding="utf-8")


def config() -> Traversable:
    """The folder `config/`, wherever it is."""
    from importlib.resources import files

    package = files("evenly")
    installed = package / "config"
    if installed.is_dir():
        return installed
    # An editable checkout: the wheel's `evenly/config` is the folder beside `core/`.
    return Path(str(package)).parents[1] / "config"
