"""`evenly week`: what to do this week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.app import App
    from evenly.reporting.week import Task, Week


@click.command("week")
@json_option
@with_app
def command(app: App, as_json: bool) -> None:
    """Show what to do this week, in at most seven lines, each with its minutes and all within those of [capacity]."""
    from evenly.cli import show
    from evenly.reporting import advising
    from evenly.reporting.week import week

    now = app.clock.now()
    found = week(app.desk, now=now, advice=advising.proposals(app.desk, now=now))
    if as_json:
        show.print_json(_document(found))
    else:
        _tell(found)


def _tell(found: Week) -> None:
    from evenly.cli import show

    if not found.tasks:
        click.echo(_("Nothing to do this week."))
    for task in found.tasks:
        click.echo(_("{minutes} min  {task}", minutes=f"{task.minutes:>4}", task=shown(task.message)))
    if found.available is not None and found.tasks:
        show.note(_("Together {minutes} minutes of {available}.", minutes=found.minutes, available=found.available))
    if found.left_out:
        rest = ", ".join(f"{_kinds()[kind]}: {count}" for kind, count in found.left_out)
        show.note(_("There is no time for more. Left out: {rest}.", rest=rest))


def _kinds() -> Mapping[str, str]:
    return {
        "settle": _("to settle"),
        "approve": _("drafts"),
        "write": _("own posts"),
        "curate": _("posts of others"),
        "answer": _("posts with new comments"),
        "advice": _("advice"),
        "visit": _("pages to visit"),
    }


def _document(found: Week) -> dict[str, Any]:
    return {
        "week": found.name,
        "begin": found.begin.isoformat(),
        "minutes": found.minutes,
        "available": found.available,
        "tasks": [_task(task) for task in found.tasks],
        "left_out": [{"kind": kind, "count": count} for kind, count in found.left_out],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "kind": task.kind,
        "count": task.count,
        "minutes": task.minutes,
        "message": shown(task.message),
        "links": list(task.links),
    }
