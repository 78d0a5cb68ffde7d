"""The report on a terminal: plain words first, then a table for each block that has something to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from evenly.cli import mix_table, show
from evenly.messages import _, ngettext, printable, shown

if TYPE_CHECKING:
    from evenly.insight import By, CellFound, Interval, Verdict
    from evenly.reporting.values import Done, Idea, Proposal, Report, Row

_BEST = 3
_HUNDRED = 100.0
_EXACT_BELOW = 9.95
_UNKNOWN = "-"


def tell(report: Report, account: str | None) -> None:
    """Print the report of all accounts, or of one."""
    last = report.until - timedelta(microseconds=1)
    click.echo(_("{brand}, {first} to {last}", brand=report.brand, first=f"{report.since:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"))
    for message in report.short:
        click.echo(shown(message))
    _block(_("Plan and deed"), (_("account"), _("due"), _("out"), _("on time"), _("days"), _("by chance"), _("left")), _done(report))
    _areas(report)
    _block(_("What makes a difference"), _columns_of_actions(), [_action(row) for row in report.rows if row.by in _COMPARED])
    _block(_("Ideas"), (_("idea"), _("goal"), _("posts"), _("min"), _("times the others"), _("verdict")), map(_idea, report.ideas))
    mine = [each for each in report.rules if each.account == account and each.tally.of]
    _block(_("Rules"), mix_table.columns(), mix_table.rows(mine))
    _block(_("Best times"), (_("days"), _("hours"), _("posts"), _("times the usual"), _("likeliest")), map(_time, _likeliest(report)))
    for proposal in report.advice:
        click.echo(_advice(proposal))
    for line in _appendix(report):
        click.echo(line)


_COMPARED: tuple[By, ...] = ("action", "topic", "campaign", "format", "origin")


def _block(
    title: str, columns: Sequence[str], rows: Iterator[Sequence[object]] | Sequence[Sequence[object]] | map[Sequence[object]]
) -> None:
    found = list(rows)
    if found:
        click.echo()
        click.echo(title)
        show.table(columns, found)


def _done(report: Report) -> Iterator[Sequence[object]]:
    for each in report.done:
        share = _UNKNOWN
        if (between := each.on_time_interval) is not None:
            share = f"{_percent(each.on_time / each.due)} % ({_percent(between.low)}-{_percent(between.high)})"
        left = _UNKNOWN if each.runway is None else ngettext("{n} day", "{n} days", int(each.runway), n=int(each.runway))
        yield each.account, each.due, each.published, share, _evenness(each), _chance(each), left


def _evenness(done: Done) -> str:
    """How far the worst run of days was off, beside the best that was possible."""
    days = done.evenness.days
    return (
        _UNKNOWN
        if days.value is None or days.best is None
        else _("{value} (best {best})", value=f"{days.value:.1f}", best=f"{days.best:.1f}")
    )


def _chance(done: Done) -> str:
    days = None if done.by_chance is None else done.by_chance.days.value
    return _UNKNOWN if days is None else f"{days:.1f}"


def _areas(report: Report) -> None:
    networks, accounts = ([row for row in report.rows if row.by == by] for by in ("network", "account"))
    columns = (_("posts"), _("rate, %"), _("comments"), _("shares"), _("followers"), _("min"), _("per hour"))
    _block(_("Networks"), (_("network"), *columns), map(_area, networks))
    if len(accounts) > len(networks):
        _block(_("Accounts"), (_("account"), *columns), map(_area, accounts))
    for basis in ("reach", "views", "followers"):
        if names := ", ".join(row.key for row in networks if row.basis == basis):
            told = {
                "reach": _("Rates of the people reached: {names}.", names=names),
                "views": _("Rates of the views: {names}.", names=names),
                "followers": _("Rates of the followers: {names}.", names=names),
            }
            click.echo(told[basis])


def _area(row: Row) -> Sequence[object]:
    figures = [f"{row.figures[name]:g}" if name in row.figures else _UNKNOWN for name in ("comments", "shares")]
    followers = _UNKNOWN if row.followers is None else f"{row.followers[1]:g} ({row.followers[1] - row.followers[0]:+g})"
    hour = row.kpis.engagements_per_hour
    return (
        row.key,
        row.deliveries,
        _rate(row),
        *figures,
        followers,
        f"{row.minutes:.0f}",
        _UNKNOWN if hour is None else f"{hour:.1f}",
    )


def _rate(row: Row) -> str:
    """The engagement rate with its interval."""
    if row.engagement_rate is None:
        return _UNKNOWN
    return f"{row.engagement_rate:.1f}" + ("" if row.interval is None else f" ({row.interval.low:.1f}-{row.interval.high:.1f})")


def _columns_of_actions() -> Sequence[str]:
    return _("kind"), _("name"), _("posts"), _("rate, %"), _("min"), _("times the others"), _("verdict")


def _action(row: Row) -> Sequence[object]:
    kinds = {"action": _("action"), "topic": _("topic"), "campaign": _("campaign"), "format": _("format"), "origin": _("origin")}
    times = _UNKNOWN if row.effect is None else _times(row.effect.ratio, row.effect.interval)
    verdict = _UNKNOWN if row.effect is None else _verdict(row.effect.verdict)
    return kinds[row.by], row.key, row.deliveries, _rate(row), f"{row.minutes:.0f}", times, verdict


def _times(ratio: float | None, interval: Interval | None) -> str:
    if ratio is None or interval is None:
        return _UNKNOWN
    return f"{ratio:.1f} ({interval.low:.1f}-{interval.high:.1f})"


def _verdict(found: Verdict) -> str:
    return {
        "works": _("works"),
        "does not": _("does not work"),
        "no difference yet": _("no difference yet"),
        "too early": _("too early"),
    }[found]


def _idea(idea: Idea) -> Sequence[object]:
    return idea.name, idea.goal, idea.deliveries, f"{idea.minutes:.0f}", _times(idea.ratio, idea.interval), _verdict(idea.verdict)


def _likeliest(report: Report) -> Sequence[CellFound]:
    """The best of those cells that have posts and a window."""
    return [each for each in report.times if each.usual.posts and each.allowed][:_BEST]


def _time(found: CellFound) -> Sequence[object]:
    days = _("Sat-Sun") if found.cell.weekend else _("Mon-Fri")
    hours = f"{found.cell.hour:02}:00-{found.cell.hour + 4:02}:00"
    usual = _times(found.usual.ratio, found.usual.interval)
    return days, hours, found.usual.posts, usual, f"{_percent(found.chance)} %"


def _advice(proposal: Proposal) -> str:
    parts = (proposal.reason, proposal.change, proposal.outcome)
    return _("Advice {number}: {words}", number=proposal.number, words=" ".join(shown(part) for part in parts if part is not None))


def _appendix(report: Report) -> Iterator[str]:
    yield ""
    share = _percent(report.estimated / report.minutes) if report.minutes else "0"
    yield _("{minutes} minutes of work; {share} percent of them are estimated.", minutes=f"{report.minutes:.0f}", share=share)
    if report.capacity:
        used = _percent(report.minutes / report.capacity)
        yield _("Capacity: {minutes} minutes in this time, of which {share} % are used.", minutes=f"{report.capacity:.0f}", share=used)
    for name, figures in report.missing:
        yield printable(_("{account}: nothing is known of {figures}.", account=name, figures=", ".join(figures)))
    yield _(
        "Counted: posts published in this time, with their figures at the age of {age}. Times are those of {zone}.",
        age=report.age,
        zone=report.timezone,
    )
    yield _("A figure that a network does not give is missing, and never 0. Rates are estimates; in brackets, where chance may carry them.")


def _percent(share: float) -> str:
    percent = share * _HUNDRED
    return f"{percent:.1f}" if 0 < percent < _EXACT_BELOW else f"{percent:.0f}"
