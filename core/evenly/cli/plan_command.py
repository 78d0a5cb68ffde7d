"""`evenly plan`: the calendar, and how even it is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from evenly.cli import show
from evenly.cli.command import json_option, open_app, workspace_option
from evenly.cli.weeks import Entry, print_weeks
from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.app import App
    from evenly.planning.calendar import AccountPlan

_WEEKS = 4
_MOST_WEEKS = 520


@click.command("plan")
@click.option("--weeks", type=click.IntRange(1, _MOST_WEEKS), help=f"How many weeks to show and to judge (default {_WEEKS}).")
@click.option("--respread", is_flag=True, help="Plan everything anew that has no fixed time.")
@click.option("--html", "page", metavar="FILE", help="Draw the calendar, as many weeks back as ahead, as a page to be read offline.")
@click.option("--why", metavar="ID", help="Say why a post has its time.")
@click.option("--request", metavar="FILE", help="Plan a self-contained request (JSON; - reads standard input), without a workspace.")
@json_option
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, weeks: int | None, respread: bool, page: str | None, why: str | None, request: str | None, as_json: bool
) -> None:
    """Show the calendar, and how even each account's plan is against the best possible."""
    if request is not None and (respread or why is not None or weeks is not None or page is not None):
        raise click.UsageError(_("--request stands alone: it plans what the file says and nothing else."))
    if request is not None:
        ctx.exit(_plan_request(request, as_json))
    with open_app() as app:
        code = _told_why(app, why, as_json) if why is not None else _planned(app, weeks, respread, as_json)
        if page is not None:
            _draw(app, Path(page), weeks or _WEEKS)
        ctx.exit(code)


def _draw(app: App, page: Path, weeks: int) -> None:
    from evenly.pages import calendar_page, gathered

    drawn = calendar_page(gathered(app.desk, now=app.clock.now(), since=_end(app, -weeks), until=_end(app, weeks)))
    try:
        page.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(_("{path} cannot be written: {why}.", path=page, why=error.strerror)) from None
    show.note(_("Drawn, to open in a browser: {path}", path=page.resolve()))


def _planned(app: App, weeks: int | None, respread: bool, as_json: bool) -> int:
    from evenly.planning import calendar

    now = app.clock.now()
    moved = calendar.spread_all(app.desk, now=now, anew=respread)
    if moved or respread:
        show.note(ngettext("{n} delivery has another time now.", "{n} deliveries have another time now.", moved, n=moved))
    until = None if as_json and weeks is None else _end(app, weeks or _WEEKS)
    plans = calendar.plans(app.desk, now=now, until=until)
    if as_json:
        show.print_json({"accounts": [calendar.document(app.desk, plan) for plan in plans]})
        _note_what_runs_dry(app, now)
    else:
        _print_calendar(app, plans, weeks or _WEEKS)
        _print_unplaced(plans)
    is_too_much = _told_too_much(app, now)
    return 1 if is_too_much or any(plan.unplaced for plan in plans) else 0


def _note_what_runs_dry(app: App, now: datetime) -> None:
    from evenly.planning import runway

    for each in runway.dry(app.desk, now):
        show.note(shown(each.message))


def _told_too_much(app: App, now: datetime) -> bool:
    """Whether the cadences ask for more than `[capacity]` can carry; then the person knows."""
    from evenly.planning import capacity

    with app.store.read() as connection:
        load = capacity.load(app.desk, connection, now)
    if load is None or not load.missing:
        return False
    show.note(shown(load.message))
    return True


def _end(app: App, weeks: int) -> datetime:
    """The midnight so many weeks after today's."""
    zone = ZoneInfo(app.settings.brand.timezone)
    return datetime.combine(app.clock.now().astimezone(zone).date() + timedelta(weeks=weeks), time(), zone)


# ---- for people


def _print_calendar(app: App, plans: Sequence[AccountPlan], weeks: int) -> None:
    if not any(plan.coming for plan in plans):
        click.echo(_('Nothing is planned. Queue a post: evenly add "…"'))
        return
    _print_weeks(app, plans, weeks)
    click.echo(_("How even it is:"))
    columns = (_("account"), _("measure"), _("is"), _("best"))
    show.table(columns, [(plan.account, *row) for plan in plans for row in _evenness(app, plan)])
    _print_runways(app)


def _print_runways(app: App) -> None:
    """How long the content of each account lasts, and what is soon used up."""
    from evenly.planning import runway

    rows = []
    dry = {(each.account, each.kind): each.on for each in runway.dry(app.desk, app.clock.now())}
    for each in runway.runways(app.desk, app.clock.now()):
        left = ngettext("{n} day of content left", "{n} days of content left", each.days, n=each.days)
        is_short = timedelta(days=each.days) < app.settings.planner.commit
        kind = shown(runway.named(each.kind)) if each.kind else _("all")
        end = dry.get((each.account, each.kind))
        until = _("runs dry on {date}", date=end.isoformat()) if end is not None else _("soon used up") if is_short else ""
        rows.append((each.account, kind, each.posts, left, until))
    click.echo(_("How long it lasts:"))
    show.table((_("account"), _("kind"), _("posts"), _("at the cadence"), ""), rows)


def _print_weeks(app: App, plans: Sequence[AccountPlan], weeks: int) -> None:
    zone, now = ZoneInfo(app.settings.brand.timezone), app.clock.now()
    entries = [_entry(app, row, zone, now) for plan in plans for row in plan.coming]
    legend = {
        "*": _("you fixed this time"),
        "~": _("may still change places with another post, to keep the mix"),
        "!": _("overdue: is `evenly run` at work?"),
    }
    today = now.astimezone(zone).date()
    print_weeks(entries, today, today + timedelta(weeks=weeks), legend)
    if len({app.settings.zone(name) for name in app.settings.accounts} | {str(zone)}) > 1:
        click.echo(_("Times are those of {zone}.", zone=zone))


def _entry(app: App, row: Any, zone: ZoneInfo, now: datetime) -> Entry:
    from evenly.planning import calendar

    mark = "!" if row.due < now else "*" if row.pinned else "~" if calendar.is_provisional(app.desk, row, now) else ""
    return Entry(row.due.astimezone(zone), row.account, row.content["text"] or row.content["link"] or "", mark)


def _evenness(app: App, plan: AccountPlan) -> list[tuple[str, str, str]]:
    scores = plan.evenness
    stagger = int(app.settings.planner.stagger.total_seconds() // 60)
    measures = [
        (_("posts too many or too few, in the worst run of days"), scores.days),
        (_("posts too many or too few, in the worst part of the day"), scores.times),
        (_("the same, weekday by weekday and quarter by quarter of the day"), scores.weekday_daypart),
        (_("shortest gap, of an even one"), scores.gap_least),
        (_("longest gap, of an even one"), scores.gap_largest),
        (_("posts too many or too few, of the worst kind"), scores.mix),
        (_("pairs closer than {minutes} min to another account's", minutes=stagger), scores.stagger),
    ]
    return [
        (words, f"{each.value:.2g}", f"{each.best:.2g}") for words, each in measures if each.value is not None and each.best is not None
    ]


def _print_unplaced(plans: Sequence[AccountPlan]) -> None:
    from evenly.planning import calendar

    for plan in plans:
        for row in plan.unplaced:
            said = _("No time for delivery {id} on {account}: {why}", id=row.id, account=row.account, why=shown(calendar.why(row)))
            click.echo(said, err=True)


# ---- why


def _told_why(app: App, written: str, as_json: bool) -> int:
    from evenly.planning import calendar, choosing, listing

    with app.store.read() as connection:
        rows = choosing.rows_of(connection, written)
    documents = [{**listing.document(app.desk, row), "why": shown(calendar.why(row))} for row in rows]
    if as_json:
        show.print_json({"deliveries": documents})
    else:
        columns = (_("id"), _("when"), _("account"), _("why"))
        show.table(columns, [(each["id"], show.when(each["due"]), each["account"], each["why"]) for each in documents])
    return 0


# ---- without a workspace


def _plan_request(name: str, as_json: bool) -> int:
    """Print the plan file that a request makes: a JSON list."""
    import json

    from evenly.spread import request as requests

    try:
        request = requests.read_request(_read_json(name))
    except requests.RequestRefused as refused:
        lines = [f"{path}: {shown(message)}" if path else shown(message) for path, message in refused.faults]
        raise click.UsageError("\n".join([_("{name} cannot be planned:", name=name), *lines])) from None
    planned = requests.plan_file(request, requests.plan_request(request), shown)
    if as_json:
        show.print_json(planned)
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in planned]
        click.echo("[" + ",\n ".join(lines) + "]")
    return 1 if any(row["time"] is None for row in planned) else 0


def _read_json(name: str) -> object:
    import json
    import sys

    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise click.UsageError(_("{name} cannot be read: {why}.", name=name, why=error.strerror)) from None
    except UnicodeDecodeError:
        raise click.UsageError(_("{name} is not UTF-8: save it as UTF-8.", name=name)) from None
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise click.UsageError(_("{name} is not JSON (line {line}, column {column}).", name=name, **place)) from None
    except (ValueError, RecursionError):
        raise click.UsageError(_("{name} holds JSON that nobody could plan: numbers too long, or nested too deeply.", name=name)) from None
