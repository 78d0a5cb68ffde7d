"""The key figures: each a formula over sums of figures, each None where a part of it is not known.

The formulas are those of the trade: engagement rates after Katie Sehl (Hootsuite, 2019), conversation, amplification and applause
after Avinash Kaushik (2011). Percentages are of 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenly.insight.values import Figures, Post

PARTS = ("likes", "comments", "shares", "saves", "clicks")
"""What an engagement can be. Networks give some of them; the ones that were counted are told beside the sum."""

Basis = str
BASES: tuple[Basis, ...] = ("reach", "views", "followers")
"""What engagements are set against: the first of these that is known."""


def engagements(figures: Figures) -> float | None:
    """Reactions, comments, shares, saves and clicks together, as far as the network gives them; None where it gives none."""
    known = [figures[part] for part in PARTS if part in figures]
    return sum(known) if known else None


def seen_by(post: Post, basis: Basis) -> float | None:
    """What the post's engagements are set against."""
    return post.followers if basis == "followers" else post.figures.get(basis)


def basis_of(posts: Iterable[Post]) -> Basis | None:
    """The first basis that most of the posts have: reach where it is known, else views, else followers."""
    judged = [post for post in posts if engagements(post.figures) is not None]
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
    cost: float | None  #: in the money of the hourly rate
    cost_per_engagement: float | None

    def known(self) -> dict[str, float]:
        """Without those that are not known."""
        return {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name) is not None}


def kpis(posts: Sequence[Post], *, hourly_rate: float | None = None, cash: float = 0.0) -> Kpis:
    """The key figures of the posts. Each takes those posts of which all its parts are known."""
    minutes = sum(post.minutes for post in posts)
    engaged = [post for post in posts if engagements(post.figures) is not None]
    count = sum(engagements(post.figures) or 0 for post in engaged) if engaged else None
    worked = sum(post.minutes for post in engaged)
    cost = None if hourly_rate is None else minutes / 60 * hourly_rate + cash
    return Kpis(
        er_reach=_rate(engaged, "reach"),
        er_views=_rate(engaged, "views"),
        er_followers=_mean([share(engagements(post.figures), post.followers) for post in engaged]),
        ctr=_ratio(posts, "clicks", "views"),
        conversation_rate=_mean([post.figures.get("comments") for post in posts]),
        amplification_rate=_mean([post.figures.get("shares") for post in posts]),
        applause_rate=_mean([post.figures.get("likes") for post in posts]),
        minutes=minutes,
        estimated_share=share(sum(post.estimated for post in posts), minutes),
        minutes_per_engagement=worked / count if count else None,
        engagements_per_hour=count / (worked / 60) if worked and count is not None else None,
        cost=cost,
        cost_per_engagement=cost / count if cost is not None and count else None,
    )


def sums(posts: Iterable[Post]) -> dict[str, float]:
    """The figures of the posts added up; one that no post has is left out."""
    added: dict[str, float] = {}
    for post in posts:
        for name, value in post.figures.items():
            added[name] = added.get(name, 0) + value
    return added


def _rate(engaged: Iterable[Post], basis: Basis) -> float | None:
    both = [post for post in engaged if seen_by(post, basis) is not None]
    return share(sum(engagements(post.figures) or 0 for post in both), sum(seen_by(post, basis) or 0 for post in both))


def _ratio(posts: Iterable[Post], part: str, whole: str) -> float | None:
    both = [post.figures for post in posts if part in post.figures and whole in post.figures]
    return share(sum(figures[part] for figures in both), sum(figures[whole] for figures in both))


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
