"""The posts as CSV, in the columns that `evenly import` reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evenly.fields import COLUMNS, Fields, as_cells, guarded, read
from evenly.store import archive

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk


def export_csv(desk: Desk) -> Iterator[str]:
    """Every post as a row, after a header, with line ends; cells that a spreadsheet would run are made harmless.

    Keys that evenly does not know have columns of their own, as they had when they were imported.
    """
    with desk.store.read() as connection:
        columns = list(dict.fromkeys([*COLUMNS, *(column for cells in _rows(connection) for column in cells)]))
        yield _line(columns)
        for cells in _rows(connection):
            yield _line([cells.get(column, "") for column in columns])


def _rows(connection: Connection) -> Iterator[dict[str, str]]:
    for row in archive.rows(connection, "post"):
        yield as_cells(fields_of(row["fields"]))


def fields_of(stored: dict[str, Any]) -> Fields:
    """The fields of a post as the store keeps them."""
    return read({name: value for name, value in stored.items() if name != "effort_minutes"})


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([guarded(cell) for cell in cells])
    return text.getvalue()
