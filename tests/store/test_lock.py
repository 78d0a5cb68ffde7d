"""One process publishes from a SQLite store; when it dies another may, at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from evenly.store.lock import PublisherLock

_HOLD = """
import sys, time
from pathlib import Path
from evenly.store.lock import PublisherLock

lock = PublisherLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()


def test_one_process_holds_it_and_others_learn_which(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """A second daemon says so with the first one's process id."""
    lock = PublisherLock(tmp_path)

    assert not lock.take()
    assert not lock.held
    assert lock.holder() == holder.pid


def test_it_is_free_as_soon_as_its_holder_is_killed(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """The system gives it back; nobody waits for a lease."""
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    lock = PublisherLock(tmp_path)

    assert lock.holder() is None
    assert lock.take()
    assert lock.holder() == os.getpid()


def test_whoever_waits_gets_it_when_the_holder_dies(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """Within a second."""
    lock, began = PublisherLock(tmp_path), time.monotonic()
    threading.Timer(0.2, holder.kill).start()

    assert lock.wait(threading.Event())
    assert time.monotonic() - began < 5


def test_waiting_ends_when_it_is_told_to(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """SIGTERM must not have to wait for another daemon's death."""
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()

    assert not PublisherLock(tmp_path).wait(stop)
    assert holder.poll() is None


def test_it_can_be_given_back(tmp_path: Path) -> None:
    """And taken again; giving it back twice is no fault."""
    first, second = PublisherLock(tmp_path), PublisherLock(tmp_path)
    assert first.take()
    assert not second.take()
    first.release()
    first.release()
    assert second.take()
    second.release()


def test_children_do_not_inherit_it(tmp_path: Path) -> None:
    """A program that the daemon starts and that outlives it must not keep the next daemon out."""
    lock = PublisherLock(tmp_path)
    assert lock.take()
    child = subprocess.Popen(["sleep", "600"], close_fds=False)
    try:
        lock.release()
        assert PublisherLock(tmp_path).take()
    finally:
        child.kill()
        child.wait()
