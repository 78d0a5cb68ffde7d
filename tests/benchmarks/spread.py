"""Every score beside its optimum, for hard requests: `python -m tests.benchmarks.spread`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from evenly.spread import Account, Cadence, Published, QueuedPost, Scores, append, edit, plan, plan_all, scores
from evenly.spread.values import Period

STAGGER = timedelta(minutes=10)
EVENING = (((time(20), time(2)),),) * 7
OFFICE = (((time(9), time(12, 30)), (time(14), time(18))),) * 5 + ((), ())
SHORT_SATURDAY = (((time(8), time(20)),),) * 5 + (((time(10), time(14)),), ())
SATURDAYS_HALF = (Fraction(1),) * 5 + (Fraction(1, 2), Fraction(1))
FOUR_KINDS = {"owned-on": Fraction(14, 25), "owned-off": Fraction(7, 50), "third-on": Fraction(6, 25), "third-off": Fraction(3, 50)}
COMMUTERS = tuple(3.0 if hour in {7, 8, 12, 18, 19} else 1.0 if 6 <= hour <= 22 else 0.1 for hour in range(24)) * 7


@dataclass(frozen=True)
class Case:
    name: str
    accounts: tuple[Account, ...]
    queue: tuple[QueuedPost, ...]
    now: datetime
    history: tuple[Published, ...] = ()


def posts(count: int, kinds: tuple[str, ...] = ("owned",), topics: tuple[str | None, ...] = (None,)) -> tuple[QueuedPost, ...]:
    return tuple(QueuedPost(f"p{n}", kinds[n % len(kinds)], topics[n % len(topics)], seq=n) for n in range(count))


def pins(start: datetime, minutes: list[int]) -> tuple[QueuedPost, ...]:
    return tuple(QueuedPost(f"pin{n}", "third", pinned_at=start + timedelta(minutes=at)) for n, at in enumerate(minutes))


def paris(name: str = "a", count: int = 1, per: Period = "day", **settings: Any) -> Account:
    return Account(name, "Europe/Paris", **({"cadence": Cadence(count, per)} | settings))


def clock_changes() -> list[Case]:
    places = {
        "Europe/Berlin": datetime(2026, 3, 20, 12, tzinfo=UTC),
        "America/New_York": datetime(2026, 10, 25, 12, tzinfo=UTC),
        "Australia/Lord_Howe": datetime(2026, 3, 28, 12, tzinfo=UTC),
        "America/Santiago": datetime(2026, 8, 30, 12, tzinfo=UTC),
    }
    night = (((time(0), time(6)),),) * 7
    return [
        Case(f"clock change, open at night, {zone}", (Account("a", zone, Cadence(3, "day"), night),), posts(60), start)
        for zone, start in places.items()
    ]


def calendars(now: datetime) -> list[Case]:
    christmas = frozenset(date(2026, 12, 24) + timedelta(days=n) for n in range(9))
    advent = datetime(2026, 11, 30, 7, tzinfo=UTC)
    saturdays = paris(cadence=Cadence(3, "day", SATURDAYS_HALF), windows=SHORT_SATURDAY)
    return [
        Case("1 a day, from noon on", (paris(),), posts(90), now + timedelta(hours=4)),
        *clock_changes(),
        Case("windows across midnight, 2 a day", (paris(count=2, windows=EVENING),), posts(80), now),
        Case("Christmas closed, 5 a week", (paris(count=5, per="week", holidays=christmas),), posts(60), advent),
        Case("3 a week over a year", (paris(count=3, per="week"),), posts(156), now),
        Case("4 a week in office hours", (paris(count=4, per="week", windows=OFFICE),), posts(100), now),
        Case("3 a day, short light Saturdays", (saturdays,), posts(120), now),
        Case("20 a month", (paris(count=20, per="month"),), posts(120), now),
        Case("audience of commuters", (paris(count=2, audience=COMMUTERS),), posts(120), now),
        Case("the same times every day", (paris(count=2, rotation=0.0),), posts(120), now),
    ]


def disturbances(now: datetime) -> list[Case]:
    burst = tuple(Published(now - timedelta(hours=5, minutes=n), "third") for n in range(9))
    mostly_owned = paris(count=3, mix={"owned": Fraction(4, 5)})
    scattered = posts(90, ("owned", "owned", "third")) + pins(now, [3000, 7777, 7800, 15_000, 20_001, 20_002])
    return [
        Case("7 pins in one morning", (paris(),), posts(60) + pins(now, [14_400 + 40 * n for n in range(7)]), now),
        Case("pins here and there, 3 a day", (mostly_owned,), scattered, now),
        Case("a burst of 9 last night", (paris(),), posts(60), now, burst),
    ]


def mixes_and_brands(now: datetime) -> list[Case]:
    themes = paris(mix={"owned": Fraction(7, 10)}, topics={"care": Fraction(2, 5)})
    equal = tuple(paris(name, 2, brand="b") for name in ("a", "b", "c"))
    unequal = (paris("a", brand="b"), paris("b", 3, "week", brand="b"), paris("c", 20, "month", brand="b"))
    return [
        Case("four kinds, fed in blocks", (paris(count=2, mix=FOUR_KINDS),), blocks(), now),
        Case("two kinds, three themes", (themes,), posts(90, ("owned", "third"), ("care", "craft", None)), now),
        Case("three equal accounts of a brand", equal, posts(60), now),
        Case("three unequal accounts of a brand", unequal, posts(40), now),
    ]


def cases() -> list[Case]:
    now = datetime(2026, 3, 2, 7, tzinfo=UTC)
    return [*calendars(now), *disturbances(now), *mixes_and_brands(now)]


def blocks() -> tuple[QueuedPost, ...]:
    kinds = [kind for kind, count in (("third-off", 9), ("third-on", 36), ("owned-off", 21), ("owned-on", 84)) for _ in range(count)]
    return tuple(QueuedPost(f"p{n}", kind, seq=n) for n, kind in enumerate(kinds))


def measured(case: Case) -> dict[str, Scores]:
    history = dict.fromkeys((account.id for account in case.accounts), case.history)
    queues = dict.fromkeys((account.id for account in case.accounts), case.queue)
    plans = plan_all(case.accounts, queues, case.now, history=history, stagger=STAGGER)
    return {
        account.id: scores(
            account,
            plans[account.id].placements,
            case.now,
            history=case.history,
            others=[p.time for other, plan_ in plans.items() if other != account.id for p in plan_.placements],
            stagger=STAGGER,
        )
        for account in case.accounts
    }


def churn() -> list[tuple[str, float]]:
    """Share of the planned posts whose time one edit changes."""
    account = Account("a", "Europe/Paris", Cadence(2, "day"), mix={"owned": Fraction(7, 10)})
    now = datetime(2026, 3, 2, 7, tzinfo=UTC)
    queue = [*posts(100, ("owned", "owned", "third"))]
    old = plan(account, queue, now)
    until = now + timedelta(days=7)
    new = QueuedPost("new", "owned", seq=1000)
    edits = {
        "append": append(account, new, now, old),
        "delete": edit(account, queue[:40] + queue[41:], now, old, committed_until=until),
        "pin": edit(account, [*queue, replace(new, pinned_at=now + timedelta(days=5))], now, old, committed_until=until),
    }
    before = {placement.id: placement.time for placement in old.placements}
    return [(name, sum(before.get(p.id, p.time) != p.time for p in changed.placements) / len(before)) for name, changed in edits.items()]


def main() -> int:
    names = [field.name for field in fields(Scores)]
    print(f"{'request':44}" + "".join(f"{name:>18}" for name in names))
    for case in cases():
        for name, found in measured(case).items():
            values = [getattr(found, score) for score in names]
            shown = ["-" if score.value is None else f"{score.value:.2f} / {score.best:.2f}" for score in values]
            title = f"{case.name} · {name}" if len(case.accounts) > 1 else case.name
            print(f"{title:44}" + "".join(f"{text:>18}" for text in shown))
    for name, share in churn():
        print(f"churn of one {name}: {share:.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
