"""A store opens safely, tells every trouble in words, and loses nothing when many write at once."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from evenly.store import FILE, Store, StoreBusy, StoreFull, StoreGone, StoreRefused, heartbeats, sessions
from evenly.store.models import daemon
from tests.store import writing
from tests.store.cluster import Cluster

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def beat(store: Store, owner: str = "me") -> None:
    with store.write() as connection:
        heartbeats.beat(connection, owner, pid=1, host="here", now=NOW)


def beats(store: Store) -> list[str]:
    with store.read() as connection:
        return sorted(each.owner for each in heartbeats.daemons(connection))


# ---- a file


def test_the_file_and_its_folder_are_for_their_owner_alone(file_store: Store, tmp_path: Path) -> None:
    """What SQLite lays beside it too."""
    beat(file_store)

    folder = tmp_path / ".evenly"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_every_connection_is_durable_and_strict(file_store: Store) -> None:
    """A lost intent would be a possible double."""
    with file_store.read() as connection:
        read = {name: connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    """In either kind of store."""

    def fail() -> None:
        with store.write() as connection:
            heartbeats.beat(connection, "me", pid=1, host="here", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert beats(store) == []


def test_a_thousand_concurrent_writes_all_succeed(tmp_path: Path) -> None:
    """Each a transaction that reads before it writes, from two processes."""
    Store.open("sqlite", tmp_path).close()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=writing.add_up, args=(str(tmp_path), 500)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0] * 2
    store = Store.open("sqlite", tmp_path)
    with store.read() as connection:
        assert heartbeats.daemons(connection)[0].pid == 1000
    store.close()


def test_another_process_that_commits_is_noticed(file_store: Store) -> None:
    """One's own commits are noticed as well; a quiet store shows the same number."""
    before = file_store.changes()
    assert file_store.changes() == before

    other = Store.open("sqlite", file_store.folder or Path())
    beat(other)
    other.close()

    assert file_store.changes() != before


def test_a_store_that_another_holds_is_busy(file_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, and not for ever."""
    monkeypatch.setattr(sessions, "_BUSY_SECONDS", 0.1)
    impatient = Store.open("sqlite", file_store.folder or Path())
    with file_store.write(), pytest.raises(StoreBusy), impatient.write():
        pass
    impatient.close()


def test_readers_are_not_held_up_by_a_writer(file_store: Store) -> None:
    """They see what was there before."""
    with file_store.write() as connection:
        heartbeats.beat(connection, "me", pid=1, host="here", now=NOW)
        assert beats(file_store) == []
    assert beats(file_store) == ["me"]


def test_a_full_disk_is_told_and_nothing_is_lost(file_store: Store) -> None:
    """The transaction as a whole is undone; with room it goes through."""
    beat(file_store)
    with file_store.read() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar()

    def fill() -> None:
        with file_store.write() as connection:
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")
            for number in range(1000):
                heartbeats.beat(connection, f"{number:080}", pid=1, host="x" * 200, now=NOW)

    with pytest.raises(StoreFull):
        fill()
    file_store.engine.dispose()
    assert beats(file_store) == ["me"]
    beat(file_store, "you")


def test_the_ballast_is_given_up_once(file_store: Store) -> None:
    """It is put aside again when there is room."""
    assert not file_store.give_up_ballast()
    file_store.keep_ballast()
    assert file_store.give_up_ballast()
    assert not file_store.give_up_ballast()


def test_a_store_that_may_only_be_read_is_refused_for_writing(file_store: Store) -> None:
    """With who to ask."""

    @event.listens_for(file_store.engine, "begin")
    def only_read(connection: Connection) -> None:
        connection.exec_driver_sql("pragma query_only = on")

    with pytest.raises(StoreRefused, match="may not be written"):
        beat(file_store)


@pytest.mark.parametrize("content", [b"no database " * 500, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """And left as it is."""
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(StoreRefused, match="damaged"):
        Store.open("sqlite", tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_a_file_damaged_within_is_noticed_when_it_is_read(file_store: Store, tmp_path: Path) -> None:
    """Not every page is looked at on opening."""
    beat(file_store)
    file_store.close()
    broken = tmp_path / "broken"
    broken.mkdir()
    shutil.copy(tmp_path / ".evenly" / FILE, broken / FILE)
    with sqlite3.connect(broken / FILE) as connection:
        (root,) = connection.execute("select rootpage from sqlite_master where name = 'daemon'").fetchone()
        (size,) = connection.execute("pragma page_size").fetchone()
    connection.close()
    with (broken / FILE).open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)

    store = Store.open("sqlite", broken)
    with pytest.raises(StoreRefused, match="damaged"):
        beats(store)
    store.close()


def test_a_database_of_something_else_is_not_touched(url: str, tmp_path: Path) -> None:
    """Evenly wants one of its own."""
    opened = Store.open(url, tmp_path)
    with opened.write() as connection:
        connection.exec_driver_sql("drop table alembic_version")
    opened.close()

    with pytest.raises(StoreRefused, match="something else"):
        Store.open(url, tmp_path)


def test_a_store_of_a_newer_evenly_is_refused(url: str, tmp_path: Path) -> None:
    """With what is known and what was found; its data stay as they are."""
    store = Store.open(url, tmp_path)
    beat(store)
    with store.write() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")

    with pytest.raises(StoreRefused, match=r"newer evenly \(version 9999"):
        Store.open(url, tmp_path)
    assert beats(store) == ["me"]
    store.close()


# ---- where the file lies

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//server/share /mnt/my\\040share cifs rw 0 0
overlay /mnt/my\\040share/more overlay rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/evenly", "ext4"),
        ("/home/ada/brand/.evenly", "nfs4"),
        ("/home/local/ada", "ext4"),
        ("/homework", "ext4"),
        ("/mnt/my share/brand", "cifs"),
        ("/mnt/my share/more/brand", "overlay"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_innermost_mount(tmp_path: Path, folder: str, kind: str) -> None:
    """Spaces are written as octal numbers in the table of mounts."""
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)

    assert sessions._file_system(Path(folder), mounts) == kind


def test_a_machine_that_does_not_tell_is_believed(tmp_path: Path) -> None:
    """Not every system has such a table."""
    assert sessions._file_system(tmp_path, tmp_path / "nowhere") is None


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"])
def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """SQLite's locks do not hold there; no file is made."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path.resolve()} {kind} rw 0 0\n")
    told = sessions._file_system
    monkeypatch.setattr(sessions, "_file_system", lambda folder, _mounts: told(folder, mounts))

    with pytest.raises(StoreRefused, match="PostgreSQL"):
        Store.open("sqlite", tmp_path / ".evenly")
    assert not (tmp_path / ".evenly" / FILE).exists()


# ---- a server


def test_a_server_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    """Without the password of its address."""
    with pytest.raises(StoreGone) as gone:
        Store.open("postgresql+psycopg://evenly:a-password@127.0.0.1:1/evenly", tmp_path)
    assert "does not answer" in str(gone.value)
    assert "a-password" not in str(gone.value)
    assert "\n" not in str(gone.value)


@pytest.fixture
def own_cluster(postgresql: Cluster) -> Iterator[Cluster]:
    """A server of one's own, to be restarted."""
    from tests.store.cluster import running

    with running(postgresql.tools) as cluster:
        yield cluster


def test_a_server_that_was_restarted_is_used_again(own_cluster: Cluster, tmp_path: Path) -> None:
    """What a connection was doing is undone and told; the next one works."""
    store = Store.open(own_cluster.database(), tmp_path)
    beat(store)

    def cut() -> None:
        with store.write() as connection:
            heartbeats.beat(connection, "lost", pid=1, host="here", now=NOW)
            own_cluster.restart()
            heartbeats.beat(connection, "lost too", pid=1, host="here", now=NOW)

    with pytest.raises(StoreGone):
        cut()

    beat(store, "after")
    assert beats(store) == ["after", "me"]
    store.close()


# ---- either


def test_moments_come_back_as_they_went_in(store: Store) -> None:
    """In UTC, to the microsecond, whatever zone they came in; one without a zone is refused."""
    from datetime import timedelta, timezone

    moment = datetime(2026, 3, 29, 2, 30, 0, 123457, tzinfo=timezone(timedelta(hours=-9, minutes=-30)))
    with store.write() as connection:
        heartbeats.beat(connection, "me", pid=1, host="here", now=moment)
        assert heartbeats.daemons(connection)[0].seen_at == moment
        assert heartbeats.daemons(connection)[0].seen_at.tzinfo is UTC
    with pytest.raises(Exception, match="needs a zone"), store.write() as connection:
        connection.execute(daemon.update().values(seen_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point


def test_a_broken_constraint_is_the_callers_affair(store: Store) -> None:
    """It is no trouble of the store's, and goes through as it is."""
    beat(store)
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(daemon.insert().values(owner="me", pid=1, host="x", started_at=NOW, seen_at=NOW))
