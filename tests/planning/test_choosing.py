"""Which deliveries a person means."""

from __future__ import annotations

import pytest

from evenly.planning import ChangeRefused, Desk
from evenly.planning.choosing import chosen, refused, rows_of
from evenly.plugin import Message
from tests.planning.desks import add, row


def test_a_number_is_a_delivery_and_p_a_post(desk: Desk) -> None:
    """Their numbers are counted apart."""
    add(desk, "One", to=["pins", "notes"])
    add(desk, "Two")

    with desk.store.read() as connection:
        assert [each.id for each in rows_of(connection, "2")] == [2]
        assert sorted(each.id for each in rows_of(connection, "p1")) == [1, 2]
        assert [each.id for each in rows_of(connection, "p2")] == [3]


@pytest.mark.parametrize("written", ["", "p", "p0", "-1", "1.0", "１", "P1", "p1 ", "1" * 19])
def test_anything_else_is_refused(desk: Desk, written: str) -> None:
    """Also digits of other scripts, and numbers no database holds."""
    add(desk, "One")

    with desk.store.read() as connection, pytest.raises(ChangeRefused, match="There is no post or delivery"):
        rows_of(connection, written)


def test_of_a_post_those_that_are_wanted_count(desk: Desk) -> None:
    """All of them where none is, so that the refusal can say why; a delivery that is named counts in any case."""
    add(desk, "One", to=["pins", "notes"])

    with desk.store.read() as connection:
        assert [each.id for each in chosen(connection, ["p1"], lambda each: each.account == "notes")] == [2]
        assert len(chosen(connection, ["p1"], lambda _each: False)) == 2
        assert [each.id for each in chosen(connection, ["1"], lambda _each: False)] == [1]


def test_a_refusal_names_delivery_and_cure(desk: Desk) -> None:
    """One cure is enough."""
    (one,) = add(desk, "One", draft=True)

    assert str(refused(row(desk, one), Message("Not now."))) == "Delivery 1 on pins: Not now. To plan it: evenly approve 1"
    assert str(refused(row(desk, one), Message("Say: evenly move 1"))) == "Delivery 1 on pins: Say: evenly move 1"
