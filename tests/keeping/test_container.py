"""A backup that is not as it was made is refused, whoever made it so, before anything is changed."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from evenly.keeping import KeepingRefused, manifest
from evenly.store import StoreError
from tests.keeping.workspaces import backed_up, put_back
from tests.publishing.scene import Scene, scene

Members = dict[str, bytes]


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "here").mkdir()
    with scene(tmp_path / "here") as made:
        made.queue("One")
        yield made


@pytest.fixture
def members(board: Scene, tmp_path: Path) -> Members:
    """What is in a sound backup, without the manifest."""
    with ZipFile(backed_up(board, tmp_path / "sound.evenly")) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != manifest.FILE}


def described(members: Members, /, **changes: Any) -> bytes:
    """A manifest that says the truth about these members, but for the changes."""
    listed = [{"name": name, "bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()} for name, text in members.items()]
    told = {"version": "1", "store": "1", "brand": "", "made_at": "2027-03-01T12:00:00+00:00", "counts": {}, "members": listed}
    return json.dumps({"evenly": "backup", "format": 1, **told, **changes}).encode()


def packed(path: Path, members: Members, described_as: bytes | None = None, info: Callable[[ZipInfo], None] | None = None) -> Path:
    """An archive of these members; `info` changes what it says of the first."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in members.items():
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            if info is not None and name == next(iter(members)):
                info(entry)
            archive.writestr(entry, text)
        archive.writestr(manifest.FILE, described_as or described(members))
    return path


def refused(board: Scene, path: Path) -> str:
    """Why it is refused; nothing is left behind."""
    new = path.parent / "new"
    with pytest.raises(KeepingRefused) as caught:
        put_back(board, path, new)
    assert not new.exists()
    return str(caught.value)


def test_what_is_packed_by_hand_in_the_same_way_is_taken(board: Scene, members: Members, tmp_path: Path) -> None:
    """Otherwise the tests below would prove nothing."""
    assert put_back(board, packed(tmp_path / "own.zip", members), tmp_path / "new").manifest.brand == ""


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/passwd",
        "media/../../outside",
        "media/a/b.png",
        "media/..",
        "media/",
        "posts//a.md",
        "posts/./a.md",
        "posts/../evenly.toml",
        "posts/a\\..\\b",
        "posts/a\nb",
        ".evenly/key",
        "other.txt",
        "posts",
    ],
)
def test_a_file_that_belongs_nowhere_is_refused(board: Scene, members: Members, tmp_path: Path, name: str) -> None:
    """Outside, beside, or with a name that means another place."""
    assert "belongs" in refused(board, packed(tmp_path / "bad.zip", {**members, name: b"x"}))
    assert not (tmp_path / "outside").exists()


def _as_link(info: ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def _as_device(info: ZipInfo) -> None:
    info.external_attr = (stat.S_IFBLK | 0o600) << 16


def _otherwise_packed(info: ZipInfo) -> None:
    info.compress_type = ZIP_BZIP2


@pytest.mark.parametrize("change", [_as_link, _as_device, _otherwise_packed])
def test_only_plain_files_are_taken(board: Scene, members: Members, tmp_path: Path, change: Callable[[ZipInfo], None]) -> None:
    """No links, no devices, nothing packed as we do not pack."""
    assert "not what the manifest says" in refused(board, packed(tmp_path / "bad.zip", members, info=change))


def test_a_file_that_says_something_else_is_refused(board: Scene, members: Members, tmp_path: Path) -> None:
    """Of the same length, with a sound checksum of its own: the hash tells."""
    changed = {**members, "evenly.toml": members["evenly.toml"][:-1] + b"#"}
    assert "is not what it was" in refused(board, packed(tmp_path / "bad.zip", changed, described(members)))


@pytest.mark.parametrize("missing", ["evenly.toml", "evenly.sqlite"])
def test_a_backup_without_its_heart_is_refused(board: Scene, members: Members, tmp_path: Path, missing: str) -> None:
    """Settings and store."""
    left = {name: text for name, text in members.items() if name != missing}
    assert f"{missing} is missing" in refused(board, packed(tmp_path / "bad.zip", left))
    assert "not those" in refused(board, packed(tmp_path / "bad.zip", left, described(members)))


def test_more_than_the_manifest_names_is_refused(board: Scene, members: Members, tmp_path: Path) -> None:
    """Nothing comes in unseen."""
    assert "not those" in refused(board, packed(tmp_path / "bad.zip", {**members, "media/a.png": b"x"}, described(members)))


def test_a_bomb_is_refused_before_it_goes_off(board: Scene, members: Members, tmp_path: Path) -> None:
    """Seventy megabytes of nothing in a few kilobytes."""
    assert "would unpack" in refused(board, packed(tmp_path / "bad.zip", {**members, "media/a.png": bytes(70 << 20)}))


def test_a_backup_that_was_cut_off_is_refused(board: Scene, tmp_path: Path) -> None:
    """Wherever it was cut."""
    whole = backed_up(board, tmp_path / "a.evenly").read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut").write_bytes(whole[:length])
        refused(board, tmp_path / "cut")


def test_a_changed_byte_is_noticed_wherever_it_is(board: Scene, tmp_path: Path) -> None:
    """In what is packed or in how it is described; a byte that nothing reads may change."""
    whole = backed_up(board, tmp_path / "a.evenly").read_bytes()
    sound = 0
    for place in range(7, len(whole), len(whole) // 40):
        (tmp_path / "bad").write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            refused(board, tmp_path / "bad")
        except pytest.fail.Exception:  # it was taken
            sound += 1
            shutil.rmtree(tmp_path / "new")
    assert sound <= 4


@pytest.mark.parametrize(
    ("described_as", "said"),
    [
        (b"[]", "no backup"),
        (b"{" * 100_000, "no backup"),
        (b'{"evenly": "backup", "format": 2, "version": "9"}', "upgrade evenly"),
        (b'{"evenly": "backup", "format": 1}', "manifest cannot be read"),
    ],
)
def test_a_manifest_that_is_none_is_refused(board: Scene, members: Members, tmp_path: Path, described_as: bytes, said: str) -> None:
    """With the cure, where there is one."""
    assert said in refused(board, packed(tmp_path / "bad.zip", members, described_as))


@pytest.mark.parametrize("changes", [{"made_at": "2027-03-01"}, {"made_at": 1}, {"counts": []}, {"members": [{"name": 1}]}, {"members": 3}])
def test_a_manifest_of_other_shapes_is_refused(board: Scene, members: Members, tmp_path: Path, changes: dict[str, Any]) -> None:
    """A refusal, not a traceback."""
    assert "manifest cannot be read" in refused(board, packed(tmp_path / "bad.zip", members, described(members, **changes)))


@pytest.mark.parametrize(
    "sql",
    [
        'update part set content = \'{"media": [{"path": "../key"}]}\'',
        "update part set content = '3'",
        "update part set content = 'no json'",
        "pragma ignore_check_constraints = on; update delivery set state = 'sent'",
        "update delivery set created_at = 'yesterday'",
        "drop table attempt",
        "drop table alembic_version",
        "insert into alembic_version values ('0001')",
        "update alembic_version set version_num = '../../x'",
    ],
)
def test_a_store_that_was_tampered_with_is_refused(board: Scene, members: Members, tmp_path: Path, sql: str) -> None:
    """Its rows are held to what a store may hold; a part cannot reach for the key."""
    file = tmp_path / "evenly.sqlite"
    file.write_bytes(members["evenly.sqlite"])
    with sqlite3.connect(file) as connection:
        connection.executescript(sql)
    connection.close()
    bad = packed(tmp_path / "bad.zip", {**members, "evenly.sqlite": file.read_bytes()})

    with pytest.raises((KeepingRefused, StoreError)):
        put_back(board, bad, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_schema_of_somebody_elses_does_not_come_along(board: Scene, members: Members, tmp_path: Path) -> None:
    """Triggers that would act later stay where they are."""
    file = tmp_path / "evenly.sqlite"
    file.write_bytes(members["evenly.sqlite"])
    with sqlite3.connect(file) as connection:
        connection.execute("create trigger trap after insert on post begin delete from attempt; end")
    connection.close()

    put_back(board, packed(tmp_path / "bad.zip", {**members, "evenly.sqlite": file.read_bytes()}), tmp_path / "new")

    with sqlite3.connect(tmp_path / "new" / ".evenly" / "evenly.sqlite") as connection:
        assert connection.execute("select count(*) from sqlite_master where name = 'trap'").fetchone() == (0,)
    connection.close()
