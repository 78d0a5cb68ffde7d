"""Opening the store: which engine, which settings, which version; and what its troubles mean for people."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from evenly.plugin import Message
from evenly.store import models
from evenly.store.changes import FileChanges, Notices

FILE = "evenly.sqlite"

_FULL = Message("The disk is full: make room, nothing is lost.")
_NO_HANDLES = Message("The system lets this process open no more files: close some, or raise the limit (ulimit -n, LimitNOFILE).")

_BUSY_SECONDS = 10.0
_MAKING = 0x6576656E  # a number of our own among PostgreSQL's advisory locks
_BALLAST_BYTES = 1 << 20
_LITTLE_BYTES = 8 << 20
_PROBE_BYTES = 64 << 10
_NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "fuse.sshfs", "fuse.s3fs", "davfs"})


class StoreError(Exception):
    """Something is wrong with the store; the message says what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


class StoreRefused(StoreError):
    """This store cannot be used as it is."""


class StoreBusy(StoreError):
    """Another process has held the store for too long; it may work later."""


class StoreFull(StoreError):
    """The disk is full."""


class StoreGone(StoreError):
    """The database does not answer, or its file cannot be read; it may come back."""


class Store:
    """The database, open. One for a process; a connection is taken for each transaction."""

    def __init__(self, engine: Engine, *, folder: Path | None = None) -> None:
        self.engine = engine
        self.folder = folder  #: of the SQLite file; None on PostgreSQL
        self._place = None if folder is None else Place(folder / FILE)
        self._changes = FileChanges(folder / FILE) if folder is not None else Notices(engine)
        self._was_full = False

    @classmethod
    def open(cls, url: str, folder: Path) -> Self:
        """Open the store that `[store] url` names (`sqlite` lives in `folder`); make a new one, bring an older one up to date.

        Raises `StoreError`.
        """
        with translated():
            store = cls(_sqlite(folder), folder=folder) if url == "sqlite" else cls(_postgresql(url))
            try:
                store.bring_up_to_date()
            except BaseException:
                store.close()
                raise
        return store

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with translated():
            self._see_its_place()
            with self.engine.connect() as connection:
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: durable when the block has ended, undone when it raised."""
        try:
            with translated():
                self._see_its_place()
                with self.engine.connect().execution_options(evenly_writes=True) as connection:
                    with connection.begin():
                        yield connection
                        self._changes.announce(connection)
                    self._see_its_place()
        except StoreFull:
            self._was_full = True
            raise

    def changes(self) -> int:
        """A number that changes when another process has committed. Call from one thread. Raises `StoreError`."""
        with translated():
            self._see_its_place()
            return self._changes.count()

    def _see_its_place(self) -> None:
        """What is written to a file that was moved away or replaced since it was opened nobody would ever see. Raises `StoreError`."""
        if self._place is not None:
            self._place.check()

    def close(self) -> None:
        self._changes.close()
        self.engine.dispose()

    def keep_ballast(self) -> None:
        """Put a small file aside, to be given up when an outcome must be written on a full disk."""
        if self.folder is None or self._ballast.exists() or self.is_nearly_full():
            return
        with suppress(OSError):
            self._ballast.write_bytes(b"\0" * _BALLAST_BYTES)

    def give_up_ballast(self) -> bool:
        """Free the ballast; whether there was any."""
        if self.folder is None or not self._ballast.exists():
            return False
        self._ballast.unlink(missing_ok=True)
        return True

    def is_nearly_full(self) -> bool:
        """Whether so little is free that nothing new should be begun. Raises `StoreError`."""
        if self.folder is None:
            return False
        with translated():
            if shutil.disk_usage(self.folder).free < _LITTLE_BYTES:
                return True
        if self._was_full:
            self._was_full = not self._has_room(self.folder)
        return self._was_full

    def _has_room(self, folder: Path) -> bool:
        """Whether a few pages can be written: free space tells nothing of a quota."""
        probe = folder / "probe"
        try:
            probe.write_bytes(b"\0" * _PROBE_BYTES)
        except OSError:
            return False
        finally:
            with suppress(OSError):
                probe.unlink(missing_ok=True)
        return True

    @property
    def _ballast(self) -> Path:
        if self.folder is None:
            raise AssertionError("only a store in a file has ballast")
        return self.folder / "ballast"

    def bring_up_to_date(self) -> None:
        """Make the tables, or upgrade them, where they are not those of this evenly."""
        version = self._version()
        if version == models.VERSION:
            return
        if version is None:
            self._make()
            return
        # Alembic costs 0.6 s to import: only where something has to be done.
        from evenly.store import migrating

        migrating.upgrade(self.engine, version)

    def _version(self) -> str | None:
        with self.engine.connect() as connection:
            tables = inspect(connection).get_table_names() if not self._has_version(connection) else ["alembic_version"]
            if "alembic_version" in tables:
                return str(connection.exec_driver_sql("select version_num from alembic_version").scalar_one())
        if tables:
            raise StoreRefused(Message("The database holds tables of something else: give evenly an empty one of its own."))
        return None

    def _has_version(self, connection: Connection) -> bool:
        if self.is_sqlite:
            found = connection.exec_driver_sql("select 1 from sqlite_master where name = 'alembic_version'").first()
            return found is not None
        return inspect(connection).has_table("alembic_version")

    def _make(self) -> None:
        from evenly.store import making

        with self.engine.connect().execution_options(evenly_writes=True) as connection, connection.begin():
            wait_for_others(connection)
            if self._has_version(connection):
                return
            making.make(connection)


class Place:
    """Where a SQLite file lies, and which file it was when it was opened.

    Connections hold on to the file itself, wherever it goes: https://sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
    """

    def __init__(self, file: Path) -> None:
        """Raises `OSError` where there is none."""
        self._file = file
        self._opened = self._identity()

    def check(self) -> None:
        """Raise `StoreError` while another file lies there, or none."""
        try:
            is_same = self._identity() == self._opened
        except FileNotFoundError:
            raise StoreGone(
                Message("{file} is gone: put it back, with the files that lay beside it; until then nothing is published.", file=self._file)
            ) from None
        if not is_same:
            raise StoreRefused(
                Message(
                    "{file} is another file now than the one that was opened, and may know less: put that one back, or start evenly anew "
                    "to use this one.",
                    file=self._file,
                )
            )

    def _identity(self) -> tuple[int, int]:
        seen = self._file.stat()
        return seen.st_dev, seen.st_ino


def wait_for_others(connection: Connection) -> None:
    """Let only one process at a time make or change tables; on SQLite any writing transaction is alone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({_MAKING})")


def _sqlite(folder: Path) -> Engine:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_network_file_system(folder)
    file = folder / FILE
    if not file.exists():
        _refuse_to_begin_anew(file)
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    # A file that is gone must not be made anew, empty: `mode=rw`.
    address = f"sqlite:///file:{quote(str(file.absolute()))}?mode=rw&uri=true"
    engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _refuse_to_begin_anew(file: Path) -> None:
    """SQLite throws away the log of a store that is missing when an empty one is made in its place, and with it what was published last."""
    log = file.with_name(f"{file.name}-wal")
    if log.exists():
        raise StoreRefused(
            Message(
                "{file} is gone, and {log} of it is left: put the file back; to begin anew, delete that as well.", file=file, log=log.name
            )
        )


def _postgresql(url: str) -> Engine:
    # A server that has gone without a word is noticed within half a minute.
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10, "tcp_user_timeout": 20_000})


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    # sqlite3 would begin transactions by itself, and too late: see `_begin`.
    connection.isolation_level = None
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "temp_store = memory"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Connection) -> None:
    # A plain BEGIN that later wants to write fails at once when somebody else writes, whatever the busy time-out says.
    writes = connection.get_execution_options().get("evenly_writes", False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _refuse_network_file_system(folder: Path) -> None:
    kind = _file_system(folder.resolve(), Path("/proc/self/mounts"))
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StoreRefused(
            Message(
                "{folder} lies on a network file system ({kind}), where SQLite's locks do not hold. "
                "Move the workspace to a local disk, or name a PostgreSQL database in [store] url.",
                folder=folder,
                kind=kind,
            )
        )


def _file_system(folder: Path, mounts: Path) -> str | None:
    """The type of the file system that holds `folder`; None where the machine does not tell."""
    with suppress(OSError):
        lines = [line.split() for line in mounts.read_text().splitlines()]
        over = [(len(fields[1]), fields[2]) for fields in lines if folder.is_relative_to(fields[1].replace("\\040", " "))]
        return max(over)[1] if over else None
    return None


@contextmanager
def translated() -> Iterator[None]:
    """Raise the troubles of the driver and of the disk as `StoreError`s.

    What breaks a constraint or is badly asked is no trouble of the store's and goes through.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except DBAPIError as error:
        raise _trouble(error) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StoreFull(_FULL) from error
        if error.errno in {errno.EMFILE, errno.ENFILE}:
            raise StoreGone(_NO_HANDLES) from error
        raise StoreGone(Message("The store cannot be reached: {error}.", error=error)) from error


def _trouble(error: DBAPIError) -> StoreError:
    code = getattr(error.orig, "sqlite_errorcode", None)
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if code is None:
        return StoreGone(Message("The database does not answer: {said}.", said=said))
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:  # "may indicate that the volume is out of space": https://sqlite.org/rescode.html
        code = sqlite3.SQLITE_FULL
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(Message("Another program holds the store. Try again; if it stays so, look for who has it open."))
        case sqlite3.SQLITE_FULL:
            return StoreFull(_FULL)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreRefused(Message("The store may not be written: check who owns .evenly and its files."))
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StoreRefused(Message("{file} is damaged or no SQLite file ({said}): put a backup in its place.", file=FILE, said=said))
    return StoreGone(Message("The store does not work: {said}.", said=said))
