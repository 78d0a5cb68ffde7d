"""Which files deliveries that are not out yet will need."""

from __future__ import annotations

from sqlalchemy import Connection, select

from evenly.store.models import delivery, part

_ENDED = ("published", "cancelled")


def names(connection: Connection) -> frozenset[str]:
    """The names, in the media folder, of all files that something unpublished shows."""
    unpublished = select(part.c.content).join(delivery, delivery.c.id == part.c.delivery_id).where(delivery.c.state.not_in(_ENDED))
    return frozenset(medium["path"] for content in connection.execute(unpublished).scalars() for medium in content["media"])
