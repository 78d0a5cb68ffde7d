"""Rule 9 at the store: which delivery has an equal text already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from evenly.plugin import Part
from evenly.store import Store, models, queue

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


def _delivery(connection: Connection, state: str, *, published_at: datetime | None = None) -> int:
    post = queue.insert_post(connection, {"text": "Hello"}, digest=None, now=NOW)
    new = queue.NewDelivery(account="page", network="echo", parts=[Part(text="Hello")], text_digest="digest", state="draft")
    identity = queue.insert_delivery(connection, post, new, now=NOW)
    wakes = NOW if state == "planned" else None
    values = {"state": state, "published_at": published_at, "next_action_at": wakes}
    connection.execute(models.delivery.update().where(models.delivery.c.id == identity).values(values))
    return identity


def _twin(connection: Connection) -> int | None:
    return queue.equal_texts(connection, "page", "digest", since=NOW - DAY)


def test_a_text_that_waits_in_any_way_is_taken(store: Store) -> None:
    """Whoever may still go out, or may be out already, would make the network's refusal ambiguous."""
    for state in ("draft", "planned", "held", "failed", "missed", "uncertain"):
        with store.write() as connection:
            identity = _delivery(connection, state)

            assert _twin(connection) == identity, state
            connection.execute(models.delivery.update().values(state="cancelled", next_action_at=None))


def test_a_published_text_is_taken_for_a_day(store: Store) -> None:
    with store.write() as connection:
        _delivery(connection, "published", published_at=NOW - DAY - timedelta(minutes=1))
        assert _twin(connection) is None

        lately = _delivery(connection, "published", published_at=NOW - DAY + timedelta(minutes=1))
        assert _twin(connection) == lately


def test_a_text_is_free_once_its_delivery_is_cancelled_and_on_other_accounts(store: Store) -> None:
    with store.write() as connection:
        _delivery(connection, "cancelled")

        assert _twin(connection) is None
        _delivery(connection, "planned")
        assert queue.equal_texts(connection, "other", "digest", since=NOW - DAY) is None
