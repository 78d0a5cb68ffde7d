"""Between the rows and the pure planner: who wants a time, what is taken, and the times that come back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evenly import spread as spreads
from evenly.planning import pacing, recognising
from evenly.store import lateness, queue
from evenly.store.contents import as_message

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from evenly.planning.desk import Desk
    from evenly.settings import Account

_HISTORY = timedelta(days=60)
_YEARS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class _Question:
    """What the planner is asked for one account: every post that is to have a time, and those that have one."""

    posts: tuple[spreads.QueuedPost, ...]
    planned: tuple[spreads.Placement, ...]
    history: tuple[spreads.Published, ...]
    anchor: spreads.Anchor | None
    provisional: frozenset[str]  #: of those planned


def spread(desk: Desk, connection: Connection, accounts: Collection[str], *, now: datetime, anew: bool = False) -> None:
    """Give every planned delivery of `accounts` that has none its time; `anew` moves every floating one.

    Otherwise what is planned stays: a new pin takes the place of the nearest floating one, and beyond the committed time posts may
    change places for the mix's sake. What cannot be placed is held, with the reason.
    """
    named = [name for name in desk.settings.accounts if name in accounts]
    if not named:
        return
    shapes = {name: shape(desk, name, now.year) for name in desk.settings.accounts}
    asked = {name: _question(desk, connection, shapes[name], now, anew=anew and name in named) for name in shapes}
    shapes = {name: balanced(desk, shapes[name], [post.kind for post in asked[name].posts]) for name in shapes}
    fresh = [name for name in named if asked[name].anchor is None]
    plans = _from_the_start(desk, shapes, asked, fresh, now)
    for name in named:
        others = [placed.time for other in shapes if other != name for placed in _placed(other, plans, asked)]
        if name not in plans:
            plans[name] = _edited(desk, shapes[name], asked[name], others, now)
        _write(desk, connection, shapes[name], asked[name], plans[name], now)


def _from_the_start(
    desk: Desk, shapes: Mapping[str, spreads.Account], asked: Mapping[str, _Question], fresh: Collection[str], now: datetime
) -> dict[str, spreads.Plan]:
    """Plans of the accounts that have none to go on from, apart from each other and from the others' times."""
    if not fresh:
        return {}
    plans = spreads.plan_all(
        list(shapes.values()),
        {name: asked[name].posts if name in fresh else () for name in shapes},
        now,
        history={name: each.history for name, each in asked.items()},
        keep={name: _still_possible(shapes[name], each.planned) for name, each in asked.items()},
        anchors={name: each.anchor for name, each in asked.items() if each.anchor is not None},
        stagger=desk.settings.planner.stagger,
    )
    return {name: plans[name] for name in fresh}


def _still_possible(shaped: spreads.Account, planned: Sequence[spreads.Placement]) -> list[spreads.Placement]:
    """Without the floating ones whose time the settings, as they are now, no longer allow."""
    return [placement for placement in planned if placement.pinned or spreads.is_open(shaped, placement.time)]


def _edited(desk: Desk, shaped: spreads.Account, asked: _Question, others: Sequence[datetime], now: datetime) -> spreads.Plan:
    planner = desk.settings.planner
    return spreads.edit(
        shaped,
        asked.posts,
        now,
        spreads.Plan(shaped.id, placements=asked.planned, anchor=asked.anchor),
        committed_until=now + planner.commit,
        steer=_is_steered(desk),
        history=asked.history,
        others=others,
        stagger=planner.stagger,
    )


def _placed(name: str, plans: Mapping[str, spreads.Plan], asked: Mapping[str, _Question]) -> Sequence[spreads.Placement]:
    return plans[name].placements if name in plans else asked[name].planned


def _is_steered(desk: Desk) -> bool:
    return desk.settings.mix.enforce != "advise"


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
        mix=recognising.kinds_of(desk, name).shares if _is_steered(desk) else {},
        topics=dict(mix.topics) if _is_steered(desk) else {},
        audience=desk.learnt.get(name),
    )


def balanced(desk: Desk, shaped: spreads.Account, kinds: Sequence[str | None]) -> spreads.Account:
    """The account with the shares of the kinds that are there, and with room for posts of no kind: these keep their own proportion."""
    if not shaped.mix:
        return shaped
    shares = recognising.kinds_of(desk, shaped.id).among(Counter(kinds))
    wanted = {kind: share for kind, share in shares.items() if kind in kinds}
    whole = sum(wanted.values(), Fraction(0))
    if not whole or None not in kinds:
        return replace(shaped, mix=shares)
    room = 1 - Fraction(kinds.count(None), len(kinds))
    return replace(shaped, mix={kind: share / whole * room for kind, share in wanted.items()})


def placements(connection: Connection, name: str, now: datetime) -> list[spreads.Placement]:
    """The account's plan from `now` on, as it stands in the store."""
    return [_kept(name, row) for row in queue.plannable(connection, name) if row.due is not None and row.due >= now]


def history(connection: Connection, name: str, now: datetime) -> tuple[spreads.Published, ...]:
    """What the account published lately, or is about to."""
    return tuple(spreads.Published(row.time, row.kind, row.topic, row.apart) for row in queue.busy_times(connection, name, now - _HISTORY))


def next_open(desk: Desk, connection: Connection, name: str, now: datetime) -> datetime | None:
    """The next open time of the account that keeps its gap, and its distance to the other accounts; for a delivery that came too late."""
    taken = [placement.time for placement in placements(connection, name, now)]
    taken += [published.time for published in history(connection, name, now)]
    stagger, shaped = desk.settings.planner.stagger, shape(desk, name, now.year)
    slot = spreads.next_open(shaped, now, sorted(taken))
    while slot is not None:
        near = lateness.moment_of_others(connection, name, after=slot - stagger, before=slot + stagger)
        if near is None:
            break
        slot = spreads.next_open(shaped, near + stagger, sorted(taken))
    return slot


def _question(desk: Desk, connection: Connection, shaped: spreads.Account, now: datetime, *, anew: bool) -> _Question:
    opens = pacing.opens_at(desk, connection, shaped.id, now)
    rows = queue.plannable(connection, shaped.id)
    # The planner begins with the next whole minute: what is due before it is as good as out, and not too late for a plan.
    begin = _whole_minute(now)
    past = [spreads.Published(row.due, row.kind, row.topic, row.apart) for row in rows if row.due is not None and row.due < begin]
    known = sorted([*past, *history(connection, shaped.id, now)], key=lambda published: published.time)
    coming = [row for row in rows if row.due is None or row.due >= begin]
    planned = [row for row in coming if row.due is not None and _is_planned(row, anew=anew)]
    return _Question(
        tuple(_queued(row, opens, row.apart if _is_steered(desk) else None) for row in coming),
        tuple(_kept(shaped.id, row) for row in planned),
        tuple(known),
        None if anew else _anchor(queue.rail(connection, shaped.id), shaped),
        frozenset(str(row.id) for row in planned if row.provisional),
    )


def _whole_minute(now: datetime) -> datetime:
    """This minute where it has just begun, else the next one."""
    minute = now.replace(second=0, microsecond=0)
    return minute if minute == now else minute + timedelta(minutes=1)


def _is_planned(row: Row[Any], *, anew: bool) -> bool:
    """Whether its time is one that planning has dealt with already, and must leave: a pin is new until the planner has seen it."""
    if anew:
        return _is_fixed(row)
    return not row.pinned or row.why is not None


def _is_fixed(row: Row[Any]) -> bool:
    """A person, or what the delivery waits for itself, has fixed its time."""
    return bool(row.pinned or row.urgent or row.awaited is not None)


def _queued(row: Row[Any], opens: datetime | None, apart: str | None) -> spreads.QueuedPost:
    """As the planner sees it; nothing new is planned for a time at which the network is known to take nothing."""
    return spreads.QueuedPost(
        id=str(row.id),
        kind=row.kind,
        topic=row.topic,
        seq=row.id,
        priority=row.priority,
        pinned_at=row.due if _is_fixed(row) else None,
        not_before=max((moment for moment in (row.not_before, opens if row.due is None else None) if moment is not None), default=None),
        expires=row.not_after,
        apart=apart,
    )


def _kept(name: str, row: Row[Any]) -> spreads.Placement:
    return spreads.Placement(str(row.id), name, row.due, row.kind, row.topic, pinned=_is_fixed(row), why=spreads.Rule.KEPT, apart=row.apart)


def _write(desk: Desk, connection: Connection, shaped: spreads.Account, asked: _Question, planned: spreads.Plan, now: datetime) -> None:
    before = {placement.id: placement.time for placement in asked.planned}
    committed = now + desk.settings.planner.commit
    rows = []
    for placement in planned.placements:
        provisional = _is_steered(desk) and not placement.pinned and placement.time > committed
        moved = before.get(placement.id) != placement.time
        if moved or provisional != (placement.id in asked.provisional):
            why = placement.why if moved else spreads.Rule.KEPT
            times = {"due": placement.time, "next_action_at": placement.time}
            rows.append({"b_id": int(placement.id), **times, "why": as_message(why.message), "provisional": provisional})
    queue.set_times(connection, rows)
    for unplaced in planned.unplaced:
        queue.hold_unplaced(connection, int(unplaced.id), as_message(unplaced.reason))
    if planned.anchor is not None:
        queue.set_rail(connection, shaped.id, desk.network_of(shaped.id), _as_json(planned.anchor, shaped))


def _anchor(stored: Mapping[str, Any] | None, shaped: spreads.Account) -> spreads.Anchor | None:
    """Where the account's rail begins; None where it has none yet, or the settings it was made from have changed."""
    if stored is None or stored["settings"] != _fingerprint(shaped):
        return None
    since = stored["since"]
    return spreads.Anchor(
        date.fromisoformat(stored["day"]),
        Fraction(stored["progress"]),
        int(stored["turn"]),
        None if since is None else datetime.fromisoformat(since),
        stored["debt"],
    )


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
    rail = (shaped.zone, shaped.cadence, shaped.windows, shaped.blackouts, bool(shaped.holidays), shaped.gap, shaped.rotation)
    # Rails that were laid before there were audiences go on.
    shown = repr(rail if shaped.audience is None else (*rail, shaped.audience))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _weights(account: Account) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(account.weights.get(day, 0))) for day in range(7))
