"""The report as a page: nine blocks, plain words first, and every number of a chart in a table as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evenly.messages import _, language, shown, speaking
from evenly.pages import doing, moments, names, rules
from evenly.pages.areas import Areas
from evenly.pages.effects import Effects
from evenly.pages.ideas import Ideas
from evenly.pages.names import Names
from evenly.pages.tables import Table
from evenly.pages.weeks import Weeks
from evenly.pages.words import Dates, Numbers

if TYPE_CHECKING:
    from datetime import date, datetime

    from markupsafe import Markup

    from evenly.mix import Finding
    from evenly.reporting.values import Proposal, Report


def report_page(
    report: Report,
    *,
    language: str | None = None,
    networks: Mapping[str, str] | None = None,
    topics: Mapping[str, str] | None = None,
    note: str | None = None,
) -> str:
    """The report as one HTML document that needs nothing else; every text from outside is escaped.

    `language` is that of the page (None: the reader's); `networks` and `topics` have the titles of what rows call by their keys; `note` is
    a sentence that stands above everything.
    """
    from evenly.pages.drawing import drawn

    with nullcontext() if language is None else speaking(language):
        called = Names(networks=networks or {}, topics=topics or {})
        return drawn("report.html", page=_Page(report, called, note))


@dataclass(frozen=True, slots=True)
class Block:
    """One of the nine. Its number and its name are part of what a reader is told."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class _Advice:
    """A proposal in words. `take` and `decline` are the commands, where it waits for an answer."""

    number: int
    state: str
    reason: str
    gain: str
    change: str
    outcome: str
    take: str
    decline: str


@dataclass(frozen=True)
class _Page:
    """What the template asks for. Nothing here is escaped: the template does it."""

    report: Report
    called: Names
    note: str | None
    language: str = field(default_factory=language)

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.language)

    @cached_property
    def dates(self) -> Dates:
        return Dates(self.language)

    @property
    def title(self) -> str:
        return _("What the effort brought: {brand}", brand=self.report.brand)

    @property
    def period(self) -> str:
        days = {"first": self.dates.full(self._day(self.report.since)), "last": self.dates.full(self._last_day)}
        return _("{first} to {last}", **days)

    @property
    def of(self) -> str | None:
        """What its posts are about, where it is of one offer alone."""
        return None if self.report.offer is None else self.called.of("offer", self.report.offer)

    @cached_property
    def blocks(self) -> list[Block]:
        titles = (
            ("short", _("In short")),
            ("done", _("Plan and deed")),
            ("areas", _("Areas")),
            ("actions", _("Actions")),
            ("ideas", _("Ideas")),
            ("rules", _("Rules")),
            ("times", _("Best times")),
            ("advice", _("Advice")),
            ("appendix", _("Appendix")),
        )
        return [Block(name, title) for name, title in titles]

    @property
    def short(self) -> list[str]:
        return [shown(message) for message in self.report.short]

    # ---- 2: plan and deed

    @property
    def tiles(self) -> list[doing.Tile]:
        return doing.tiles(self.report, self.numbers)

    @property
    def done(self) -> Table | None:
        return doing.done_table(self.report.done, self.numbers) if self.report.done else None

    @property
    def evenness(self) -> Table | None:
        return doing.evenness_table(self.report.done, self.numbers)

    @cached_property
    def weeks(self) -> Weeks:
        return Weeks(self.report, self.numbers, self.dates)

    # ---- 3 and 4: areas and actions

    @cached_property
    def areas(self) -> Areas:
        return Areas(self.report, self.called, self.numbers, self.dates)

    @cached_property
    def effects(self) -> Effects:
        return Effects(self.report, self.called, self.numbers)

    # ---- 5: ideas

    @cached_property
    def ideas(self) -> Ideas:
        return Ideas(self.report, self.numbers, self.dates)

    # ---- 6: rules

    @cached_property
    def findings(self) -> list[Finding]:
        return rules.brand_rules(self.report.rules)

    @property
    def rules(self) -> Table:
        return rules.rules_table(self.findings, self.report.done, self.called, self.numbers)

    @property
    def rules_chart(self) -> Markup | None:
        return rules.rules_chart(self.findings, self.called, self.numbers)

    @property
    def missed(self) -> Table | None:
        return rules.missed_by_accounts(self.report.rules, self.called, self.numbers)

    # ---- 7: best times

    @property
    def times(self) -> list[moments.Hours]:
        return moments.moments(self.report.times, self.numbers) if any(each.usual.posts for each in self.report.times) else []

    @property
    def times_in_short(self) -> str:
        return moments.summary(self.report.times, self.numbers)

    @property
    def scale(self) -> list[str]:
        return moments.scale(self.numbers)

    # ---- 8: advice

    @property
    def advice(self) -> Sequence[_Advice]:
        return [self._advice(each) for each in self.report.advice]

    # ---- 9: appendix

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a reader has to know to read the numbers right."""
        counted = _("Posts published in the period, with their figures when they were {age} old.", age=names.age(self.report.age))
        return [(_("Counted"), counted), (_("Effort"), self._effort), (_("Times"), self._clock), (_("Made"), self._made)]

    @property
    def missing(self) -> list[tuple[str, str]]:
        return [(account, ", ".join(names.metric(figure) for figure in figures)) for account, figures in self.report.missing if figures]

    @property
    def renamed(self) -> list[str]:
        return [names.renamed(each, self.dates.number(each.since)) for each in self.report.series]

    @property
    def terms(self) -> list[tuple[str, str]]:
        """The words of the page that nobody needs to know beforehand."""
        return [
            (_("Engagements"), _("Reactions, comments, shares, saves and clicks together, as far as a network tells them.")),
            (
                _("Engagement rate"),
                _("Engagements against the people reached; where a network does not tell those, against the views or the followers."),
            ),
            (_("Interval"), _("The two numbers beneath a number. The truth lies between them in 95 of 100 such cases.")),
            (
                _("Times as many"),
                _("What a group of posts brings, against the other posts of the same accounts: 2 is twice as many, 1 is no difference."),
            ),
            (_("Estimate"), _("The same drawn towards the usual, the more, the fewer posts there are: what to expect of the next post.")),
            (
                _("Works, does not work"),
                _("More than chance: at least eight posts on each side, and of all such verdicts at most one in ten is wrong."),
            ),
            (
                _("How even it is"),
                _("How regularly posts went out over days, weekdays and times, beside the best possible and beside random times."),
            ),
            (
                _("Uneven by"),
                _("Posts too many or too few in the worst run of days of a week, against the cadence: 0 is perfect, and rarely possible."),
            ),
            (_("Absent figures"), _("What a network does not tell stays absent; it is never taken for 0.")),
        ]

    @property
    def _effort(self) -> str:
        if not self.report.minutes:
            return _("No effort is known.")
        share = self.numbers.percent(self.report.estimated / self.report.minutes)
        return _(
            "{minutes}, of which {share} is estimated: nobody logged it, and the usual minutes of each task were taken.",
            minutes=self.numbers.duration(self.report.minutes),
            share=share,
        )

    @property
    def _clock(self) -> str:
        return _("The clock of each account; days are those of {zone}.", zone=self.report.timezone)

    @property
    def _made(self) -> str:
        made = self.report.made_at.astimezone(self._zone)
        return _("{day}, {time}", day=self.dates.full(made.date()), time=f"{made:%H:%M}")

    def _advice(self, proposal: Proposal) -> _Advice:
        is_open = proposal.state == "offered"
        states = {"offered": "", "taken": _("taken"), "declined": _("declined")}
        return _Advice(
            number=proposal.number,
            state=states.get(proposal.state, proposal.state),
            reason=shown(proposal.reason),
            gain=self._gain(proposal),
            change="" if proposal.change is None else shown(proposal.change),
            outcome="" if proposal.outcome is None else shown(proposal.outcome),
            take=f"evenly advice take {proposal.number}" if is_open else "",
            decline=f"evenly advice decline {proposal.number}" if is_open else "",
        )

    def _gain(self, proposal: Proposal) -> str:
        if proposal.gain is None:
            return ""
        gain = self.numbers.decimal(proposal.gain)
        if proposal.interval is None:
            return _("Expected: {gain} times as many engagements of all posts together.", gain=gain)
        between = {"low": self.numbers.decimal(proposal.interval.low), "high": self.numbers.decimal(proposal.interval.high)}
        return _("Expected: {gain} times as many engagements of all posts together ({low} to {high}).", gain=gain, **between)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.report.timezone)

    @property
    def _last_day(self) -> date:
        """The period ends before `until`."""
        return self._day(self.report.until - timedelta(microseconds=1))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()
