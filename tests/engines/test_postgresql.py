"""Several workers on one PostgreSQL database: real processes, one of them paused, and a server that restarts under them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from evenly.clock import RealClock
from evenly.plugin.testing import Fault, faults
from evenly.store import Store
from tests.publishing.scene import Scene, scene
from tests.store.cluster import Cluster

ROOT = Path(__file__).parents[2]


@contextmanager
def board_on(cluster: Cluster, folder: Path, facility: str, names: Sequence[str] = ("pin",)) -> Iterator[Scene]:
    with scene(folder, facility, names=names, url=cluster.database()) as board:
        board.board.clock = RealClock()
        board.clock.moment = RealClock().now()
        toml = folder / "evenly.toml"
        toml.write_text(toml.read_text().replace('"6s"', '"3s"').replace('"10s"', '"4s"'))
        yield board


@contextmanager
def workers(board: Scene, *options: tuple[str, ...]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that stay until the block ends; then each that was not killed ends by itself, and well."""
    folder = str(board.desk.settings.folder)
    command = [sys.executable, "-m", "tests.publishing.worker", folder, board.board.facility, "--stays"]
    processes = [subprocess.Popen([*command, *more], cwd=ROOT) for more in options]
    try:
        yield processes
        left = [process for process in processes if process.poll() is None]
        for process in left:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=60) for process in left] == [0] * len(left)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def are_published(board: Scene, posts: list[int]) -> Callable[[], bool]:
    return lambda: {board.state(post) for post in posts} == {"published"}


def is_stopped(process: subprocess.Popen[bytes]) -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.parametrize("facility", ["two-phase", "read-back"])
def test_scenario_11_a_worker_that_wakes_after_its_lease_sends_nothing(tmp_path: Path, postgresql: Cluster, facility: str) -> None:
    """Paused between its intent and the first byte; another worker takes over and publishes; woken, it finds its fence gone."""
    with board_on(postgresql, tmp_path, facility) as board, workers(board, ("--stops-itself",)) as (sleeper,):
        first = board.queue("First", at=board.clock.now())
        until(lambda: is_stopped(sleeper))
        assert board.state(first) == "sending"

        with workers(board, ()):
            second = board.queue("Second", at=board.clock.now())
            until(are_published(board, [first, second]))
            assert not board.delivery(first).part(0).tainted
            os.kill(sleeper.pid, signal.SIGCONT)
            third = board.queue("Third", at=board.clock.now())
            until(are_published(board, [third]))

        assert sorted(board.public()) == ["First", "Second", "Third"]
        assert len(board.visible_calls()) == 3


def test_two_workers_share_the_work_and_double_nothing(tmp_path: Path, postgresql: Cluster) -> None:
    """Both are woken for every post, every seventh answer is lost, and one worker is killed in the middle of it."""
    with board_on(postgresql, tmp_path, "two-phase") as board:
        board.served.inject(Fault(faults.lose_answer, method="POST", path="/drafts/.*/publication", every=7))
        posts = [board.queue(f"Post {number}", at=board.clock.now()) for number in range(40)]
        with workers(board, ()):
            with workers(board, ()) as (other,):
                until(lambda: len(board.public()) >= 10)
                other.kill()
                other.wait()
            until(are_published(board, posts))

        assert sorted(board.public()) == sorted(f"Post {number}" for number in range(40))


def test_what_a_killed_worker_of_this_machine_had_in_hand_is_taken_over_at_once(tmp_path: Path, postgresql: Cluster) -> None:
    """Nobody waits for the lease of a process that is known to be gone."""
    with board_on(postgresql, tmp_path, "two-phase") as board:
        toml = tmp_path / "evenly.toml"
        toml.write_text(toml.read_text().replace('lease = "3s"', 'lease = "300s"').replace('settle = "4s"', 'settle = "301s"'))
        post = board.queue("Polishing day", at=board.clock.now())
        with workers(board, ("--stops-itself",)) as (stopped,):
            until(lambda: is_stopped(stopped))
            stopped.kill()
            stopped.wait()
        assert board.state(post) == "sending"

        with workers(board, ()):
            until(lambda: board.state(post) == "unknown", seconds=20)
        assert board.public() == []


def test_a_change_by_another_process_is_noticed_within_a_second(postgresql: Cluster, tmp_path: Path) -> None:
    """The store tells by itself: nobody has to look at the queue for that."""
    url = postgresql.database()
    here, there = Store.open(url, tmp_path / "here"), Store.open(url, tmp_path / "there")
    try:
        before = here.changes()
        with here.write() as connection:
            connection.exec_driver_sql("select 1")
        assert here.changes() == before

        with there.write() as connection:
            connection.exec_driver_sql("select 1")
        until(lambda: here.changes() != before, seconds=1)
    finally:
        here.close()
        there.close()


def test_a_daemon_that_sleeps_publishes_what_another_process_makes_due(tmp_path: Path, postgresql: Cluster) -> None:
    """Nothing is due for hours; then somebody adds a post for now."""
    with board_on(postgresql, tmp_path, "two-phase") as board, workers(board, ()):
        later = board.queue("Later", at=board.clock.now() + timedelta(hours=5))
        first = board.queue("First", at=board.clock.now())
        until(are_published(board, [first]))
        time.sleep(1)  # it has gone back to sleep
        now = board.queue("Now", at=board.clock.now())

        until(are_published(board, [now]), seconds=5)
        assert board.state(later) == "planned"


def test_scenario_15_a_database_that_restarts_under_a_hundred_publishes_costs_and_doubles_nothing(
    tmp_path: Path, postgresql: Cluster
) -> None:
    """Stopped at once, connections and all, three times while posts of two accounts go out: each is public once, and on it goes."""
    with board_on(postgresql, tmp_path, "two-phase", ("pin", "other")) as board, workers(board, ()):
        posts = [board.queue(f"Post {number}", at=board.clock.now(), account=("pin", "other")[number % 2]) for number in range(100)]
        for least in (10, 40, 70):
            until(lambda least=least: len(board.public()) >= least)  # type: ignore[misc]  # mypy cannot tell a lambda with a default
            postgresql.restart()
        until(are_published(board, posts), seconds=120)

        assert sorted(board.public()) == sorted(f"Post {number}" for number in range(100))
