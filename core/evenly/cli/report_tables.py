"""The report on a terminal: plain words first, then a table for each block that has something to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import click

from evenly.cli import mix_table, report_weeks, report_worth, show
from evenly.messages import Number, _, ngettext, number, printable, shown
from evenly.pages import names
from evenly.reporting.sentences import OFFERS, percent

if TYPE_CHECKING:
    from evenly.insight import By, CellFound, Interval
    from evenly.pages.names import Names
    from evenly.reporting.values import Done, Idea, Proposal, Rated, Report, Row

_BEST = 3
_UNKNOWN = "-"


def tell(report: Report, account: str | None, called: Names) -> None:
    """Print the report of all accounts, or of one; networks and topics as they are `called`."""
    last = report.until - timedelta(microseconds=1)
    click.echo(_("{brand}, {first} to {last}", brand=report.brand, first=f"{report.since:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"))
    if report.offer is not None:
        click.echo(shown(OFFERS[report.offer]))
    for message in report.short:
        click.echo(shown(message))
    _block(_("Plan and deed"), (_("account"), _("due"), _("out"), _("on time"), _("days"), _("by chance"), _("left")), _done(report))
    _block(_("Week by week"), report_weeks.columns(), report_weeks.rows(report))
    _areas(report, called)
    _block(_("Cost and worth"), report_worth.columns(report), report_worth.rows(report, called))
    _block(_("What makes a difference"), _columns_of_actions(), [_action(row, called) for row in report.rows if row.by in _COMPARED])
    _ideas(report)
    mine = [each for each in report.rules if each.account == account and each.tally.of]
    _block(_("Rules"), mix_table.columns(), mix_table.rows(mine, called))
    _block(_("Best times"), (_("days"), _("hours"), _("posts"), _("times the usual"), _("likeliest")), map(_time, _likeliest(report)))
    for proposal in report.advice:
        click.echo(_advice(proposal))
    for line in _appendix(report):
        click.echo(line)


_COMPARED: tuple[By, ...] = ("action", "topic", "campaign", "format", "origin", "offer")


def _block(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
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
        yield each.account, number(each.due), number(each.published), share, _evenness(each), _chance(each), left


def _evenness(done: Done) -> str:
    """How far the worst run of days was off, beside the best that was possible."""
    days = done.evenness.days
    return (
        _UNKNOWN
        if days.value is None or days.best is None
        else _("{value} (best {best})", value=Number(days.value, 1), best=Number(days.best, 1))
    )


def _chance(done: Done) -> str:
    days = None if done.by_chance is None else done.by_chance.days.value
    return _UNKNOWN if days is None else number(days, 1)


def _areas(report: Report, called: Names) -> None:
    networks, accounts = ([row for row in report.rows if row.by == by] for by in ("network", "account"))
    columns = (_("posts"), _("rate, %"), _("comments"), _("shares"), _("followers"), _("min"), _("per hour"))
    _block(_("Networks"), (_("network"), *columns), map(partial(_area, called), networks))
    if len(accounts) > len(networks):
        _block(_("Accounts"), (_("account"), *columns), map(partial(_area, called), accounts))
    for basis in ("reach", "views", "followers"):
        if told_of := ", ".join(called.of(row.by, row.key) for row in networks if row.basis == basis):
            told = {
                "reach": _("Rates of the people reached: {names}.", names=told_of),
                "views": _("Rates of the views: {names}.", names=told_of),
                "followers": _("Rates of the followers: {names}.", names=told_of),
            }
            click.echo(told[basis])


def _area(called: Names, row: Row) -> Sequence[object]:
    figures = [_count(row.figures[name]) if name in row.figures else _UNKNOWN for name in ("comments", "shares")]
    hour = row.kpis.engagements_per_hour
    return (
        called.of(row.by, row.key),
        number(row.deliveries),
        _rate(row),
        *figures,
        _followers(row),
        number(row.minutes),
        _UNKNOWN if hour is None else number(hour, 1),
    )


def _count(figure: float) -> str:
    return number(figure, 0 if float(figure).is_integer() else 1)


def _followers(row: Row) -> str:
    """How many there are at the end, and how many more than at the beginning: as a number, and in percent."""
    if row.followers is None:
        return _UNKNOWN
    first, last = row.followers
    sign, growth = "-" if last < first else "+", row.kpis.growth_rate
    more = "" if growth is None else f", {sign}{number(abs(growth), 1)} %"
    return f"{_count(last)} ({sign}{_count(abs(last - first))}{more})"


def _rate(row: Row) -> str:
    """The engagement rate with its interval."""
    return _UNKNOWN if row.engagement_rate is None else _within(row.engagement_rate, row.interval)


def _within(found: float, interval: Interval | None) -> str:
    """A number and, in brackets, its interval."""
    return number(found, 1) + ("" if interval is None else f" ({number(interval.low, 1)}-{number(interval.high, 1)})")


def _columns_of_actions() -> Sequence[str]:
    return _("kind"), _("name"), _("posts"), _("rate, %"), _("min"), _("times the others"), _("verdict")


def _action(row: Row, called: Names) -> Sequence[object]:
    kinds = {
        "action": _("action"),
        "topic": _("topic"),
        "campaign": _("campaign"),
        "format": _("format"),
        "origin": _("origin"),
        "offer": _("offer"),
    }
    times = _UNKNOWN if row.effect is None else _times(row.effect.ratio, row.effect.interval)
    verdict = _UNKNOWN if row.effect is None else names.verdict(row.effect.verdict)
    return kinds[row.by], called.of(row.by, row.key), number(row.deliveries), _rate(row), number(row.minutes), times, verdict


def _times(ratio: float | None, interval: Interval | None) -> str:
    return _UNKNOWN if ratio is None or interval is None else _within(ratio, interval)


def _ideas(report: Report) -> None:
    """What became of each, what an experiment takes yet, and which posts more people ought to see."""
    _block(_("Ideas"), (_("idea"), _("goal"), _("posts"), _("min"), _("times the others"), _("verdict")), map(_idea, report.ideas))
    for idea in report.ideas:
        if missing := names.missing(idea.missing):
            click.echo(printable(f"{idea.name}: {missing}"))
    columns = (_("id"), _("account"), _("text"), _("seen"), _("rate, %"), _("usual, %"))
    _block(_("Posts that more people ought to see"), columns, map(_boosted, report.boost))
    if report.boost:
        click.echo(names.why_boost())


def _idea(idea: Idea) -> Sequence[object]:
    times = _times(idea.ratio, idea.interval)
    return idea.name, idea.goal, number(idea.deliveries), number(idea.minutes), times, names.verdict(idea.verdict)


def _boosted(post: Rated) -> Sequence[object]:
    rate = f"{number(post.rate, 1)} ({number(post.low, 1)}-{number(post.high, 1)})"
    return post.delivery, post.account, post.text, number(post.seen), rate, number(post.usual, 1)


def _likeliest(report: Report) -> Sequence[CellFound]:
    """The best of those cells that have posts and a window."""
    return [each for each in report.times if each.usual.posts and each.allowed][:_BEST]


def _time(found: CellFound) -> Sequence[object]:
    days = _("Sat-Sun") if found.cell.weekend else _("Mon-Fri")
    hours = f"{found.cell.hour:02}:00-{found.cell.hour + 4:02}:00"
    usual = _times(found.usual.ratio, found.usual.interval)
    return days, hours, number(found.usual.posts), usual, f"{_percent(found.chance)} %"


def _advice(proposal: Proposal) -> str:
    parts = (proposal.reason, proposal.change, proposal.outcome)
    return _("Advice {number}: {words}", number=proposal.number, words=" ".join(shown(part) for part in parts if part is not None))


def _appendix(report: Report) -> Iterator[str]:
    yield ""
    if report.minutes:
        share = percent(report.estimated / report.minutes)
        yield _("{minutes} minutes of work; {share} percent of them are estimated.", minutes=Number(report.minutes), share=share)
    if report.capacity:
        used = percent(report.minutes / report.capacity)
        yield _("Capacity: {minutes} minutes in this time, of which {share} % are used.", minutes=Number(report.capacity), share=used)
    yield from report_worth.appendix(report)
    for name, figures in report.missing:
        yield printable(_("{account}: nothing is known of {figures}.", account=name, figures=", ".join(map(names.metric, figures))))
    for each in report.series:
        yield printable(names.renamed(each, each.since.isoformat()))
    yield _(
        "Counted: posts published in this time, with their figures at the age of {age}. Times are those of {zone}.",
        age=names.age(report.age),
        zone=report.timezone,
    )
    yield _("A figure that a network does not give is missing, and never 0. Rates are estimates; in brackets, where chance may carry them.")


def _percent(share: float) -> str:
    found = percent(share)
    return number(found.value, found.places)
