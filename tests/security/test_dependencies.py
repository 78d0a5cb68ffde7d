"""What is installed with evenly is named, version by version: nothing else comes in unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

_EXTRAS = ("", "check", "postgresql", "s3", "dev")  #: what CI installs
CONSTRAINTS = Path(__file__).parents[2] / ".ci" / "constraints.txt"


def canonical(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    """The version of each package of the file."""
    lines = [line.partition("#")[0].strip() for line in CONSTRAINTS.read_text().splitlines()]
    return {canonical(name): version for name, _, version in (line.partition("==") for line in lines if line)}


def needed(name: str, seen: set[str], extras: tuple[str, ...] = ("",)) -> Iterator[str]:
    """Every package that is installed here because this one asks for it."""
    if name in seen:
        return
    seen.add(name)
    try:
        asked = [Requirement(each) for each in distribution(name).requires or []]
    except PackageNotFoundError:
        return
    yield name
    for each in asked:
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras):
            yield from needed(canonical(each.name), seen, ("", *each.extras))


def test_every_package_that_evenly_brings_has_a_pinned_version() -> None:
    """Those that its dependencies bring, too: where CI runs, no new release comes in without somebody having seen it."""
    missing = {name for name in needed("evenly", set(), _EXTRAS) if name not in pinned()} - {"evenly"}

    assert missing == set()


def test_every_pin_is_one_version() -> None:
    """No range, no address."""
    assert {name: version for name, version in pinned().items() if not re.fullmatch(r"[0-9][0-9A-Za-z.+!-]*", version)} == {}
