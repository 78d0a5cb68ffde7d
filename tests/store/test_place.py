"""A store's file stays where it was opened, or is not used; and what a wrong clock has put off is looked at again."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from evenly.store import FILE, Store, StoreGone, StoreRefused, lateness, models, waking
from tests.publishing.scene import START, scene
from tests.store.cluster import Cluster

HOUR, MONTH = timedelta(hours=1), timedelta(days=30)


def touch(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("delete from daemon")


def test_a_file_that_is_gone_is_not_written_to_and_works_again_when_it_is_back(file_store: Store, tmp_path: Path) -> None:
    """What is open would take it, and nobody would see it."""
    file = tmp_path / ".evenly" / FILE
    file.rename(tmp_path / "away")
    for use in (lambda: touch(file_store), file_store.changes):
        with pytest.raises(StoreGone, match="is gone"):
            use()
    assert not file.exists()

    (tmp_path / "away").rename(file)
    touch(file_store)


def test_a_transaction_whose_file_goes_away_before_its_end_is_not_believed(file_store: Store, tmp_path: Path) -> None:
    """Otherwise something would be sent of which the store knows nothing."""
    file = tmp_path / ".evenly" / FILE

    def moved() -> None:
        with file_store.write() as connection:
            connection.exec_driver_sql("delete from daemon")
            file.rename(tmp_path / "away")

    with pytest.raises(StoreGone):
        moved()


def test_another_file_in_its_place_is_refused(file_store: Store, tmp_path: Path) -> None:
    """Even a copy: it may know less."""
    file = tmp_path / ".evenly" / FILE
    file.rename(tmp_path / "away")
    shutil.copy(tmp_path / "away", file)

    with pytest.raises(StoreRefused, match="another file"), file_store.read():
        pass


def test_no_store_is_made_where_the_log_of_one_lies(file_store: Store, tmp_path: Path) -> None:
    """SQLite would throw the log away, and what was published last with it."""
    touch(file_store)
    file = tmp_path / ".evenly" / FILE
    file.rename(tmp_path / "away")

    with pytest.raises(StoreRefused, match="put the file back"):
        Store.open("sqlite", tmp_path / ".evenly")
    assert not file.exists()
    assert file.with_name(f"{FILE}-wal").stat().st_size > 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_sleeps_too_long_is_looked_at_and_what_waits_for_its_time_is_not(tmp_path: Path, postgresql: Cluster, kind: str) -> None:
    """A retry that was put off by a month comes now; one that is begun as well; a post planned for next month stays there."""
    with scene(tmp_path, url="sqlite" if kind == "sqlite" else postgresql.database()) as board:
        put_off, begun = board.queue("Put off"), board.queue("Begun", account="pin")
        planned = board.queue("Planned", at=START + MONTH)
        with board.desk.store.write() as connection:
            row = models.delivery
            connection.execute(row.update().where(row.c.id == begun).values(state="unknown"))
            connection.execute(row.update().where(row.c.id.in_((put_off, begun))).values(next_action_at=START + MONTH))
            assert waking.look_again(connection, now=START + HOUR, beyond=START + 8 * 24 * HOUR) == 2

        assert [board.delivery(each).next_action_at for each in (put_off, begun)] == [START + HOUR] * 2
        assert board.delivery(planned).next_action_at == START + MONTH


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_the_other_accounts_do_is_known(tmp_path: Path, postgresql: Cluster, kind: str) -> None:
    """What they have published and are to publish, and nothing of one's own."""
    with scene(tmp_path, names=("pin", "other"), url="sqlite" if kind == "sqlite" else postgresql.database()) as board:
        board.queue("Out", account="other")
        board.queue("To come", account="other", at=START + 2 * HOUR)
        board.run(account="other", until=HOUR)
        with board.desk.store.read() as connection:
            assert lateness.last_of_others(connection, "pin", now=START + HOUR) == START
            assert lateness.last_of_others(connection, "other", now=START + HOUR) is None
            near = {"after": START - HOUR, "before": START + 3 * HOUR}
            assert lateness.moment_of_others(connection, "pin", **near) == START + 2 * HOUR
            assert lateness.moment_of_others(connection, "pin", after=START - HOUR, before=START + HOUR) == START
            assert lateness.moment_of_others(connection, "other", **near) is None
