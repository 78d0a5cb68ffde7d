"""`evenly import`: queue a folder, a CSV file or a feed, or bring back a whole export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.importing import ImportReport, Refusal, Remark

_NAMED = 3
"""So many posts are named with the same remark."""


@click.command("import")
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Only say what would be queued.")
@click.option("--draft", is_flag=True, help="Everything waits for approval.")
@click.option("--keep-times", is_flag=True, help="Pin the times that another tool had planned.")
@click.option("--queue", is_flag=True, help="Queue another tool's posts, which are drafts otherwise.")
@click.option("--to", multiple=True, metavar="ACCOUNT", help="Only there (repeatable), whatever the source says.")
@click.option("--allow-private", is_flag=True, help="Fetch from one's own machine or network, too.")
@json_option
@with_app
def command(app: App, source: str, dry_run: bool, to: tuple[str, ...], as_json: bool, **how: Any) -> int:
    """Queue the posts of SOURCE: a CSV file, a folder of Markdown posts, a feed's address, or our own export."""
    from evenly import importing
    from evenly.cli import show

    _refuse_unknown(app, to)
    with show.progress(_("Importing {source}", source=source)) as advance:
        report = importing.import_source(
            app.desk,
            source,
            now=app.clock.now(),
            dry_run=dry_run,
            to=to or None,
            progress=lambda _done, _total: advance(1),
            **how,
        )
    for warning in report.warnings:
        show.note(shown(warning))
    for line in _remarks(report.remarks, source):
        show.note(line)
    if as_json:
        refused = [{"line": each.line, "reason": _reason(each, source)} for each in report.refused]
        show.print_json({"added": report.added, "unchanged": report.unchanged, "refused": refused})
    else:
        _tell(report, source, dry_run=dry_run)
    return 1 if report.refused else 0


def _refuse_unknown(app: App, accounts: tuple[str, ...]) -> None:
    for name in accounts:
        if name not in app.settings.accounts:
            known = ", ".join(app.settings.accounts) or "-"
            raise click.UsageError(_("There is no account {name}; evenly.toml has: {known}.", name=name, known=known))


def _reason(refusal: Refusal, source: str) -> str:
    return _within(source, refusal.where, shown(refusal.reason))


def _within(source: str, where: str, said: str) -> str:
    """What is said, with the file or item that a source of several is made of."""
    return said if where == source else f"{where}: {said}"


def _remarks(remarks: Sequence[Remark], source: str) -> Iterator[str]:
    """The first posts with each kind of remark, and how many more there are."""
    kinds: dict[str, list[Remark]] = {}
    for each in remarks:
        kinds.setdefault(each.message.text, []).append(each)
    for found in kinds.values():
        for each in found[:_NAMED]:
            yield _place(each.line) + _within(source, each.where, f"p{each.post}: {shown(each.message)}")
        if (more := len(found) - _NAMED) > 0:
            yield ngettext(
                "… and {n} more like it; `evenly mix` names it.", "… and {n} more like it; `evenly mix` names them.", more, n=more
            )


def _place(line: int | None) -> str:
    return "" if line is None else _("line {line}: ", line=line)


def _tell(report: ImportReport, source: str, *, dry_run: bool) -> None:
    for each in report.refused:
        click.echo(_("refused: {place}{why}", place=_place(each.line), why=_reason(each, source)), err=True)
    count = report.added
    if dry_run:
        click.echo(
            ngettext("{n} post would be queued; nothing was changed.", "{n} posts would be queued; nothing was changed.", count, n=count)
        )
    else:
        click.echo(ngettext("{n} post is queued.", "{n} posts are queued.", count, n=count))
    if count := report.unchanged:
        click.echo(ngettext("{n} was here already.", "{n} were here already.", count, n=count))
    if count := len(report.refused):
        click.echo(ngettext("{n} was refused.", "{n} were refused.", count, n=count))
