"""Whose turn it is to publish: on SQLite one process at a time, on PostgreSQL everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

    from evenly.app import App
    from evenly.store.lock import PublisherLock


class Turn:
    """The publisher's lock, if the store has one, as far as it could be had."""

    def __init__(self, lock: PublisherLock | None) -> None:
        self._lock = lock

    @property
    def is_ours(self) -> bool:
        return self._lock is None or self._lock.held

    @property
    def holder(self) -> int | None:
        """The process id of whoever publishes instead."""
        return None if self._lock is None else self._lock.holder()

    def wait(self, stop: threading.Event) -> bool:
        """Publish as soon as the other has ended; False when `stop` was set first."""
        return self._lock is None or self._lock.held or self._lock.wait(stop)


@contextmanager
def turn(app: App) -> Iterator[Turn]:
    """Ours while the block lasts, or somebody else's: the caller then leaves the work to them, or waits."""
    from evenly.store.lock import PublisherLock

    lock = PublisherLock(app.settings.state) if app.store.is_sqlite else None
    if lock is not None:
        lock.take()
    try:
        yield Turn(lock)
    finally:
        if lock is not None:
            lock.release()
