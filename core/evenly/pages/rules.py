"""The rules of the mix on a page: what is wanted, what was counted, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from evenly.insight import Interval
from evenly.messages import _
from evenly.pages import names
from evenly.pages.charts import Share, shares
from evenly.pages.svg import Chart
from evenly.pages.tables import NOTHING, Cell, Column, Table

if TYPE_CHECKING:
    from fractions import Fraction

    from markupsafe import Markup

    from evenly.mix import Finding
    from evenly.pages.names import Names
    from evenly.pages.words import Numbers
    from evenly.reporting.values import Done

_ORDER = ("mention", "photo", "behind_the_scenes", "third_party", "on_topic", "question", "invitation")
_NUMBER = {"mention": "2", "photo": "3", "behind_the_scenes": "3", "third_party": "4", "on_topic": "5", "question": "6", "invitation": "7"}
_ONE_MORE = 1.0
"""A plan that fixed times disturb is as even as it can be within one post more than the best."""


def brand_rules(findings: Iterable[Finding]) -> list[Finding]:
    """Those of the brand as a whole, in the order of the concept; of a single account where there are no others."""
    known = list(findings)
    mine = [each for each in known if each.account is None] or known
    return sorted(mine, key=lambda each: _ORDER.index(each.target) if each.target in _ORDER else len(_ORDER))


def rules_table(findings: Sequence[Finding], done: Sequence[Done], called: Names, numbers: Numbers) -> Table:
    """The seven rules and the other targets; the first, regular times, for each account."""
    columns = [Column(_("Rule")), Column(_("Wanted")), Column(_("Counted"), is_number=True), Column(_("Share"), is_number=True)]
    rows = [
        *(_regular(each, numbers) for each in done if each.evenness.days.value is not None),
        *(_row(each, called, numbers) for each in findings),
    ]
    return Table(caption=_("The rules, and how they are kept"), columns=[*columns, Column(_("Verdict"))], rows=rows)


def mix_table(findings: Sequence[Finding], called: Names, numbers: Numbers) -> Table:
    """The targets in few words, to stand beside a calendar."""
    columns = [Column(_("Target")), Column(_("Share"), is_number=True), Column(_("Verdict"))]
    rows = [(Cell(called.target(each.target), _wanted(each, numbers)), _share(each, numbers), _verdict(each)) for each in findings]
    return Table(caption=_("The mix"), columns=columns, rows=rows, compact=True)


def missed_by_accounts(findings: Iterable[Finding], called: Names, numbers: Numbers) -> Table | None:
    """What single accounts miss, where there are several."""
    known = list(findings)
    missed = [each for each in known if each.account is not None and each.needs_you]
    if not missed or all(each.account is not None for each in known):
        return None
    columns = [Column(_("Account")), Column(_("Target")), Column(_("Wanted")), Column(_("Share"), is_number=True), Column(_("Verdict"))]
    rows = [
        (Cell(each.account or ""), Cell(called.target(each.target)), Cell(_wanted(each, numbers)), _share(each, numbers), _verdict(each))
        for each in missed
    ]
    return Table(caption=_("Accounts that miss a target"), columns=columns, rows=rows)


def rules_chart(findings: Iterable[Finding], called: Names, numbers: Numbers) -> Markup | None:
    """The shares on the bands they should keep to; None where it is too early for all of them."""
    found = [
        Share(called.target(each.target), each.tally.share, Interval(*each.tally.interval), _bound(each.min), _bound(each.max))
        for each in findings
        if each.verdict != "too early" and each.tally.share is not None and each.tally.interval is not None
    ]
    if not found:
        return None
    chart = Chart(
        name="rules",
        title=_("Shares of posts, and what is wanted"),
        description=_(
            "Each target has a band that its share should lie in, and a dot where it lies, with its interval. The table has the numbers."
        ),
    )
    return shares(chart, found, numbers)


def _row(finding: Finding, called: Names, numbers: Numbers) -> tuple[Cell, ...]:
    number = _NUMBER.get(finding.target)
    title = called.target(finding.target)
    named = _("{number}. {rule}", number=number, rule=title) if number else title
    tally = finding.tally
    counted = _("{count} of {of}", count=numbers.decimal(float(tally.count)), of=numbers.decimal(tally.of))
    return Cell(named), Cell(_wanted(finding, numbers)), Cell(counted), _share(finding, numbers), _verdict(finding)


def _regular(done: Done, numbers: Numbers) -> tuple[Cell, ...]:
    days = done.evenness.days
    value, most = days.value or 0.0, (days.best or 0.0) + _ONE_MORE
    is_met = value <= most
    return (
        Cell(_("{number}. {rule}", number="1", rule=_("regular times: {account}", account=done.account))),
        Cell(_("off by {n} at most", n=numbers.decimal(most, 1))),
        Cell(numbers.decimal(value, 1)),
        Cell(NOTHING),
        Cell(_("met") if is_met else _("uneven"), mood="good" if is_met else "bad"),
    )


def _wanted(finding: Finding, numbers: Numbers) -> str:
    least, most = (None if bound is None else numbers.percent(float(bound)) for bound in (finding.min, finding.max))
    if least is not None and most is not None:
        return least if least == most else _("{low} to {high}", low=least, high=most)
    if least is not None:
        return _("at least {share}", share=least)
    return NOTHING if most is None else _("at most {share}", share=most)


def _share(finding: Finding, numbers: Numbers) -> Cell:
    share, interval = finding.tally.share, finding.tally.interval
    if finding.verdict == "too early" or share is None or interval is None:
        return Cell(NOTHING)
    return Cell(numbers.percent(share), _("{low} to {high}", low=numbers.percent(interval[0]), high=numbers.percent(interval[1])))


def _verdict(finding: Finding) -> Cell:
    if finding.min is None and finding.max is None:
        return Cell(NOTHING)
    return Cell(names.fit(finding.verdict), mood={"met": "good", "too early": "quiet"}.get(finding.verdict, "bad"))


def _bound(bound: Fraction | None) -> float | None:
    return None if bound is None else float(bound)
