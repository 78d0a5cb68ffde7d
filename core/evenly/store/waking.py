"""Deliveries that wait for a moment which a wrong clock has written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, case, func, or_

from evenly.store.models import delivery


def look_again(connection: Connection, *, now: datetime, beyond: datetime) -> int:
    """Let everything that was begun or put off, and sleeps until later than `beyond`, be looked at now; how many that are.

    What only waits for its own time goes on waiting for it.
    """
    own = func.coalesce(delivery.c.due, now)
    begun = delivery.c.state.in_(("claimed", "sending", "unknown"))
    put_off = and_(delivery.c.state == "planned", delivery.c.next_action_at > own)
    wakes = case((and_(delivery.c.state == "planned", own > now), own), else_=now)
    query = delivery.update().where(delivery.c.next_action_at > beyond, or_(begun, put_off)).values(next_action_at=wakes)
    return connection.execute(query).rowcount
