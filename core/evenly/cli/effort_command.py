"""`evenly effort`: what time and money go into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from evenly.cli.command import json_option, open_app, with_app, workspace_option
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.planning.efforts import About
    from evenly.store.efforts import Entry, Running

Function = TypeVar("Function", bound=Callable[..., Any])

_TASKS = ("write", "photo", "curate", "reply", "plan", "learn")


def _about(function: Function) -> Function:
    """The options that say what an effort was for."""
    for option in (
        click.option("--note", help="A few words for yourself."),
        click.option("--post", "posts", metavar="ID", multiple=True, help="A post (p7); repeatable, they share the time."),
        click.option("--campaign", help="The campaign it was for."),
        click.option("--account", help="The account it was for."),
        click.option("--task", type=click.Choice(_TASKS), help="What was done."),
    ):
        function = option(function)
    return function


@click.group("effort", invoke_without_command=True)
@json_option
@workspace_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The time and money that went into posts, answers and planning; without a command it is listed."""
    if ctx.invoked_subcommand is None:
        with open_app() as app:
            _list(app, None, None, as_json)


@command.command("add")
@click.argument("duration", metavar="DURATION")
@_about
@click.option("--cost", metavar="MONEY", help="What was paid besides, such as 30 or 12.50; 0m for money alone.")
@click.option("--at", metavar="TIME", help="When it ended (default: now).")
@json_option
@with_app
def add(app: App, duration: str, cost: str | None, at: str | None, as_json: bool, **about: Any) -> None:
    """Log DURATION, such as 25m, spent on a task; and what was paid."""
    from evenly.cli.times import instant
    from evenly.planning import efforts

    ended, cents = instant(at, app.settings.brand.timezone), _cents(cost)
    entry = efforts.add(app.desk, _duration(duration), _meant(about), cents=cents, at=ended, now=app.clock.now())
    _tell(app, entry, as_json)


@command.command("start")
@_about
@with_app
def start(app: App, **about: Any) -> None:
    """Start the timer; there is one for the workspace."""
    from evenly.planning import efforts

    if about["task"] is None:
        raise click.UsageError(_("What is timed has a task: name it with --task."))
    efforts.start(app.desk, _meant(about), now=app.clock.now())
    click.echo(_("The timer runs: {task}. `evenly effort stop` logs it.", task=about["task"]))


@command.command("stop")
@click.argument("duration", metavar="[DURATION]", required=False)
@click.option("--cancel", is_flag=True, help="Throw it away.")
@json_option
@with_app
def stop(app: App, duration: str | None, cancel: bool, as_json: bool) -> None:
    """Stop the timer and log what it says; or DURATION, if it ran on for too long."""
    from evenly.planning import efforts

    if cancel and duration:
        raise click.UsageError(_("Either a duration, or --cancel."))
    if cancel:
        click.echo(_("Thrown away: {task}.", task=efforts.cancel(app.desk).entry["task"]))
        return
    worked = None if duration is None else _duration(duration)
    _tell(app, efforts.stop(app.desk, now=app.clock.now(), duration=worked), as_json)


@command.command("list")
@click.option("--since", metavar="TIME", help="Not before this time.")
@click.option("--until", metavar="TIME", help="Before this time.")
@json_option
@with_app
def list_(app: App, since: str | None, until: str | None, as_json: bool) -> None:
    """What was logged, and what the timer says."""
    from evenly.cli.times import instant

    zone = app.settings.brand.timezone
    _list(app, instant(since, zone), instant(until, zone), as_json)


@command.command("drop")
@click.argument("number", metavar="N")
@with_app
def drop(app: App, number: str) -> None:
    """Take entry N out again."""
    from evenly.planning import efforts

    efforts.drop(app.desk, number)
    click.echo(_("Effort {number} is taken out.", number=number))


def _meant(about: Mapping[str, Any]) -> About:
    from evenly.planning.efforts import About

    return About(**about)


def _duration(written: str) -> timedelta:
    from evenly import durations

    return durations.parse(written)


def _cents(written: str | None) -> int:
    from evenly.fields.amounts import hundredths

    cents = 0 if written is None else hundredths(written)
    if cents is None or (written is not None and not cents):
        raise click.UsageError(_("{cost} is no cost: write what was paid, such as 30 or 12.50.", cost=f'"{written}"'))
    return cents


def _list(app: App, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    from evenly.cli import show
    from evenly.store import efforts

    with app.store.read() as connection:
        entries, running = efforts.entries(connection, since=since, until=until), efforts.running(connection)
    if as_json:
        show.print_json({"efforts": [_document(app, entry) for entry in entries], "timer": _timer(app, running)})
        return
    if entries:
        cents = sum(entry.cents for entry in entries)
        columns = (_("id"), _("when"), _("task"), _("time"), *([_("paid")] if cents else []), _("for"), _("note"))
        show.table(columns, [_row(app, entry, money=cents > 0) for entry in entries])
        click.echo(_("Together: {time}", time=", ".join(_spent(app, sum(entry.seconds for entry in entries), cents))))
    elif running is None:
        click.echo(_("No effort is logged. Log some: evenly effort add 25m --task write"))
    if running is not None:
        passed = _length(round((app.clock.now() - running.started_at).total_seconds()))
        click.echo(_("The timer runs: {task}, {time} so far.", task=running.entry["task"], time=passed))


def _tell(app: App, entry: Entry, as_json: bool) -> None:
    from evenly.cli import show

    if as_json:
        show.print_json(_document(app, entry))
        return
    click.echo(_("Effort {number}: {what}.", number=entry.id, what=", ".join(_spent(app, entry.seconds, entry.cents, entry.task))))
    if len(entry.posts) > 1:
        shares = ((post, " ".join(_spent(app, seconds, entry.paid.get(post, 0)))) for post, seconds in entry.posts.items())
        click.echo("  " + ", ".join(f"p{post} {spent}" for post, spent in shares))


def _document(app: App, entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "task": entry.task,
        "minutes": entry.seconds / 60,
        "cost": entry.cents / 100,
        "at": _local(app, entry.at).isoformat(timespec="seconds"),
        "account": entry.account,
        "campaign": entry.campaign,
        "posts": [
            {"post": f"p{post}", "minutes": seconds / 60, "cost": entry.paid.get(post, 0) / 100} for post, seconds in entry.posts.items()
        ],
        "note": entry.note,
    }


def _timer(app: App, running: Running | None) -> dict[str, Any] | None:
    if running is None:
        return None
    posts = [f"p{post}" for post in running.entry["posts"]]
    return {**running.entry, "posts": posts, "started_at": _local(app, running.started_at).isoformat(timespec="seconds")}


def _row(app: App, entry: Entry, *, money: bool) -> tuple[object, ...]:
    from evenly.cli import show

    meant = [*(f"p{post}" for post in entry.posts), *filter(None, (entry.account, entry.campaign))]
    paid = [_money(app, entry.cents) if entry.cents else None] if money else []
    return (entry.id, show.when(_local(app, entry.at)), entry.task, _length(entry.seconds), *paid, ", ".join(meant), entry.note)


def _spent(app: App, seconds: int, cents: int, task: str | None = None) -> list[str]:
    return [*([_length(seconds)] if seconds else []), *([_money(app, cents)] if cents else []), *([task] if task else [])]


def _money(app: App, cents: int) -> str:
    """Such as 12.50 EUR."""
    capacity = app.settings.capacity
    return " ".join(filter(None, (f"{cents / 100:.2f}", None if capacity is None else capacity.currency)))


def _length(seconds: int) -> str:
    """Such as 1h 05m, or 8m 20s: from an hour on seconds do not matter."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    if hours:
        return f"{hours}h {minutes:02}m"
    return " ".join([*([f"{minutes}m"] if minutes else []), *([f"{rest}s"] if rest else [])])


def _local(app: App, moment: datetime) -> datetime:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(app.settings.brand.timezone))
