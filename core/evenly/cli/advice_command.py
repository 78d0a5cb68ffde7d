"""`evenly advice`: what to change, of what the figures show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, open_app, with_app, workspace_option
from evenly.messages import _, ngettext, number, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.app import App
    from evenly.reporting.advising import Taken
    from evenly.reporting.values import Proposal

_LONGEST = 500


@click.group("advice", invoke_without_command=True)
@json_option
@workspace_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """This week's advice, at most three, and what came of what you have taken; take or decline it by its number."""
    if ctx.invoked_subcommand is None:
        with open_app() as app:
            _list(app, as_json)


@command.command("take")
@click.argument("number", type=click.IntRange(min=1))
@json_option
@with_app
def take(app: App, number: int, as_json: bool) -> None:
    """Change evenly.toml as advice NUMBER says; its comments and its order stay."""
    from evenly.cli import show
    from evenly.reporting import advising

    networks = {name: app.networks[name].settings for name in app.networks.names()}
    taken = advising.take(app.desk, number, networks, now=app.clock.now())
    if as_json:
        show.print_json({"taken": number, "diff": taken.edit.diff, "moved": taken.moved})
    else:
        _tell_taken(taken)


@command.command("decline")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--because", metavar="TEXT", help="Why, for yourself.")
@json_option
@with_app
def decline(app: App, number: int, because: str | None, as_json: bool) -> None:
    """Do without advice NUMBER; it does not come back for eight weeks."""
    from evenly.cli import show
    from evenly.reporting import advising

    if because is not None and len(because) > _LONGEST:
        raise click.UsageError(_("The reason is too long: at most {most} characters.", most=_LONGEST))
    advising.decline(app.desk, number, because=because, now=app.clock.now())
    if as_json:
        show.print_json({"declined": number})
    else:
        click.echo(_("Advice {number} is declined: it does not come back for eight weeks.", number=number))


def _list(app: App, as_json: bool) -> None:
    from evenly.cli import show
    from evenly.reporting import advising

    now = app.clock.now()
    found = advising.proposals(app.desk, now=now)
    if as_json:
        show.print_json({"week": advising.week_of(app.desk, now), "advice": [_document(each) for each in found]})
    else:
        _tell(found)


def _tell(found: Sequence[Proposal]) -> None:
    if not found:
        click.echo(_("There is no advice this week: nothing is known well enough to change anything for it."))
    for each in found:
        label = _("{number}.", number=each.number) if each.number else _("Earlier:")
        click.echo(f"{label} {shown(each.reason)}")
        if each.gain is not None and each.interval is not None and each.state == "offered":
            worth = {"gain": each.gain, "low": each.interval.low, "high": each.interval.high}
            told = {name: number(value, 2) for name, value in worth.items()}
            click.echo("   " + _("Expected of all posts together: {gain} times as many engagements ({low} to {high}).", **told))
        if each.change is not None and each.state != "declined":
            click.echo(f"   {shown(each.change)}")
        if each.outcome is not None:
            click.echo(f"   {shown(each.outcome)}")
        click.echo(f"   {_state(each)}")


def _state(each: Proposal) -> str:
    if each.state == "offered":
        return _("evenly advice take {number} · evenly advice decline {number}", number=each.number)
    return _("You have taken it.") if each.state == "taken" else _("You have declined it.")


def _tell_taken(taken: Taken) -> None:
    from evenly.cli import show
    from evenly.messages import printable

    for line in taken.edit.diff.splitlines():
        click.echo(printable(line))
    if not taken.edit.diff:
        click.echo(_("evenly.toml says so already; from now on it is followed."))
    if taken.moved:
        show.note(ngettext("{n} delivery has another time now.", "{n} deliveries have another time now.", taken.moved, n=taken.moved))
    if taken.kind in {"times", "cadence"}:
        show.note(_("What is planned keeps its time; `evenly plan --respread` plans it anew."))
    show.note(_("An `evenly run` that is at work takes it up when it is started anew."))


def _document(each: Proposal) -> dict[str, Any]:
    return {
        "number": each.number or None,
        "key": each.key,
        "state": each.state,
        "reason": shown(each.reason),
        "gain": each.gain,
        "interval": None if each.interval is None else [each.interval.low, each.interval.high],
        "change": None if each.change is None else shown(each.change),
        "outcome": None if each.outcome is None else shown(each.outcome),
    }
