"""A full disk, a store that others hold or that is gone, no file handles left: one line, nothing lost, and on it goes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from evenly.plugin.testing import Fault
from evenly.plugin.testing.serving import Exchange
from evenly.store import FILE
from tests.engines.daemon import Daemon, daemon, until, workspace
from tests.publishing.scene import Scene

PREPARING, SENDING = "/drafts", "/drafts/.*/publication"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "workspace"
    made.mkdir()
    return made


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """The workspace on a file system of its own, of 12 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], check=False, capture_output=True).returncode != 0:
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def meanwhile(board: Scene, path: str, happens: Callable[[], object]) -> None:
    """Let something happen while the network works on the next such request; it answers as ever."""

    def answered(exchange: Exchange) -> None:
        happens()
        exchange.send(exchange.run())

    board.served.inject(Fault(answered, method="POST", path=path, nth=1))


def are_published(board: Scene, *posts: int) -> Callable[[], bool]:
    return lambda: {board.state(each) for each in posts} == {"published"}


def assert_once(board: Scene, *texts: str) -> None:
    assert sorted(board.public()) == sorted(texts)
    assert len(board.visible_calls()) == len(texts)


def assert_told(running: Daemon, *expected: str) -> None:
    """These troubles and no others, each in one line, in this order."""
    told = running.troubles()
    assert len(told) == len(expected), told
    assert all(part in line for part, line in zip(expected, told, strict=True)), told
    assert running.tracebacks() == []


# ---- the disk


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "waste").open("wb", buffering=0) as waste:
        while True:
            waste.write(bytes(1 << 16))


@pytest.mark.parametrize("path", [PREPARING, SENDING], ids=["at the intent", "at the outcome"])
def test_scenario_14_a_disk_that_fills_up_costs_nothing(small_disk: Path, tmp_path: Path, path: str) -> None:
    """No intent can be written, so nothing is sent; an outcome is, by giving up the ballast. With room everything else follows."""
    with workspace(small_disk) as board:
        meanwhile(board, path, lambda: fill(small_disk))
        with daemon(board, tmp_path) as running:
            until((small_disk / ".evenly" / "ballast").exists)
            first = board.queue("First", at=board.board.clock.now())
            until(lambda: bool(running.troubles()))
            if path == SENDING:
                until(are_published(board, first))
            assert len(board.visible_calls()) == (path == SENDING)
            assert (small_disk / ".evenly" / "ballast").exists() == (path == PREPARING)

            (small_disk / "waste").unlink()
            second = board.queue("Second", at=board.board.clock.now())
            until(are_published(board, first, second))

        assert_told(running, "The disk is nearly full")
        assert running.told("there is room on the disk again") == 1
        assert_once(board, "First", "Second")


# ---- the store, held by another program


def test_scenario_16_a_store_that_another_holds_is_waited_for(folder: Path, tmp_path: Path) -> None:
    """For many times its patience: what is in flight is written down afterwards, what is due is sent afterwards."""
    with workspace(folder, names=("pin", "other")) as board:
        file = folder / ".evenly" / FILE
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        meanwhile(board, SENDING, lambda: other.execute("begin exclusive"))
        later = board.board.clock.now() + timedelta(seconds=4)
        waiting = board.queue("Due meanwhile", at=later, account="other")
        with daemon(board, tmp_path) as running:
            sent = board.queue("In flight", at=board.board.clock.now())
            until(lambda: running.told("its outcome waits to be written down") > 0)
            until(lambda: running.told("Another program holds the store. Try again") > 0 and board.board.clock.now() > later)
            time.sleep(2)  # the more often it is tried
            assert len(board.visible_calls()) == 1

            other.execute("rollback")
            other.close()
            until(are_published(board, sent, waiting))
            until(lambda: running.told("the store works again") > 0)

        assert len(running.troubles()) == 2, running.troubles()
        assert running.tracebacks() == []
        assert running.told("its outcome is written down") == 1
        assert_once(board, "In flight", "Due meanwhile")


# ---- the store, gone


@pytest.mark.parametrize("gone", [FILE, "."], ids=["the file", "its folder"])
def test_a_store_that_is_gone_is_waited_for(folder: Path, tmp_path: Path, gone: str) -> None:
    """Moved away while it runs: no new one is made in its place. Moved back: on it goes, with the outcome of what was in flight."""
    with workspace(folder) as board:
        place, away = folder / ".evenly" / gone, tmp_path / "away"
        meanwhile(board, SENDING, lambda: place.rename(away))
        with daemon(board, tmp_path) as running:
            sent = board.queue("In flight", at=board.board.clock.now())
            until(lambda: running.told("its outcome waits to be written down") > 0 and running.told("evenly.sqlite is gone") > 1)
            time.sleep(1)
            assert not (folder / ".evenly" / FILE).exists()

            away.rename(place)
            second = board.queue("Second", at=board.board.clock.now())
            until(are_published(board, sent, second))
            until(lambda: running.told("the store works again") > 0)

        assert len(running.troubles()) == 2, running.troubles()
        assert running.tracebacks() == []
        assert_once(board, "In flight", "Second")


def test_another_file_in_the_stores_place_is_not_published_from(folder: Path, tmp_path: Path) -> None:
    """A backup put in its place knows less: the daemon says so, once, and leaves it alone until its own file is back."""
    with workspace(folder) as board:
        file, away = folder / ".evenly" / FILE, tmp_path / "away"
        with daemon(board, tmp_path) as running:
            due = board.board.clock.now() + timedelta(seconds=3)
            post = board.queue("Polishing day", at=due)
            copied = sqlite3.connect(file)
            copied.execute("vacuum into ?", (str(tmp_path / "backup"),))
            copied.close()
            file.rename(away)
            shutil.copy(tmp_path / "backup", file)
            until(lambda: running.told("another file now") > 0 and board.board.clock.now() > due + timedelta(seconds=1))
            assert board.visible_calls() == []

            away.rename(file)
            until(are_published(board, post))
            until(lambda: running.told("the store works again") > 0)

        assert len([line for line in running.troubles() if "another file now" in line]) == 1
        assert running.tracebacks() == []
        assert_once(board, "Polishing day")


# ---- no files left


def test_a_process_without_file_handles_waits_for_some(folder: Path, tmp_path: Path) -> None:
    """From the middle of a call on nothing can be opened: its outcome is written down, what is due waits, and nothing is tried in vain."""
    with workspace(folder) as board, daemon(board, tmp_path) as running:
        meanwhile(board, SENDING, lambda: running.limit_files(3))
        first = board.queue("First", at=board.board.clock.now())
        until(are_published(board, first))
        until(lambda: bool(running.troubles()))
        second = board.queue("Second", at=board.board.clock.now())
        time.sleep(2)
        assert board.state(second) == "planned"

        running.limit_files(1024)
        until(are_published(board, second))

    assert_told(running, "no more files and connections")
    assert running.told("can be opened again") == 1
    assert board.public() == ["First", "Second"]
