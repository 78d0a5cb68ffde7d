"""Making a backup while everything goes on: first a copy of the store as it is at one moment, then the files that this copy names."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from evenly import __version__
from evenly.keeping import container, manifest
from evenly.keeping.manifest import KeepingRefused, Manifest, Member
from evenly.plugin import Message
from evenly.store import Store, StoreRefused, copying, media_in_use, models
from evenly.store.contents import MEDIA_FOLDER
from evenly.store.sessions import translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made and read again."""

    path: Path
    bytes: int
    manifest: Manifest
    missing: tuple[str, ...] = ()  #: media that something unpublished shows and that are no longer there


def backup(desk: Desk, path: Path, *, now: datetime, keys: tuple[str, ...] = (), force: bool = False) -> Backup:
    """Write the workspace into the new file `path`, readable by its owner alone: settings, store, the media in use, the posts' folder.

    `keys` go in, too, where they are given: whoever has the file then has the accounts. An older file of the name is only replaced with
    `force`, and never by half a backup. Daemons may run. Raises KeepingRefused, `StoreError`.
    """
    if path.is_dir() or (path.exists() and not force):
        raise KeepingRefused(_in_the_way(path))
    state = desk.settings.state
    state.mkdir(mode=0o700, exist_ok=True)
    with translated(), TemporaryDirectory(prefix=".backup-", dir=state) as folder:
        copy = Path(folder) / manifest.STORE
        _copy_store(desk.store, copy)
        contents = _Contents(desk, copy, keys)
        with _partly(path) as partly:
            made = _write(partly, contents, now)
            container.verify(partly)
            size = partly.stat().st_size
            partly.replace(path)
    return Backup(path, size, made, tuple(contents.missing))


def _in_the_way(path: Path) -> Message:
    if path.is_dir():
        return Message("{path} is a folder: name the file that the backup is to be.", path=path)
    return Message("{path} is there already: name another file, or say --force to replace it.", path=path)


def _copy_store(store: Store, to: Path) -> None:
    """A SQLite store with everything that is in this one, all as of one moment."""
    if store.is_sqlite:
        copying.copy_file(store.engine, to)
        return
    made = Store.open("sqlite", to.parent / "copied")
    try:
        with made.write() as target, copying.snapshot(store.engine) as source:
            copying.copy_rows(source, target)
        copying.copy_file(made.engine, to)
    finally:
        made.close()


class _Contents:
    """What goes into the archive, with where it is."""

    def __init__(self, desk: Desk, copy: Path, keys: tuple[str, ...]) -> None:
        self.brand = desk.settings.name
        self.missing: list[str] = []
        self._folder = desk.settings.folder
        self._media = desk.settings.state / MEDIA_FOLDER
        self._copy = copy
        self._keys = keys
        with _opened(copy) as connection:
            self.counts = copying.counts(connection)
            self._names = sorted(media_in_use.kept(connection))

    def files(self) -> Iterator[tuple[str, Path]]:
        yield manifest.SETTINGS, self._folder / manifest.SETTINGS
        yield manifest.STORE, self._copy
        for name in self._names:
            if (self._media / name).is_file():
                yield f"{manifest.MEDIA}/{name}", self._media / name
            else:
                self.missing.append(name)
        posts = self._folder / manifest.POSTS
        for path in sorted(posts.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield f"{manifest.POSTS}/{path.relative_to(posts).as_posix()}", path

    @property
    def key(self) -> bytes | None:
        return "".join(f"{key}\n" for key in self._keys).encode() or None


@contextmanager
def _opened(copy: Path) -> Iterator[Connection]:
    """The copy as it is, read only."""
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            if (said := connection.exec_driver_sql("pragma quick_check").scalar_one()) != "ok":
                raise StoreRefused(Message("The store is damaged ({said}): no backup was made. Put back an earlier one.", said=said))
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _partly(path: Path) -> Iterator[Path]:
    """A file beside `path`, gone at the end unless it was moved there."""
    partly = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield partly
    except OSError as error:
        raise KeepingRefused(Message("{path} cannot be written: {why}.", path=path, why=error.strerror or str(error))) from error
    finally:
        partly.unlink(missing_ok=True)


def _write(path: Path, contents: _Contents, now: datetime) -> Manifest:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with ZipFile(file, "w") as archive:
            members = [_add_file(archive, name, source, now) for name, source in contents.files()]
            if contents.key is not None:
                members.append(_add(archive, manifest.KEY, contents.key, now))
            made = Manifest(
                version=__version__,
                store=models.VERSION,
                brand=contents.brand,
                made_at=now,
                counts=contents.counts,
                members=tuple(members),
            )
            _add(archive, manifest.FILE, json.dumps(manifest.as_json(made), ensure_ascii=False, indent=2).encode(), now)
        file.flush()
        os.fsync(file.fileno())
    return made


def _add(archive: ZipFile, name: str, content: bytes, now: datetime) -> Member:
    archive.writestr(_info(name, now), content)
    return Member(name, len(content), hashlib.sha256(content).hexdigest())


def _add_file(archive: ZipFile, name: str, source: Path, now: datetime) -> Member:
    size, digest = 0, hashlib.sha256()
    with source.open("rb") as read, archive.open(_info(name, now), "w", force_zip64=True) as written:
        for chunk in _chunks(read):
            written.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Member(name, size, digest.hexdigest())


def _info(name: str, now: datetime) -> ZipInfo:
    info = ZipInfo(name, (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second))
    info.external_attr = 0o600 << 16
    # Pictures and videos are compressed already.
    info.compress_type = ZIP_STORED if name.startswith(f"{manifest.MEDIA}/") else ZIP_DEFLATED
    return info


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")
