"""A CSV file, ours or another tool's, becomes rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evenly.fields import COLUMNS, Fields, FieldsRefused, from_cells, known_column, unguarded, warnings
from evenly.importing import bulk, times
from evenly.importing.layouts import WITHOUT_HEADER, Layout, folded, recognised
from evenly.importing.rows import Batch, ImportRefused, Row, row_of
from evenly.importing.tabular import DELIMITERS, Record, decoded, records
from evenly.plugin import Message

_LOOKED_AT = 2  #: rows that may be the header: some files name the networks above it
_FEWEST = 2  #: columns without a header
_MOSTLY = 0.9


def read(data: bytes, *, where: str, folder: Path, known: bulk.Known) -> Batch:
    """The rows of a CSV file whose media lie in `folder`. Raises ImportRefused where nobody knows its columns."""
    text, guessed = decoded(data)
    told: tuple[Message, ...] = (guessed,) if guessed is not None else ()
    best: tuple[int, list[Record], int, Layout | None] | None = None
    for delimiter in DELIMITERS:
        found = list(records(text, delimiter))
        for at, record in enumerate(found[:_LOOKED_AT]):
            layout, score = recognised(record.cells)
            if score and (best is None or score > best[0]):
                best = (score, found, at, layout)
        if best is None and _is_without_header(found):
            rows = bulk.rows(WITHOUT_HEADER, WITHOUT_HEADER.positions, found, known=known, where=where, folder=folder)
            return Batch(rows=tuple(rows), warnings=(*told, _whose(WITHOUT_HEADER)), foreign=True, folder=folder)
    if best is None:
        raise ImportRefused(_nobodys(where))
    _, found, at, layout = best
    header, rest = found[at].cells, found[at + 1 :]
    if layout is None:
        return Batch(rows=tuple(_own_rows(header, rest, where, folder)), warnings=(*told, *_unknown_columns(header)), folder=folder)
    rows = bulk.rows(layout, header, rest, known=known, where=where, folder=folder)
    told += tuple(_no_field(name) for name in header if folded(name) not in layout.columns and _is_kept(name.strip(), rows))
    if not any(row.fields is not None and row.fields.to for row in rows):
        told += (_whose(layout),)
    return Batch(rows=tuple(rows), warnings=told, foreign=True, folder=folder)


def _is_without_header(found: Sequence[Record]) -> bool:
    """Two or three columns, of which the first is a time: Hootsuite's file."""
    fit = [record for record in found if _FEWEST <= len(record.cells) <= len(WITHOUT_HEADER.positions)]
    first = [record.cells[0] for record in fit]
    timed = [value for value in first if times.parse(value) or times.parse(value, day_first=True)]
    return bool(timed) and len(timed) >= _MOSTLY * len(found)


def _own_rows(header: Sequence[str], rest: Sequence[Record], where: str, folder: Path) -> list[Row]:
    columns = [known_column(name := unguarded(each)) or name.strip() for each in header]
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise ImportRefused(Message("{where}: the column {column} stands twice; keep one.", where=where, column=twice[0]))
    return [_own_row(columns, record, {"where": where, "line": record.line, "folder": folder}) for record in rest]


def _own_row(columns: Sequence[str], record: Record, about: dict[str, Any]) -> Row:
    if record.broken is not None:
        return Row(reason=record.broken, **about)
    if any(cell for column, cell in zip([*columns, *[""] * len(record.cells)], record.cells, strict=False) if not column):
        return Row(reason=Message("a cell stands under no header: put cells that hold the delimiter into quotes"), **about)
    cells = {column: unguarded(cell) for column, cell in zip(columns, record.cells, strict=False) if column}
    try:
        return row_of(from_cells(cells), **about)
    except FieldsRefused as refused:
        return Row(reason=refused.message, **about)


def _unknown_columns(header: Sequence[str]) -> tuple[Message, ...]:
    unknown = {unguarded(name).strip(): "x" for name in header if known_column(unguarded(name)) is None and name.strip()}
    if not unknown:
        return ()
    return warnings(Fields(extra=unknown))


def _is_kept(column: str, rows: Sequence[Row]) -> bool:
    return any(row.fields is not None and column in row.fields.extra for row in rows)


def _no_field(column: str) -> Message:
    return Message("{key} is not a field of a post; it is kept as it is", key=column)


def _whose(layout: Layout) -> Message:
    return Message(
        "A file of {tool} does not say for which accounts it is: its posts go to all that can take them, unless you name some with --to.",
        tool=layout.tool,
    )


def _nobodys(where: str) -> Message:
    return Message(
        "{where}: no row names columns that evenly knows. Its own are {columns}; the bulk files of Buffer, Hootsuite, Publer, Metricool, "
        "SocialBee and HighLevel are read too.",
        where=where,
        columns=", ".join(COLUMNS),
    )
