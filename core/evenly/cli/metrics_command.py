"""`evenly metrics`: ask the networks for figures now, or take them from a file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.importing import FiguresReport


@click.command("metrics")
@click.option("--account", "accounts", multiple=True, help="Only this account (repeatable).")
@click.option("--import", "file", metavar="FILE", type=click.Path(path_type=Path), help="Take figures from a CSV file, and ask nobody.")
@click.option("--dry-run", is_flag=True, help="Of a file: only say what would be kept.")
@json_option
@with_app
def command(app: App, accounts: tuple[str, ...], file: Path | None, dry_run: bool, as_json: bool) -> int:
    """Read likes, comments, shares and whatever else the networks tell, and keep them."""
    if file is not None and accounts:
        raise click.UsageError(_("A file says itself of which account each figure is: leave --account away."))
    if file is not None:
        return _import(app, file, dry_run=dry_run, as_json=as_json)
    if dry_run:
        raise click.UsageError(_("--dry-run goes with --import."))
    return _collect(app, accounts, as_json=as_json)


def _collect(app: App, accounts: tuple[str, ...], *, as_json: bool) -> int:
    from evenly import collecting
    from evenly.cli import show
    from evenly.masking import masked

    unknown = [name for name in accounts if name not in app.settings.accounts]
    if unknown:
        known = ", ".join(app.settings.accounts) or "-"
        raise click.UsageError(_("There is no account {name}; evenly.toml has: {known}.", name=unknown[0], known=known))
    names, results = accounts or tuple(app.settings.accounts), []
    with show.progress(_("Reading figures"), len(names)) as advance:
        for name in names:
            results.append(collecting.collect(app.desk, app.vault, app.clock, name))
            advance(1)
    if as_json:
        documents = [{**asdict(each), "trouble": None if each.trouble is None else masked(shown(each.trouble))} for each in results]
        show.print_json({"accounts": documents})
    for each in results:
        if each.trouble is not None:
            show.note(f"{each.account}: {shown(each.trouble)}")
        elif not as_json:
            count = each.deliveries
            click.echo(f"{each.account}: " + ngettext("figures of {n} post", "figures of {n} posts", count, n=count))
    return 1 if any(each.trouble is not None for each in results) else 0


def _import(app: App, file: Path, *, dry_run: bool, as_json: bool) -> int:
    from evenly.cli import show
    from evenly.importing import import_figures

    with show.progress(_("Importing {source}", source=file)) as advance:
        report = import_figures(app.desk, file, now=app.clock.now(), dry_run=dry_run, progress=advance)
    for warning in report.warnings:
        show.note(shown(warning))
    if as_json:
        refused = [{"line": each.line, "reason": shown(each.reason)} for each in report.refused]
        show.print_json({"added": report.added, "unchanged": report.unchanged, "told_otherwise": report.told_otherwise, "refused": refused})
    else:
        _tell(report, dry_run=dry_run)
    return 1 if report.refused else 0


def _tell(report: FiguresReport, *, dry_run: bool) -> None:
    for each in report.refused:
        place = "" if each.line is None else _("line {line}: ", line=each.line)
        click.echo(_("refused: {place}{why}", place=place, why=shown(each.reason)), err=True)
    count = report.added
    if dry_run:
        click.echo(
            ngettext("{n} reading would be kept; nothing was changed.", "{n} readings would be kept; nothing was changed.", count, n=count)
        )
    else:
        click.echo(ngettext("{n} reading is kept.", "{n} readings are kept.", count, n=count))
    if count := report.unchanged:
        click.echo(ngettext("{n} told nothing new.", "{n} told nothing new.", count, n=count))
    if count := report.told_otherwise:
        told = ngettext(
            "{n} figure stays as its network has told it.", "{n} figures stay as their networks have told them.", count, n=count
        )
        click.echo(told)
    if count := len(report.refused):
        click.echo(ngettext("{n} was refused.", "{n} were refused.", count, n=count))
