"""Between the rows and the pure planner: who wants a time, what is taken, and the times that come back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evenly import spread as spreads
from evenly.store import queue
from evenly.store.contents import as_message

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from evenly.planning.desk import Desk
    from evenly.settings import Account

_HISTORY = timedelta(days=60)
_YEARS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class _Queue:
    """One account's part of the question."""

    floating: tuple[spreads.QueuedPost, ...]
    keep: tuple[spreads.Placement, ...]
    history: tuple[spreads.Published, ...]
    anchor: spreads.Anchor | None


def spread(desk: Desk, connection: Connection, accounts: Collection[str], *, now: datetime, anew: bool = False) -> None:
    """Give every planned delivery of `accounts` that has none its time; `anew` moves every floating one.

    What cannot be placed is held, with the reason.
    """
    named = [name for name in desk.settings.accounts if name in accounts]
    if not named:
        return
    shapes = {name: shape(desk, name, now.year) for name in desk.settings.accounts}
    asked = {name: _asked(connection, shapes[name], now, anew=anew and name in named) for name in shapes}
    plans = spreads.plan_all(
        [shapes[name] for name in shapes],
        {name: asked[name].floating if name in named else () for name in shapes},
        now,
        history={name: each.history for name, each in asked.items()},
        keep={name: each.keep for name, each in asked.items()},
        anchors={name: each.anchor for name, each in asked.items() if each.anchor is not None},
        stagger=desk.settings.planner.stagger,
    )
    for name in named:
        _write(desk, connection, shapes[name], asked[name], plans[name], now)


def shape(desk: Desk, name: str, year: int) -> spreads.Account:
    """An account as the planner sees it; holidays are known for some years from `year` on."""
    account = desk.settings.accounts[name]
    mix = desk.settings.mix
    return spreads.Account(
        id=name,
        zone=desk.settings.zone(name),
        cadence=spreads.Cadence(account.cadence.count, account.cadence.per, _weights(account)),
        windows=tuple(tuple((hours.start, hours.end) for hours in account.hours.get(day, ())) for day in range(7)),
        blackouts=tuple((dates.first, dates.last) for dates in account.blackouts),
        holidays=account.holiday_dates(range(year - 1, year + _YEARS_AHEAD)),
        gap=account.gap,
        rotation=desk.settings.planner.rotation,
        mix=_shares(desk, account.network) if mix.enforce != "advise" else {},
        topics=dict(mix.topics) if mix.enforce != "advise" else {},
    )


def placements(connection: Connection, name: str, now: datetime) -> list[spreads.Placement]:
    """The account's plan from `now` on, as it stands in the store."""
    return [_kept(name, row) for row in queue.plannable(connection, name) if row.due is not None and row.due >= now]


def history(connection: Connection, name: str, now: datetime) -> tuple[spreads.Published, ...]:
    """What the account published lately, or is about to."""
    return tuple(spreads.Published(row.time, row.kind, row.topic) for row in queue.busy_times(connection, name, now - _HISTORY))


def next_open(desk: Desk, connection: Connection, name: str, now: datetime) -> datetime | None:
    """The next open time of the account that keeps its gap; for a delivery that came too late."""
    taken = [placement.time for placement in placements(connection, name, now)]
    taken += [published.time for published in history(connection, name, now)]
    return spreads.next_open(shape(desk, name, now.year), now, sorted(taken))


def _asked(connection: Connection, shaped: spreads.Account, now: datetime, *, anew: bool) -> _Queue:
    rows = queue.plannable(connection, shaped.id)
    past = [spreads.Published(row.due, row.kind, row.topic) for row in rows if row.due is not None and row.due < now]
    known = sorted([*past, *history(connection, shaped.id, now)], key=lambda published: published.time)
    anchor, changed = _anchor(queue.rail(connection, shaped.id), shaped)
    coming = [row for row in rows if row.due is None or row.due >= now]
    if anew:
        free = [row for row in coming if row.due is None or not (row.pinned or row.awaited)]
        anchor = None
    else:
        free = [row for row in coming if row.due is None]
        if changed:
            free += _made_impossible(shaped, coming)
    freed = {row.id for row in free}
    keep = tuple(_kept(shaped.id, row) for row in coming if row.id not in freed)
    return _Queue(tuple(_queued(row) for row in free), keep, tuple(known), anchor)


def _made_impossible(shaped: spreads.Account, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Floating deliveries whose time the changed settings no longer allow."""
    return [row for row in rows if row.due is not None and not row.pinned and not spreads.is_open(shaped, row.due)]


def _queued(row: Row[Any]) -> spreads.QueuedPost:
    return spreads.QueuedPost(
        id=str(row.id),
        kind=row.kind,
        topic=row.topic,
        seq=row.id,
        priority=row.priority,
        pinned_at=row.due if row.pinned else None,
        not_before=row.not_before,
        expires=row.not_after,
    )


def _kept(name: str, row: Row[Any]) -> spreads.Placement:
    return spreads.Placement(str(row.id), name, row.due, row.kind, row.topic, pinned=row.pinned, why=spreads.Rule.KEPT)


def _write(desk: Desk, connection: Connection, shaped: spreads.Account, asked: _Queue, planned: spreads.Plan, now: datetime) -> None:
    steered = desk.settings.mix.enforce != "advise"
    committed = now + desk.settings.planner.commit
    free = {post.id for post in asked.floating}
    queue.set_times(
        connection,
        [
            {
                "b_id": int(placement.id),
                "due": placement.time,
                "next_action_at": placement.time,
                "why": as_message(placement.why.message),
                "provisional": steered and not placement.pinned and placement.time > committed,
            }
            for placement in planned.placements
            if placement.id in free
        ],
    )
    for unplaced in planned.unplaced:
        queue.hold_unplaced(connection, int(unplaced.id), as_message(unplaced.reason))
    if planned.anchor is not None:
        queue.set_rail(connection, shaped.id, desk.network_of(shaped.id), _as_json(planned.anchor, shaped))


def _anchor(stored: Mapping[str, Any] | None, shaped: spreads.Account) -> tuple[spreads.Anchor | None, bool]:
    """Where the account's rail goes on, and whether its settings have changed since."""
    if stored is None:
        return None, False
    if stored["settings"] != _fingerprint(shaped):
        return None, True
    since = stored["since"]
    anchor = spreads.Anchor(
        date.fromisoformat(stored["day"]),
        Fraction(stored["progress"]),
        int(stored["turn"]),
        None if since is None else datetime.fromisoformat(since),
        stored["debt"],
    )
    return anchor, False


def _as_json(anchor: spreads.Anchor, shaped: spreads.Account) -> dict[str, Any]:
    return {
        "day": anchor.day.isoformat(),
        "progress": str(anchor.progress),
        "turn": str(anchor.turn),
        "since": None if anchor.since is None else anchor.since.isoformat(),
        "debt": anchor.debt,
        "settings": _fingerprint(shaped),
    }


def _fingerprint(shaped: spreads.Account) -> str:
    """Changes when the account's rail does. Holidays count by the blackouts they make, not by the years known."""
    shown = repr((shaped.zone, shaped.cadence, shaped.windows, shaped.blackouts, bool(shaped.holidays), shaped.gap, shaped.rotation))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _weights(account: Account) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(account.weights.get(day, 0))) for day in range(7))


def _shares(desk: Desk, network: str) -> dict[str, Fraction]:
    target = desk.settings.mix.targets([network]).get("owned")
    if target is None or target.share is None:
        return {}
    return {"owned": target.share, "third-party": 1 - target.share}
