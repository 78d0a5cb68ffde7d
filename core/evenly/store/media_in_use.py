"""Which files deliveries that are not out yet will need."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from evenly.store.models import delivery, part, post, repetition

_ENDED = ("published", "cancelled")


def names(connection: Connection) -> frozenset[str]:
    """The names, in the media folder, of all files that something unpublished shows."""
    unpublished = select(part.c.content).join(delivery, delivery.c.id == part.c.delivery_id).where(delivery.c.state.not_in(_ENDED))
    return frozenset(medium["path"] for content in connection.execute(unpublished).scalars() for medium in content["media"])


def kept(connection: Connection) -> frozenset[str]:
    """The names of all files that may still be shown: also by what is published and comes back."""
    comes_back = or_(post.c.fields["evergreen"].as_string().is_not(None), post.c.id.in_(select(repetition.c.post_id)))
    query = select(part.c.content).join(delivery, delivery.c.id == part.c.delivery_id).join(post, post.c.id == delivery.c.post_id)
    returning = connection.execute(query.where(comes_back)).scalars()
    return names(connection) | {medium["path"] for content in returning for medium in content["media"]}
