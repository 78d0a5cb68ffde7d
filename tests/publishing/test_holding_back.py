"""What holds an account back: a person, a full disk, a network out of reach. What was begun goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly import ledger
from evenly.plugin import Http, Part, Prepared, Published, hookimpl
from evenly.plugin.testing import Fault, faults
from evenly.store import Store, accounts
from tests.plugin.board import Board, read, request
from tests.publishing.scene import START, Scene, scene

HOUR = timedelta(hours=1)


def hold(board: Scene, *, held: bool) -> None:
    with board.desk.store.write() as connection:
        accounts.hold(connection, "pin", "board", held=held)


# ---- a held account


def test_on_a_held_account_planned_ones_wait(board: Scene) -> None:
    """Nothing new goes out until the account is released."""
    post = board.queue("Polishing day")
    hold(board, held=True)
    board.run()
    assert board.state(post) == "planned"
    assert board.served.log == []

    hold(board, held=False)
    board.run()
    assert board.public() == ["Polishing day"]


def test_an_account_that_is_held_while_it_is_worked_on_stops_at_once(tmp_path: Path) -> None:
    """Several are due; after the first one somebody holds the account: the second is not begun any more."""

    class Holding(Board):
        @hookimpl
        def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Http) -> Published:
            hold(board, held=True)
            return read(http.send_once(self.visible(account, part, prepared, thread, key)))

    with scene(tmp_path, board=Holding("key")) as board:
        board.queue("First")
        board.queue("Second")

        board.run()

        assert board.public() == ["First"]


@pytest.mark.parametrize("facility", ["two-phase", "read-back", "key"])
def test_on_a_held_account_a_lost_answer_is_still_settled(tmp_path: Path, facility: str) -> None:
    """Somebody holds the account while nobody knows whether the post is out: it is found out; what waits, waits."""
    with scene(tmp_path, facility) as board:
        board.served.inject(Fault(faults.lose_answer, method="POST", path="/pins|/drafts/.*/publication", nth=1))
        lost, waiting = board.queue("Lost"), board.queue("Waiting", at=START + HOUR)
        publisher = board.publisher()
        publisher.advance(lost)
        assert board.state(lost) == "unknown"

        hold(board, held=True)
        board.run(publisher)

        assert board.state(lost) == "published"
        assert board.state(waiting) == "planned"


def test_on_a_held_account_a_thread_that_is_half_out_goes_on_to_its_end(board: Scene) -> None:
    """The second part was refused for the moment when the account was held: nobody is left with half a thread."""
    board.served.inject(Fault(faults.slow_down("60"), method="POST", path="/pins", nth=2))
    thread = board.queue("One", "Two", comment="A comment")
    publisher = board.publisher()
    publisher.work("pin", board.stop)
    assert board.public() == ["One"]

    hold(board, held=True)
    board.run(publisher)

    assert board.public() == ["One", "Two", "A comment"]
    assert board.state(thread) == "published"


def test_on_a_held_account_what_is_to_be_taken_down_is(board: Scene) -> None:
    """Holding back is about what goes out."""
    board.queue("One", take_down_after=HOUR)
    publisher = board.publisher()
    publisher.work("pin", board.stop)
    assert board.public() == ["One"]

    hold(board, held=True)
    board.run(publisher)

    assert board.public() == []


def test_on_a_held_account_what_a_dead_process_had_in_hand_is_gone_on_with(tmp_path: Path) -> None:
    """Claimed when its process died: begun is begun."""
    with scene(tmp_path) as board:
        post = board.queue("Polishing day")
        dead = board.publisher()
        assert dead._claims.claim(post) is not None
        hold(board, held=True)

        board.run()

        assert board.public() == ["Polishing day"]


def test_a_take_down_that_has_to_wait_for_the_network_is_not_asked_for_all_the_time(board: Scene) -> None:
    """The account waits after a 503; meanwhile the delivery that should be gone already costs nothing."""
    board.served.inject(Fault(faults.fail(503), method="DELETE", nth=1))
    post = board.queue("One", take_down_after=HOUR)
    publisher = board.publisher()
    publisher.work("pin", board.stop)
    board.clock.advance(HOUR)

    back = publisher.work("pin", board.stop)

    assert back is not None
    assert back > board.clock.now()
    assert board.delivery(post).take_down_tries == 1


# ---- an outage while preparing


def test_an_outage_while_preparing_uses_up_no_tries(tmp_path: Path) -> None:
    """The network is down for three hours; then everything goes out."""
    with scene(tmp_path, "two-phase") as board:
        board.served.inject(Fault(faults.fail(503), method="POST", path="/drafts"))
        first, second = board.queue("First"), board.queue("Second")
        publisher = board.publisher()
        board.run(publisher, until=3 * HOUR)
        assert board.clock.now() - START > 2 * HOUR
        assert {board.state(each) for each in (first, second)} == {"planned"}
        assert {part.setbacks for each in (first, second) for part in board.delivery(each).parts} == {0}

        board.served.mend()
        board.run(publisher)

        assert sorted(board.public()) == ["First", "Second"]


class Choking(Board):
    """Its network has a fault of its own whenever it is to stage one certain text."""

    @hookimpl
    def prepare(self, account: Any, part: Part, so_far: Any, thread: Any, http: Http) -> Prepared:
        path = "/choke" if part.text == "Poison" else "/me"
        http.send_repeatable(request("GET", path, account))
        return super().prepare(account, part, so_far, thread, http)


def test_a_part_that_a_network_chokes_on_starves_no_other(tmp_path: Path) -> None:
    """It looks like an outage each time, and it is the oldest: the others go out all the same."""
    with scene(tmp_path, board=Choking("key")) as board:
        board.served.inject(Fault(faults.fail(500), path="/choke"))
        board.queue("Poison")
        others = [board.queue(f"Sound {number}", at=START + timedelta(seconds=1)) for number in range(3)]
        board.clock.advance(timedelta(seconds=2))

        board.run(until=timedelta(minutes=5))

        assert {board.state(each) for each in others} == {"published"}


# ---- a full disk


def test_a_nearly_full_disk_stops_new_claims_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in doubt is found out and written down; what waits goes out as soon as there is room."""
    full = False
    monkeypatch.setattr(Store, "is_nearly_full", lambda _store: full)
    with scene(tmp_path, "two-phase") as board:
        board.served.inject(Fault(faults.lose_answer, method="POST", path="/drafts/.*/publication", nth=1))
        lost, waiting = board.queue("Lost"), board.queue("Waiting", at=START + timedelta(minutes=1))
        publisher = board.publisher()
        publisher.advance(lost)
        assert board.state(lost) == "unknown"

        full = True
        board.clock.advance(timedelta(minutes=2))
        for _ in range(3):
            back = publisher.work("pin", board.stop)
            assert back is not None
            board.clock.wait_until(back, board.stop)
        assert board.state(lost) == "published"
        assert board.state(waiting) == "planned"

        full = False
        board.run(publisher)
        assert board.state(waiting) == "published"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 16 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], check=False, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, *, but: int) -> Path:
    """Leave `but` bytes of the disk."""
    free = os.statvfs(disk)
    waste = disk / "waste"
    with waste.open("wb") as file:
        left = free.f_bavail * free.f_frsize - but
        while left > 0:
            left -= file.write(b"\0" * min(left, 1 << 16))
    return waste


class Filling(Board):
    """The disk fills up to its last byte while a call is made."""

    disk: Path | None = None

    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Http) -> Published:
        published = read(http.send_once(self.visible(account, part, prepared, thread, key)))
        if self.disk is not None:
            with suppress(OSError):  # not one byte is left
                fill(self.disk, but=0)
        return published


def test_on_a_disk_that_is_really_full_the_outcome_is_written_down(small_disk: Path) -> None:
    """With little room nothing new begins; when the last byte goes during a call, the ballast makes room for its outcome."""
    plugin = Filling("none")
    with scene(small_disk, "none", board=plugin) as board:
        board.desk.store.keep_ballast()
        first, second = board.queue("First"), board.queue("Second")
        waste = fill(small_disk, but=4 << 20)
        publisher = board.publisher()
        publisher.work("pin", board.stop)
        assert board.visible_calls() == []

        waste.unlink()
        plugin.disk = small_disk
        publisher.work("pin", board.stop)
        assert sorted((board.state(first), board.state(second))) == ["planned", "published"]
        assert len(board.visible_calls()) == 1

        plugin.disk = None
        waste.unlink()
        board.run(publisher)
        assert sorted(board.public()) == ["First", "Second"]
        assert ledger.State.UNCERTAIN not in {board.delivery(each).state for each in (first, second)}
