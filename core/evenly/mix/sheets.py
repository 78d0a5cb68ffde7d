"""The sheets beside the code: cue words per language, and hosts that many people share. Read once."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def cue_sheet() -> dict[str, dict[str, list[str]]]:
    """Cues by language and kind; language `any` holds for all.

    A cue is a word or phrase. One that begins with `^` counts at the start of a sentence only. `credit-of` wants a name after it.
    """
    sheet: dict[str, dict[str, list[str]]] = _read("cues.json")
    return sheet


@functools.cache
def host_sheet() -> Any:
    """`shorteners`; `shared` hosts, where the path says whose page it is; hosts whose `subdomains` are given away.

    `sections` are first parts of a path that stand before the name, `nobody` those that stand in its place.
    """
    return _read("hosts.json")


def _read(name: str) -> Any:
    return json.loads(resources.files("evenly.mix").joinpath("data", name).read_text(encoding="utf-8"))
