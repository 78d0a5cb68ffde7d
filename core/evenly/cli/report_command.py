"""`evenly report`: what the effort brought."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.app import App
    from evenly.pages.names import Names
    from evenly.reporting.values import Report

_DAYS = 28
_HALF_A_YEAR = 26  #: weeks
_YEARS = range(2000, 3000)
_OFFERS = ("product", "brand", "service")
_AGES = ("0", "1h", "24h", "72h", "7d", "28d")


@click.command("report")
@click.option("--since", metavar="TIME", help="From this time on (default: 28 days, today included).")
@click.option("--until", metavar="TIME", help="Before this time; a date alone counts whole (default: today).")
@click.option("--account", metavar="ACCOUNT", help="Only this account.")
@click.option("--campaign", metavar="CAMPAIGN", help="Only this campaign.")
@click.option("--offer", type=click.Choice(_OFFERS), help="Only posts about products, brands or services.")
@click.option("--age", type=click.Choice(_AGES), help="How old posts are when they are compared (default: as most were read).")
@click.option("--csv", "as_csv", is_flag=True, help="Every row as a line of CSV.")
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Draw it: one file that needs nothing else.")
@click.option("--pack", metavar="CAMPAIGN", help="Hand a campaign over to an agency: a ZIP file, named with --out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the pack goes (default: CAMPAIGN.zip).")
@json_option
@with_app
def command(
    app: App,
    *,
    since: str | None,
    until: str | None,
    account: str | None,
    campaign: str | None,
    offer: str | None,
    age: str | None,
    as_csv: bool,
    page: Path | None,
    pack: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show what went out, what it brought, what it took, and how sure that is."""
    from evenly.cli import report_tables, show
    from evenly.reporting import document
    from evenly.reporting.building import report

    if sum([as_csv, as_json, page is not None, pack is not None]) > 1:
        raise click.UsageError(_("--json, --csv, --html and --pack: one of them at a time."))
    if pack is None and out is not None:
        raise click.UsageError(_("--out goes with --pack."))
    _refuse_unknown(app, account, pack or campaign)
    begin, end = _period(app, since if pack is None else since or _beginning(app, pack), until)
    now = app.clock.now()
    made = report(app.desk, since=begin, until=end, now=now, age=age, account=account, campaign=pack or campaign, offer=offer)
    made = made if account or pack or campaign or offer else whole(app, made)
    if pack is not None:
        _pack(app, made, pack, offer, out or Path(f"{pack}.zip"))
    elif page is not None:
        _draw(app, made, page)
    elif as_json:
        show.print_json(document.document(made))
    elif as_csv:
        click.echo(document.as_csv(made), nl=False)
    else:
        report_tables.tell(made, account, _called(app))


def _refuse_unknown(app: App, account: str | None, campaign: str | None) -> None:
    if account is not None and account not in app.settings.accounts:
        known = ", ".join(app.settings.accounts) or "-"
        raise click.UsageError(_("There is no account {name}; evenly.toml has: {known}.", name=account, known=known))
    if campaign is not None and campaign not in app.settings.campaigns:
        known = ", ".join(app.settings.campaigns) or "-"
        raise click.UsageError(_("There is no campaign {name}; evenly.toml has: {known}.", name=campaign, known=known))


def _period(app: App, since: str | None, until: str | None) -> tuple[datetime, datetime]:
    """Whole days of the brand, where dates or nothing were given."""
    from datetime import date, datetime, time, timedelta
    from zoneinfo import ZoneInfo

    from evenly.cli.times import instant

    name = app.settings.brand.timezone
    zone = ZoneInfo(name)

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    for option, written in (("--since", since), ("--until", until)):
        _refuse_wild(option, written, name)
    end = instant(until, name) or midnight(app.clock.now().astimezone(zone).date() + timedelta(days=1))
    if until is not None and _is_date(until):
        end = midnight(end.date() + timedelta(days=1))
    begin = instant(since, name) or midnight((end - timedelta(microseconds=1)).astimezone(zone).date() - timedelta(days=_DAYS - 1))
    if begin >= end:
        last = end - timedelta(microseconds=1)
        raise click.UsageError(
            _("--since is {since}, which is after {until}.", since=f"{begin:%Y-%m-%d %H:%M}", until=f"{last:%Y-%m-%d %H:%M}")
        )
    return begin, end


def _refuse_wild(option: str, written: str | None, zone: str) -> None:
    """Years in which calendars end."""
    from evenly.cli.times import instant

    moment = instant(written, zone)
    if moment is not None and moment.year not in _YEARS:
        raise click.UsageError(_("{option} is {written}: a time between the years 2000 and 2999, please.", option=option, written=written))


def _beginning(app: App, campaign: str) -> str:
    """The first day of a campaign that is handed over whole; without one, half a year ago."""
    from datetime import timedelta

    start = app.settings.campaigns[campaign].start
    return ((app.clock.now() - timedelta(weeks=_HALF_A_YEAR)).date() if start is None else start).isoformat()


def _is_date(written: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def whole(app: App, made: Report) -> Report:
    """The report of all accounts, which tells of the experiments, too, and of the advice."""
    from dataclasses import replace

    from evenly.reporting import advising
    from evenly.reporting.experiments import experiments

    now = app.clock.now()
    judged = experiments(app.desk, now=now, since=made.since, until=made.until)
    return replace(made, ideas=(*made.ideas, *judged), advice=advising.proposals(app.desk, now=now))


def _draw(app: App, made: Report, page: Path) -> None:
    from evenly.cli import show

    _write(page, drawn(app, made).encode())
    show.note(_("Drawn, to open in a browser: {path}", path=page.resolve()))


def _pack(app: App, made: Report, campaign: str, offer: str | None, out: Path) -> None:
    from evenly.cli import show
    from evenly.reporting.money import without_money
    from evenly.reporting.pack import pack

    made = without_money(made)
    _write(out, pack(app.desk, made, campaign, offer=offer, page=drawn(app, made)))
    show.note(_("Packed, to hand over: {path}", path=out.resolve()))


def drawn(app: App, made: Report, note: str | None = None) -> str:
    """The report as a page, with the names that people know networks and topics by."""
    from evenly.pages import report_page

    called = _called(app)
    return report_page(made, networks=called.networks, topics=called.topics, note=note)


def _called(app: App) -> Names:
    """What people call the networks and topics that the rows of a report have by their keys."""
    from evenly.pages.names import Names

    titles = {name: app.networks[name].title for name in app.networks.names()}
    return Names(networks=titles, topics={name: topic.title or name for name, topic in app.settings.topics.items()})


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise click.UsageError(_("{path} cannot be written: {why}.", path=file, why=error.strerror)) from None
