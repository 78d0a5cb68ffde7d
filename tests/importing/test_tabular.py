"""CSV as spreadsheets write it: every encoding, every line end, and broken rows one at a time."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.importing.rows import ImportRefused
from evenly.importing.tabular import decoded, records

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(deadline=None)
@given(st.lists(st.lists(cells, min_size=2, max_size=4), max_size=5), st.sampled_from([",", ";", "\t"]))
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    """Delimiters, quotation marks and line breaks inside of cells are legal."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)

    assert [tuple(row) for row in rows if any(cell.strip() for cell in row)] == [row.cells for row in records(text.getvalue(), delimiter)]


def test_lines_are_those_an_editor_shows() -> None:
    """A row counts from the line on which it begins, the header being line 1."""
    text = 'text,to\r\n"two\nlines",page\r\n\r\nlast,page\r\n'

    assert [record.line for record in records(text, ",")] == [1, 2, 5]


def test_a_broken_row_does_not_hide_the_next() -> None:
    """A quotation mark in the middle spoils its own row."""
    found = list(records('good,1\n"bad"ly,2\ngood,3\n', ","))

    assert [record.line if record.broken else None for record in found] == [None, 2, None]


def test_a_quotation_that_never_ends_is_told_with_its_beginning() -> None:
    """The line is the one where somebody has to look."""
    *_, last = records('good,1\n"never\nends', ",")

    assert last.line == 2
    assert "never closed" in str(last.broken)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    """Excel writes Windows-1252 or UTF-16 where others write UTF-8."""
    text, guessed = decoded("été à Évreux".encode(encoding))

    assert text == "été à Évreux"
    assert (guessed is not None) == (encoding == "cp1252")


def test_what_is_no_text_is_refused() -> None:
    """Bytes that neither encoding knows are no CSV."""
    with pytest.raises(ImportRefused, match="save it as UTF-8"):
        decoded(b"\x81\x8d\xff picture")
