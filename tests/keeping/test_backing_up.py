"""A backup is of one moment, whatever goes on meanwhile, and never less than whole."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from evenly import keeping
from evenly.keeping import KeepingRefused, backing_up, container, manifest
from evenly.store import models
from tests.publishing.scene import Scene, scene
from tests.store.cluster import Cluster


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        made.queue("One")
        yield made


def test_it_is_of_one_moment_while_others_write(board: Scene, tmp_path: Path) -> None:
    """Each post that is in it has its delivery and its part."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            board.queue("More")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        made = [keeping.backup(board.desk, tmp_path / f"{number}.evenly", now=board.clock.now()) for number in range(5)]
    finally:
        stop.set()
        writing.join()

    sizes = []
    for each in made:
        counts = each.manifest.counts
        assert counts["post"] == counts["delivery"] == counts["part"]
        sizes.append(counts["post"])
        with ZipFile(each.path) as archive:
            archive.extract(manifest.STORE, tmp_path / "out")
        with sqlite3.connect(tmp_path / "out" / manifest.STORE) as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert connection.execute("pragma foreign_key_check").fetchall() == []
            assert connection.execute("select count(*) from part").fetchone() == (counts["part"],)
        connection.close()
    assert sizes == sorted(sizes)
    assert sizes[-1] > 1


def test_media_of_what_the_copy_shows_are_in_it(board: Scene, tmp_path: Path) -> None:
    """Also when it is published while the backup is made; what is published and does not come back is not."""
    media = tmp_path / ".evenly" / "media"
    media.mkdir()
    names = {"planned": "a.png", "published": "b.png", "evergreen": "c.png", "gone": "d.png"}
    with board.desk.store.write() as connection:
        for word, name in names.items():
            (media / name).write_bytes(name.encode())
            post = board_row(connection, word, name)
            assert post
    (media / "d.png").unlink()
    (media / "unused.png").write_bytes(b"x")

    made = keeping.backup(board.desk, tmp_path / "a.evenly", now=board.clock.now())

    assert [each.name for each in made.manifest.members if each.name.startswith("media/")] == ["media/a.png", "media/c.png"]
    assert made.missing == ("d.png",)


def board_row(connection: Any, word: str, medium: str) -> int:
    """A post with a picture, planned or published."""
    fields = {"evergreen": "30d"} if word == "evergreen" else {}
    now = connection.execute(models.post.select()).first().created_at
    post = connection.execute(models.post.insert().values(fields=fields, created_at=now)).inserted_primary_key[0]
    state = "planned" if word in {"planned", "gone"} else "published"
    row = {"post_id": post, "account": "pin", "network": "board", "state": state, "next_action_at": now, "created_at": now}
    delivery = connection.execute(models.delivery.insert().values(**row)).inserted_primary_key[0]
    content: dict[str, Any] = {"text": word, "link": None, "media": [{"path": medium}], "format": "post", "options": {}, "language": None}
    part = {"delivery_id": delivery, "account": "pin", "position": 0, "kind": "post", "state": "waiting", "key": word}
    connection.execute(models.part.insert().values(content=content, **part))
    return int(post)


def test_only_its_owner_may_read_it_and_the_key_stays_outside(board: Scene, tmp_path: Path) -> None:
    """Unless it was asked for."""
    without = keeping.backup(board.desk, tmp_path / "a.evenly", now=board.clock.now())
    with_key = keeping.backup(board.desk, tmp_path / "b.evenly", now=board.clock.now(), keys=board.vault.keys)

    assert stat.S_IMODE(without.path.stat().st_mode) == 0o600
    assert (without.manifest.has_key, with_key.manifest.has_key) == (False, True)
    assert board.vault.keys[0].encode() not in without.path.read_bytes()
    assert container.verify(with_key.path) == with_key.manifest


def test_what_is_there_is_replaced_only_when_that_was_said(board: Scene, tmp_path: Path) -> None:
    """And a folder never."""
    file = tmp_path / "a.evenly"
    file.write_text("mine")
    with pytest.raises(KeepingRefused, match="--force"):
        keeping.backup(board.desk, file, now=board.clock.now())
    assert file.read_text() == "mine"

    keeping.backup(board.desk, file, now=board.clock.now(), force=True)
    assert container.verify(file).counts["post"] == 1
    with pytest.raises(KeepingRefused, match="is a folder"):
        keeping.backup(board.desk, tmp_path, now=board.clock.now(), force=True)


def test_half_a_backup_never_takes_the_place_of_a_whole_one(board: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is read again before; where it differs, the earlier one stays, and nothing is left beside it."""
    earlier = keeping.backup(board.desk, tmp_path / "a.evenly", now=board.clock.now()).path.read_bytes()
    beside = sorted(tmp_path.iterdir())
    write = backing_up._write

    def torn(path: Path, *rest: Any) -> Any:
        made = write(path, *rest)
        path.write_bytes(path.read_bytes()[:-200])
        return made

    monkeypatch.setattr(backing_up, "_write", torn)
    with pytest.raises(KeepingRefused, match="damaged"):
        keeping.backup(board.desk, tmp_path / "a.evenly", now=board.clock.now(), force=True)

    assert (tmp_path / "a.evenly").read_bytes() == earlier
    assert sorted(tmp_path.iterdir()) == beside
    assert not list((tmp_path / ".evenly").glob(".backup-*"))


def test_where_it_cannot_be_written_it_says_so(board: Scene, tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(KeepingRefused, match="cannot be written"):
        keeping.backup(board.desk, tmp_path / "nowhere" / "a.evenly", now=board.clock.now())


def test_from_postgresql_it_is_a_sqlite_store_too(tmp_path: Path, postgresql: Cluster) -> None:
    """One format, from whatever database."""
    with scene(tmp_path, url=postgresql.database()) as board:
        board.queue("One", "Two")
        made = keeping.backup(board.desk, tmp_path / "a.evenly", now=board.clock.now())

    assert made.manifest.counts["part"] == 2
    assert manifest.STORE in [each.name for each in made.manifest.members]
