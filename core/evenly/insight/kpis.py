"""The key figures: each a formula over sums of figures, each None where a part of it is not known.

The formulas are those of the trade: engagement rates after Katie Sehl (Hootsuite, 2019), conversation, amplification and applause
after Avinash Kaushik (2011). Percentages are of 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from evenly.insight.columns import BASES, PARTS, Columns, is_complete

if TYPE_CHECKING:
    from evenly.insight.columns import Column
    from evenly.insight.values import Figures, Post

Basis = str  #: one of `BASES`


def engagements(figures: Figures) -> float | None:
    """Reactions, comments, shares, saves and clicks together, as far as the network gives them; None where it gives none."""
    known = [figures[part] for part in PARTS if part in figures]
    return sum(known) if known else None


def engagements_of(post: Post) -> float | None:
    """The engagements of a post; None also where a part of them is of another series."""
    return engagements(post.figures) if is_complete(post) else None


def seen_by(post: Post, basis: Basis) -> float | None:
    """What the post's engagements are set against."""
    return post.followers if basis == "followers" else post.figures.get(basis)


def basis_of(posts: Iterable[Post]) -> Basis | None:
    """The first basis that most of the posts have: reach where it is known, else views, else followers."""
    judged = [post for post in posts if engagements_of(post) is not None]
    counts = {basis: sum(seen_by(post, basis) is not None for post in judged) for basis in BASES}
    return next((basis for basis in BASES if counts[basis] * 2 > len(judged)), None) if judged else None


def share(part: float | None, whole: float | None) -> float | None:
    """`part` of `whole`, in percent."""
    return None if part is None or not whole else part / whole * 100


def growth(start: float | None, end: float | None) -> float | None:
    """By how many percent the followers have grown."""
    return None if start is None or end is None else share(end - start, start)


def daily_rate(engagements_of_the_day: float | None, followers: float | None) -> float | None:
    """All engagements of a day, with old posts too, against the followers."""
    return share(engagements_of_the_day, followers)


def value_per_visit(goal_value: float | None, visits: float | None) -> float | None:
    """What a visit that came from a network was worth, in the money of `goal_value`."""
    return None if goal_value is None or not visits else goal_value / visits


def cost(minutes: float, paid: float, hourly_rate: float | None) -> float | None:
    """The minutes at the rate of an hour, and what was paid besides."""
    return None if hourly_rate is None else minutes / 60 * hourly_rate + paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpis:
    """The key figures of some posts; None where a figure that it takes is not known of any of them."""

    er_reach: float | None  #: engagements / reach, %
    er_views: float | None  #: engagements / views, %
    er_followers: float | None  #: mean over the posts of engagements / followers on their day, %
    ctr: float | None  #: clicks / views, %
    conversation_rate: float | None  #: comments per post
    amplification_rate: float | None  #: shares per post
    applause_rate: float | None  #: reactions per post
    minutes: float  #: effort
    estimated_share: float | None  #: of the effort that was not logged, %
    minutes_per_engagement: float | None
    engagements_per_hour: float | None
    paid: float | None  #: money that was spent besides time; None where none was
    cost: float | None  #: the hours at their rate, and what was paid
    cost_per_engagement: float | None
    growth_rate: float | None = None  #: of the followers of an account, %
    daily_er: float | None = None  #: mean over the days of the engagements of a day / followers, %
    economic_value: float | None = None  #: money for each visit of the site that came from there

    def known(self) -> dict[str, float]:
        """Without those that are not known."""
        return {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name) is not None}


def kpis(posts: Sequence[Post] | Columns, *, hourly_rate: float | None = None, minutes: float = 0.0, cash: float = 0.0) -> Kpis:
    """The key figures of the posts. Each takes those posts of which all its parts are known.

    Beside what the posts themselves took and cost, `minutes` and `cash` went into none of them. Without a rate no cost is known.
    """
    known = posts if isinstance(posts, Columns) else Columns.of(posts)
    engaged = known.engagements
    count, worked = _added(engaged), _added(known.minutes, where=engaged)
    spent, paid = float(known.minutes.sum()) + minutes, float(known.cents.sum()) / 100 + cash
    told = None if worked is None else cost(worked + minutes, (_added(known.cents, where=engaged) or 0) / 100 + cash, hourly_rate)
    return Kpis(
        er_reach=_ratio(engaged, known.column("reach")),
        er_views=_ratio(engaged, known.column("views")),
        er_followers=_mean_share(engaged, known.followers),
        ctr=_ratio(known.column("clicks"), known.column("views")),
        conversation_rate=_mean(known.column("comments")),
        amplification_rate=_mean(known.column("shares")),
        applause_rate=_mean(known.column("likes")),
        minutes=spent,
        estimated_share=share(float(known.estimated.sum()), spent),
        minutes_per_engagement=worked / count if worked is not None and count else None,
        engagements_per_hour=count / (worked / 60) if worked and count is not None else None,
        paid=paid or None,
        cost=cost(spent, paid, hourly_rate),
        cost_per_engagement=told / count if told is not None and count else None,
    )


def sums(posts: Sequence[Post]) -> dict[str, float]:
    """The figures of the posts added up; one that no post has is left out."""
    return Columns.of(posts).sums()


def _added(column: Column, *, where: Column | None = None) -> float | None:
    """The sum over the posts of which the column, and `where`, are known; None where there are none."""
    import numpy as np

    known = ~np.isnan(column if where is None else where)
    return float(column[known].sum()) if known.any() else None


def _ratio(part: Column, whole: Column) -> float | None:
    return share(_added(part, where=part + whole), _added(whole, where=part + whole))


def _mean_share(part: Column, whole: Column) -> float | None:
    import numpy as np

    return _mean(part / np.where(whole == 0, np.nan, whole) * 100)


def _mean(column: Column) -> float | None:
    import numpy as np

    known = column[~np.isnan(column)]
    return float(known.mean()) if len(known) else None
