"""`enforce = "block"`: a due delivery that would push a share out of its bounds is held until the mix is mended or a person forces it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from evenly import ledger
from evenly.planning import changing
from evenly.plugin import Message
from evenly.store import deliveries, recognitions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.mix import Finding
    from evenly.planning.desk import Desk


def is_on(desk: Desk) -> bool:
    return desk.settings.mix.enforce == "block"


def held_back(desk: Desk, connection: Connection, delivery: ledger.Delivery, *, now: datetime) -> ledger.Move | None:
    """The move that holds a delivery about to go out, because of the mix; None: it may go.

    Never one that a person has forced, nor one that was begun: half a thread is no better for the mix.
    """
    if not is_on(desk) or delivery.forced or delivery.out or delivery.state is not ledger.State.PLANNED:
        return None
    finding = _hindrance(desk, connection, delivery, now)
    if finding is None:
        return None
    move = ledger.hold(delivery, by=ledger.HeldBy.MIX, reason=_reason(delivery, finding))
    return move if isinstance(move, ledger.Move) else None


def mend(desk: Desk, *, now: datetime, account: str | None = None) -> list[int]:
    """Let go what the mix held and would no longer hold: at its own time, or the next open one where that is past. Their ids."""
    with desk.store.read() as connection:
        waiting = recognitions.held_by_mix(connection, account)
    if not waiting:
        return []
    with desk.store.write() as connection:
        return [row.id for row in waiting if _let_go(desk, connection, row, now)]


def _let_go(desk: Desk, connection: Connection, row: Any, now: datetime) -> bool:
    delivery = deliveries.load(connection, row.id)
    if delivery is None or delivery.held_by is not ledger.HeldBy.MIX or delivery.account not in desk.settings.accounts:
        return False
    if is_on(desk) and _hindrance(desk, connection, delivery, now) is not None:
        return False
    move = changing.again(desk, connection, delivery, ledger.mended(delivery, now=now), now)
    if isinstance(move, ledger.Refused):
        return False
    return deliveries.apply(connection, move)


def _hindrance(desk: Desk, connection: Connection, delivery: ledger.Delivery, now: datetime) -> Finding | None:
    # The mix is loaded only where it blocks: a daemon that does not block needs none of it.
    from evenly.planning import mixing

    return mixing.hindrance(desk, connection, delivery.id, now)


def _reason(delivery: ledger.Delivery, finding: Finding) -> Message:
    said: dict[str, object] = {
        "target": finding.target,
        "count": f"{float(finding.tally.count):g}",
        "of": finding.tally.of,
        "id": delivery.id,
    }
    if finding.verdict == "too few":
        return Message(
            "The mix holds it: with it, {target} would be {count} of {of}, too few. To publish it anyway: evenly release {id}", **said
        )
    return Message(
        "The mix holds it: with it, {target} would be {count} of {of}, too many. To publish it anyway: evenly release {id}", **said
    )
