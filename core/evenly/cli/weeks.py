"""The calendar on a terminal: week by week, a line for each post, days without one as –."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import click

from evenly.cli import show
from evenly.messages import _, ngettext

_WIDEST = 200  # where no terminal says
_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")


@dataclass(frozen=True, slots=True)
class Entry:
    """One post of the calendar."""

    at: datetime  #: in the zone of the calendar
    account: str
    text: str
    mark: str = ""  #: a letter that `legend` explains


def print_weeks(entries: Sequence[Entry], first: date, end: date, legend: Mapping[str, str]) -> None:
    """Print every day from `first` until before `end` with its posts in order; of earlier ones those that have any."""
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.account)):
        by_day.setdefault(entry.at.date(), []).append(entry)
    names = sorted({entry.account for entry in entries})
    days = sorted(by_day.keys() | {first + timedelta(days=number) for number in range((end - first).days)})
    for monday, week in groupby(days, key=_monday):
        _print_week(monday, list(week), by_day, names)
    for mark, meaning in legend.items():
        if any(entry.mark == mark for entry in entries):
            click.echo(f"{mark} {meaning}")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _print_week(monday: date, days: Sequence[date], by_day: Mapping[date, Sequence[Entry]], names: Sequence[str]) -> None:
    count = sum(len(by_day.get(day, ())) for day in days)
    posts = ngettext("{n} post", "{n} posts", count, n=count)
    click.echo(_styled(_("Week of {monday} · {posts}", monday=monday.isoformat(), posts=posts), bold=True))
    for day in days:
        for line in _lines(day, by_day.get(day, ()), names):
            click.echo(line)
    click.echo()


def _lines(day: date, entries: Sequence[Entry], names: Sequence[str]) -> Iterator[str]:
    weekday = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[day.weekday()]
    label = f"  {weekday} {day.day:2}"
    if not entries:
        yield _styled(f"{label}  –", dim=True)
        return
    widest = max(map(len, names))
    for number, entry in enumerate(entries):
        shown = label if number == 0 else " " * len(label)
        start = f"{shown}  {entry.at:%H:%M}{entry.mark or ' '} "
        left = shutil.get_terminal_size((_WIDEST, 24)).columns - len(start) - widest - 2
        account = _styled(entry.account.ljust(widest), fg=_COLOURS[names.index(entry.account) % len(_COLOURS)])
        yield f"{start}{account}  {cut(entry.text, left)}".rstrip()


def cut(text: str, cells: int) -> str:
    """As much of the text as fits into so many cells of a terminal, in one line and without control characters."""
    from rich.cells import cell_len, set_cell_size

    line = " ".join(show.printable(text).split())
    if cell_len(line) <= cells:
        return line
    return f"{set_cell_size(line, cells - 1).rstrip()}…" if cells > 1 else ""


def _styled(text: str, **style: object) -> str:
    """Coloured where a person looks at it and does not mind."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if plain else click.style(text, **style)  # type: ignore[arg-type]  # each of click's own types
