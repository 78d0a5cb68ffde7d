"""Whether the people behind the brand can carry what its cadences ask for.

A post that goes to several accounts is made once. How many accounts a post goes to, and how long one takes, is read off the posts of the
mix's window: logged effort, else the minutes of its tasks. While there are fewer than the window's `least`, every post is taken to go
everywhere, and to be as the targets of the mix would have it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message
from evenly.settings import PRESETS
from evenly.store import queue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk
    from evenly.settings import Account, Mix, TaskMinutes

_WEEKS_OF_A_MONTH = Fraction(365, 84)


@dataclass(frozen=True, slots=True)
class Load:
    """What a week asks for, and what it has."""

    posts: Fraction  #: that the cadences ask for in a week, each counted once however many accounts it goes to
    minutes: Fraction  #: that one takes
    available: int  #: minutes a week

    @property
    def needed(self) -> int:
        """Minutes a week."""
        return math.ceil(self.posts * self.minutes)

    @property
    def missing(self) -> int:
        """Minutes a week; 0 where there are enough."""
        return max(0, self.needed - self.available)

    @property
    def feasible(self) -> int:
        """Whole posts a week for which there are minutes; where a post takes none, all that are asked for."""
        return math.floor(self.available / self.minutes if self.minutes else self.posts)

    @property
    def message(self) -> Message:
        said = {"posts": f"{float(self.posts):.3g}", "needed": self.needed, "available": self.available, "feasible": self.feasible}
        if not self.missing:
            return Message("{posts} posts a week take about {needed} minutes of {available}; {feasible} are feasible.", **said)
        return Message(
            "The cadences ask for {posts} posts a week, which take about {needed} minutes; there are {available}: {missing} minutes are "
            "missing. Feasible are {feasible} posts a week: lower a cadence, or raise `capacity.minutes_per_week`.",
            **said,
            missing=self.missing,
        )


def load(desk: Desk, connection: Connection, now: datetime) -> Load | None:
    """The load of a week; None where evenly.toml says nothing of capacity."""
    settings = desk.settings
    if settings.capacity is None:
        return None
    window = settings.mix.window
    rows = queue.deliveries(connection, states=("planned", "publishing", "published"), since=now - window.back, until=now + window.ahead)
    posts = {row.post_id: row for row in rows}
    is_known = len(posts) >= window.least
    sharing = Fraction(len(rows), len(posts)) if is_known else Fraction(max(1, len(settings.accounts)))
    tasks = settings.capacity.minutes
    minutes = _on_average(posts.values(), tasks) if is_known else _as_targeted(settings.mix, _networks(desk), tasks)
    return Load(_posts(settings.accounts, sharing), minutes, settings.capacity.minutes_per_week)


def weekly(account: Account) -> Fraction:
    """How many posts a week the account's cadence asks for, over a year."""
    cadence = account.cadence
    if cadence.per == "day":
        return cadence.count * sum((Fraction(str(weight)) for weight in account.weights.values()), Fraction(0))
    return Fraction(cadence.count) if cadence.per == "week" else cadence.count / _WEEKS_OF_A_MONTH


def _posts(accounts: Mapping[str, Account], sharing: Fraction) -> Fraction:
    """Posts a week, where each goes to so many accounts; never fewer than the busiest account needs."""
    rates = [weekly(account) for account in accounts.values()]
    return max([*rates, sum(rates, Fraction(0)) / sharing], default=Fraction(0))


def _networks(desk: Desk) -> frozenset[str]:
    return frozenset(account.network for account in desk.settings.accounts.values())


def _on_average(posts: Collection[Any], tasks: TaskMinutes) -> Fraction:
    return Fraction(sum((_minutes(post, tasks) for post in posts), Fraction(0)), len(posts))


def _minutes(post: Any, tasks: TaskMinutes) -> Fraction:
    """What making one post took or will take, with the answers to it."""
    if post.effort_minutes is not None:
        return Fraction(post.effort_minutes) + tasks.reply
    is_curated = (post.origin or post.kind or "").startswith("third-party")
    return Fraction((tasks.curate if is_curated else tasks.write) + (tasks.photo if post.content["media"] else 0) + tasks.reply)


def _as_targeted(mix: Mix, networks: Collection[str], tasks: TaskMinutes) -> Fraction:
    """What a post takes on average where the mix is as wanted."""
    targets = {**PRESETS["evenly"], **mix.targets(networks)}
    curated, pictured = (targets[name].share or Fraction(0) for name in ("third_party", "photo"))
    return curated * tasks.curate + (1 - curated) * tasks.write + pictured * tasks.photo + tasks.reply
