"""How long what is queued will last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evenly.planning.runway import Runway, runways
from tests.planning.desks import NOW, add, workspace

THREE = """
[brand]
timezone = "Europe/Paris"
[mix]
enforce = "{enforce}"
owned = {{ share = 0.75 }}
[accounts.pins]
network = "board"
cadence = "3/week"
"""


def found(folder: Path, *origins: str, enforce: str = "advise", **more: Any) -> list[Runway]:
    with workspace(folder, THREE.format(enforce=enforce)) as desk:
        for number, origin in enumerate(origins):
            add(desk, f"Post {number}", origin=origin, **more)
        return runways(desk, NOW)


def test_six_posts_at_three_a_week_last_a_fortnight(tmp_path: Path) -> None:
    assert found(tmp_path / "brand", *["owned"] * 6) == [Runway("pins", None, 6, 14)]


def test_part_of_a_day_is_no_day(tmp_path: Path) -> None:
    """Five posts are eleven days and two thirds."""
    assert found(tmp_path / "brand", *["owned"] * 5)[0].days == 11


def test_drafts_do_not_count(tmp_path: Path) -> None:
    """They wait for a person."""
    assert found(tmp_path / "brand", "owned", draft=True) == [Runway("pins", None, 0, 0)]


def test_where_the_mix_is_steered_each_kind_has_its_own(tmp_path: Path) -> None:
    """At its share of the cadence: three of four posts are to be owned. A mixed one counts half to each."""
    every, owned, third = found(tmp_path / "brand", *["owned"] * 6, "third-party", "mixed", enforce="steer")

    assert every == Runway("pins", None, 8, 18)
    assert owned == Runway("pins", "owned", 7, 20)
    assert third == Runway("pins", "third-party", 2, 14)
