"""Packages as pip would leave them: modules and their metadata in a folder on the path."""

from __future__ import annotations

import tomllib
from pathlib import Path


def installed(folder: Path, name: str, modules: dict[str, str], entry_points: dict[str, str], group: str = "evenly") -> None:
    """Put modules into `folder` with a `dist-info` that names their entry points in the group."""
    folder.mkdir(exist_ok=True)
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = "".join(f"{entry} = {target}\n" for entry, target in entry_points.items())
    (info / "entry_points.txt").write_text(f"[{group}]\n{lines}", encoding="utf-8")


def installed_from_project(folder: Path, project: str, modules: dict[str, str]) -> None:
    """The same, told by the text of a pyproject.toml."""
    told = tomllib.loads(project)["project"]
    installed(folder, told["name"], modules, told["entry-points"]["evenly"])
