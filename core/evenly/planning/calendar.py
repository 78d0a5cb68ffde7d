"""The plan as it stands: each account's coming deliveries, what found no time, and how even it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from evenly import spread as spreads
from evenly.planning import listing, recognising, spreading
from evenly.plugin import Message
from evenly.store import queue
from evenly.store.contents import message_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account's part of the plan."""

    account: str
    network: str
    coming: Sequence[Any]  #: rows of `store.queue.listed`, in order of their time
    unplaced: Sequence[Any]  #: those that are held because no time fits
    evenness: spreads.Scores


def spread_all(desk: Desk, *, now: datetime, anew: bool = False) -> int:
    """Give a time to whatever has none or an impossible one, `anew` to everything that floats; how many have another time now."""
    with desk.store.write() as connection:
        before = _times(connection)
        recognising.refresh(desk, connection, now)
        spreading.spread(desk, connection, desk.settings.accounts, now=now, anew=anew)
        return len(before.items() - _times(connection).items())


def plans(desk: Desk, *, now: datetime, until: datetime | None = None) -> list[AccountPlan]:
    """What is planned for each account of evenly.toml, `until` a moment or to the end; the scores judge just that."""
    with desk.store.read() as connection:
        placed = {name: _placed(connection, name, now, until) for name in desk.settings.accounts}
        return [_plan(desk, connection, name, placed, now, until) for name in placed]


def document(desk: Desk, plan: AccountPlan) -> dict[str, Any]:
    """The JSON of one account's plan; deliveries without a time stand at its end, with the reason."""
    return {
        "account": plan.account,
        "network": plan.network,
        "deliveries": [listing.document(desk, row) for row in (*plan.coming, *plan.unplaced)],
        "evenness": asdict(plan.evenness),
    }


def why(row: Any) -> Message:
    """Why a delivery has the time it has, or has none."""
    reason = message_of(row.reason)
    match row.public_state:
        case "draft" if row.due is None:
            return Message("It is a draft: it gets a time when it is approved.")
        case "cancelled":
            return Message("It was cancelled.")
        case "published":
            return Message("It is published.")
        case "planned" | "publishing" | "draft":
            chosen = spreads.Rule.PINNED.message if row.pinned else message_of(row.why)
            return reason or chosen or Message("It had this time before evenly kept the reason.")
    return reason or Message("It waits for you.")


def is_provisional(desk: Desk, row: Any, now: datetime) -> bool:
    """Whether the delivery may still change places with another, to keep the mix."""
    return bool(row.provisional) and row.due > now + desk.settings.planner.commit


def _times(connection: Connection) -> dict[int, datetime | None]:
    return {row.id: row.due for row in queue.deliveries(connection, states=("planned",))}


def _placed(connection: Connection, name: str, now: datetime, until: datetime | None) -> list[spreads.Placement]:
    placed = spreading.placements(connection, name, now)
    return [placement for placement in placed if until is None or placement.time < until]


def _plan(
    desk: Desk,
    connection: Connection,
    name: str,
    placed: dict[str, list[spreads.Placement]],
    now: datetime,
    until: datetime | None,
) -> AccountPlan:
    coming = queue.deliveries(connection, name=name, states=("planned", "publishing"), until=until)
    held = queue.deliveries(connection, name=name, states=("held",))
    evenness = spreads.scores(
        spreading.balanced(desk, spreading.shape(desk, name, now.year), [placement.kind for placement in placed[name]]),
        placed[name],
        now,
        history=spreading.history(connection, name, now),
        others=[placement.time for other, each in placed.items() if other != name for placement in each],
        stagger=desk.settings.planner.stagger,
    )
    unplaced = [row for row in held if row.due is None]
    return AccountPlan(name, desk.network_of(name), coming, unplaced, evenness)
