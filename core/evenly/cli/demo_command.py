"""`evenly demo`: the whole job in a throw-away workspace, without any account."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from evenly.plugin import Event
    from evenly.rehearsal import Rehearsal

_WEEK = timedelta(days=7)
_WEEKS = 7  #: six to publish everything, one more for the last figures
_DAY = timedelta(days=1)
_CALENDAR = "calendar.html"
_REPORT = "report.html"


@click.command("demo")
@click.pass_context
def command(ctx: click.Context) -> None:
    """See the whole job run in some seconds: an invented brand on stand-ins of the networks; nothing leaves this machine."""
    from tempfile import mkdtemp

    ctx.exit(_played(Path(mkdtemp(prefix="evenly-demo-")).resolve()))


def _played(folder: Path) -> int:
    """Run the demo in the empty `folder`; the exit code."""
    from evenly.app import App
    from evenly.clock import VirtualClock
    from evenly.rehearsal import Rehearsal, make_sample
    from evenly.store.hastening import hasten

    click.echo(_("A workspace to look around in, also afterwards: {folder}", folder=folder))
    posts, events = make_sample(folder), Counter[str]()

    def count(event: Event) -> None:
        events[event.kind] += 1

    clock = VirtualClock(_start())
    # A key or a clock in the person's environment is for the person's own workspace.
    with App.open(folder, environment={}, clock=clock) as app:
        hasten(app.store)
        demo = _Demo(Rehearsal.open(app, clock, tell=count), events, clock.now())
        went_well = demo.run(posts, folder)
    _tell_next(folder)
    return 0 if went_well else 1


def _start() -> datetime:
    """The Monday from which everything is over by now: what one finds in the workspace afterwards lies in the past weeks."""
    from evenly.clock import clock_of

    today = clock_of(os.environ).now().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday()) - _WEEKS * _WEEK


@dataclass(frozen=True, slots=True)
class _Demo:
    """The steps, each told as it happens."""

    rehearsal: Rehearsal
    events: Counter[str]
    start: datetime
    troubles: list[str] = field(default_factory=list)

    def run(self, posts: Path, folder: Path) -> bool:
        """Take every step; whether all of them went well."""
        self._tell_accounts()
        self._import(posts)
        self._tell_plan()
        self._tell_mix()
        click.echo(_("Publishing in fast-forward, week by week:"))
        for _week in range(_WEEKS):
            self._live_a_week()
        self._prove()
        self._draw_calendar(folder / _CALENDAR)
        self._report(folder / _REPORT)
        for trouble in self.troubles:
            click.echo(trouble, err=True)
        return not self.troubles

    def _tell_accounts(self) -> None:
        app = self.rehearsal.app
        titles = [f"{name} ({app.networks[account.network].title})" for name, account in app.settings.accounts.items()]
        told = _("{brand}, an invented jeweller, signs in: {accounts}.", brand=app.settings.name, accounts=", ".join(titles))
        inside = _("Both are stand-ins inside this program: nothing leaves this machine.")
        click.echo(f"{told} {inside}")

    def _import(self, posts: Path) -> None:
        from evenly import importing

        report = importing.import_source(self.rehearsal.app.desk, str(posts), now=self.start)
        click.echo(ngettext("Imported {n} post from posts/.", "Imported {n} posts from posts/.", report.added, n=report.added))
        for warning in report.warnings:
            click.echo(f"  {shown(warning)}")
        self.troubles.extend(f"{each.where}: {shown(each.reason)}" for each in report.refused)

    def _tell_plan(self) -> None:
        from evenly.pages import evenness
        from evenly.planning import calendar

        for plan in calendar.plans(self.rehearsal.app.desk, now=self.start):
            count = len(plan.coming)
            told = ngettext("Planned {n} post for {account}.", "Planned {n} posts for {account}.", count, n=count, account=plan.account)
            click.echo(f"{told} {evenness.summary(evenness.of(plan.evenness))}")

    def _tell_mix(self) -> None:
        from evenly.planning import mixing

        found = mixing.look(self.rehearsal.app.desk, now=self.start)
        brand = [each for each in found.findings if each.account is None]
        met = sum(not each.needs_you for each in brand)
        told = _("The mix of the next two weeks: {met} of {n} targets are met.", met=met, n=len(brand))
        advice = [shown(advice) for account, advice in mixing.with_advice(found) if account is None]
        click.echo(" ".join([told, *(_("To add: {advice}.", advice=each) for each in advice)]))

    def _live_a_week(self) -> None:
        clock, before, read = self.rehearsal.clock, self.events["published"], 0
        monday = clock.now().date().isoformat()
        for _day in range(_WEEK // _DAY):
            self.rehearsal.publish(until=clock.now() + _DAY)
            read += self._read_figures()
        told = []
        if count := self.events["published"] - before:
            told.append(ngettext("{n} post went out", "{n} posts went out", count, n=count))
        if read:
            told.append(ngettext("figures read {n} time", "figures read {n} times", read, n=read))
        if told:
            click.echo("  " + _("from {monday}: {told}", monday=monday, told=", ".join(told)))

    def _read_figures(self) -> int:
        results = self.rehearsal.collect()
        self.troubles.extend(f"{each.account}: {shown(each.trouble)}" for each in results if each.trouble is not None)
        return sum(each.deliveries for each in results)

    def _report(self, page: Path) -> None:
        """What it brought: the three sentences, and the page."""
        from evenly.cli.report_command import drawn, whole
        from evenly.reporting.building import report

        app, now = self.rehearsal.app, self.rehearsal.clock.now()
        made = whole(app, report(app.desk, since=self.start, until=now, now=now))
        for sentence in made.short:
            click.echo(f"  {shown(sentence)}")
        page.write_text(drawn(app, made, _note()), encoding="utf-8")
        click.echo(_("The report, to open in a browser: {page}", page=page))

    def _draw_calendar(self, page: Path) -> None:
        from evenly import pages

        app = self.rehearsal.app
        calendar = pages.gathered(app.desk, now=self.rehearsal.clock.now(), since=self.start)
        page.write_text(pages.calendar_page(replace(calendar, note=_note(), links=False)), encoding="utf-8")
        click.echo(_("The calendar, to open in a browser: {page}", page=page))

    def _prove(self) -> None:
        """Say that everything is out exactly once, or what is not."""
        proof, published = self.rehearsal.proof(), self.events["published"]
        others = self.events.total() - published
        if proof.holds and not others:
            told = _(
                "Checked: each of the {n} posts, with its threads and comments, is public exactly once, and nothing else is.", n=published
            )
            click.echo(told)
            return
        self.troubles.append(
            _(
                "Not everything is out exactly once: {lost} lost, {stray} too many, {others} need somebody. Please report this.",
                lost=len(proof.lost),
                stray=len(proof.stray),
                others=others,
            )
        )


def _note() -> str:
    return _("A demo: brand, posts and figures are invented, and the networks were stand-ins, so that no post has an address to visit.")


def _tell_next(folder: Path) -> None:
    click.echo()
    click.echo(
        _(
            "You saw posts imported, spread evenly, published exactly once, and measured. Look closer:\n"
            "  evenly -w {folder} queue --state published\n"
            "  evenly -w {folder} show p5\n"
            "  evenly -w {folder} advice\n"
            "Begin your own:\n"
            "  evenly init my-brand       makes a workspace\n"
            "  evenly networks            says what each network can do\n"
            "  evenly connect ACCOUNT     signs in",
            folder=folder,
        )
    )
