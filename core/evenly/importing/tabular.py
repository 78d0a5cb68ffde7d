"""CSV as it comes from spreadsheets: encodings, delimiters, quoted line breaks, rows that are broken."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from evenly.importing.rows import ImportRefused
from evenly.plugin import Message

DELIMITERS = (",", ";", "\t")

LARGEST_FILE = 32 * 2**20
_LARGEST_CELL = 2**20
_MOST_RECORDS = 100_000
_LONGEST_LINE = 4 * 2**20
_MOST_CELLS = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its cells, or what is wrong with it; `line` is where it begins, counted from 1."""

    line: int
    cells: tuple[str, ...] = ()
    broken: Message | None = None

    @property
    def is_blank(self) -> bool:
        return self.broken is None and not any(cell.strip() for cell in self.cells)


def decoded(data: bytes) -> tuple[str, Message | None]:
    """The text of a file: UTF-8 (UTF-16 with its mark), else Windows-1252, which is said. Raises ImportRefused."""
    encodings = ["utf-16"] if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        guessed = Message("The file is not UTF-8; it was read as Windows-1252. Look at its accents, or save it as UTF-8.")
        return text, guessed if encoding == "cp1252" else None
    raise ImportRefused(Message("The file is neither UTF-8 nor Windows-1252: save it as UTF-8."))


def records(text: str, delimiter: str) -> Iterator[Record]:
    """The rows of the text that are not blank. Raises ImportRefused where there are too many."""
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    for _ in range(_MOST_RECORDS):
        line = reader.line_num + 1
        try:
            record = Record(line, tuple(next(reader)))
        except StopIteration:
            return
        except csv.Error as error:
            record = Record(line, broken=_broken(error))
        if len(record.cells) > _MOST_CELLS:
            record = Record(line, broken=Message("the row has more than {limit} cells", limit=_MOST_CELLS))
        if not record.is_blank:
            yield record
    raise ImportRefused(Message("The file has more than {limit} rows: split it.", limit=_MOST_RECORDS))


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > _LONGEST_LINE:
            raise ImportRefused(Message("Line {line} is longer than {limit} characters.", line=number, limit=_LONGEST_LINE))
        yield line


def _broken(error: csv.Error) -> Message:
    said = str(error)
    if "unexpected end" in said:
        return Message("a quotation mark opens a cell here that is never closed")
    if "field larger" in said:
        return Message("a cell is larger than {limit} characters", limit=_LARGEST_CELL)
    return Message(
        "the row is no CSV: a quotation mark stands in the middle of a cell; write it twice inside of quotes ({said})", said=said
    )
