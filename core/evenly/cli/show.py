"""How commands print: documents for scripts, tables for people, progress where somebody watches."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from evenly import messages
from evenly.masking import masked
from evenly.messages import _

_GAP = "  "
_LONGEST_TEXT = 200
_CONTROL = re.compile(r"[\x7f-\x9f]")  # those that JSON leaves as they are


printable = messages.printable


def print_json(document: Any) -> None:
    """One document on standard output."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    click.echo(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def note(text: str) -> None:
    """A line for the person, on standard error, so that it never mixes with what a script reads."""
    click.echo(masked(printable(text)), err=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under their headings: fitted to a terminal; without one as plain text, every value whole."""
    texts = [["" if value is None else printable(str(value)) for value in row] for row in rows]
    if sys.stdout.isatty():
        _fitted(columns, texts)
    else:
        _plain(columns, texts)


def deliveries(documents: Sequence[Mapping[str, Any]]) -> None:
    """Deliveries, as `planning.listing.document` describes them, one a line."""
    columns = (_("id"), _("post"), _("when"), _("account"), _("state"), _("text"))
    table(columns, [_delivery(each) for each in documents])


def when(moment: str | datetime | None) -> str:
    """A moment to the minute, in the zone that it comes with."""
    if moment is None:
        return "-"
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).strftime("%a %Y-%m-%d %H:%M")


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where that is a terminal; gives what to call with how many are done since the last call."""
    if not sys.stderr.isatty():
        yield _unseen
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.advance(task, done)


def _unseen(_done: int) -> None:
    """Nobody watches."""


def _delivery(document: Mapping[str, Any]) -> Sequence[object]:
    at = document["published_at"] or document["due"]
    text = document["reason"] or " ".join(document["text"].split())
    return (document["id"], document["post"], when(at), document["account"], document["state"], text[:_LONGEST_TEXT])


def _plain(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [columns, *([" ".join(cell.split()) for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        click.echo(_GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _fitted(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)
