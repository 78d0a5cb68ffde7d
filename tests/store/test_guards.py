"""What the database itself refuses, whatever a program asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from evenly.plugin import Part
from evenly.store import Store, queue
from evenly.store.models import attempt, delivery, part

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def first(store: Store) -> int:
    """A planned delivery on `page`."""
    return planned(store)


def planned(store: Store, account: str = "page") -> int:
    with store.write() as connection:
        post = queue.insert_post(connection, {"text": "Hello"}, digest=None, now=NOW)
        new = queue.NewDelivery(account=account, network="facebook", parts=[Part(text="Hello")], due=NOW)
        return queue.insert_delivery(connection, post, new, now=NOW)


def change(store: Store, number: int, **values: Any) -> None:
    with store.write() as connection:
        connection.execute(delivery.update().where(delivery.c.id == number).values(values))


PUBLISHED = {"state": "published", "next_action_at": None, "published_at": NOW}


@pytest.mark.parametrize("values", [{"due": datetime(2027, 1, 1, tzinfo=UTC)}, {"due": None}, {"pinned": True}, {"kind": "owned"}])
def test_a_published_delivery_is_not_planned_again(store: Store, first: int, values: Mapping[str, Any]) -> None:
    """Its row is history."""
    change(store, first, **PUBLISHED)

    with pytest.raises(IntegrityError, match="not planned again"):
        change(store, first, **values)


def test_a_published_delivery_may_be_taken_down(store: Store, first: int) -> None:
    """What is not its plan may change, and its plan may be written down as it stands."""
    change(store, first, **PUBLISHED)

    change(store, first, taken_down_at=NOW, due=NOW)


def test_an_ended_attempt_is_neither_changed_nor_taken_away(store: Store, first: int) -> None:
    """One that has not ended is ended once."""
    with store.write() as connection:
        of_part = connection.execute(part.select().where(part.c.delivery_id == first)).one().id
        connection.execute(attempt.insert().values(part_id=of_part, fence=1, number=1, step="publish", started_at=NOW))
        connection.execute(attempt.update().values(outcome="published", ended_at=NOW))

    with pytest.raises(IntegrityError, match="not changed"), store.write() as connection:
        connection.execute(attempt.update().values(outcome="refused"))
    with pytest.raises(IntegrityError, match="kept"), store.write() as connection:
        connection.execute(attempt.delete())
    with pytest.raises(IntegrityError, match="not changed"), store.write() as connection:
        connection.execute(attempt.update().values(evidence={"text": "other", "values": {}}))


def test_what_was_said_in_an_ended_attempt_may_be_forgotten_and_nothing_else_of_it(store: Store, first: int) -> None:
    """How it ended stays."""
    with store.write() as connection:
        of_part = connection.execute(part.select().where(part.c.delivery_id == first)).one().id
        tried = {"part_id": of_part, "fence": 1, "number": 1, "step": "publish", "started_at": NOW, "ended_at": NOW, "status": None}
        connection.execute(attempt.insert().values(**tried, outcome="published", evidence={"text": "said", "values": {}}))

    with pytest.raises(IntegrityError, match="not changed"), store.write() as connection:
        connection.execute(attempt.update().values(evidence=None, status=200))
    with store.write() as connection:
        connection.execute(attempt.update().values(evidence=None))
        assert connection.execute(attempt.select()).one().evidence is None


@pytest.mark.parametrize(
    "values",
    [
        {"state": "unheard-of"},
        {"state": "claimed"},
        {"state": "sending"},
        {"owner": "me"},
        {"state": "held", "owner": "me", "next_action_at": None},
        {"next_action_at": None},
        {"state": "unknown", "next_action_at": None},
    ],
)
def test_states_that_cannot_be_are_refused(store: Store, first: int, values: Mapping[str, Any]) -> None:
    """An unknown state, a claim without an owner, an owner without a claim, a row that nobody would ever wake."""
    with pytest.raises(IntegrityError):
        change(store, first, **values)


def test_an_account_has_one_live_claim(store: Store, first: int) -> None:
    """Another account's is its own affair."""
    second, elsewhere = planned(store), planned(store, "toots")
    change(store, first, state="claimed", owner="me")
    change(store, elsewhere, state="claimed", owner="me")

    with pytest.raises(IntegrityError):
        change(store, second, state="claimed", owner="you")


def test_a_remote_id_belongs_to_one_part_of_an_account(store: Store, first: int) -> None:
    """Two of our posts cannot be one of the network's."""
    second, elsewhere = planned(store), planned(store, "toots")
    with store.write() as connection:
        for number in (first, elsewhere):
            connection.execute(part.update().where(part.c.delivery_id == number).values(remote_id="7"))

    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(part.update().where(part.c.delivery_id == second).values(remote_id="7"))


def test_what_belongs_to_something_cannot_outlive_it(store: Store, first: int) -> None:
    """A delivery with parts stays."""
    with pytest.raises(DBAPIError), store.write() as connection:
        connection.execute(delivery.delete().where(delivery.c.id == first))
