"""What posts are taken for is kept with them, on either kind of store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from evenly.plugin import Part
from evenly.store import Store, models, queue, recognitions

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = {"base": {"origin": "owned"}, "accounts": {}, "said": {}}


def put(connection: Connection, *, days: float = 1, state: str = "planned", held_by: str | None = None) -> tuple[int, int]:
    """A post with one delivery; their ids."""
    part = Part(kind="post", position=0, text="x")
    post = queue.insert_post(connection, {"text": "x"}, digest=None, now=NOW)
    delivery = queue.insert_delivery(
        connection, post, queue.NewDelivery(account="page", network="wall", parts=[part], due=NOW + days * DAY), now=NOW
    )
    values = {"state": state, "held_by": held_by, "published_at": NOW + days * DAY if state == "published" else None}
    connection.execute(update(models.delivery).where(models.delivery.c.id == delivery).values(values))
    return post, delivery


def stale(connection: Connection, by: str = "now", most: int = 10) -> list[int]:
    return [row.id for row in recognitions.stale(connection, {by, "else"}, since=NOW - 28 * DAY, most=most)]


def test_what_was_judged_by_other_sheets_is_stale(store: Store) -> None:
    """If it is still to come or was published lately; the first to come first, and never more than was asked for."""
    with store.write() as connection:
        (late, _), (soon, _), (judged, _) = put(connection, days=3), put(connection, days=2), put(connection)
        out, _ = put(connection, days=-2, state="published")
        put(connection, days=-40, state="published")
        put(connection, state="cancelled")
        recognitions.keep(connection, judged, KEPT, by="now", origin="owned", topic="care")
        recognitions.keep(connection, soon, KEPT, by="before", origin="owned", topic=None)

        assert stale(connection) == [out, soon, late]
        assert stale(connection, most=1) == [out]
        assert stale(connection, by="before") == [out, judged, late]
        row = queue.post_row(connection, judged)
    assert row is not None
    assert (row.recognised, row.recognised_by, row.origin, row.topic) == (KEPT, "now", "owned", "care")


def test_what_labels_told_of_addresses_is_read_by_address(store: Store) -> None:
    """Of two about the same the later post's; posts without count for nothing."""
    told = [{"a.example/1": "owned", "a.example/2": "owned"}, None, {"a.example/1": "third-party"}]
    with store.write() as connection:
        for answers in told:
            post, _ = put(connection)
            document = {"base": {}} if answers is None else {"base": {}, "answers": answers}
            recognitions.keep(connection, post, document, by="now", origin="owned", topic=None)

        assert recognitions.answers(connection) == {"a.example/1": "third-party", "a.example/2": "owned"}


@pytest.mark.parametrize(("state", "kind"), [("planned", "new"), ("held", "new"), ("published", "old")])
def test_only_what_is_not_out_gets_another_kind(store: Store, state: str, kind: str) -> None:
    """The trigger would refuse it; the topic follows everywhere."""
    with store.write() as connection:
        _, delivery = put(connection)
        recognitions.label(connection, delivery, kind="old", topic=None, apart=None)
        connection.execute(update(models.delivery).values(state=state, next_action_at=None if state != "planned" else NOW))

        recognitions.label(connection, delivery, kind="new", topic="care", apart="promotion")

        assert connection.execute(select(models.delivery.c.kind, models.delivery.c.topic)).one() == (kind, "care")


def test_what_the_mix_holds_is_not_what_a_person_holds(store: Store) -> None:
    with store.write() as connection:
        put(connection, state="held", held_by="person")
        _, delivery = put(connection, state="held", held_by="mix")

        assert [row.id for row in recognitions.held_by_mix(connection)] == [delivery]
        assert recognitions.held_by_mix(connection, "other") == []


def test_what_was_taken_down_is_not_published(store: Store) -> None:
    """Nor is what went out before."""
    with store.write() as connection:
        _, gone = put(connection, days=-1, state="published")
        _, there = put(connection, days=-2, state="published")
        put(connection, days=-9, state="published")
        connection.execute(update(models.delivery).where(models.delivery.c.id == gone).values(taken_down_at=NOW))

        assert [row.id for row in recognitions.published(connection, NOW - 3 * DAY)] == [there]
        assert recognitions.published(connection, NOW - 3 * DAY, name="other") == []


def test_mixed_posts_are_counted_in_their_order(store: Store) -> None:
    """So that every other one counts as our own for the planner."""
    with store.write() as connection:
        puts = [put(connection) for _ in range(3)]
        for post, _ in puts[:2]:
            recognitions.keep(connection, post, KEPT, by="now", origin="mixed", topic=None)

        assert [recognitions.mixed_before(connection, "page", delivery) for _, delivery in puts] == [0, 1, 2]
