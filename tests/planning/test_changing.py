"""What people do with deliveries: each change whole or not at all, and never into a state that nobody wakes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenly import ledger
from evenly.fields import When
from evenly.planning import ChangeRefused, Desk, Edit, PostRefused, calendar, changing, editing
from evenly.store import deliveries
from tests.planning.desks import NOW, add, claimed, everything, loaded, row, workspace

Change = Callable[[Desk, Sequence[str], datetime], object]

CHANGES: dict[str, Change] = {
    "approve": lambda desk, ids, now: changing.approve(desk, ids, now=now),
    "hold": lambda desk, ids, now: changing.hold(desk, ids, now=now),
    "release": lambda desk, ids, now: changing.release(desk, ids, now=now),
    "move": lambda desk, ids, now: changing.move_to(desk, ids, When.parse((now + timedelta(days=2)).isoformat()), now=now),
    "float": lambda desk, ids, now: changing.let_float(desk, ids, now=now),
    "drop": lambda desk, ids, now: changing.drop(desk, ids, now=now),
    "publish": lambda desk, ids, now: changing.publish_now(desk, ids, now=now),
    "take back": lambda desk, ids, now: changing.take_back(desk, ids, now=now),
    "settle": lambda desk, ids, now: changing.settle_not_published(desk, ids, by="Ada", now=now),
    "edit": lambda desk, ids, now: editing.edit(desk, ids[0], Edit(changes={"text": f"At {now:%M}"}, root=desk.settings.folder), now=now),
    "retime": lambda desk, ids, now: editing.edit(
        desk, ids[0], Edit(changes={"at": (now + timedelta(days=1)).isoformat()}, root=desk.settings.folder), now=now
    ),
    "respread": lambda desk, _ids, now: calendar.spread_all(desk, now=now, anew=True),
}
NAMED = st.lists(st.sampled_from(["1", "2", "3", "p1", "p2", "p3", "99"]), min_size=1, max_size=2, unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), NAMED), max_size=12))
def test_any_sequence_of_changes_leaves_sound_rows(sequence: list[tuple[str, list[str]]]) -> None:
    """A refusal changes nothing; whatever is planned has a time and is woken at or before it; keys of waiting parts stay unique."""
    with tempfile.TemporaryDirectory() as folder, workspace(Path(folder) / "brand") as desk:
        add(desk, "Planned", to=["pins", "notes"])
        add(desk, "Draft", draft=True)
        for minute, (name, ids) in enumerate(sequence):
            before = everything(desk)
            if not _was_made(desk, name, ids, NOW + timedelta(minutes=minute)):
                assert everything(desk) == before

            rows = everything(desk)["delivery"]
            assert all(each["due"] is not None for each in rows if each["state"] == "planned")
            assert all((each["next_action_at"] is not None) == (each["state"] == "planned") for each in rows)
            keys = [each["key"] for each in everything(desk)["part"]]
            assert len(keys) == len(set(keys))


def _was_made(desk: Desk, name: str, ids: Sequence[str], now: datetime) -> bool:
    try:
        CHANGES[name](desk, ids, now)
    except (ChangeRefused, PostRefused):
        return False
    return True


def test_what_is_named_twice_is_changed_once(desk: Desk) -> None:
    """By its own id and by its post's."""
    (one,) = add(desk, "Hello")

    assert changing.hold(desk, ["1", "p1", "1"], now=NOW) == (one,)


@pytest.mark.parametrize("name", ["hold", "move", "float", "drop", "edit", "publish", "approve", "release", "settle", "take back"])
def test_what_does_not_exist_is_refused(desk: Desk, name: str) -> None:
    """With the way to find out what does."""
    with pytest.raises(ChangeRefused, match="There is no post or delivery 7"):
        CHANGES[name](desk, ["7"], NOW)


def test_a_worker_that_is_about_to_send_finds_its_claim_gone(desk: Desk) -> None:
    """Dropped, edited: nothing more is sent in the old words."""
    for number, name in enumerate(("drop", "edit")):
        (one,) = add(desk, f"Hello {name}", at=(NOW + timedelta(hours=number)).isoformat())
        claim = claimed(desk, one, NOW + timedelta(hours=number))

        CHANGES[name](desk, [str(one)], NOW + timedelta(hours=number))

        with desk.store.write() as connection:
            intent = ledger.intend(claim.after, now=NOW)
            assert isinstance(intent, ledger.Move)
            assert not deliveries.apply(connection, intent)


def test_what_may_be_public_can_be_neither_dropped_nor_edited(desk: Desk) -> None:
    """The intent is on record: the outcome comes first."""
    (one,) = add(desk, "Hello", at=NOW.isoformat())
    claim = claimed(desk, one, NOW)
    with desk.store.write() as connection:
        intent = ledger.intend(claim.after, now=NOW)
        assert isinstance(intent, ledger.Move)
        assert deliveries.apply(connection, intent)

    for name in ("drop", "edit", "hold", "move", "float"):
        with pytest.raises(ChangeRefused, match=r"being published"):
            CHANGES[name](desk, ["p1"], NOW)


def test_a_time_that_has_come_stays(desk: Desk) -> None:
    """Planning something else in the very minute in which a pinned one is due does not take its time away."""
    (one,) = add(desk, "Now", at=NOW.isoformat())

    add(desk, "Another", now=NOW + timedelta(seconds=20))
    changing.publish_now(desk, ["2"], now=NOW + timedelta(seconds=30))
    add(desk, "A third", now=NOW + timedelta(seconds=31))

    assert row(desk, one).state == "planned"
    assert loaded(desk, 2).state is ledger.State.PLANNED
    assert loaded(desk, 2).urgent


def test_an_account_that_is_gone_cannot_be_planned_for(desk: Desk, tmp_path: Path) -> None:
    """Dropping still works."""
    add(desk, "Hello", draft=True)
    smaller = '[brand]\ntimezone = "Europe/Paris"\n[accounts.notes]\nnetwork = "board"\n'

    with workspace(tmp_path / "brand", smaller) as later:
        with pytest.raises(ChangeRefused, match=r"evenly\.toml has no account pins any more"):
            changing.approve(later, ["1"], now=NOW)
        assert changing.drop(later, ["1"], now=NOW) == (1,)
