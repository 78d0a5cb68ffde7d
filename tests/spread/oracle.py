"""Slow and simple second opinions, written from the rules' words and not from the code under test."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenly.spread import Account

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def is_closed(account: Account, day: date) -> bool:
    ranges = [item if isinstance(item, tuple) else (item, item) for item in account.blackouts]
    return day in account.holidays or any(first <= day <= last for first, last in ranges)


def logical_date(account: Account, moment: datetime) -> date | None:
    """The date on which the window that holds this instant starts; None at closed times."""
    local = moment.astimezone(ZoneInfo(account.zone))
    today = local.date()
    if is_closed(account, today):
        return None
    yesterday = today - DAY
    wall = local.time().replace(tzinfo=None)
    crossing = (end for start, end in account.windows[yesterday.weekday()] if end <= start)
    if not is_closed(account, yesterday) and any(wall < end for end in crossing):
        return yesterday
    if any(start <= wall and (wall < end or end <= start) for start, end in account.windows[today.weekday()]):
        return today
    return None


def open_minutes(account: Account, day: date, step: int = 1) -> list[datetime]:
    """Every open minute (or every `step` minutes) of a logical day, in order."""
    midnight = datetime.combine(day, time(), ZoneInfo(account.zone)).astimezone(UTC) - timedelta(hours=2)
    minutes = (midnight + n * MINUTE for n in range(0, 51 * 60, step))
    return [minute for minute in minutes if logical_date(account, minute) == day]


def target(account: Account, day: date) -> Fraction:
    """How many posts a date is due, by the settings alone and without a limit of the gap."""
    cadence = account.cadence
    if is_closed(account, day) or not account.windows[day.weekday()]:
        return Fraction(0)
    weight = cadence.weights[day.weekday()]
    if cadence.per == "day":
        return cadence.count * weight
    if cadence.per == "week":
        dates: Iterable[date] = (day + n * DAY for n in range(7))
    else:
        first = day.replace(day=1)
        dates = (first + n * DAY for n in range(31) if (first + n * DAY).month == day.month)
    total = sum((cadence.weights[other.weekday()] for other in dates if account.windows[other.weekday()]), Fraction(0))
    return cadence.count * weight / total if total else Fraction(0)


def due(account: Account, day: date) -> Fraction:
    """The target of a date whose windows, all of whole quarters of an hour, are not swallowed by what is closed."""
    wanted = target(account, day)
    return wanted if wanted and (_is_calm(account, day) or open_minutes(account, day, 15)) else Fraction(0)


def _is_calm(account: Account, day: date) -> bool:
    """Does nothing around a date close any of its windows: no clock change, no closed date, no window from before?"""
    noons = [datetime.combine(day + n * DAY, time(12), ZoneInfo(account.zone)) for n in (-1, 0, 1, 2)]
    crossing = any(end <= start for start, end in account.windows[(day - DAY).weekday()])
    return not crossing and not is_closed(account, day + DAY) and len({noon.utcoffset() for noon in noons}) == 1


def worst_run(counts: Iterable[tuple[Fraction, int]]) -> Fraction:
    """The worst difference between posts and target over all runs of days, from (target, count) of each day."""
    ahead, low, high = Fraction(0), Fraction(0), Fraction(0)
    for wanted, count in counts:
        ahead += count - wanted
        low, high = min(low, ahead), max(high, ahead)
    return high - low


def deviation(kinds: Sequence[str], shares: dict[str, Fraction]) -> Fraction:
    """Worst abs(count of kind - share x posts so far), after every post."""
    counts = dict.fromkeys(shares, 0)
    worst = Fraction(0)
    for n, kind in enumerate(kinds, 1):
        counts[kind] += 1
        worst = max(worst, *(abs(counts[name] - share * n) for name, share in shares.items()))
    return worst


def least_deviation(shares: Sequence[Fraction], supply: Sequence[int], fixed: dict[int, int], length: int) -> Fraction:
    """The least worst deviation of all orders, by trying all of them (merged where their counts agree)."""
    kinds = range(len(shares))
    under = lcm(*(share.denominator for share in shares))
    parts = [int(share * under) for share in shares]
    states = {(0,) * len(shares): 0}
    for place in range(length):
        coming = Counter(kind for where, kind in fixed.items() if where > place)
        most = [supply[kind] + sum(1 for other in fixed.values() if other == kind) - coming[kind] for kind in kinds]
        reached: dict[tuple[int, ...], int] = {}
        for counts, worst in states.items():
            for kind in [fixed[place]] if place in fixed else kinds:
                after = (*counts[:kind], counts[kind] + 1, *counts[kind + 1 :])
                if after[kind] <= most[kind]:
                    now = max(worst, *(abs(c * under - part * (place + 1)) for c, part in zip(after, parts, strict=True)))
                    reached[after] = min(now, reached.get(after, now))
        states = reached
    return Fraction(min(states.values()), under)
