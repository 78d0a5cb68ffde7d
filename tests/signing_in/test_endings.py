"""A sign-in that ends is announced days ahead, unless a renewal comes before."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from evenly import signing_in
from evenly.engines.upkeep import chores
from evenly.plugin import Message, SignInNeeded
from evenly.store import accounts, models
from evenly.store.credentials import End
from tests.signing_in.conftest import Scene

END = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)


def told(*, left: timedelta, lives: timedelta = timedelta(days=60), refreshable: bool = False) -> str:
    """What is said of an account with so much time left; nothing where there is nothing to say."""
    end = End(END, refreshable=refreshable, stored_at=END - lives)
    warning = signing_in.warning("page", end, END - left, ZoneInfo("Europe/Paris"))
    return "" if warning is None else str(warning)


def test_what_cannot_be_renewed_is_announced_a_week_ahead() -> None:
    """With the day in the account's own zone, and the cure."""
    assert told(left=timedelta(days=7, minutes=1)) == ""
    assert told(left=timedelta(days=7)) == "ends on 2027-01-31 13:00 and cannot be renewed: evenly connect page"
    assert told(left=timedelta(0)) == "ended on 2027-01-31 13:00: evenly connect page"


def test_what_is_renewed_in_time_is_not_announced() -> None:
    """Neither months of life nor hours."""
    assert told(left=timedelta(days=7), refreshable=True) == ""
    assert told(left=timedelta(minutes=1), lives=timedelta(hours=2), refreshable=True) == ""
    assert told(left=-timedelta(days=1), lives=timedelta(hours=2), refreshable=True) == ""


def test_a_renewal_that_does_not_come_is_announced_as_well() -> None:
    """Some networks renew only what still lives: half of the week that is kept for it has passed, and nothing has happened."""
    assert "has not been renewed" in told(left=timedelta(days=3), refreshable=True)
    assert told(left=-timedelta(days=1), refreshable=True).startswith("ended on")


def test_what_has_no_end_is_never_announced() -> None:
    """As a Page's token."""
    assert signing_in.warning("page", End(None, refreshable=False, stored_at=END), END, ZoneInfo("UTC")) is None


def test_the_log_announces_it(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Once a day, for as long as nobody signs in; a sign-in that is needed already is told elsewhere."""
    scene.keep(scene.server.pair(), left=timedelta(days=3))
    _never_renewed(scene)

    with caplog.at_level(logging.WARNING, logger="evenly.upkeep"):
        _chore(scene, "endings")
    assert caplog.messages == ["lamp: ends on 2026-11-25 12:00 and cannot be renewed: evenly connect lamp"]

    with scene.desk.store.write() as connection:
        accounts.sign_in_needed(connection, "lamp", "lantern", SignInNeeded(Message("Revoked.")).message)
    assert signing_in.warnings(scene.desk, scene.clock.now()) == {}


def _chore(scene: Scene, name: str) -> None:
    """Do what the daemon does once a day under that name."""
    (chore,) = [each for each in chores(scene.desk, scene.vault, scene.clock) if each.name == name]
    chore.run()


def _never_renewed(scene: Scene) -> None:
    with scene.desk.store.write() as connection:
        connection.execute(models.credential.update().values(refreshable=False))
