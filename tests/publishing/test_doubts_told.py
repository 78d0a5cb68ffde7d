"""Whoever is notified of a doubt learns what to check, and how to settle it."""

from __future__ import annotations

from pathlib import Path

from evenly.plugin.testing import Fault, faults
from tests.publishing.scene import scene


def test_an_uncertain_delivery_is_told_with_its_commands(tmp_path: Path) -> None:
    """Which delivery on which account, when it was sent, and both words a person can say."""
    with scene(tmp_path, "none") as board:
        board.served.inject(Fault(faults.lose_answer, method="POST", path="/pins", nth=1))
        post = board.queue("Polishing day")

        board.run()

        (event,) = board.events
        assert event.kind == "uncertain"
        assert str(event.message).startswith(f"Delivery {post} on pin, sent at 2027-03-01 12:00")
        assert f"evenly settle {post} --published URL" in str(event.message)
        assert f"evenly settle {post} --not-published" in str(event.message)
