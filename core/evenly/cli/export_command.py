"""`evenly export`: everything, as text that other programs read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly.cli.command import with_app
from evenly.messages import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from evenly.app import App
    from evenly.exporting import Chore


@click.command("export")
@click.option("--ics", is_flag=True, help="The plan, and this week's tasks, as iCalendar.")
@click.option("--csv", is_flag=True, help="The posts as CSV, as `evenly import` reads it.")
@click.option("-o", "--output", metavar="FILE", help="Write to this file instead of standard output.")
@with_app
def command(app: App, ics: bool, csv: bool, output: str | None) -> None:
    """Write every post, delivery, attempt and metric as JSON Lines; nothing secret is among them."""
    if ics and csv:
        raise click.UsageError(_("Say either --ics or --csv."))
    pieces = _pieces(app, ics=ics, csv=csv)
    if output is None or output == "-":
        for piece in pieces:
            click.echo(piece.encode(), nl=False)
    else:
        _write(Path(output), pieces)


def _pieces(app: App, *, ics: bool, csv: bool) -> Iterator[str]:
    from evenly import exporting

    if ics:
        yield exporting.export_ics(app.desk, app.clock.now(), chores=_chores(app))
    elif csv:
        yield from exporting.export_csv(app.desk)
    else:
        for line in exporting.export_lines(app.desk):
            yield f"{line}\n"


def _chores(app: App) -> list[Chore]:
    """What `evenly week` says, with the advice that is on offer already: an export changes nothing."""
    from datetime import timedelta

    from evenly.exporting import Chore
    from evenly.messages import shown
    from evenly.reporting import advising
    from evenly.reporting.week import week

    now = app.clock.now()
    found = week(app.desk, now=now, advice=advising.stored(app.desk, now=now))
    end = found.begin + timedelta(days=6)
    return [
        Chore(key=f"week-{found.name}-{task.kind}", summary=shown(task.message), minutes=task.minutes, begin=found.begin, end=end)
        for task in found.tasks
    ]


def _write(path: Path, pieces: Iterable[str]) -> None:
    """Write the whole file or leave what was there; others may not read it."""
    partly = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(partly, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a mode for the new file
            file.writelines(pieces)
        partly.replace(path)
    except OSError as error:
        raise click.UsageError(_("{path} cannot be written: {why}.", path=path, why=error.strerror or error)) from None
    finally:
        partly.unlink(missing_ok=True)
