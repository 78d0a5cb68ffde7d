"""`evenly forget`: let go of details of long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.planning.forgetting import Forgotten
    from evenly.store.forgetting import Kind


@click.command("forget")
@click.option("--before", metavar="DATE", required=True, help="What belongs to a time before, at least 60 days ago.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@json_option
@with_app
def command(app: App, before: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Let go of single figures, what networks answered, notes, items of feeds and what was published elsewhere.

    Posts, when and where they went out, and the last figures of each stay. What has not ended stays whole.
    """
    from evenly.cli import show
    from evenly.cli.times import instant
    from evenly.planning import forgetting

    moment, now = instant(before, app.settings.brand.timezone), app.clock.now()
    if moment is None:
        raise AssertionError("click asks for --before")
    forgetting.check(moment, now)
    old = forgetting.see(app.desk, moment)
    if old.total and not dry_run:
        if not yes:
            _tell(old, _("This would go, for good:"))
            click.confirm(_("Go on?"), abort=True, err=True)
        with show.progress(_("Forgetting"), old.total) as advance:
            old = forgetting.forget(app.desk, moment, progress=advance)
    if as_json:
        show.print_json({"before": moment.isoformat(), "dry_run": dry_run, "forgotten": dict(old.counts)})
    elif not old.total:
        click.echo(_("There is nothing to forget from before {day}.", day=moment.date().isoformat()))
    else:
        _tell(old, _("This would go:") if dry_run else _("Forgotten:"), err=False)


def _tell(forgotten: Forgotten, title: str, *, err: bool = True) -> None:
    click.echo(title, err=err)
    for line in _lines(forgotten):
        click.echo(f"  {line}", err=err)


def _lines(forgotten: Forgotten) -> list[str]:
    n = forgotten.counts
    lines: dict[Kind, str] = {
        "readings": ngettext("{n} reading of figures", "{n} readings of figures", n["readings"], n=n["readings"]),
        "evidence": ngettext("what was said in {n} attempt", "what was said in {n} attempts", n["evidence"], n=n["evidence"]),
        "elsewhere": ngettext("{n} post from elsewhere", "{n} posts from elsewhere", n["elsewhere"], n=n["elsewhere"]),
        "notes": ngettext("{n} note on an effort", "{n} notes on efforts", n["notes"], n=n["notes"]),
        "items": ngettext("{n} item of a feed", "{n} items of feeds", n["items"], n=n["items"]),
        "notices": ngettext("{n} notification", "{n} notifications", n["notices"], n=n["notices"]),
    }
    return [line for kind, line in lines.items() if n[kind]]
