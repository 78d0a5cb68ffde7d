"""The whole job on real processes: import, plan, `evenly run`, with and without the daemon being killed."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.month import run


def test_every_post_goes_out_once_and_never_before_its_time(tmp_path: Path) -> None:
    """Days of real posts with pictures and first comments on two networks, compressed by a fast clock."""
    told = run(tmp_path, posts=30, speed=14400, kills=0, seed=1)

    assert "60 deliveries" in told


def test_every_form_of_post_goes_out_once_on_every_network(tmp_path: Path) -> None:
    """Threads, carousels, reels, stories, films, first comments, articles and documents on six accounts, through kills and lost answers."""
    told = run(tmp_path, posts=20, speed=2400, kills=8, seed=3, losing=True, everywhere=True)

    assert "70 deliveries" in told
