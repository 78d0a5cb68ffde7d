"""What the rows say of how well publishing goes: for `evenly doctor`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from evenly.store.models import account, attempt, credential, daemon, delivery, post

_PERSONS_TURN = ("failed", "uncertain", "missed", "held")


def overdue(connection: Connection, *, before: datetime) -> dict[str, int]:
    """How many deliveries of each account should have gone out by then, and may."""
    waits = exists().where(account.c.name == delivery.c.account, account.c.held)
    query = (
        select(delivery.c.account, func.count())
        .where(delivery.c.state == "planned", delivery.c.next_action_at < before, delivery.c.due < before, ~waits)
        .group_by(delivery.c.account)
    )
    return dict(connection.execute(query).all())


def persons_turn(connection: Connection) -> dict[str, int]:
    """How many deliveries wait for a person, by state."""
    query = select(delivery.c.state, func.count()).where(delivery.c.state.in_(_PERSONS_TURN)).group_by(delivery.c.state)
    return dict(connection.execute(query).all())


def newest_moment(connection: Connection) -> datetime | None:
    """The latest moment that was ever written down as present; None in an empty store."""
    columns = (post.c.created_at, attempt.c.started_at, daemon.c.seen_at, credential.c.stored_at)
    moments = [connection.execute(select(func.max(column))).scalar() for column in columns]
    return max((moment for moment in moments if moment is not None), default=None)


def sealed(connection: Connection) -> list[tuple[str, bytes]]:
    """Every sealed secret with its name."""
    return [(row.name, row.sealed) for row in connection.execute(select(credential.c.name, credential.c.sealed))]
