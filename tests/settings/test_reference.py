"""The reference page describes every key there is, with its true default and an example that is accepted."""

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from evenly.settings import load
from evenly.settings.faults import _model_at, _names
from evenly.settings.tables import Document

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
TABLES = re.compile(r"^## `(?P<header>\[+(?P<name>[a-z0-9_.-]+)\]+)`$(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(?P<key>[a-z_]+)` \| [^|]+ \| (?P<default>[^|]+) \| `(?P<example>[^|]+)` \| [^|]*\|$", re.MULTILINE)


class Row(NamedTuple):
    key: str
    default: str | None  #: in TOML; None where it cannot be written
    example: str
    needed: bool


class Described(NamedTuple):
    header: str
    path: tuple[str, ...]
    rows: list[Row]


def described() -> list[Described]:
    tables = []
    for table in TABLES.finditer(PAGE.read_text(encoding="utf-8")):
        rows = [
            Row(row["key"], _default(row["default"]), row["example"], needed=row["default"] == "needed")
            for row in ROW.finditer(table["body"])
        ]
        tables.append(Described(table["header"], tuple(table["name"].split(".")), rows))
    return tables


def _default(written: str) -> str | None:
    found = re.match(r"`([^`]*)`", written)
    return found[1] if found else None


def toml(tables: list[Described], values: dict[str, str]) -> str:
    """A file with these tables and, of the page's keys, those in `values`."""
    text = ""
    for table in tables:
        text += table.header + "\n"
        for row in table.rows:
            place = ".".join((*table.path, row.key))
            text += f"{row.key} = {values[place]}\n" if place in values else ""
    return text


def values(tables: list[Described], which: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for table in tables:
        for row in table.rows:
            value = row.example if which == "example" or row.needed else row.default if which == "default" else None
            if value is not None:
                chosen[".".join((*table.path, row.key))] = value
    return chosen


@pytest.mark.parametrize("table", described(), ids=lambda table: table.header)
def test_every_key_of_a_table_is_described_and_no_other(table: Described) -> None:
    """Those that are tables have a heading of their own, or a row."""
    model = _model_at(Document, table.path)
    if table.path[0] == "contacts":
        return
    headings = {each.path[-1] for each in described() if each.path[:-1] == table.path}

    assert {row.key for row in table.rows} == set(_names(model)) - headings - {"own"}


def test_every_table_is_described() -> None:
    """From the brand to the engine."""
    assert {table.path[0] for table in described()} == set(_names(Document))


def test_every_example_is_accepted(tmp_path: Path) -> None:
    """All of them together, as one file."""
    tables = described()
    (tmp_path / "evenly.toml").write_text(toml(tables, values(tables, "example")), encoding="utf-8")

    assert [str(warning) for warning in load(tmp_path, {"facebook": None}).warnings] == []


def test_every_default_is_the_true_one(tmp_path: Path) -> None:
    """Written out or left away: the settings are the same."""
    tables = described()
    written, left_away = toml(tables, values(tables, "default")), toml(tables, values(tables, "needed"))
    assert len(_leaves(tomllib.loads(written))) > len(_leaves(tomllib.loads(left_away))) + 25

    (tmp_path / "evenly.toml").write_text(written, encoding="utf-8")
    with_defaults = load(tmp_path, {"facebook": None})
    (tmp_path / "evenly.toml").write_text(left_away, encoding="utf-8")
    without = load(tmp_path, {"facebook": None})

    # Of the warnings one is about the time zone that is left away.
    assert with_defaults.model_copy(update={"warnings": ()}) == without.model_copy(update={"warnings": ()})


def _leaves(tree: Any) -> list[Any]:
    return [leaf for each in tree.values() for leaf in _leaves(each)] if isinstance(tree, dict) else [tree]
