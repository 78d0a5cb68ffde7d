"""The mix on a terminal: the seven rules and the other targets at a glance, then what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from evenly.cli import show
from evenly.messages import Number, _, ngettext, number, percent, shown
from evenly.pages import names
from evenly.pages.names import Names

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.app import App
    from evenly.mix import Finding, Tally
    from evenly.planning.mixing import Mix

_ONE_MORE = 1.0
"""A plan that fixed times disturb is as even as it can be within one post more than the best."""


def tell(app: App, found: Mix, account: str | None, now: datetime) -> None:
    """Print the rules and targets; of the accounts, beside the brand, what is not met."""
    click.echo(
        _(
            "{published} published since {since}, {planned} planned until {until}.",
            published=found.published,
            planned=found.planned,
            since=f"{found.since:%Y-%m-%d}",
            until=f"{found.until:%Y-%m-%d}",
        )
    )
    mine = [each for each in (*found.findings, *found.bare) if each.account == account]
    show.table(columns(), [*_regular(app, account, now), *rows(mine)])
    out = [each for each in found.findings if each.account != account and each.needs_you]
    if out and len(app.settings.accounts) > 1:
        click.echo(_("Accounts that miss a target:"))
        show.table((_("account"), *columns()[1:]), [(each.account, *_row("", each, Names())[1:]) for each in out])


def tell_more(found: Mix) -> None:
    """Print what to add, what is out of its bounds in other ways, and what is to be known."""
    for line in (*_advice(found), *_notes(found)):
        click.echo(show.printable(line))


def _regular(app: App, account: str | None, now: datetime) -> Iterator[tuple[object, ...]]:
    """The first rule, post at regular times, for each account: how even its days are."""
    from evenly.planning import calendar

    for plan in calendar.plans(app.desk, now=now):
        days = plan.evenness.days
        if account in {None, plan.account} and plan.coming and days.value is not None and days.best is not None:
            verdict = _("met") if days.value <= days.best + _ONE_MORE else _("uneven")
            yield (
                "1",
                _("regular times: {account}", account=plan.account),
                f"<= {number(days.best + _ONE_MORE, 1)}",
                number(days.value, 1),
                "",
                "",
                verdict,
            )


def columns() -> Sequence[str]:
    """What stands above `rows`."""
    return _("rule"), _("target"), _("wanted"), _("counted"), _("share"), _("interval"), _("verdict")


def rows(findings: Sequence[Finding], called: Names | None = None) -> list[tuple[object, ...]]:
    """The rules in the order of the concept, then the other targets; topics as they are `called`, else by the key that `[mix]` has."""
    rules = {
        "mention": "2",
        "photo": "3",
        "behind_the_scenes": "3",
        "third_party": "4",
        "on_topic": "5",
        "question": "6",
        "invitation": "7",
    }
    known = called or Names()
    return [_row(rules.get(each.target, ""), each, known) for each in sorted(findings, key=lambda each: rules.get(each.target, "8"))]


def _row(rule: str, finding: Finding, called: Names) -> tuple[object, ...]:
    tally = finding.tally
    early = finding.verdict == "too early"
    share = "" if early or tally.share is None else percent(tally.share)
    interval = "" if early or tally.interval is None else f"{percent(tally.interval[0])}-{percent(tally.interval[1])}"
    verdict = "-" if finding.min is None and finding.max is None else names.fit(finding.verdict)
    return rule, called.target(finding.target), _wanted(finding), _counted(tally), share, interval, verdict


def _counted(tally: Tally) -> str:
    """A post that is half somebody else's counts half."""
    return _("{count} of {of}", count=Number(float(tally.count), 0 if tally.count == int(tally.count) else 1), of=Number(tally.of))


def _wanted(finding: Finding) -> str:
    least, most = (None if bound is None else percent(float(bound)) for bound in (finding.min, finding.max))
    if least is not None and most is not None:
        return least if least == most else f"{least}-{most}"
    if least is not None:
        return f">= {least}"
    return "-" if most is None else f"<= {most}"


def _advice(found: Mix) -> Iterator[str]:
    from evenly.planning import mixing

    told = mixing.with_advice(found)
    brands = {str(advice) for account, advice in told if account is None}
    for account, advice in told:
        if account is not None and str(advice) in brands:
            continue
        yield _("{whom}: {advice}", whom=account or _("To restore the shares"), advice=shown(advice))


def _notes(found: Mix) -> Iterator[str]:
    for row in found.held:
        yield _("Delivery {id} on {account} is held for the mix.", id=row.id, account=row.account)
    for broken in found.breaks:
        yield f"{broken.account}: {shown(broken.message)}"
    for dry in found.dry:
        yield shown(dry.message)
    for message in found.unheard:
        yield _('No post has carried "{message}" for 30 days.', message=message)
    for post, remark in found.remarks:
        yield f"p{post}: {shown(remark)}"
    if found.unknown:
        count = len(found.unknown)
        told = ngettext(
            "Of {n} post nobody knows whose it is or what it is about",
            "Of {n} posts nobody knows whose they are or what they are about",
            count,
            n=count,
        )
        yield _("{told}: evenly mix --ask", told=told)
    yield _("The targets are rules of thumb; the interval says how far chance could have carried a share.")
