"""What was published after a backup was made is not published again by what is put back; everything else is as it was."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from evenly.keeping import KeepingRefused
from evenly.planning import changing
from evenly.plugin.testing import Fault, faults
from evenly.store import FILE, copying, models
from evenly.store.lock import PublisherLock
from evenly.store.secrets import KEY_FILE
from tests.keeping.workspaces import backed_up, going_on, put_back, rows_of
from tests.publishing.scene import START, Scene, scene
from tests.store.cluster import Cluster
from tests.store.rows import anything, put

_WAITING = {"state": "waiting", "remote_id": None, "published_at": None, "first_attempt": None, "tries": 0}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Scene]:
    """A board that honours keys and can be read."""
    with scene(tmp_path) as made:
        yield made


def goes_on(board: Scene, backup: Path, folder: Path, *, released: bool = True) -> list[str]:
    """What is public once the backup was put back, its account released, and nothing is left to be done."""
    put_back(board, backup, folder)
    with going_on(board, folder) as again:
        if released:
            changing.release(again.desk, ["pin"], now=again.clock.now())
        again.run(until=30 * DAY)
        return again.public()


def test_everything_is_as_it_was(board: Scene, tmp_path: Path) -> None:
    """Rows of every table, also in the middle of being published; settings, key, media, posts; closed to others."""
    rows = {**anything(7), "account": [], "quota": []}
    with board.desk.store.write() as connection:
        put(connection, rows)
    (tmp_path / ".evenly" / "media").mkdir()
    for part in rows["part"]:
        for medium in part["content"]["media"]:
            (tmp_path / ".evenly" / "media" / medium["path"]).write_bytes(medium["path"].encode())
    (tmp_path / "posts" / "june").mkdir(parents=True)
    (tmp_path / "posts" / "june" / "one.md").write_text("One")
    new = tmp_path / "new"

    restored = put_back(board, backed_up(board, tmp_path / "a.evenly"), new, moved=True)

    assert (restored.held, restored.accounts, restored.key_fits, restored.notes) == ((), (), True, ())
    with going_on(board, new) as again:
        assert rows_of(again.desk.store) == rows_of(board.desk.store)
    assert (new / "evenly.toml").read_bytes() == (tmp_path / "evenly.toml").read_bytes()
    assert (new / "posts" / "june" / "one.md").read_text() == "One"
    for name in (FILE, KEY_FILE):
        assert stat.S_IMODE((new / ".evenly" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((new / ".evenly").stat().st_mode) == 0o700
    for file in (new / ".evenly" / "media").iterdir():
        assert file.read_bytes() == (tmp_path / ".evenly" / "media" / file.name).read_bytes()


def test_what_was_due_since_waits_for_a_person(board: Scene, tmp_path: Path) -> None:
    """It went out in its time; put back, it is held with the reason, and stays so when the account is released."""
    post = board.queue("Polishing day", at=START + HOUR)
    backup = backed_up(board, tmp_path / "a.evenly")
    board.run()
    assert board.public() == ["Polishing day"]

    assert goes_on(board, backup, tmp_path / "new") == ["Polishing day"]

    with going_on(board, tmp_path / "new") as again:
        assert again.state(post) == "held"
        assert "may be out by now" in str(again.delivery(post).reason)
        changing.release(again.desk, [str(post)], now=again.clock.now())
        again.run()
        # A person's word that it is not out; the board honours the key all the same.
        assert again.public() == ["Polishing day"]


def test_what_was_published_before_its_time_waits_with_its_account(board: Scene, tmp_path: Path) -> None:
    """Somebody said "now" after the backup was made: nobody can see that in it, so nothing goes out before a person has looked."""
    post = board.queue("Next week", at=START + 7 * DAY, pinned=False)
    backup = backed_up(board, tmp_path / "a.evenly")
    changing.publish_now(board.desk, [str(post)], now=board.clock.now())
    board.run()

    assert goes_on(board, backup, tmp_path / "new", released=False) == ["Next week"]
    with going_on(board, tmp_path / "new") as again:
        assert again.state(post) == "planned"


def test_what_was_only_in_hand_waits_for_a_person(board: Scene, tmp_path: Path) -> None:
    """Nothing of it was sent when the copy was made; a moment later it was, and it could have been edited in between."""
    post = board.queue("In hand", at=START)
    in_hand = "update delivery set state = 'claimed', owner = 'elsewhere:1::', fence = 1, lease_until = next_action_at"
    with board.desk.store.write() as connection:
        connection.exec_driver_sql(in_hand)
    backup = backed_up(board, tmp_path / "a.evenly")
    board.run()
    assert board.public() == ["In hand"]

    assert goes_on(board, backup, tmp_path / "new") == ["In hand"]
    with going_on(board, tmp_path / "new") as again:
        assert again.state(post) == "held"


@pytest.mark.parametrize("facility", ["key", "read-back", "two-phase"])
def test_what_was_in_doubt_is_found(tmp_path: Path, facility: str) -> None:
    """The answer was lost before the backup: the post is public, and the workspace that comes back finds it."""
    with scene(tmp_path, facility) as board:
        post = board.queue("Lost")
        board.served.inject(Fault(faults.lose_answer, method="POST", path="/pins|/drafts/.*/publication", nth=1))
        board.publisher().advance(post)
        assert board.state(post) == "unknown"
        backup = backed_up(board, tmp_path / "a.evenly")
        board.run()
        board.clock.wait_until(START + 2 * DAY, board.stop)  # no key is trusted any more

        assert goes_on(board, backup, tmp_path / "new") == ["Lost"]
        with going_on(board, tmp_path / "new") as again:
            assert again.state(post) == "published"


def test_a_thread_that_went_on_since_waits_for_a_person(board: Scene, tmp_path: Path) -> None:
    """Its last part came out after the backup; the reason says from which part on it may be."""
    post = board.queue("One", "Two")
    publisher = board.publisher()
    publisher.advance(post)
    # As it stood between its two parts.
    with board.desk.store.write() as connection:
        connection.execute(models.part.update().where(models.part.c.position == 1).values(**_WAITING))
        connection.execute(models.delivery.update().values(state="planned", next_action_at=START, owner=None, published_at=None))
    backup = backed_up(board, tmp_path / "a.evenly")
    board.run()
    public = board.public()

    assert goes_on(board, backup, tmp_path / "new") == public == ["One", "Two"]
    with going_on(board, tmp_path / "new") as again:
        assert "part 2 and what follows" in str(again.delivery(post).reason)


def test_what_the_mix_held_and_let_go_since_waits_for_a_person(board: Scene, tmp_path: Path) -> None:
    """A mended mix would let it go by itself."""
    post = board.queue("Blocked", at=START)
    with board.desk.store.write() as connection:
        connection.exec_driver_sql("update delivery set state = 'held', held_by = 'mix', next_action_at = null")

    put_back(board, backed_up(board, tmp_path / "a.evenly"), tmp_path / "new")

    with going_on(board, tmp_path / "new") as again:
        assert again.delivery(post).held_by == "person"


def test_what_a_move_brings_along_goes_on_at_once(board: Scene, tmp_path: Path) -> None:
    """Nothing has run since: nothing is held, and the post goes out in its time."""
    board.queue("Tomorrow", at=START + DAY)
    put_back(board, backed_up(board, tmp_path / "a.evenly"), tmp_path / "new", moved=True)

    with going_on(board, tmp_path / "new") as again:
        again.run()
        assert again.public() == ["Tomorrow"]


# ---- the key


def test_without_the_key_the_sign_ins_are_closed_and_it_says_so(board: Scene, tmp_path: Path) -> None:
    """Brought along by hand, it opens them."""
    backup = backed_up(board, tmp_path / "a.evenly", with_key=False)
    new = tmp_path / "new"

    assert not put_back(board, backup, new).key_fits

    (tmp_path / "third" / ".evenly").mkdir(parents=True)
    key = tmp_path / "third" / ".evenly" / KEY_FILE
    key.write_bytes((tmp_path / ".evenly" / KEY_FILE).read_bytes())
    key.chmod(0o600)
    assert put_back(board, backup, tmp_path / "third").key_fits


def test_a_key_that_is_there_already_opens_what_it_did(board: Scene, tmp_path: Path) -> None:
    """`init` made one: the backup's comes first, the other after it."""
    (tmp_path / "new" / ".evenly").mkdir(parents=True)
    own = tmp_path / "new" / ".evenly" / KEY_FILE
    own.write_text("A" * 43 + "=\n")

    assert put_back(board, backed_up(board, tmp_path / "a.evenly"), tmp_path / "new").key_fits
    assert own.read_text().split() == [*board.vault.keys, "A" * 43 + "="]


# ---- where it may come to


def test_a_workspace_with_posts_is_refused(board: Scene, tmp_path: Path) -> None:
    """Two states cannot be mixed; what is there stays."""
    board.queue("Here")
    backup = backed_up(board, tmp_path / "a.evenly")
    before = rows_of(board.desk.store)

    with pytest.raises(KeepingRefused, match="cannot be mixed"):
        put_back(board, backup, tmp_path)
    assert rows_of(board.desk.store) == before


def test_a_workspace_in_which_evenly_runs_is_refused(board: Scene, tmp_path: Path) -> None:
    """Naming the process."""
    backup = backed_up(board, tmp_path / "a.evenly")
    (tmp_path / "new" / ".evenly").mkdir(parents=True)
    lock = PublisherLock(tmp_path / "new" / ".evenly")
    assert lock.take()

    with pytest.raises(KeepingRefused, match="stop it first"):
        put_back(board, backup, tmp_path / "new")
    lock.release()


def test_settings_that_somebody_wrote_there_stay_and_count(board: Scene, tmp_path: Path) -> None:
    """The backup's come beside them."""
    board.queue("Here")
    new = tmp_path / "new"
    new.mkdir()
    written = (tmp_path / "evenly.toml").read_text() + "# mine\n"
    (new / "evenly.toml").write_text(written)

    restored = put_back(board, backed_up(board, tmp_path / "a.evenly"), new)

    assert (new / "evenly.toml").read_text() == written
    assert (new / "evenly.toml.from-backup").read_bytes() == (tmp_path / "evenly.toml").read_bytes()
    assert ["was here before" in str(note) for note in restored.notes] == [True]


def test_a_post_that_says_something_else_there_stays(board: Scene, tmp_path: Path) -> None:
    """And is named."""
    for folder, text in ((tmp_path, "Old"), (tmp_path / "new", "New")):
        (folder / "posts").mkdir(parents=True)
        (folder / "posts" / "a.md").write_text(text)

    restored = put_back(board, backed_up(board, tmp_path / "a.evenly"), tmp_path / "new")

    assert (tmp_path / "new" / "posts" / "a.md").read_text() == "New"
    assert "posts/a.md" in str(restored.notes[0])


@pytest.mark.parametrize("direction", ["to", "from"])
def test_it_comes_from_one_kind_of_database_into_the_other(tmp_path: Path, postgresql: Cluster, direction: str) -> None:
    """A backup is the same, whatever it was made of; new rows follow those that came."""
    url = postgresql.database()
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    with scene(old, url=url if direction == "from" else "sqlite") as board:
        with board.desk.store.write() as connection:
            put(connection, {**anything(3), "account": [], "quota": []})
        text = (old / "evenly.toml").read_text()
        backup = backed_up(board, tmp_path / "a.evenly")
        new.mkdir()
        (new / "evenly.toml").write_text(
            text.replace(f'"{url}"', '"sqlite"') if direction == "from" else text.replace('"sqlite"', f'"{url}"')
        )

        put_back(board, backup, new, moved=True)

        with going_on(board, new) as again:
            assert rows_of(again.desk.store) == rows_of(board.desk.store)
            assert again.queue("New") == 12
        with pytest.raises(KeepingRefused, match="cannot be mixed"):
            put_back(board, backup, new)


def test_a_store_that_a_newer_evenly_has_made_is_refused(board: Scene, tmp_path: Path) -> None:
    """With the cure, and nothing is left behind."""
    with board.desk.store.write() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = 'from the future'")
    backup = backed_up(board, tmp_path / "a.evenly")

    with pytest.raises(Exception, match="upgrade evenly"):
        put_back(board, backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_rows_can_be_counted_before_and_after(board: Scene, tmp_path: Path) -> None:
    """The manifest tells how many there were."""
    board.queue("One", "Two", comment="Three")
    restored = put_back(board, backed_up(board, tmp_path / "a.evenly"), tmp_path / "new", moved=True)

    with going_on(board, tmp_path / "new") as again, again.desk.store.read() as connection:
        assert copying.counts(connection) == dict(restored.manifest.counts)
