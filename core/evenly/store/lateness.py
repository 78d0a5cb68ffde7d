"""What the accounts of a brand publish at the same time: late deliveries must not go out together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, case, exists, func, select

from evenly.store.models import account, delivery


def last_of_others(connection: Connection, name: str, *, now: datetime) -> datetime | None:
    """When another account published last; `now` where one has a delivery in hand. Moments to come are of a clock that was wrong."""
    in_hand = exists().where(delivery.c.account != name, delivery.c.owner.is_not(None), delivery.c.state.in_(("claimed", "sending")))
    if connection.execute(select(in_hand)).scalar():
        return now
    last = select(func.max(account.c.last_published_at)).where(account.c.name != name, account.c.last_published_at <= now)
    found: datetime | None = connection.execute(last).scalar()
    return found


def moment_of_others(connection: Connection, name: str, *, after: datetime, before: datetime) -> datetime | None:
    """The last moment between the two at which another account publishes, published, or is to publish."""
    moment = case((delivery.c.state == "published", delivery.c.published_at), else_=delivery.c.due)
    taken = delivery.c.state.in_(("planned", "claimed", "sending", "unknown", "published"))
    query = select(func.max(moment)).where(delivery.c.account != name, taken, moment > after, moment < before)
    found: datetime | None = connection.execute(query).scalar()
    return found
