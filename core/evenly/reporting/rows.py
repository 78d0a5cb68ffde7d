"""One row for every network, account, action, topic, campaign, format, origin and offer: sums, rates, effects, weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from evenly import insight
from evenly.insight import BYS, By, Columns, Effect, Interval, Kpis, Observed
from evenly.reporting.accounts import Standing, together
from evenly.reporting.minutes import Besides, in_minutes
from evenly.reporting.money import FREE, Money
from evenly.reporting.values import Row

if TYPE_CHECKING:
    from evenly.insight.columns import Column

_TALKED_ABOUT = frozenset({"question", "invitation"})
"""Actions that are there for the comments."""
_SEVERAL = 2


def rows(
    seen: Observed, besides: Besides, standings: Mapping[str, Standing], networks: Mapping[str, str], money: Money = FREE
) -> tuple[Row, ...]:
    """The rows of these posts, and of what else took time: `besides`. `money` says what time costs and what else was paid.

    `standings` is what is known of each account itself in the period. `networks` has that of every account.
    """
    return tuple(_Rows(seen, besides, standings, networks, money).made())


@dataclass(frozen=True)
class _Rows:
    """What every row is made of."""

    seen: Observed
    besides: Besides
    standings: Mapping[str, Standing]
    networks: Mapping[str, str]
    money: Money

    def made(self) -> Iterator[Row]:
        import numpy as np

        nothing = np.array([], dtype=int)
        for by in BYS:
            only_effort = {key: nothing for kind, key in (*self.besides, *self.money.besides) if kind == by}
            for key, places in sorted({**only_effort, **self.seen.groups(by)}.items()):
                yield self._row(by, key, places)

    def _row(self, by: By, key: str, places: Column) -> Row:
        import numpy as np

        part = self.seen.columns.take(places)
        rate = Rate.of(part)
        seconds, estimated = self._worked(by, key, part), _seconds(part.estimated)
        standing = self._standing(by, key)
        return Row(
            by=by,
            key=key,
            deliveries=len(part),
            minutes=in_minutes(seconds),
            estimated=in_minutes(estimated),
            figures=_figures(part, is_one_network=len(np.unique(self._networks[places])) < _SEVERAL),
            engagement_rate=rate.value,
            basis=part.basis,
            interval=rate.interval,
            kpis=replace(
                self._kpis(by, key, part, seconds),
                minutes=in_minutes(seconds),
                estimated_share=insight.share(float(estimated), float(seconds)),
                **standing.kpis(),
            ),
            effect=self._effects.get((by, key)),
            on_comments=self._on_comments.get((by, key)),
            trend=rate.weekly(self._mondays[places]),
            followers=standing.followers,
        )

    def _worked(self, by: By, key: str, part: Columns) -> int:
        """Seconds, those that went into none of the posts too."""
        return _seconds(part.minutes) + self.besides.get((by, key), 0)

    def _kpis(self, by: By, key: str, part: Columns, seconds: int) -> Kpis:
        """With money in whole hundredths, so that the accounts add up to the networks, and these to the whole."""
        besides, rate = self.money.besides.get((by, key), 0), self.money.hourly_rate
        found = insight.kpis(part, hourly_rate=rate, minutes=in_minutes(self.besides.get((by, key), 0)), cash=besides / 100)
        cents = int(part.cents.sum()) + besides
        hours = self._hours[by, key] if (by, key) in self._hours else self.money.of_hours(seconds)
        return replace(found, paid=cents / 100 if cents else None, cost=None if rate is None else (hours + cents) / 100)

    @cached_property
    def _hours(self) -> Mapping[tuple[By, str], int]:
        """What the hours of every account and network cost."""
        worked = {key: seconds for (by, key), seconds in self.besides.items() if by == "account"}
        for key, places in self.seen.groups("account").items():
            worked[key] = self._worked("account", key, self.seen.columns.take(places))
        return self.money.shared(worked, self.networks)

    @cached_property
    def _networks(self) -> Column:
        """A number for the network of every post."""
        import numpy as np

        found = np.zeros(len(self.seen.posts), dtype=int)
        for number, places in enumerate(self.seen.groups("network").values()):
            found[places] = number
        return found

    @cached_property
    def _mondays(self) -> Column:
        """Of each post the Monday of its week, as the ordinal of that date."""
        import numpy as np

        return np.array([post.at.toordinal() - post.at.weekday() for post in self.seen.posts], dtype=int)

    @cached_property
    def _effects(self) -> Mapping[tuple[By, str], Effect]:
        return {(each.by, each.key): each for each in insight.effects(self.seen)}

    @cached_property
    def _on_comments(self) -> Mapping[tuple[By, str], Effect]:
        found = insight.effects(self.seen, bys=("action",), metric="comments", keys=_TALKED_ABOUT)
        return {(each.by, each.key): each for each in found}

    def _standing(self, by: By, key: str) -> Standing:
        """Of a network that of its accounts together."""
        mine = [name for name, network in self.networks.items() if (by, key) in {("network", network), ("account", name)}]
        return together(self.standings[name] for name in mine if name in self.standings)


@dataclass(frozen=True)
class Rate:
    """Engagements and what they are set against, post by post; NaN where either is not known."""

    parts: Column
    wholes: Column

    @classmethod
    def of(cls, columns: Columns) -> Rate:
        """Against the basis that most of the posts have. Followers are the same people time and again: each post counts alike there."""
        import numpy as np

        parts, basis = columns.engagements, columns.basis
        wholes = np.full(len(columns), np.nan) if basis is None else columns.seen(basis)
        if basis == "followers":
            parts, wholes = parts / np.where(wholes == 0, np.nan, wholes), wholes * 0 + 1
        unknown = np.isnan(parts + wholes)
        return cls(np.where(unknown, np.nan, parts), np.where(unknown, np.nan, wholes))

    @property
    def value(self) -> float | None:
        """In percent."""
        import numpy as np

        return insight.share(float(np.nansum(self.parts)), float(np.nansum(self.wholes)))

    @property
    def interval(self) -> Interval | None:
        import numpy as np

        known = ~np.isnan(self.parts)
        found = insight.ratio_interval(self.parts[known], self.wholes[known])
        return None if found is None else Interval(found.low * 100, found.high * 100)

    def weekly(self, mondays: Column) -> tuple[tuple[date, float], ...]:
        """The rate of each week of which something is known."""
        import numpy as np

        known = ~np.isnan(self.parts)
        weeks, place = np.unique(mondays[known], return_inverse=True)
        parts = np.bincount(place, weights=self.parts[known], minlength=len(weeks))
        wholes = np.bincount(place, weights=self.wholes[known], minlength=len(weeks))
        found = zip(weeks.tolist(), parts.tolist(), wholes.tolist(), strict=True)
        return tuple((date.fromordinal(week), part / whole * 100) for week, part, whole in found if whole)


def _seconds(minutes: Column) -> int:
    """Minutes are of whole seconds; added as such, nothing is lost in binary fractions."""
    import numpy as np

    return int(np.rint(minutes * 60).sum())


def _figures(part: Columns, *, is_one_network: bool) -> dict[str, float]:
    """Who was reached on two networks may be the same people: reach is never added over networks."""
    return {name: value for name, value in part.sums().items() if is_one_network or name != "reach"}
