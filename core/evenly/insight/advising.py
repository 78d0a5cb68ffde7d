"""What to change, of what the figures show: only where a verdict is earned, each with what it should bring. Pure, and without words.

A share of the mix moves by a tenth at a time. What a change should bring is told for all posts together: where posts of a kind bring `r`
times what the others bring, and their share goes from `s` to `s + d`, all posts bring `1 + d (r - 1) / (1 + s (r - 1))` times as much.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from evenly.insight.effects import Effect, effects
from evenly.insight.times import CELLS, Cell, best_times, cell_of, profile
from evenly.insight.values import Interval, Post

MOST = 3
"""So many advices a week at most: nobody follows more."""
STEP = 0.1
HIGHEST = 0.5
"""No floor of an action is raised above: half of all posts."""
NOTICEABLE = 0.05
"""A share that would change by less is left as it is."""
_HIGHEST_TOPIC = 0.9
_HOURS_OF_A_DAY = 24
_WEEKS_OF_A_MONTH = 52 / 12
_NEVER = frozenset({"bait"})

Kind = Literal["more", "fewer", "topic", "times", "cadence"]
Value = float | str


@dataclass(frozen=True, slots=True)
class Step:
    """One value of the settings: where it stands, what is written there (None: nothing), what it is to be."""

    path: tuple[str, ...]
    before: Value | None
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A change and what speaks for it. `key` is the same whenever the same is advised; `about` is the action, topic or account."""

    key: str
    kind: Kind
    about: str
    steps: tuple[Step, ...]
    share: float | None = None  #: of recent posts, before
    effect: Effect | None = None
    gain: float | None = None  #: how many times as many engagements all posts should bring together
    interval: Interval | None = None
    weights: tuple[float, ...] = ()  #: of the 168 hours of the week, where times were learnt
    cell: Cell | None = None
    supply: Supply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What an account publishes and what is written for it, in posts a week; days until the next one is missing."""

    account: str
    cadence: str
    asked: float
    written: float
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the mix wants of an action: the bounds that hold, and what the brand itself has written. Shares, 0 to 1."""

    least: float | None = None
    most: float | None = None
    own_least: float | None = None
    own_most: float | None = None
    own_aim: float | None = None


def gain(ratio: float, share: float, change: float) -> float:
    """How many times as much all posts bring, when `change` is added to the share of those that bring `ratio` times the others."""
    return 1 + change * (ratio - 1) / (1 + share * (ratio - 1))


def chosen(found: Iterable[Advice]) -> tuple[Advice, ...]:
    """The best three: first what keeps an account from falling silent, then by what is sure to be gained. One of topics at most."""
    by_worth = sorted(found, key=lambda each: (each.kind != "cadence", -_sure(each), each.key))
    topics = [each.key for each in by_worth if each.kind == "topic"]
    return tuple(each for each in by_worth if each.key not in topics[1:])[:MOST]


def _sure(advice: Advice) -> float:
    return advice.interval.low if advice.interval is not None else 0.0


# ---- shares of the mix


def shares(found: Iterable[Effect], recent: Sequence[Post], wishes: Mapping[str, Wish], topics: Mapping[str, float]) -> list[Advice]:
    """What the effects of actions and topics mean for `[mix]`. `recent` tells today's shares; `topics` are the wanted ones as written."""
    judged = [each for each in found if each.verdict in {"works", "does not"} and each.ratio is not None]
    advices = [_of_action(each, _share(recent, each), wishes) for each in judged if each.by == "action"]
    advices += [_of_topic(each, _share(recent, each), topics) for each in judged if each.by == "topic"]
    return [each for each in advices if each is not None]


def _share(posts: Sequence[Post], effect: Effect) -> float:
    return sum(effect.key in post.keys(effect.by) for post in posts) / len(posts) if posts else 0.0


def _of_action(effect: Effect, share: float, wishes: Mapping[str, Wish]) -> Advice | None:
    name = effect.key.replace("-", "_")
    wish = wishes.get(name)
    if wish is None or name in _NEVER:
        return None
    if effect.verdict == "works":
        return None if name == "promotion" else _more(effect, share, name, wish)
    return _fewer(effect, share, name, wish, bound="max" if name == "promotion" else "min")


def _more(effect: Effect, share: float, name: str, wish: Wish) -> Advice | None:
    """Raise the floor above what there is."""
    floor = wish.least or 0.0
    after = max(floor, math.floor(share / STEP + 1e-9) * STEP) + STEP
    after = _tidy(min(after + (STEP if after - share < NOTICEABLE else 0), HIGHEST))
    ceiling = wish.own_most
    if after <= floor or after - share < NOTICEABLE or (ceiling is not None and after > ceiling):
        return None
    aim = [] if wish.own_aim is None or wish.own_aim >= after else [Step(("mix", name, "share"), wish.own_aim, after)]
    return _with_gain(effect, share, after, f"mix.{name}.min", "more", (Step(("mix", name, "min"), wish.own_least, after), *aim))


def _fewer(effect: Effect, share: float, name: str, wish: Wish, *, bound: Literal["min", "max"]) -> Advice | None:
    """Lower the floor, or the ceiling, below what there is."""
    written, now = (wish.own_least, wish.least) if bound == "min" else (wish.own_most, wish.most)
    if not now:
        return None
    after = _tidy(max(now - STEP, 0.0))
    is_bound_below = bound == "max" and wish.own_least is not None and wish.own_least > after
    if share - after < NOTICEABLE or is_bound_below:
        return None
    aim = [] if wish.own_aim is None or wish.own_aim <= after else [Step(("mix", name, "share"), wish.own_aim, after)]
    return _with_gain(effect, share, after, f"mix.{name}.{bound}", "fewer", (Step(("mix", name, bound), written, after), *aim))


def _of_topic(effect: Effect, share: float, wanted: Mapping[str, float]) -> Advice | None:
    """Shift the wanted shares: what one topic gets, the others give, each by its size; and the other way round."""
    name = effect.key
    base = wanted.get(name, round(share / NOTICEABLE) * NOTICEABLE)
    after = _tidy(min(base + STEP, _HIGHEST_TOPIC) if effect.verdict == "works" else max(base - STEP, 0.0))
    is_noticed = after - share >= NOTICEABLE if effect.verdict == "works" else share - after >= NOTICEABLE
    if not is_noticed:
        return None
    others = {each: value for each, value in wanted.items() if each != name}
    is_full = math.isclose(sum(wanted.values()), 1) and name in wanted
    left = _rescaled(others, 1 - after) if others and (is_full or sum(others.values()) > 1 - after) else others
    steps = [Step(("mix", "topics", name), wanted.get(name), after)]
    steps += [Step(("mix", "topics", each), others[each], value) for each, value in left.items() if value != others[each]]
    return _with_gain(effect, share, after, f"mix.topics.{name}", "topic", tuple(steps))


def _rescaled(values: Mapping[str, float], room: float) -> dict[str, float]:
    """In whole hundredths that make `room` together; what rounding leaves goes to the largest."""
    hundredths, whole = round(room * 100), sum(values.values())
    parts = {name: int(hundredths * value / whole + 1e-9) if whole else hundredths // len(values) for name, value in values.items()}
    parts[max(parts, key=parts.__getitem__)] += hundredths - sum(parts.values())
    return {name: part / 100 for name, part in parts.items()}


def _with_gain(effect: Effect, share: float, after: float, key: str, kind: Kind, steps: tuple[Step, ...]) -> Advice:
    change = after - share
    expected, interval = _expected(effect, share, change)
    return Advice(key=key, kind=kind, about=effect.key, steps=steps, share=share, effect=effect, gain=expected, interval=interval)


def _expected(effect: Effect, share: float, change: float) -> tuple[float | None, Interval | None]:
    if effect.ratio is None or effect.interval is None:
        return None, None
    ends = sorted(gain(each, share, change) for each in (effect.interval.low, effect.interval.high))
    return gain(effect.ratio, share, change), Interval(*ends)


def _tidy(share: float) -> float:
    return round(share, 2)


# ---- times


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When an account is open: minutes of each of the 168 hours of the week, from Monday 00:00."""

    account: str
    audience: str | None  #: as written
    minutes: tuple[float, ...] = field(repr=False)


def times(posts: Iterable[Post], hours: Hours) -> Advice | None:
    """Let the times of an account follow what was learnt of them: only where some part of the week is known to bring more.

    Each part is tested against all the others, with a verdict as any other; the likeliest luck among many is no discovery.
    """
    mine = [post for post in posts if post.account == hours.account]
    open_cells = {_cell(hour) for hour, minutes in enumerate(hours.minutes) if minutes}
    found = effects([replace(post, actions=frozenset({_name(cell_of(post.at))})) for post in mine], bys=("action",))
    names = {_name(cell): cell for cell in open_cells}
    better = [each for each in found if each.verdict == "works" and each.key in names]
    if not better:
        return None
    best = max(better, key=lambda each: each.interval.low if each.interval is not None else 0.0)
    weights = profile(best_times(mine, allowed=open_cells))
    before, after = (_share_of(names[best.key], hours.minutes, each) for each in ((1.0,) * len(weights), weights))
    if after - before < NOTICEABLE / 2:
        return None
    key, step = f"accounts.{hours.account}.audience", Step(("accounts", hours.account, "audience"), hours.audience, "learnt")
    advice = _with_gain(best, before, after, key, "times", (step,))
    return replace(advice, about=hours.account, weights=weights, cell=names[best.key])


def _share_of(cell: Cell, minutes: Sequence[float], weights: Sequence[float]) -> float:
    """Of the posts those in the cell, if each open day has its posts where its weighted minutes are."""
    shares = []
    for begin in range(0, len(minutes), _HOURS_OF_A_DAY):
        mass = {hour: minutes[hour] * weights[hour] for hour in range(begin, begin + _HOURS_OF_A_DAY)}
        if whole := sum(mass.values()):
            shares.append(sum(value for hour, value in mass.items() if _cell(hour) == cell) / whole)
    return sum(shares) / len(shares) if shares else 0.0


def _cell(hour_of_week: int) -> Cell:
    day, hour = divmod(hour_of_week, _HOURS_OF_A_DAY)
    step = CELLS[1].hour
    return Cell(day >= 5, hour // step * step)  # noqa: PLR2004 - Saturday


def _name(cell: Cell) -> str:
    return f"{cell.weekend:d}-{cell.hour}"


# ---- how often

SHORT_RUNWAY = 7.0
"""Days."""
TOO_MUCH = 0.75
"""Of the cadence; an account for which more is written than that keeps it."""


def cadence(supply: Supply) -> Advice | None:
    """Publish as often as posts are written, where the queue is about to run dry and less is written than is asked for."""
    if supply.days >= SHORT_RUNWAY or supply.written > supply.asked * TOO_MUCH or not supply.written:
        return None
    holding = as_cadence(supply.written)
    if holding == supply.cadence:
        return None
    path = ("accounts", supply.account, "cadence")
    return Advice(key=".".join(path), kind="cadence", about=supply.account, steps=(Step(path, supply.cadence, holding),), supply=supply)


def as_cadence(a_week: float) -> str:
    """So many posts a week, rounded down, as a cadence; less than one a week by the month, and never less than one."""
    if a_week >= 1:
        return f"{math.floor(a_week + 1e-9)}/week"
    return f"{max(1, math.floor(a_week * _WEEKS_OF_A_MONTH + 1e-9))}/month"
