"""What to do this week: at most seven lines, within the minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from evenly.reporting import advising
from evenly.reporting.week import Week, week
from evenly.store import models
from tests.planning.desks import NOW, add
from tests.reporting.seasons import SETTINGS, Season, season

CONTACTS = """
[contacts.lapidaire]
mastodon = "@lapidaire@social.example"
[contacts.nobody]
board = "@nobody"
"""
CAPACITY = """
[capacity]
minutes_per_week = {minutes}
minutes = {{ write = 20, photo = 0, curate = 4, reply = 5 }}
"""


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Season]:
    """Seven posts a week are asked for; one is planned, two are drafts, one failed; two posts have new comments."""
    with season(tmp_path / "brand", SETTINGS + CONTACTS + CAPACITY.format(minutes=1000)) as made:
        first, second, third = made.published(3, {})
        made.read(first, "24h", NOW - timedelta(days=2), comments=2)
        made.read(first, "72h", NOW - timedelta(days=1), comments=5)
        made.read(second, "24h", NOW - timedelta(days=1), comments=1)
        made.read(third, "24h", NOW - timedelta(days=2), comments=4)
        made.read(third, "72h", NOW - timedelta(days=1), comments=4)
        add(made.desk, "Planned", topic="care")
        for number in range(2):
            add(made.desk, f"Draft {number}", draft=True)
        failed = add(made.desk, "Failed")[0]
        with made.desk.store.write() as connection:
            connection.execute(models.delivery.update().where(models.delivery.c.id == failed).values(state="failed", next_action_at=None))
        yield made


def found(season: Season) -> Week:
    return week(season.desk, now=NOW, advice=advising.proposals(season.desk, now=NOW))


def test_a_week_says_what_there_is_to_do_each_with_its_minutes(brand: Season) -> None:
    """The most important first: posts for a fortnight are fourteen, less one that is planned and two drafts; a fifth is others'."""
    made = found(brand)

    assert [(task.kind, task.count, task.minutes) for task in made.tasks] == [
        ("settle", 1, 5),
        ("approve", 2, 8),
        ("write", 9, 180),
        ("curate", 2, 8),
        ("answer", 2, 10),
        ("visit", 1, 5),
    ]
    assert (made.name, made.begin, made.left_out) == ("2026-W48", date(2026, 11, 23), ())


def test_posts_with_new_comments_are_named_by_counts_alone(brand: Season) -> None:
    """New are those that the last reading counts and the one before did not."""
    task = next(task for task in found(brand).tasks if task.kind == "answer")

    assert str(task.message) == "Answer the comments on these posts (2): p1 (+3), p2 (+1)."
    assert task.links == ("https://board.example/1", "https://board.example/2")


def test_pages_of_others_are_those_whose_address_is_known(brand: Season) -> None:
    task = next(task for task in found(brand).tasks if task.kind == "visit")

    assert (str(task.message), task.links) == (
        "Visit these pages, and leave a word (1): lapidaire.",
        ("https://social.example/@lapidaire",),
    )


@pytest.mark.parametrize("minutes", [1, 4, 5, 13, 60, 100, 201, 210, 216])
def test_what_there_is_no_time_for_is_left_out_and_said(brand: Season, minutes: int) -> None:
    """The least important first; nothing is forgotten."""
    whole = {task.kind: task.count for task in found(brand).tasks}
    brand.settings(CONTACTS + CAPACITY.format(minutes=minutes))

    made = found(brand)

    assert made.minutes <= minutes
    done, left = {task.kind: task.count for task in made.tasks}, dict(made.left_out)
    assert {kind: done.get(kind, 0) + left.get(kind, 0) for kind in whole} == whole
    assert len(made.tasks) <= 7


def test_one_advice_is_among_them(brand: Season) -> None:
    brand.published(150, {"question": 2.5}, rates={"question": 0.2})

    task = next(task for task in found(brand).tasks if task.kind == "advice")

    assert task.count == 1
    assert str(task.message).startswith("Decide on advice 1: ")


def test_with_nothing_to_do_there_is_no_line(tmp_path: Path) -> None:
    """No account, no post."""
    with season(tmp_path / "brand", "[brand]\nname = 'New'\n") as new:
        assert found(new).tasks == ()
