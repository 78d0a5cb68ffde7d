"""Whether anything is due is looked up, never searched for: a long queue costs no more than a short one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from evenly.store import deliveries
from evenly.store.deliveries import Wanted
from tests.publishing.scene import START, Scene

QUERIES: dict[str, Callable[[Connection], Any]] = {
    "due": lambda connection: deliveries.due(connection, "pin", START),
    "due and begun": lambda connection: deliveries.due(connection, "pin", START, wanted=Wanted.BEGUN),
    "due and doubtful": lambda connection: deliveries.due(connection, "pin", START, wanted=Wanted.DOUBTFUL),
    "next action": lambda connection: deliveries.next_action(connection, "pin"),
    "next action of what was begun": lambda connection: deliveries.next_action(connection, "pin", wanted=Wanted.BEGUN),
    "next action of what is in doubt": lambda connection: deliveries.next_action(connection, "pin", wanted=Wanted.DOUBTFUL),
    "begun": lambda connection: deliveries.begun(connection, "pin"),
    "in hand": lambda connection: deliveries.in_hand(connection, "pin"),
    "one delivery": lambda connection: deliveries.load(connection, 1),
    "holder of an id": lambda connection: deliveries.holder_of(connection, "pin", "pin-1"),
}
SMALL = {"due": "ix_delivery_next_action", "next action": "ix_delivery_next_action", "in hand": "ux_delivery_one_claim"}
SMALL |= dict.fromkeys([name for name in QUERIES if "begun" in name or "doubt" in name], "ix_delivery_next_action_begun")


@pytest.fixture
def plans(board: Scene) -> Iterator[Callable[[Callable[[Connection], Any]], list[str]]]:
    """What SQLite says of how it runs the statements of a query."""
    statements: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        if statement.lower().startswith("select"):
            statements.append((statement, parameters))

    def explained(query: Callable[[Connection], Any]) -> list[str]:
        with board.desk.store.read() as connection:
            query(connection)
            heard_of = list(statements)
            return [
                row.detail
                for statement, parameters in heard_of
                for row in connection.exec_driver_sql(f"explain query plan {statement}", parameters)
            ]

    event.listen(board.desk.store.engine, "before_cursor_execute", heard)
    yield explained
    event.remove(board.desk.store.engine, "before_cursor_execute", heard)


@pytest.mark.parametrize("name", QUERIES)
def test_the_daemon_only_looks_things_up(plans: Callable[[Callable[[Connection], Any]], list[str]], name: str) -> None:
    """Every step is a search by an index; nothing is scanned, and nothing but a delivery's few parts is sorted."""
    steps = plans(QUERIES[name])

    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]
    assert name == "one delivery" or not [step for step in steps if "TEMP B-TREE" in step]
    assert name not in SMALL or SMALL[name] in " ".join(steps), steps
