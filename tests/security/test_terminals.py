"""Nothing that comes from elsewhere commands a terminal, a log or a spreadsheet."""

from __future__ import annotations

import csv
import io
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.cli import logs, telling
from evenly.fields.cells import guarded, unguarded
from evenly.importing.rows import ImportRefused
from evenly.messages import _, ngettext, shown
from evenly.plugin import Message
from tests.cli.conftest import Program
from tests.following.sites import article, rss, site

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x08\r"
_CONTROL = set(map(chr, [*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)]))


@given(st.text())
def test_no_sentence_repeats_what_commands_a_terminal(text: str) -> None:
    """However deep it stands in the sentence."""
    told = [
        _("There is no account {name}; evenly.toml has: {known}.", name=text, known=Path(text.replace("\0", ""))),
        ngettext("{n} post", "{n} posts", 2, n=text),
        shown(Message("{text}", text=Message("{reason}", reason=ValueError(text)))),
        *(telling.refusal(ImportRefused(Message("{text}", text=text))) or []),
    ]

    assert not _CONTROL & set("".join(told))


def test_what_a_feed_says_commands_nothing(evenly: Program) -> None:
    """In no command that shows it, as a table or as JSON."""
    word = EVIL.encode("unicode_escape").decode().replace("\\x9b", "&#155;")
    # XML has no escape character; JSON Feed has.
    title = f"A {word} title &#155;31m"
    feed = '{"version": "https://jsonfeed.org/version/1.1", "title": "T\\u001b[2J\\u009b31m", "items": [{"id": "1", "url": '
    feed += '"https://a.example/1", "title": "x\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m"}]}'
    with site({"/rss": rss(article(title, "https://b.example/1")), "/json": feed.encode()}) as here:
        results = [evenly("feeds", "add", "--allow-private", here.at(path)) for path in ("/rss", "/json")]
        commands = (["inbox"], ["inbox", "--json"], ["feeds"], ["feeds", "--json"], ["feeds", "poll"], ["skip", "1"], ["take", "2"])
        results += [evenly(*command) for command in commands]

    for result in results:
        assert not _CONTROL & set(result.out + result.err), result


def test_a_record_of_the_log_is_one_line() -> None:
    """What a server answers cannot look like another record; a trace is set in."""
    record = logging.getLogRecordFactory()("evenly", logging.WARNING, "f", 1, "page: %s", (f"no\n2026 INFO all is well{EVIL}",), None)
    try:
        raise ValueError("no\n2026 INFO all is well")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)

    first, *others = logs._Text("%(message)s").format(record).split("\n")

    assert first.rstrip() == "page: no 2026 INFO all is well ]0;owned  [2J 31m"
    assert all(line.startswith("    ") for line in others)
    assert not _CONTROL & set(first + "".join(others))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1"])
def test_no_cell_of_an_export_is_a_formula(cell: str) -> None:
    """And it comes back as it was."""
    text = io.StringIO()
    csv.writer(text).writerow([guarded(cell)])
    (read,) = next(csv.reader(io.StringIO(text.getvalue(), newline="")))

    assert read.startswith("'")
    assert unguarded(read) == cell
