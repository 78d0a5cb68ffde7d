"""Random accounts, queues and moments, with the awkward ones in: clock changes, midnight, holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from evenly.spread import Account, Cadence, Published, QueuedPost

ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Santiago", "America/Havana", "America/St_Johns",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Asia/Kolkata", "Africa/Cairo",
    "Africa/Casablanca", "Asia/Beirut",
)  # fmt: skip

# Near the clock changes of the north and the south, and somewhere else.
_STARTS = (date(2026, 3, 5), date(2026, 3, 26), date(2026, 4, 2), date(2026, 9, 3), date(2026, 9, 24), date(2026, 10, 22),
           date(2026, 10, 30), date(2026, 7, 1), date(2027, 12, 20))  # fmt: skip

moments = st.builds(
    lambda day, minutes: datetime.combine(day, time(), UTC) + timedelta(minutes=minutes),
    st.sampled_from(_STARTS),
    st.integers(0, 6 * 1440),
)
walls = st.builds(lambda quarter: time(quarter // 4, quarter % 4 * 15), st.integers(0, 95))
_single = st.tuples(walls, walls).map(lambda pair: (pair,))
_pair = st.lists(st.integers(0, 95), min_size=4, max_size=4, unique=True).map(
    lambda quarters: tuple((time(a // 4, a % 4 * 15), time(b // 4, b % 4 * 15)) for a, b in _couples(sorted(quarters)))
)
day_windows = st.one_of(_single, _pair, st.just(((time(8), time(20)),)))


def _couples(items: list[int]) -> list[tuple[int, int]]:
    return list(zip(items[::2], items[1::2], strict=True))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[tuple[time, time], ...], ...]:
    open_days = draw(st.sets(st.integers(0, 6), min_size=1))
    same = draw(st.booleans())
    every = draw(day_windows)
    return tuple((every if same else draw(day_windows)) if day in open_days else () for day in range(7))


cadences = st.builds(
    Cadence,
    st.integers(1, 4),
    st.just("day"),
    st.lists(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(2)]), min_size=7, max_size=7).map(tuple),
) | st.builds(
    Cadence,
    st.integers(1, 12),
    st.sampled_from(["week", "month"]),
    st.lists(st.sampled_from([Fraction(1), Fraction(1), Fraction(1, 2), Fraction(3)]), min_size=7, max_size=7).map(tuple),
)


@st.composite
def accounts(draw: st.DrawFn, /, **settings: Any) -> Account:
    holidays = draw(st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 30)), max_size=12))
    first = draw(st.dates(date(2026, 3, 1), date(2026, 11, 1)))
    blackouts = draw(st.sampled_from([(), ((first, first + timedelta(days=9)),), (first, first + timedelta(days=2))]))
    values: dict[str, Any] = {
        "zone": draw(st.sampled_from(ZONES)),
        "cadence": draw(cadences),
        "windows": draw(weeks()),
        "holidays": holidays,
        "blackouts": blackouts,
        "gap": draw(st.sampled_from([None, None, timedelta(0), timedelta(minutes=45), timedelta(hours=3)])),
        "rotation": draw(st.sampled_from([1.0, 1.0, 0.0, 0.5])),
        "mix": draw(st.sampled_from([{}, {"owned": Fraction(7, 10)}, {"owned": Fraction(1, 2), "third": Fraction(1, 3)}])),
    }
    return Account("page", **(values | settings))


@st.composite
def queues(draw: st.DrawFn, now: datetime, *, bounds: bool = True, pins: bool = True, most: int = 30) -> list[QueuedPost]:
    posts = []
    for n in range(draw(st.integers(1, most))):
        times: dict[str, Any] = {}
        choice = draw(st.integers(0, 11))
        shift = timedelta(minutes=draw(st.integers(0, 25 * 1440))) if choice >= 8 else timedelta(0)
        if pins and choice == 8:
            times["pinned_at"] = now + shift
        if bounds and choice in (9, 11):
            times["not_before"] = now + shift
        if bounds and choice in (10, 11):
            times["expires"] = now + shift + timedelta(minutes=draw(st.integers(0, 9000)))
        posts.append(
            QueuedPost(
                f"p{n}",
                draw(st.sampled_from(["owned", "third", "mixed"])),
                draw(st.sampled_from([None, "care", "craft"])),
                seq=n,
                priority=draw(st.sampled_from([0, 0, 0, 1])),
                **times,
            )
        )
    return posts


def histories(now: datetime) -> st.SearchStrategy[list[Published]]:
    spans = st.integers(0, 20 * 1440).map(lambda minutes: now - timedelta(minutes=minutes))
    return st.lists(st.builds(Published, spans, st.sampled_from(["owned", "third"])), max_size=12)
