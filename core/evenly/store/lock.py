"""The lock under which a SQLite store is published from: one process at a time, freed by the system when it dies."""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path

_FILE = "publisher.lock"
_LOOK_AGAIN_SECONDS = 0.2


class PublisherLock:
    """Held: every earlier holder is dead."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self) -> bool:
        """Take the lock if it is free."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file
        return True

    def wait(self, stop: threading.Event) -> bool:
        """Take the lock as soon as its holder is gone; False when `stop` was set first."""
        while not self.take():
            if stop.wait(_LOOK_AGAIN_SECONDS):
                return False
        return True

    def holder(self) -> int | None:
        """The process id of whoever holds it; None when nobody does."""
        if self.held:
            return os.getpid()
        if self.take():
            self.release()
            return None
        with suppress(OSError, ValueError):
            return int(self._path.read_text())
        return None

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
