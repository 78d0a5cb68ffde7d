"""What the cadences ask for, against what the people behind the brand can carry."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evenly.planning import Desk, capacity
from evenly.planning.capacity import Load
from tests.planning.desks import NOW, add, workspace

TWO = """
[brand]
timezone = "Europe/Paris"
[capacity]
minutes_per_week = {available}
minutes = {{ write = 20, photo = 10, curate = 5, reply = 5 }}
[mix]
owned = {{ share = 0.8 }}
photo = {{ share = 0.5 }}
[accounts.pins]
network = "board"
cadence = "{cadence}"
{more}
[accounts.notes]
network = "board"
cadence = "2/week"
"""


def load(folder: Path, available: int = 100, cadence: str = "4/week", more: str = "") -> Load:
    """The load of a workspace without posts."""
    with workspace(folder, TWO.format(available=available, cadence=cadence, more=more)) as desk:
        return load_of(desk)


def load_of(desk: Desk) -> Load:
    with desk.store.read() as connection:
        found = capacity.load(desk, connection, NOW)
    assert found is not None
    return found


def test_without_the_table_nothing_is_said(tmp_path: Path) -> None:
    """Nobody has told how much there is."""
    with workspace(tmp_path / "brand") as desk, desk.store.read() as connection:
        assert capacity.load(desk, connection, NOW) is None


def test_the_busiest_account_decides_how_many_posts_are_made(tmp_path: Path) -> None:
    """Posts go to all accounts unless somebody names them. Four of 27 minutes: 16 + 1 for words, 5 for pictures, 5 for answers."""
    found = load(tmp_path / "brand")

    assert [found.posts, found.minutes] == [4, 27]
    assert (found.needed, found.missing, found.feasible) == (108, 8, 3)


def test_enough_is_enough(tmp_path: Path) -> None:
    """To the minute."""
    assert load(tmp_path / "one", available=108).missing == 0
    assert load(tmp_path / "two", available=107).missing == 1


@pytest.mark.parametrize(
    ("cadence", "more", "posts"),
    [
        ("1/day", "", Fraction(7)),
        ("2/day", 'windows = ["Mon-Fri 08:00-20:00"]', Fraction(10)),
        ("1/day", 'windows = ["Mon-Sat 08:00-20:00"]\nweekdays = { Sat = 0.5 }', Fraction(11, 2)),
        ("73/month", "", 73 * Fraction(84, 365)),
    ],
)
def test_a_cadence_is_counted_by_the_week(tmp_path: Path, cadence: str, more: str, posts: Fraction) -> None:
    """Days without a window count nothing, weights count as they are, and a year has twelve months."""
    assert load(tmp_path / "brand", cadence=cadence, more=more).posts == posts


def test_posts_for_one_account_alone_are_each_made(tmp_path: Path) -> None:
    """As soon as there are enough posts to tell by: here every post goes to one account, so all cadences add up."""
    with workspace(tmp_path / "brand", TWO.format(available=100, cadence="4/week", more="")) as desk:
        for number in range(10):
            add(desk, f"Post {number}", to=["pins" if number % 2 else "notes"], at=f"2026-11-2{4 + number % 3}T{8 + number:02}:00")

        found = load_of(desk)

    assert found.posts == 6
    assert found.minutes == 25


def test_logged_effort_counts_instead_of_the_tasks(tmp_path: Path) -> None:
    """Answers come on top; what is somebody else's is found, not written."""
    with workspace(tmp_path / "brand", TWO.format(available=100, cadence="4/week", more="")) as desk:
        for number in range(10):
            more: dict[str, Any] = {"effort": "65m"} if number < 5 else {"origin": "third-party"}
            add(desk, f"Post {number}", to=["pins"], at=f"2026-11-25T{8 + number:02}:00", **more)

        assert load_of(desk).minutes == Fraction(5 * (65 + 5) + 5 * (5 + 5), 10)


def test_the_sentence_names_the_missing_minutes() -> None:
    """And what would be feasible."""
    assert "8 minutes are missing" in str(Load(Fraction(4), Fraction(27), 100).message)
    assert "Feasible are 3 posts" in str(Load(Fraction(4), Fraction(27), 100).message)
    assert "missing" not in str(Load(Fraction(4), Fraction(25), 100).message)


def test_posts_that_take_no_time_are_all_feasible() -> None:
    """All minutes may be set to 0."""
    assert (Load(Fraction(7), Fraction(0), 1).missing, Load(Fraction(7), Fraction(0), 1).feasible) == (0, 7)
