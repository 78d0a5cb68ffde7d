"""The engine for many machines: the real program on a real PostgreSQL, whose jobs are lost, doubled and left behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from procrastinate.schema import SchemaManager

from evenly.clock import RealClock
from evenly.engines import job_tables
from evenly.engines.procrastinate import ProcrastinateEngine
from evenly.plugin.testing import Fault, faults
from evenly.store import Store, StoreGone, StoreRefused, jobs
from evenly.store.leading import Leading
from tests.engines.daemon import Daemon, daemon, until, workspace
from tests.publishing.scene import Scene
from tests.store.cluster import Cluster

MANY = '\n[engine]\nkind = "procrastinate"\n'
WORKERS = "select count(*) from procrastinate_workers"
DOUBLED = """insert into procrastinate_jobs (queue_name, task_name, args, scheduled_at)
             select queue_name, task_name, args, now() from procrastinate_jobs, generate_series(1, 3) where status = 'todo'"""
LEFT_BEHIND = """insert into procrastinate_jobs (queue_name, task_name, status, scheduled_at)
                 values ('evenly pin', 'evenly.look', 'doing', now()), ('evenly pin', 'evenly.look', 'todo', now()),
                        ('evenly gone', 'evenly.look', 'todo', now() - interval '2 days')"""


@contextmanager
def board_on(cluster: Cluster, folder: Path, **options: Any) -> Iterator[Scene]:
    with workspace(folder, url=cluster.database(), **options) as board:
        toml = folder / "evenly.toml"
        toml.write_text(toml.read_text().replace("\n[engine]\n", MANY))
        yield board


@contextmanager
def machines(board: Scene, folder: Path, *names: str) -> Iterator[list[Daemon]]:
    """Daemons, all begun at the same time, as if on machines of their own."""
    places = [folder / name for name in names]
    for place in places:
        place.mkdir(parents=True)
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        running = list(pool.map(lambda place: stack.enter_context(daemon(board, place)), places))
        yield running


@contextmanager
def meddling(board: Scene) -> Iterator[None]:
    """Meanwhile jobs are doubled, and lost."""
    over = threading.Event()

    def meddle() -> None:
        while not over.wait(0.1):
            with suppress(StoreGone):  # a deadlock with whoever takes jobs
                run_sql(board, DOUBLED)
                run_sql(board, "delete from procrastinate_jobs where mod(id, 2) = 0")

    thread = threading.Thread(target=meddle)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def run_sql(board: Scene, statement: str) -> int:
    with board.desk.store.write() as connection:
        result = connection.exec_driver_sql(statement)
        return int(result.scalar_one()) if result.returns_rows else result.rowcount


def are_published(board: Scene, posts: Sequence[int]) -> Callable[[], bool]:
    return lambda: {board.state(post) for post in posts} == {"published"}


def queued(board: Scene, count: int, *, in_seconds: float = 0, accounts: Sequence[str] = ("pin",)) -> list[int]:
    at = board.board.clock.now() + timedelta(seconds=in_seconds)
    return [board.queue(f"Post {number}", at=at, account=accounts[number % len(accounts)]) for number in range(count)]


def assert_once(board: Scene, count: int) -> None:
    assert sorted(board.public()) == sorted(f"Post {number}" for number in range(count))


def test_three_daemons_one_of_them_killed_publish_each_post_once(tmp_path: Path, postgresql: Cluster) -> None:
    """Every fifth answer is lost, jobs are doubled and thrown away all the while, and one daemon is killed in the middle of it."""
    with board_on(postgresql, tmp_path, names=("pin", "other")) as board:
        board.served.inject(Fault(faults.lose_answer, method="POST", path="/drafts/.*/publication", every=5))
        with machines(board, tmp_path, "first", "second"), meddling(board):
            with pytest.raises(AssertionError), machines(board, tmp_path, "third") as (third,):  # noqa: PT012 - it dies, and does not end well
                posts = queued(board, 12, in_seconds=1, accounts=("pin", "other"))
                until(lambda: len(board.public()) >= 4)
                third.process.kill()
            until(are_published(board, posts))

        assert third.process.returncode == -signal.SIGKILL
        assert_once(board, 12)


def test_a_post_goes_out_within_a_moment_of_its_time_and_not_before(tmp_path: Path, postgresql: Cluster) -> None:
    """Its job is there before, one for all daemons, and gone afterwards."""
    with board_on(postgresql, tmp_path) as board, machines(board, tmp_path, "first", "second"):
        due = board.board.clock.now() + timedelta(seconds=3)
        post, far = board.queue("In three seconds", at=due), board.queue("In two hours", at=due + timedelta(hours=2))
        until(lambda: run_sql(board, "select count(*) from procrastinate_jobs") == 1)
        until(are_published(board, [post]))

        (pin,) = board.board.public()
        assert timedelta(0) <= pin.at - due < timedelta(seconds=2)
        assert board.state(far) == "planned"
        until(lambda: run_sql(board, "select count(*) from procrastinate_jobs") == 0)


def test_lost_jobs_are_made_again(tmp_path: Path, postgresql: Cluster) -> None:
    """The table is emptied when the posts' jobs wait in it."""
    with board_on(postgresql, tmp_path) as board, machines(board, tmp_path, "first"):
        posts = queued(board, 3, in_seconds=3)
        until(lambda: run_sql(board, "select count(*) from procrastinate_jobs") > 0)
        run_sql(board, "truncate procrastinate_jobs cascade")

        until(are_published(board, posts))
        assert_once(board, 3)


def test_what_somebody_moves_to_now_does_not_wait_for_its_job(tmp_path: Path, postgresql: Cluster) -> None:
    """A job for the old time is there already."""
    with board_on(postgresql, tmp_path) as board, machines(board, tmp_path, "first"):
        (post,) = queued(board, 1, in_seconds=50)
        until(lambda: run_sql(board, "select count(*) from procrastinate_jobs") == 1)
        with board.desk.store.write() as connection:
            connection.exec_driver_sql("update delivery set due = now(), next_action_at = now()")

        until(are_published(board, [post]), seconds=15)
        assert_once(board, 1)


def test_a_database_that_restarts_costs_nothing(tmp_path: Path, postgresql: Cluster) -> None:
    """The daemon says so in a line, and goes on with jobs when it is back."""
    with board_on(postgresql, tmp_path) as board, machines(board, tmp_path, "first") as (running,):
        posts = queued(board, 10)
        until(lambda: len(board.public()) >= 3)
        postgresql.restart()
        until(are_published(board, posts))
        assert running.tracebacks() == []
        until(lambda: run_sql(board, WORKERS) > 0)
        (later,) = [board.queue("Post 10", at=board.board.clock.now() + timedelta(seconds=2))]
        until(are_published(board, [later]))
        assert_once(board, 11)


def test_an_engine_with_nothing_in_hand_ends_at_once_and_leaves_nothing(tmp_path: Path, postgresql: Cluster) -> None:
    with board_on(postgresql, tmp_path) as board:
        stop = threading.Event()
        engine = ProcrastinateEngine(board.publisher(alone=False), RealClock(), [])
        threading.Timer(1.5, stop.set).start()

        assert engine.run(stop) == []
        assert run_sql(board, WORKERS) == 0
        assert run_sql(board, "select count(*) from daemon") == 0


# ---- the tables


@pytest.fixture
def store(tmp_path: Path, postgresql: Cluster) -> Iterator[Store]:
    opened = Store.open(postgresql.database(), tmp_path)
    yield opened
    opened.close()


def test_the_tables_are_made_once_by_whoever_comes_first(store: Store) -> None:
    trouble = job_tables.trouble(store)
    assert trouble is not None
    assert "are missing" in str(trouble)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: job_tables.bring_up_to_date(store), range(8)))
    assert job_tables.trouble(store) is None


def test_older_tables_are_brought_up_to_date_by_procrastinates_own_migrations(store: Store) -> None:
    """From its very first schema on, by several processes at once."""
    scripts = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    jobs.make(store, scripts[0].read_text(), version="00.00.00_01")
    assert "of an older version (0.0.0" in str(job_tables.trouble(store))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: job_tables.bring_up_to_date(store), range(4)))
    assert job_tables.trouble(store) is None
    with store.read() as connection:
        assert connection.exec_driver_sql("select to_regproc('procrastinate_retry_job_v2') is not null").scalar_one()


@pytest.mark.parametrize(("version", "said"), [("99.01.00_50", "by a newer one (99.1.0"), (None, "did not make")])
def test_tables_of_somebody_else_and_newer_ones_are_left_alone(store: Store, version: str | None, said: str) -> None:
    job_tables.bring_up_to_date(store)
    note = "null" if version is None else f"'{version}'"
    with store.write() as connection:
        connection.exec_driver_sql(f"comment on table procrastinate_jobs is {note}")

    with pytest.raises(StoreRefused) as refused:
        job_tables.bring_up_to_date(store)
    assert said in str(refused.value.message)
    assert job_tables.trouble(store) == refused.value.message


def test_without_procrastinate_the_way_to_it_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_tables, "find_spec", lambda _name: None)

    with pytest.raises(StoreRefused, match=r"pip install 'evenly\[postgresql\]'"):
        job_tables.bring_up_to_date(store)


def test_doctor_tells_what_is_wrong_with_the_tables(tmp_path: Path, postgresql: Cluster) -> None:
    with board_on(postgresql, tmp_path) as board:
        command = [sys.executable, "-m", "evenly", "--workspace", str(tmp_path), "doctor", "--offline", "--json"]
        before = json.loads(subprocess.run(command, capture_output=True, check=False, timeout=60).stdout)
        job_tables.bring_up_to_date(board.desk.store)
        after = json.loads(subprocess.run(command, capture_output=True, check=False, timeout=60).stdout)

    assert [each["ok"] for document in (before, after) for each in document["findings"] if each["check"] == "engine"] == [False, True]


def test_what_killed_processes_had_taken_is_cleared_away(store: Store) -> None:
    job_tables.bring_up_to_date(store)
    with store.write() as connection:
        connection.exec_driver_sql(LEFT_BEHIND)
        assert jobs.tidy(connection) == 2


# ---- who leads


def test_one_process_leads_and_the_next_as_soon_as_it_is_gone(tmp_path: Path, postgresql: Cluster) -> None:
    """So that what is due now and then is done once; stores beside each other in one database have leaders of their own."""
    url = postgresql.database()
    stores = [Store.open(each, tmp_path / str(number)) for number, each in enumerate((url, url, postgresql.database()))]
    first, second, beside = (Leading(each) for each in stores)
    assert [first.is_ours(), second.is_ours(), beside.is_ours(), first.is_ours()] == [True, False, True, True]

    first.close()
    until(second.is_ours)
    for leading, each in zip((first, second, beside), stores, strict=True):
        leading.close()
        each.close()
